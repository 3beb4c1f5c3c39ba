// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.Xattr;
import dev.jrtap.memory.Memory;

/**
 * Extended attributes: named values that belong to a file.
 *
 * <p>Names have a prefix, as {@code user.origin}; {@code -EOPNOTSUPP} if the file system does not keep such. Names and paths are
 * copied; values are the kernel's until completion. Relative paths start at the working directory. Since Linux 5.19.
 *
 * <p>Source: xattr(7).
 */
public interface XattrOperations extends SqeFields {

    /**
     * Sets an attribute of a file by path, as setxattr(2); completes with 0.
     *
     * @param length of the value in bytes, at most 65536
     * @param flags {@link Xattr#XATTR_CREATE} to fail with {@code -EEXIST} if it exists, {@link Xattr#XATTR_REPLACE} to fail with
     *     {@code -ENODATA} if it does not; else 0
     */
    default Sqe setxattr(String path, String name, long address, int length, int flags) {
        return ofPath(IoUring.IORING_OP_SETXATTR, path, name, address, length).put32(IoUringSqe.XATTR_FLAGS, flags);
    }

    /** Like {@link #setxattr}, of an open file, as fsetxattr(2). */
    default Sqe fsetxattr(int fd, String name, long address, int length, int flags) {
        return ofFile(IoUring.IORING_OP_FSETXATTR, fd, name, address, length).put32(IoUringSqe.XATTR_FLAGS, flags);
    }

    /**
     * Reads an attribute of a file by path, as getxattr(2); completes with its length, {@code -ENODATA} if there is none,
     * {@code -ERANGE} if it is longer than {@code length}.
     *
     * @param length room for the value in bytes; with 0 only its length is asked for
     */
    default Sqe getxattr(String path, String name, long address, int length) {
        return ofPath(IoUring.IORING_OP_GETXATTR, path, name, address, length);
    }

    /** Like {@link #getxattr}, of an open file, as fgetxattr(2). */
    default Sqe fgetxattr(int fd, String name, long address, int length) {
        return ofFile(IoUring.IORING_OP_FGETXATTR, fd, name, address, length);
    }

    private Sqe ofFile(int opcode, int fd, String name, long address, int length) {
        Memory text = scratch(Memory.stringRoom(name));
        text.putString(0, name);
        return operation(opcode, fd, text.address(), length, address);
    }

    private Sqe ofPath(int opcode, String path, String name, long address, int length) {
        Memory texts = scratch(Math.addExact(Memory.stringRoom(name), Memory.stringRoom(path)));
        int next = texts.putString(0, name);
        texts.putString(next, path);
        return operation(opcode, -1, texts.address(), length, address).put64(IoUringSqe.ADDR3, texts.address() + next);
    }
}
