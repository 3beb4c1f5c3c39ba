// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringFileIndexRange;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;

/**
 * The ring's table of registered files. An operation with {@link Sqe#fixedFile} names its file by the position here, which saves the
 * kernel a look-up and a reference count each time; some operations open files straight into the table.
 *
 * <p>Ownership: the kernel holds a reference of its own to each file, so the caller may close the descriptor at once; the file stays
 * open until its place is updated, the table is unregistered or the ring is closed, and no operation uses it any more.
 *
 * <p>Tags: with each file a tag may be given, other than 0 for none. When the kernel has let go of the file, a completion comes with
 * the tag as its user data and 0 as its result; before Linux 6.13 only for a file that was replaced, not for what is unregistered
 * with the table. {@link Ring#inFlight} counts it as one of an operation.
 *
 * <p>Threads: those of {@link Registrar}.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_FILES.
 */
public final class FixedFiles {

    /** In place of a descriptor: the place is, or becomes, empty. Since Linux 5.5. */
    public static final int EMPTY = -1;

    /** In place of a descriptor, in an update: the place stays as it is. Since Linux 5.12. */
    public static final int KEEP = IoUring.IORING_REGISTER_FILES_SKIP;

    private final Registration ring;
    private final ResourceTable table;
    private boolean registered;

    FixedFiles(Registration ring, SubmissionQueue submission) {
        this.ring = ring;
        this.table = new ResourceTable(ring, submission, RegisterOperation.FILES2, RegisterOperation.FILES_UPDATE2);
    }

    /**
     * Registers a table with these files; their positions are 0, 1, and so on. Since Linux 5.1.
     *
     * @param descriptors at least one; {@link #EMPTY} for a place without a file
     * @throws ErrnoException EBUSY if there is a table, EBADF if a descriptor is not open, EMFILE if there are more than
     *     RLIMIT_NOFILE
     */
    public void register(int... descriptors) throws ErrnoException {
        ring.checkMayRegister();
        Memory array = array(descriptors);
        ring.fd().register(RegisterOperation.FILES, "count=" + descriptors.length, array, descriptors.length);
        registered = true;
    }

    /** The same with a tag for each file. Since Linux 5.13. */
    public void register(int[] descriptors, long[] tags) throws ErrnoException {
        ring.checkMayRegister();
        table.register(array(descriptors), descriptors.length, tags);
        registered = true;
    }

    /**
     * Registers a table of empty places. Since Linux 5.19.
     *
     * @param places how many, at least 1 and at most RLIMIT_NOFILE
     */
    public void registerSparse(int places) throws ErrnoException {
        ring.checkMayRegister();
        table.registerSparse(places);
        registered = true;
    }

    /**
     * Changes places from {@code at} on. Since Linux 5.5.
     *
     * @param descriptors a descriptor, {@link #EMPTY} or {@link #KEEP} for each place
     * @return how many places were changed: if a descriptor is refused those before it stay changed, and only if it is the first
     *     an exception is thrown
     */
    public int update(int at, int... descriptors) throws ErrnoException {
        ring.checkMayRegister();
        return table.updatePlain(RegisterOperation.FILES_UPDATE, at, array(descriptors), descriptors.length);
    }

    /** The same with a tag for each file; an empty place has none. Since Linux 5.13. */
    public int update(int at, int[] descriptors, long[] tags) throws ErrnoException {
        ring.checkMayRegister();
        return table.update(at, array(descriptors), descriptors.length, tags);
    }

    /**
     * Says which places the kernel may choose from when an operation opens a file into "any" place; until then it is all of them.
     * Since Linux 6.0.
     *
     * @param from the first place
     * @param count how many, within the table
     */
    public void allocateFrom(int from, int count) throws ErrnoException {
        ring.checkMayRegister();
        Memory range = Memory.allocate(IoUringFileIndexRange.SIZEOF);
        range.putI32(IoUringFileIndexRange.OFF, from);
        range.putI32(IoUringFileIndexRange.LEN, count);
        ring.fd().register(RegisterOperation.FILE_ALLOC_RANGE, "from=" + from + ", count=" + count, range, 0);
    }

    /** Gives the table up. Operations under way keep their files until they are over. */
    public void unregister() throws ErrnoException {
        ring.checkMayRegister();
        ring.fd().register(RegisterOperation.UNREGISTER_FILES, "", null, 0);
        registered = false;
    }

    /**
     * Lets go of the files now, and not when the kernel gets round to freeing the ring: who closes a ring and then a device expects
     * the device to be gone. It is no error if the kernel refuses, as it does where the owner has ended.
     */
    void close() {
        if (registered) {
            registered = false;
            ring.fd().tryRegister(IoUring.IORING_UNREGISTER_FILES, null, 0);
        }
    }

    private static Memory array(int[] descriptors) {
        if (descriptors.length == 0) {
            throw new IllegalArgumentException("at least one descriptor is needed, or FixedFiles.EMPTY");
        }
        Memory array = Memory.allocate(descriptors.length * Integer.BYTES);
        for (int i = 0; i < descriptors.length; i++) {
            array.putI32(i * Integer.BYTES, descriptors[i]);
        }
        return array;
    }
}
