// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Fs;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.OpenHow;
import dev.jrtap.bindings.Openat2;
import dev.jrtap.bindings.Stat;
import dev.jrtap.bindings.Statx;
import dev.jrtap.memory.Memory;

/**
 * Operations on files by name.
 *
 * <p>A path that does not begin with a slash starts at the directory whose descriptor is given, or at the working
 * directory for {@link Fcntl#AT_FDCWD}. Paths are UTF-8, without a zero byte inside, and copied. They complete with 0
 * where nothing else is said, or with {@code -errno}.
 */
public interface PathOperations extends XattrOperations {

    /**
     * Opens a file, as openat(2); completes with the descriptor, or with 0 or the position where it is put
     * {@link Sqe#intoSlot}. Since Linux 5.6.
     *
     * @param flags {@code O_*} of open(2)
     * @param mode permissions of a file that is created, as 0600
     */
    default Sqe openat(int directory, String path, int flags, int mode) {
        Memory name = scratch(Memory.stringRoom(path));
        name.putString(0, path);
        return unsafe().operation(IoUring.IORING_OP_OPENAT, directory, name.address(), mode, 0)
                .put32(IoUringSqe.OPEN_FLAGS, flags);
    }

    /**
     * Opens a file as {@link #openat} does, but refuses flags it does not know, and can restrict how the path is
     * resolved, as openat2(2). Since Linux 5.6.
     *
     * @param mode 0 unless a file may be created, otherwise {@code -EINVAL}
     * @param resolve {@code RESOLVE_*} of {@link Openat2}
     */
    default Sqe openat2(int directory, String path, long flags, int mode, long resolve) {
        Memory how = scratch(OpenHow.SIZEOF + Memory.stringRoom(path));
        how.putI64(OpenHow.FLAGS, flags);
        how.putI64(OpenHow.MODE, mode);
        how.putI64(OpenHow.RESOLVE, resolve);
        how.putString(OpenHow.SIZEOF, path);
        return unsafe().operation(
                        IoUring.IORING_OP_OPENAT2,
                        directory,
                        how.address() + OpenHow.SIZEOF,
                        OpenHow.SIZEOF,
                        how.address());
    }

    /**
     * Reads the status of a file, as statx(2). Since Linux 5.6.
     *
     * @param path the file, or an empty one with {@link Fcntl#AT_EMPTY_PATH} for {@code directory} itself
     * @param flags {@code AT_*}
     * @param mask the requested fields, {@code STATX_*} of {@link Stat}
     * @param answer receives a struct statx, {@link Statx#SIZEOF} bytes; the kernel's until completion
     */
    default Sqe statx(int directory, String path, int flags, int mask, Memory answer) {
        long address = answer.address();
        if (answer.size() < Statx.SIZEOF) {
            throw new IllegalArgumentException("struct statx has " + Statx.SIZEOF + " bytes, more than " + answer);
        }
        Memory name = scratch(Memory.stringRoom(path));
        name.putString(0, path);
        return unsafe().operation(IoUring.IORING_OP_STATX, directory, name.address(), mask, address)
                .put32(IoUringSqe.STATX_FLAGS, flags)
                .keepAlive(answer);
    }

    /**
     * Renames or moves a file within its file system, as renameat2(2). Since Linux 5.11.
     *
     * @param flags {@code RENAME_*} of {@link Fs}, or 0
     */
    default Sqe renameat(int oldDirectory, String oldPath, int newDirectory, String newPath, int flags) {
        return twoPaths(IoUring.IORING_OP_RENAMEAT, oldDirectory, oldPath, newPath)
                .put32(IoUringSqe.LEN, newDirectory)
                .put32(IoUringSqe.RENAME_FLAGS, flags);
    }

    /**
     * Removes a name, and the file with its last one, as unlinkat(2). Since Linux 5.11.
     *
     * @param flags {@link Fcntl#AT_REMOVEDIR} for a directory, which must be empty; otherwise 0
     */
    default Sqe unlinkat(int directory, String path, int flags) {
        Memory name = scratch(Memory.stringRoom(path));
        name.putString(0, path);
        return unsafe().operation(IoUring.IORING_OP_UNLINKAT, directory, name.address(), 0, 0)
                .put32(IoUringSqe.UNLINK_FLAGS, flags);
    }

    /** Makes a directory with the permissions {@code mode}, as mkdirat(2). Since Linux 5.15. */
    default Sqe mkdirat(int directory, String path, int mode) {
        Memory name = scratch(Memory.stringRoom(path));
        name.putString(0, path);
        return unsafe().operation(IoUring.IORING_OP_MKDIRAT, directory, name.address(), mode, 0);
    }

    /**
     * Makes a symbolic link, as symlinkat(2). Since Linux 5.15.
     *
     * @param target its content, stored unchanged
     * @param path where it is made
     */
    default Sqe symlinkat(String target, int directory, String path) {
        return twoPaths(IoUring.IORING_OP_SYMLINKAT, directory, target, path);
    }

    /**
     * Makes a hard link to a file, as linkat(2). Since Linux 5.15.
     *
     * @param flags {@link Fcntl#AT_SYMLINK_FOLLOW}, {@link Fcntl#AT_EMPTY_PATH}, or 0
     */
    default Sqe linkat(int oldDirectory, String oldPath, int newDirectory, String newPath, int flags) {
        return twoPaths(IoUring.IORING_OP_LINKAT, oldDirectory, oldPath, newPath)
                .put32(IoUringSqe.LEN, newDirectory)
                .put32(IoUringSqe.HARDLINK_FLAGS, flags);
    }

    private Sqe twoPaths(int opcode, int directory, String first, String second) {
        Memory names = scratch(Math.addExact(Memory.stringRoom(first), Memory.stringRoom(second)));
        int next = names.putString(0, first);
        names.putString(next, second);
        return unsafe().operation(opcode, directory, names.address(), 0, names.address() + next);
    }
}
