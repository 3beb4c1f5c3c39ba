// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

/** Takes one record. Keep one instance in a field: a lambda that captures, made for each call, is garbage. */
@FunctionalInterface
public interface RecordHandler {

    /**
     * Called on the thread that drains. It may neither drain nor close.
     *
     * @param ringRecord valid until the method returns
     */
    void onRecord(RingRecord ringRecord);
}
