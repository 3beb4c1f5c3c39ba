// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.Xattr;
import dev.jrtap.memory.Memory;

/**
 * Extended attributes: named values that belong to a file.
 *
 * <p>Names have a prefix, as {@code user.origin}; {@code -EOPNOTSUPP} if the file system does not support it. Names and
 * paths are copied; values are the kernel's until completion. Relative paths start at the working directory. Since
 * Linux 5.19.
 *
 * <p>Source: xattr(7).
 */
public interface XattrOperations extends SqeFields {

    /**
     * Sets an attribute of a file by path, as setxattr(2); completes with 0.
     *
     * @param value all of it, at most 65536 bytes
     * @param flags {@link Xattr#XATTR_CREATE} to fail with {@code -EEXIST} if it exists, {@link Xattr#XATTR_REPLACE} to
     *     fail with {@code -ENODATA} if it does not; otherwise 0
     */
    default Sqe setxattr(String path, String name, Memory value, int flags) {
        return ofPath(IoUring.IORING_OP_SETXATTR, path, name, value).put32(IoUringSqe.XATTR_FLAGS, flags);
    }

    /** Like {@link #setxattr}, of an open file, as fsetxattr(2). */
    default Sqe fsetxattr(int fd, String name, Memory value, int flags) {
        return ofFile(IoUring.IORING_OP_FSETXATTR, fd, name, value).put32(IoUringSqe.XATTR_FLAGS, flags);
    }

    /**
     * Reads an attribute of a file by path, as getxattr(2); completes with its length, {@code -ENODATA} if there is
     * none, {@code -ERANGE} if {@code value} has no room for it.
     *
     * @param value receives it; where it has no bytes only the length is asked for
     */
    default Sqe getxattr(String path, String name, Memory value) {
        return ofPath(IoUring.IORING_OP_GETXATTR, path, name, value);
    }

    /** Like {@link #getxattr}, of an open file, as fgetxattr(2). */
    default Sqe fgetxattr(int fd, String name, Memory value) {
        return ofFile(IoUring.IORING_OP_FGETXATTR, fd, name, value);
    }

    private Sqe ofFile(int opcode, int fd, String name, Memory value) {
        Memory text = scratch(Memory.stringRoom(name));
        text.putString(0, name);
        return unsafe().operation(opcode, fd, text.address(), value.size(), value.address())
                .keepAlive(value);
    }

    private Sqe ofPath(int opcode, String path, String name, Memory value) {
        Memory texts = scratch(Math.addExact(Memory.stringRoom(name), Memory.stringRoom(path)));
        int next = texts.putString(0, name);
        texts.putString(next, path);
        return unsafe().operation(opcode, -1, texts.address(), value.size(), value.address())
                .put64(IoUringSqe.ADDR3, texts.address() + next)
                .keepAlive(value);
    }
}
