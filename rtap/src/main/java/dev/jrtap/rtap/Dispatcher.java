// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.uring.CompletionHandler;

/** Hands each completion of the shared ring to the queue it belongs to. */
final class Dispatcher implements CompletionHandler {

    private final RxQueue rx;
    private final TxQueue tx;

    Dispatcher(RxQueue rx, TxQueue tx) {
        this.rx = rx;
        this.tx = tx;
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
        int slot = (int) userData;
        if ((userData & QueuePair.SENT) != 0) {
            tx.sent(slot, result);
        } else if ((userData & QueuePair.RECEIVED) != 0) {
            rx.completed(slot, result, flags);
        }
    }
}
