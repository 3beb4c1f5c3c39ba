// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.util.ArrayList;
import java.util.List;

/**
 * Reports what happens to the queue pairs of one device: to listeners, and to the log.
 *
 * <p>Threads: any.
 */
final class QueueEvents {

    private static final System.Logger LOG = System.getLogger(QueueEvents.class.getPackageName());

    private final String device;

    /** Replaced when it changes: who reports needs no lock, and no iterator. */
    private volatile QueueListener[] listeners = {};

    QueueEvents(String device) {
        this.device = device;
    }

    synchronized void add(QueueListener listener) {
        List<QueueListener> more = new ArrayList<>(List.of(listeners));
        more.add(listener);
        listeners = more.toArray(QueueListener[]::new);
    }

    synchronized void remove(QueueListener listener) {
        List<QueueListener> fewer = new ArrayList<>(List.of(listeners));
        fewer.remove(listener);
        listeners = fewer.toArray(QueueListener[]::new);
    }

    void opened(QueuePair pair) {
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "queue " + pair.index() + " of " + device + " is open: "
                        + pair.rx().mode() + ", "
                        + pair.granted().map(Object::toString).orElse("without io_uring"));
        for (QueueListener listener : listeners) {
            try {
                listener.onOpened(pair);
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }

    void closed(QueuePair pair) {
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "queue " + pair.index() + " of " + device + " is closed: " + pair.statistics());
        for (QueueListener listener : listeners) {
            try {
                listener.onClosed(pair);
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }

    /** On the data path. */
    void poolEmpty(int index) {
        for (QueueListener listener : listeners) {
            try {
                listener.onPoolEmpty(index);
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }

    private void failed(RuntimeException failure) {
        LOG.log(System.Logger.Level.WARNING, "a listener to the queues of " + device + " failed", failure);
    }
}
