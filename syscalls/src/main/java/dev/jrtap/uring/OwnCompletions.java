// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/** Takes the completions of operations that a ring has submitted for itself. */
interface OwnCompletions {

    /** Called on the thread that takes completions. */
    void onCompletion(long userData);

    /** Returns whether some may be among the completions that wait: they are not to be counted as the user's. */
    boolean areExpected();
}
