// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.Ownership;
import org.jspecify.annotations.Nullable;

/**
 * One submission entry in the memory shared with the kernel, seen as {@link Operations} until it has an operation and
 * as {@link Sqe} afterwards. One object serves a whole queue, so that claiming makes no garbage.
 */
final class Entry extends Sqe implements CheckedSlots, TokenOperations, UnsafeOperations {

    // Claimed, and given no operation.
    private static final int BLANK = 0;
    private static final int SET = 1;
    // The operation was given memory, and has a token for its user data.
    private static final int LENT = 2;
    // The kernel may have taken it, or another that is claimed next stands here.
    private static final int SUBMITTED = 3;
    private static final int UNMAPPED = 4;

    private final SubmissionQueue queue;
    private final LentMemory loans;
    private final FileSlots slots;
    private final Ownership door;
    private final Scratch scratch;
    // Null once the memory has been unmapped.
    private Memory entries;
    private int at;
    private boolean large;
    private int state = SUBMITTED;
    // The lower half of the token. An int: a reference would be told to the garbage collector each time.
    private int lent;
    private boolean lastWordsUsed;

    Entry(SubmissionQueue queue, Memory entries, Scratch scratch) {
        this.queue = queue;
        this.loans = queue.lent();
        this.slots = queue.slots();
        this.door = queue.door();
        this.entries = entries;
        this.scratch = scratch;
    }

    Entry wrap(int at) {
        this.at = at;
        this.state = BLANK;
        return this;
    }

    /**
     * Sets whether this entry and those after it have 128 bytes: few queues have both kinds, and each claim would pay
     * for it.
     */
    void large(boolean isLarge) {
        large = isLarge;
    }

    /** Goes on in other memory, into which the entries have been copied. */
    void moveTo(Memory other) {
        entries = other;
    }

    /** This entry and those that still wait with it have been copied to {@code bytes} before their places. */
    void moveDown(int bytes) {
        at -= bytes;
        scratch.moveDown(bytes);
    }

    /** The memory is about to be unmapped: later calls are refused. */
    void unmap() {
        entries = null;
        state = UNMAPPED;
    }

    private Memory entries() {
        door.require();
        if (state >= SUBMITTED) {
            throw state == SUBMITTED
                    ? new IllegalStateException("the entry has been submitted: claim another")
                    : door.closed();
        }
        return entries;
    }

    /** Shown to the kernel: what is told to it from now on would come too late, or reach another's operation. */
    void submitted() {
        if (state != UNMAPPED) {
            state = SUBMITTED;
        }
    }

    /** Returns whether it has no operation, or one that was refused. */
    boolean isBlank() {
        return state == BLANK;
    }

    /** An entry that was given no operation becomes a no-op. */
    void settle() {
        if (isBlank()) {
            nop();
        }
    }

    @Override
    public UnsafeOperations unsafe() {
        return this;
    }

    @Override
    public Entry userData(long userData) {
        Memory entries = entries();
        if (UserData.isReserved(userData)) {
            throw refused(UserData.refusal(userData));
        }
        if (state == LENT) {
            lent().userData(userData);
        } else {
            entries.putI64(at + IoUringSqe.USER_DATA, userData);
        }
        return this;
    }

    @Override
    public Entry keepAlive(Object holder) {
        Memory entries = entries();
        checkHolder(holder);
        if (state == LENT) {
            lent().add(holder);
        } else if ((entries.getU8(at + IoUringSqe.FLAGS) & IoUring.IOSQE_CQE_SKIP_SUCCESS) != 0) {
            loans.keepUntilTheEnd(holder);
        } else {
            long userData = entries.getI64(at + IoUringSqe.USER_DATA);
            LentMemory.Place place = lend(holder, userData, entries.getU8(at + IoUringSqe.OPCODE));
            entries.putI64(at + IoUringSqe.USER_DATA, place.token());
            lent(place);
        }
        return this;
    }

    /** Marks the entry as one of the ring's own. */
    Entry reserved(long userData) {
        entries().putI64(at + IoUringSqe.USER_DATA, userData);
        return flag(queue.ownFlags());
    }

    @Override
    public Entry keepAliveUntilTheEnd(Object holder) {
        entries();
        checkHolder(holder);
        loans.keepUntilTheEnd(holder);
        return this;
    }

    private void checkHolder(@Nullable Object holder) {
        if (holder == null) {
            throw refused(new NullPointerException("holder: what the memory lies in"));
        }
    }

