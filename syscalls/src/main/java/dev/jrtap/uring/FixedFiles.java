// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringFileIndexRange;
import dev.jrtap.bindings.IoUringRsrcUpdate;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * The ring's table of registered files. An operation with {@link Sqe#fixedFile} names its file by its slot here,
 * which saves the kernel a look-up and a reference count each time; some operations open files straight into the table.
 *
 * <p>Ownership: the kernel holds a reference of its own to each file, so the caller may close the descriptor at once;
 * the file stays open until its place is updated, the table is unregistered or the ring is closed, and no operation
 * uses it any more. Before Linux 6.13 files are closed in the order in which they leave the table: each stays open
 * until every operation on registered files or buffers that had begun by then is over, whichever it uses. A poll or a
 * multishot accept that goes on for long keeps all of them open. The peer of a socket learns of the end if it is shut
 * down before it leaves the table.
 *
 * <p>Tags: with each file a tag may be given, other than 0 for none. When the kernel has stopped using the file, a
 * completion comes with the tag as its user data and 0 as its result; before Linux 6.13 only for a file that was
 * replaced, not for one that is unregistered with the table. From the first tag on {@link Ring#inFlight} is an
 * estimate.
 *
 * <p>The kernel's table has one slot more than was asked for: the ring's, by which {@link Ring#close} knows when the
 * kernel has stopped using memory. Methods refuse that slot. A file that is sent there by a bare descriptor, or by a
 * field that {@link Sqe#put32} sets, takes its place, and a close then reports a leak.
 *
 * <p>Threads: those of {@link Registrations}.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_FILES.
 */
public final class FixedFiles {

    /** In place of a descriptor: the place is, or becomes, empty. Since Linux 5.5. */
    public static final int EMPTY = -1;

    /** In place of a descriptor, in an update: the place stays as it is. Since Linux 5.12. */
    public static final int KEEP = IoUring.IORING_REGISTER_FILES_SKIP;

    /**
     * Positions of the ring's own table, all but the last empty: an operation on a registered file finds none in it.
     */
    private static final int OWN_POSITIONS = 64;

    private final RegisterCall ring;
    private final ResourceTable table;
    private final FileSlots slots;
    private final ContextEnd end;
    private final IntSupplier claimed;
    private Set<RegisterOperation> allowed = EnumSet.allOf(RegisterOperation.class);
    // Whether the kernel has a table with the ring's own position at its end.
    private boolean guarded;

    /** @param claimed how many entries the kernel has not taken yet */
    FixedFiles(RegisterCall ring, UnderWay underWay, FileSlots slots, ContextEnd end, IntSupplier claimed) {
        this.ring = ring;
        this.claimed = claimed;
        this.slots = slots;
        this.end = end;
        this.table =
                new ResourceTable(ring, underWay, RegisterOperation.FILES2, RegisterOperation.FILES_UPDATE2, "slot");
    }

    /**
     * Registers a table with these files; their slots are 0, 1, and so on. Since Linux 5.1.
     *
     * @param descriptors at least one; {@link #EMPTY} for a place without a file
     * @throws ErrnoException EBUSY if there is a table, EBADF if a descriptor is not open, EMFILE if there are as many
     *     as RLIMIT_NOFILE
     */
    public void register(int... descriptors) throws ErrnoException {
        ring.checkMayRegister();
        Memory array = array(descriptors, end.writeEnd());
        String arguments = "count=" + descriptors.length;
        replaceOwn(
                descriptors.length,
                RegisterOperation.FILES,
                arguments,
                () -> ring.fd().register(RegisterOperation.FILES, arguments, array, descriptors.length + 1));
    }

    /** Like {@link #register(int...)}, with a tag for each file. Since Linux 5.13. */
    public void register(int[] descriptors, long[] tags) throws ErrnoException {
        ring.checkMayRegister();
        ResourceTable.checkTags(tags, descriptors.length);
        Memory array = array(descriptors, end.writeEnd());
        long[] allTags = Arrays.copyOf(tags, tags.length + 1);
        replaceOwn(
                descriptors.length,
                RegisterOperation.FILES2,
                "count=" + descriptors.length,
                () -> table.register(array, allTags.length, allTags));
    }

    /**
     * Registers a table of empty slots. Since Linux 5.19.
     *
     * @param count how many, at least 1 and fewer than RLIMIT_NOFILE
     */
    public void registerSparse(int count) throws ErrnoException {
        ring.checkMayRegister();
        if (count < 1 || count == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a table has 1 or more slots, and fewer than 2147483647: " + count);
        }
        Memory own = array(end.writeEnd());
        replaceOwn(count, RegisterOperation.FILES2, "count=" + count, () -> {
            table.registerSparse(count + 1);
            try {
                table.updatePlain(RegisterOperation.FILES_UPDATE, count, own, 1);
            } catch (ErrnoException e) {
                ring.fd().tryRegister(IoUring.IORING_UNREGISTER_FILES, null, 0);
                throw e;
            }
        });
    }

    /**
     * Changes slots from {@code slot} on. Since Linux 5.5.
     *
     * @param descriptors a descriptor, {@link #EMPTY} or {@link #KEEP} for each slot
     * @return how many slots were changed: if a descriptor is refused, the preceding slots stay changed; only if it is
     *     the first, an exception is thrown
     * @throws IndexOutOfBoundsException if a slot is outside the table
     */
    public int update(int slot, int... descriptors) throws ErrnoException {
        ring.checkMayRegister();
        Memory array = array(descriptors);
        checkAllowed(RegisterOperation.FILES_UPDATE, "slot=" + slot + ", count=" + descriptors.length);
        checkPlaces(RegisterOperation.FILES_UPDATE, slot, descriptors.length);
        return table.updatePlain(RegisterOperation.FILES_UPDATE, slot, array, descriptors.length);
    }

    /** Like {@link #update(int, int...)}, with a tag for each file; an empty place has none. Since Linux 5.13. */
    public int update(int slot, int[] descriptors, long[] tags) throws ErrnoException {
        ring.checkMayRegister();
        Memory array = array(descriptors);
        checkPlaces(RegisterOperation.FILES_UPDATE2, slot, descriptors.length);
        return table.update(slot, array, descriptors.length, Objects.requireNonNull(tags, "tags"));
    }

    private void checkPlaces(RegisterOperation operation, int slot, int count) throws ErrnoException {
        Check.notNegative("slot", slot);
        if (!slots.isTable()) {
            throw ring.fd().refusal(operation, "slot=" + slot + ", count=" + count, -Errno.ENXIO);
        }
        slots.check(slot, count);
    }

    /**
     * Says which slots the kernel may choose from when an operation opens a file into "any" place; until then it is
     * all of them. Since Linux 6.0.
     *
     * @param slot the first of them
     * @param count how many
     * @throws IndexOutOfBoundsException if a slot is outside the table
     */
    public void allocateFrom(int slot, int count) throws ErrnoException {
        ring.checkMayRegister();
        Check.notNegative("count", count);
        checkPlaces(RegisterOperation.FILE_ALLOC_RANGE, slot, count);
        Memory range = Memory.allocate(IoUringFileIndexRange.SIZEOF);
        range.putI32(IoUringFileIndexRange.OFF, slot);
        range.putI32(IoUringFileIndexRange.LEN, count);
        ring.fd().register(RegisterOperation.FILE_ALLOC_RANGE, "slot=" + slot + ", count=" + count, range, 0);
    }

    /**
     * Unregisters the table. Operations under way keep their files until they are over.
     *
     * @throws IllegalStateException if entries are claimed that the kernel has not taken yet: they might name another
     *     file of the next table
     */
    public void unregister() throws ErrnoException {
        ring.checkMayRegister();
        checkAllowed(RegisterOperation.UNREGISTER_FILES, "");
        if (claimed.getAsInt() > 0) {
            throw new IllegalStateException(claimed.getAsInt()
                    + " entries are claimed and not taken by the kernel: submit them before the table of files is"
                    + " unregistered");
        }
        if (!slots.isTable()) {
            throw ring.fd().refusal(RegisterOperation.UNREGISTER_FILES, "", -Errno.ENXIO);
        }
        ring.fd().register(RegisterOperation.UNREGISTER_FILES, "", null, 0);
        slots.none();
        guarded = tryGuard() >= 0;
    }

    private interface Registering {
        void run() throws ErrnoException;
    }

    /**
     * The kernel allows the ring more than its restrictions say, for its own table: what is refused here comes before
     * that.
     */
    private void checkAllowed(RegisterOperation operation, String arguments) throws ErrnoException {
        if (!allowed.contains(operation)) {
            throw ring.fd().refusal(operation, arguments, -Errno.EACCES);
        }
    }

    /** From now on the ring's restrictions allow no other operations. */
    void restrict(Set<RegisterOperation> operations) {
        allowed = EnumSet.copyOf(operations);
    }

    /** Registers a table of the user, whose last position is the ring's, in place of the ring's own. */
    private void replaceOwn(int positions, RegisterOperation needed, String arguments, Registering table)
            throws ErrnoException {
        checkAllowed(needed, arguments);
        if (!slots.isTable()) {
            unguard();
        }
        try {
            table.run();
            slots.set(positions);
            guarded = true;
        } catch (ErrnoException | RuntimeException | Error e) {
            if (!slots.isTable()) {
                guarded = tryGuard() >= 0;
            }
            throw e;
        }
    }

    /** Registers the ring's own table, as long as the user has none; see {@link ContextEnd}. */
    void guard() throws ErrnoException {
        int result = tryGuard();
        if (result < 0) {
            throw ring.fd().refusal(RegisterOperation.FILES, "count=" + OWN_POSITIONS, result);
        }
        guarded = true;
    }

    private int tryGuard() {
        int[] descriptors = new int[OWN_POSITIONS];
        Arrays.fill(descriptors, EMPTY);
        descriptors[OWN_POSITIONS - 1] = end.writeEnd();
        return ring.fd().tryRegister(IoUring.IORING_REGISTER_FILES, array(descriptors), OWN_POSITIONS);
    }

    private void unguard() {
        if (guarded) {
            ring.fd().tryRegister(IoUring.IORING_UNREGISTER_FILES, null, 0);
            guarded = false;
        }
    }

    boolean isGuarded() {
        return guarded;
    }

    FileSlots slots() {
        return slots;
    }

    /**
     * Releases the files now, and not when the kernel gets round to freeing the ring: code that closes a ring and then
     * a device expects the device to be gone.
     *
     * @return {@code false} if the kernel has refused, as it does where the owner has ended
     */
    boolean tryClose() {
        return ring.fd().tryRegister(IoUring.IORING_UNREGISTER_FILES, null, 0) >= 0 || slots.count() == 0;
    }

    /** Releases the user's files, and leaves the ring's in the table. */
    void empty() {
        if (slots.count() > 0) {
            int[] descriptors = new int[slots.count()];
            Arrays.fill(descriptors, EMPTY);
            Memory argument = Memory.allocate(IoUringRsrcUpdate.SIZEOF);
            Memory array = array(descriptors);
            argument.putI64(IoUringRsrcUpdate.DATA, array.address());
            ring.fd().tryRegister(IoUring.IORING_REGISTER_FILES_UPDATE, argument, descriptors.length);
            array.keepAlive();
        }
    }

    private static Memory array(int[] descriptors, int... more) {
        if (descriptors.length == 0) {
            throw new IllegalArgumentException("at least one descriptor is needed, or FixedFiles.EMPTY");
        }
        Memory array = Memory.allocate((descriptors.length + more.length) * Integer.BYTES);
        int at = 0;
        for (int descriptor : descriptors) {
            array.putI32(at, descriptor);
            at += Integer.BYTES;
        }
        for (int descriptor : more) {
            array.putI32(at, descriptor);
            at += Integer.BYTES;
        }
        return array;
    }

    private static Memory array(int descriptor) {
        return array(new int[] {descriptor});
    }
}
