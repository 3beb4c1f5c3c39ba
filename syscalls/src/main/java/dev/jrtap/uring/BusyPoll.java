// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringNapi;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import java.util.Objects;

/**
 * Busy polling: a thread that waits for completions asks the queues of the network cards itself for a while, before it
 * sleeps until an interrupt. Less delay, paid with processor time.
 *
 * <p>Threads: those of {@link Registrations}.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_NAPI.
 */
public final class BusyPoll {

    /** How the kernel knows which queues to poll. */
    public enum Tracking {
        /** Those that the sockets of past operations received from. */
        DYNAMIC(IoUring.IO_URING_NAPI_TRACKING_DYNAMIC),
        /** Those given to {@link BusyPoll#track}, which costs less with each operation. Since Linux 6.13. */
        STATIC(IoUring.IO_URING_NAPI_TRACKING_STATIC),
        /** None: busy polling is off. Since Linux 6.13. */
        INACTIVE(IoUring.IO_URING_NAPI_TRACKING_INACTIVE);

        private final int number;

        Tracking(int number) {
            this.number = number;
        }

        private static Tracking of(int number) {
            for (Tracking tracking : values()) {
                if (tracking.number == number) {
                    return tracking;
                }
            }
            throw new IllegalStateException("a kernel newer than this library tracks in a way of its own: " + number);
        }
    }

    /**
     * How it is done.
     *
     * @param micros how long a wait polls before it sleeps, in microseconds; the kernel caps it at one second
     * @param preferred whether interrupts are held back while polling keeps up, see SO_PREFER_BUSY_POLL of socket(7)
     * @param tracking which queues
     */
    public record Settings(int micros, boolean preferred, Tracking tracking) {

        /** Refuses a negative time. */
        public Settings {
            Check.notNegative("micros", micros);
            Objects.requireNonNull(tracking, "tracking");
        }
    }

    private final RegisterCall ring;

    BusyPoll(RegisterCall ring) {
        this.ring = ring;
    }

    /**
     * Starts busy polling, or changes its settings. Since Linux 6.9.
     *
     * @return the settings before
     * @throws ErrnoException EINVAL also for a ring with {@link SetupFlag#IOPOLL}, and without CONFIG_NET_RX_BUSY_POLL
     */
    public Settings set(Settings settings) throws ErrnoException {
        ring.checkMayRegister();
        Memory argument = Memory.allocate(IoUringNapi.SIZEOF);
        argument.putI32(IoUringNapi.BUSY_POLL_TO, settings.micros());
        argument.putI8(IoUringNapi.PREFER_BUSY_POLL, settings.preferred() ? 1 : 0);
        argument.putI8(IoUringNapi.OPCODE, IoUring.IO_URING_NAPI_REGISTER_OP);
        argument.putI32(IoUringNapi.OP_PARAM, settings.tracking().number);
        ring.fd().register(RegisterOperation.NAPI, settings.toString(), argument, 1);
        return settings(argument);
    }

    /**
     * Polls one more queue, with {@link Tracking#STATIC}. Since Linux 6.13.
     *
     * @param id what SO_INCOMING_NAPI_ID of socket(7) says, or the netdev family of netlink
     * @throws ErrnoException EINVAL if it is no id or the tracking is another, EEXIST if it is tracked already
     */
    public void track(int id) throws ErrnoException {
        change(IoUring.IO_URING_NAPI_STATIC_ADD_ID, "track id=" + id, id);
    }

    /** Stops polling a queue. Since Linux 6.13. */
    public void untrack(int id) throws ErrnoException {
        change(IoUring.IO_URING_NAPI_STATIC_DEL_ID, "untrack id=" + id, id);
    }

    private void change(int opcode, String what, int id) throws ErrnoException {
        ring.checkMayRegister();
        Memory argument = Memory.allocate(IoUringNapi.SIZEOF);
        argument.putI8(IoUringNapi.OPCODE, opcode);
        argument.putI32(IoUringNapi.OP_PARAM, id);
        ring.fd().register(RegisterOperation.NAPI, what, argument, 1);
    }

    /**
     * Stops busy polling. Since Linux 6.9.
     *
     * @return how long it polled, and whether preferred; the tracking is off, since the kernel does not say what it was
     */
    public Settings stop() throws ErrnoException {
        ring.checkMayRegister();
        Memory argument = Memory.allocate(IoUringNapi.SIZEOF);
        ring.fd().register(RegisterOperation.UNREGISTER_NAPI, "", argument, 1);
        return new Settings(
                argument.getI32(IoUringNapi.BUSY_POLL_TO),
                argument.getI8(IoUringNapi.PREFER_BUSY_POLL) != 0,
                Tracking.INACTIVE);
    }

    private static Settings settings(Memory argument) {
        return new Settings(
                argument.getI32(IoUringNapi.BUSY_POLL_TO),
                argument.getI8(IoUringNapi.PREFER_BUSY_POLL) != 0,
                Tracking.of(argument.getI32(IoUringNapi.OP_PARAM)));
    }
}
