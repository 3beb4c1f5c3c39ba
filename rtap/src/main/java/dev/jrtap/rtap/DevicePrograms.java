// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;

import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Attachments;
import dev.jrtap.bpf.Code;
import dev.jrtap.bpf.MappedArrayMap;
import dev.jrtap.bpf.Program;
import dev.jrtap.bpf.ProgramType;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.tuntap.TapQueue;
import org.jspecify.annotations.Nullable;

/**
 * The two programs that a whole device has: its filter, made of the user's and of what {@link RxMode#MAPPED} needs, and
 * the one that steers. Each is replaced at once; packets on their way have the former one.
 *
 * <p>Threads: any.
 */
final class DevicePrograms implements AutoCloseable {

    /** Where on the stack the packet is kept while the user's filter runs: the farthest place there is. */
    private static final int CONTEXT = -512;

    /** Labels that no program can have for a name. */
    private static final String DECIDED = "filter decided";

    private static final String PASSED = "filter passed";

    private final TapQueue keepAlive;
    private final boolean isOwn;
    private final @Nullable MappedDevice mapped;
    /** Made for the first filter: one number of 64 bits. */
    private @Nullable MappedArrayMap dropped;

    private @Nullable Code filter;
    private Steering steering = Steering.byKernel();
    private boolean closed;

    /**
     * Of a device without programs.
     *
     * @param isOwn whether nobody else has a say in it
     * @param mapped where packets go on; null if they go to the kernel's own queues
     */
    DevicePrograms(TapQueue keepAlive, boolean isOwn, @Nullable MappedDevice mapped) {
        this.keepAlive = keepAlive;
        this.isOwn = isOwn;
        this.mapped = mapped;
    }

    /** Attaches what a new device must have. */
    void open(Steering newSteering, @Nullable Code newFilter) throws ErrnoException {
        if (!isOwn && (newSteering != Steering.byKernel() || newFilter != null)) {
            throw new IllegalArgumentException(othersToo());
        }
        if (mapped != null || newFilter != null) {
            setFilter(newFilter);
        }
        if (newSteering != Steering.byKernel()) {
            setSteering(newSteering);
        }
    }

    /** Refuses what a configuration asks for, before there is a device. */
    static void check(RtapConfig config) {
        RtapOptions options = config.options();
        // Throws if there is none for this kind of device.
        options.steering.program(config.mode());
        if (options.claim.shared() && (options.steering != Steering.byKernel() || options.filter != null)) {
            throw new IllegalArgumentException("programs are the whole device's, which others have, too: neither"
                    + " withSteering() nor withFilter() goes with withSharing()");
        }
    }

    synchronized Steering steering() {
        return steering;
    }

    synchronized void setSteering(Steering wanted) throws ErrnoException {
        checkOwn();
        Code code = wanted.program(keepAlive.mode());
        if (code == null) {
            Attachments.clearSteering(keepAlive);
        } else {
            try (Program program = load(code)) {
                Attachments.setSteering(keepAlive, program);
            }
        }
        steering = wanted;
    }

    synchronized @Nullable Code filter() {
        return filter;
    }

    /** Sets the user's filter; null for none. */
    synchronized void setFilter(@Nullable Code wanted) throws ErrnoException {
        checkOwn();
        if (wanted == null && mapped == null) {
            Attachments.clearFilter(keepAlive);
        } else {
            try (Program program = load(combined(wanted))) {
                Attachments.setFilter(keepAlive, program);
            }
        }
        filter = wanted;
    }

    private void checkOwn() {
        if (closed) {
            throw new IllegalStateException(keepAlive.name() + " is closed");
        }
        if (!isOwn) {
            throw new IllegalStateException(othersToo());
        }
    }

    private String othersToo() {
        return "programs are the whole device's, and " + keepAlive.name()
                + " is not, or not only, its opener's: it cannot be steered or filtered from here";
    }

    private Program load(Code code) throws ErrnoException {
        return Program.load(keepAlive.syscalls(), ProgramType.SOCKET_FILTER, code);
    }

    /** Returns the user's filter, whose packet is lost when it ends, and then that of the device. */
    private Code combined(@Nullable Code users) throws ErrnoException {
        Assembler a = new Assembler("rtap_filter");
        if (users != null) {
            a.license(users.license()).stx(DW, R10, CONTEXT, R1);
            a.include(users, DECIDED).label(DECIDED).jne(W0, 0, PASSED);
            a.ldMapValue(R1, counter(), 0).mov(R2, 1).atomicAdd(DW, R1, 0, R2);
            a.mov(R0, 0).exit().label(PASSED).ldx(DW, R1, R10, CONTEXT);
        }
        if (mapped != null) {
            mapped.goOn(a);
        }
        return a.mov(R0, -1).exit().assemble();
    }

    private MappedArrayMap counter() throws ErrnoException {
        if (dropped == null) {
            dropped = MappedArrayMap.create(keepAlive.syscalls(), "rtap_dropped", Long.BYTES, 1);
        }
        return dropped;
    }

    /** Packets that the user's filters have dropped. */
    synchronized long filtered() {
        return dropped == null || closed ? 0 : dropped.memory().getI64Acquire(0);
    }

    /** Packets that the kernel has counted as dropped, and that are not missed. */
    long accounted() {
        return filtered() + (mapped == null ? 0 : mapped.accounted());
    }

    /** Detaches both: somebody else may keep the device alive. */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            if (filter != null || mapped != null) {
                detach(Attachments::clearFilter);
            }
        } finally {
            try {
                if (steering != Steering.byKernel()) {
                    detach(Attachments::clearSteering);
                }
            } finally {
                if (dropped != null) {
                    dropped.close();
                }
            }
        }
    }

    private interface Detachment {
        void from(TapQueue queue) throws ErrnoException;
    }

    private void detach(Detachment detachment) {
        try {
            detachment.from(keepAlive);
        } catch (ErrnoException | IllegalStateException e) {
            // The device is gone, most likely; if not, the next one to open it takes the program away.
        }
    }
}