    @Override
    public Entry fixedFile() {
        Memory entries = entries();
        long word = entries.getI64(at);
        int slot = SqeLayout.fd(word);
        if (!slots.contains(slot, 1)) {
            // After the user's slots comes the ring's own.
            throw refused(slots.outside(slot, 1));
        }
        entries.putI64(at, word | SqeLayout.FIXED_FILE);
        return this;
    }

    @Override
    public Entry link() {
        return flag(IoUring.IOSQE_IO_LINK);
    }

    @Override
    public Entry hardLink() {
        return flag(IoUring.IOSQE_IO_HARDLINK);
    }

    @Override
    public Entry drain() {
        queue.beginDrain();
        return flag(IoUring.IOSQE_IO_DRAIN);
    }

    @Override
    public Entry async() {
        return flag(IoUring.IOSQE_ASYNC);
    }

    @Override
    public Entry skipSuccess() {
        queue.countSilent();
        if (state == LENT) {
            entries().putI64(at + IoUringSqe.USER_DATA, loans.keepUntilTheEnd(lent()));
            state = SET;
        }
        return flag(IoUring.IOSQE_CQE_SKIP_SUCCESS);
    }

    @Override
    public Entry bufferSelect(int group) {
        return put16(IoUringSqe.BUF_GROUP, unsigned16("group", group)).flag(IoUring.IOSQE_BUFFER_SELECT);
    }

    @Override
    public Entry personality(int id) {
        return put16(IoUringSqe.PERSONALITY, unsigned16("id", id));
    }

    @Override
    public Entry ioprio(int priority) {
        return put16(IoUringSqe.IOPRIO, unsigned16("priority", priority));
    }

    private int unsigned16(String name, int value) {
        try {
            return Check.unsigned16(name, value);
        } catch (IllegalArgumentException e) {
            throw refused(e);
        }
    }

    @Override
    public Entry operation(int opcode, int fd) {
        return operation(opcode, fd, 0, 0, 0);
    }

    /** Sets the whole entry: what is not named is 0. */
    @Override
    public Entry operation(int opcode, int fd, long address, int length, long offset) {
        checkOpcode(opcode);
        Memory entries = begin(opcode, fd);
        SqeLayout.put(entries, at, opcode, fd, address, length, offset, 0);
        clearLastWords(entries);
        state = SET;
        return this;
    }

    @Override
    public Entry operation(int opcode, int fd, Memory memory, int at, int length, long offset) {
        checkOpcode(opcode);
        long address = memory.address(at, length);
        if (loans.isResident(memory)) {
            return operation(opcode, fd, address, length, offset);
        }
        Memory entries = begin(opcode, fd);
        LentMemory.Place place = lend(memory, 0, opcode);
        SqeLayout.put(entries, this.at, opcode, fd, address, length, offset, place.token());
        clearLastWords(entries);
        return lent(place);
    }

    @Override
    public Entry operation(int opcode, int fd, Memory memory, int at, int length, long offset, int bufferIndex) {
        Check.unsigned16("bufferIndex", bufferIndex);
        if (!loans.isRegistered(memory, bufferIndex)) {
            return operation(opcode, fd, memory, at, length, offset).put16(IoUringSqe.BUF_INDEX, bufferIndex);
        }
        operation(opcode, fd, memory.address(at, length), length, offset);
        if (bufferIndex != 0) {
            lastWordsUsed = true;
            entries.putI16(this.at + IoUringSqe.BUF_INDEX, bufferIndex);
        }
        return this;
    }

    private static void checkOpcode(int opcode) {
        if (opcode >>> Byte.SIZE != 0) {
            throw new IllegalArgumentException("an opcode has 8 bits: " + opcode);
        }
    }

    /** Makes it a new operation: what it was before is forgotten. */
    private Memory begin(int opcode, int fd) {
        Memory entries = entries();
        if (state != BLANK) {
            if (state == LENT) {
                loans.takeBack(lent());
            }
            state = BLANK;
        }
        if (SpecialOperations.contains(opcode)) {
            beginSpecial(opcode, fd);
        }
        return entries;
    }

    private void beginSpecial(int opcode, int fd) {
        if (SpecialOperations.isLarge(opcode)) {
            requireLarge();
        }
        SpecialOperations.begin(queue.underWay(), opcode, fd);
    }

    /** As long as no entry has used them they are still 0. */
    private void clearLastWords(Memory entries) {
        if (lastWordsUsed) {
            SqeLayout.clearLastWords(entries, at);
        }
    }

    private LentMemory.Place lend(Object holder, long userData, int opcode) {
        return loans.lend(holder, userData, SpecialOperations.isZeroCopy(opcode));
    }

