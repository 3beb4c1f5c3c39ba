// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringRsrcRegister;
import dev.jrtap.bindings.IoUringRsrcUpdate;
import dev.jrtap.bindings.IoUringRsrcUpdate2;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;

/**
 * What the tables of registered files and of registered buffers have in common: a table is registered whole, its places
 * are updated, and what a place holds may have a tag.
 *
 * <p>A tag is the user data of a completion, with result 0, that the kernel posts when it no longer uses what had the
 * tag: it was replaced or, since Linux 6.13, unregistered, and the last operation that used it is over. The tag 0 asks
 * for none.
 */
final class ResourceTable {

    private final RegisterCall ring;
    private final UnderWay underWay;
    private final RegisterOperation register;
    private final RegisterOperation update;
    private final String indexName;

    /**
     * The table that {@code register} makes and {@code update} changes: the forms with tags.
     *
     * @param indexName what a place of it is called: slot or bufferIndex
     */
    ResourceTable(
            RegisterCall ring,
            UnderWay underWay,
            RegisterOperation register,
            RegisterOperation update,
            String indexName) {
        this.ring = ring;
        this.indexName = indexName;
        this.underWay = underWay;
        this.register = register;
        this.update = update;
    }

    void registerSparse(int places) throws ErrnoException {
        if (places < 1) {
            throw new IllegalArgumentException("a table has at least one place: " + places);
        }
        Memory argument = Memory.allocate(IoUringRsrcRegister.SIZEOF);
        argument.putI32(IoUringRsrcRegister.NR, places);
        argument.putI32(IoUringRsrcRegister.FLAGS, IoUring.IORING_RSRC_REGISTER_SPARSE);
        ring.fd().register(register, "sparse, places=" + places, argument, argument.size());
    }

    void register(Memory data, int count, long[] tags) throws ErrnoException {
        Memory tagArray = tags(tags, count);
        Memory argument = Memory.allocate(IoUringRsrcRegister.SIZEOF);
        argument.putI32(IoUringRsrcRegister.NR, count);
        argument.putI64(IoUringRsrcRegister.DATA, data.address());
        argument.putI64(IoUringRsrcRegister.TAGS, tagArray.address());
        ring.fd().register(register, "count=" + count, argument, argument.size());
        data.keepAlive();
        tagArray.keepAlive();
    }

    /** Returns how many places were changed: fewer than {@code count} if one in the middle was refused. */
    int update(int index, Memory data, int count, long[] tags) throws ErrnoException {
        Memory tagArray = tags(tags, count);
        Memory argument = Memory.allocate(IoUringRsrcUpdate2.SIZEOF);
        argument.putI32(IoUringRsrcUpdate2.OFFSET, index);
        argument.putI64(IoUringRsrcUpdate2.DATA, data.address());
        argument.putI64(IoUringRsrcUpdate2.TAGS, tagArray == null ? 0 : tagArray.address());
        argument.putI32(IoUringRsrcUpdate2.NR, count);
        int changed = ring.fd().register(update, text(index, count), argument, argument.size());
        data.keepAlive();
        if (tagArray != null) {
            tagArray.keepAlive();
        }
        return changed;
    }

    /** Updates by an operation of the first kind, which knows no tags. */
    int updatePlain(RegisterOperation operation, int index, Memory data, int count) throws ErrnoException {
        Memory argument = Memory.allocate(IoUringRsrcUpdate.SIZEOF);
        argument.putI32(IoUringRsrcUpdate.OFFSET, index);
        argument.putI64(IoUringRsrcUpdate.DATA, data.address());
        int changed = ring.fd().register(operation, text(index, count), argument, count);
        data.keepAlive();
        return changed;
    }

    private String text(int index, int count) {
        return indexName + "=" + index + ", count=" + count;
    }

    /** {@code null} for no tags. */
    private Memory tags(long[] tags, int count) {
        if (tags == null) {
            return null;
        }
        checkTags(tags, count);
        Memory array = Memory.allocate(count * Long.BYTES);
        for (int i = 0; i < count; i++) {
            array.putI64(i * Long.BYTES, tags[i]);
        }
        // A tag completes without an operation.
        underWay.estimate();
        return array;
    }

    static void checkTags(long[] tags, int count) {
        if (tags.length != count) {
            throw new IllegalArgumentException("one tag each is needed: " + tags.length + " for " + count);
        }
        for (long tag : tags) {
            UserData.checked(tag);
        }
    }
}