    @Override
    public Entry put16(int field, int value) {
        checkField(field, Short.BYTES);
        if (value >>> Short.SIZE != 0 && (short) value != value) {
            throw refused(new IllegalArgumentException("the field has 16 bits: " + value));
        }
        lastWordsUsed |= field >= SqeLayout.LAST_WORDS;
        entries().putI16(at + field, value);
        return this;
    }

    @Override
    public Entry put32(int field, int value) {
        checkField(field, Integer.BYTES);
        lastWordsUsed |= field >= SqeLayout.LAST_WORDS;
        entries().putI32(at + field, value);
        return this;
    }

    @Override
    public Entry put64(int field, long value) {
        checkField(field, Long.BYTES);
        lastWordsUsed |= field >= SqeLayout.LAST_WORDS;
        entries().putI64(at + field, value);
        return this;
    }

    @Override
    public Memory scratch(int size) {
        return scratch.beside(at, Check.notNegative("size", size));
    }

    private Entry flag(int flag) {
        Memory entries = entries();
        entries.putI8(at + IoUringSqe.FLAGS, entries.getU8(at + IoUringSqe.FLAGS) | flag);
        return this;
    }

    @Override
    public Entry rwFlags(int flags) {
        return put32(IoUringSqe.RW_FLAGS, flags);
    }

    /** Returns the {@code IOSQE_*} by which the next entry belongs to the same chain; 0 if it does not. */
    int chain() {
        return entries.getU8(at + IoUringSqe.FLAGS) & (IoUring.IOSQE_IO_LINK | IoUring.IOSQE_IO_HARDLINK);
    }

    void chain(int flags) {
        flag(flags);
    }

    @Override
    public FileSlots slots() {
        return slots;
    }

    @Override
    public LentMemory loans() {
        return loans;
    }

    @Override
    public Sqe cancelEach(int fd, long userData, int flags) {
        return CancelChain.put(this, queue, fd, userData, flags);
    }

    /** Given memory that was lent to it. */
    Entry lent(LentMemory.Place place) {
        lent = (int) place.token();
        state = LENT;
        return this;
    }

    private LentMemory.Place lent() {
        return loans.at(lent);
    }

    @Override
    public Entry intoSlot(int slot) {
        try {
            checkSlot(slot);
        } catch (RuntimeException e) {
            throw refused(e);
        }
        return put32(IoUringSqe.FILE_INDEX, slot == ANY_SLOT ? IoUring.IORING_FILE_INDEX_ALLOC : slot + 1);
    }

    /** What the ring must know of an entry has methods of its own, and what is beside it is another's. */
    private void checkField(int field, int bytes) {
        int end = field + bytes;
        if (end > IoUringSqe.SIZEOF && end <= 2 * IoUringSqe.SIZEOF) {
            requireLarge();
        }
        if (!SqeLayout.isSettable(field, bytes)) {
            throw refused(new IllegalArgumentException(
                    "an entry has no such field that can be set by its place: " + bytes + " bytes at " + field
                            + "; opcode, flags, descriptor and user data have methods of their own"));
        }
    }

    /** What lies behind a small entry is the next one, which the kernel would take for the second half of this. */
    private void requireLarge() {
        if (!large) {
            throw refused(
                    new NotEnabledException("the entry has 64 bytes, and the operation takes 128: use claim128()"));
        }
    }

    /** An operation without an option that was asked for is not started. */
    private RuntimeException refused(RuntimeException reason) {
        if (state == LENT) {
            loans.takeBack(lent());
        }
        state = BLANK;
        return reason;
    }

    private void checkSlot(int slot) {
        boolean pipe = entries().getU8(at + IoUringSqe.OPCODE) == IoUring.IORING_OP_PIPE;
        if (slot == ANY_SLOT) {
            slots.check(0, 0);
        } else {
            slots.check(slot, pipe ? 2 : 1);
        }
    }

    @Override
    public Entry spliceFlags(int flags) {
        return put32(IoUringSqe.SPLICE_FLAGS, flags);
    }

    @Override
    public String toString() {
        if (!queue.isCallerAllowed()) {
            // Its memory may be unmapped at any time.
            return "an entry of another thread's ring, or of one that is closed";
        }
        if (state >= SUBMITTED) {
            return "an entry that has been submitted";
        }
        if (isBlank()) {
            return "an entry without an operation";
        }
        long userData = state == LENT ? lent().userData() : entries.getI64(at + IoUringSqe.USER_DATA);
        return EntryText.of(entries, at, userData);
    }
}
