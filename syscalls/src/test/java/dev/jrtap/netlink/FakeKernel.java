// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * System calls whose sockets receive what a test gives them. Descriptors are counted from 0 in the order of their
 * making.
 */
final class FakeKernel {

    /** No real descriptor has such a number. */
    private static final int FIRST_FD = 1_000_000;

    private final Map<Integer, Queue<Object>> incoming = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> sequences = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> flags = new ConcurrentHashMap<>();
    private final Set<Integer> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> refusedAt = new HashMap<>();
    private int next = FIRST_FD;

    Syscalls syscalls() {
        return (Syscalls) Proxy.newProxyInstance(
                Syscalls.class.getClassLoader(),
                new Class<?>[] {Syscalls.class},
                (proxy, method, arguments) -> call(method, arguments));
    }

    /** A socket receives a message, which gets the number of the last request. */
    FakeKernel receives(int socket, byte[] message) {
        queue(socket).add(message);
        return this;
    }

    /** A socket receives a message that has the number of an older request. */
    FakeKernel receivesStale(int socket, byte[] message) {
        queue(socket).add(ByteBuffer.wrap(message));
        return this;
    }

    /** A socket's recv(2) fails. */
    FakeKernel fails(int socket, int errno) {
        queue(socket).add(errno);
        return this;
    }

    /** The {@code nth} call of that name, counted from 1, fails with EMFILE. */
    FakeKernel refuses(String call, int nth) {
        refusedAt.put(call, nth);
        return this;
    }

    /** The {@code NLM_F_*} of the last request of a socket. */
    int flags(int socket) {
        return flags.get(FIRST_FD + socket);
    }

    /** Whether a descriptor has been made and not closed. */
    boolean hasOpen() {
        return !open.isEmpty();
    }

    private Queue<Object> queue(int socket) {
        return incoming.computeIfAbsent(FIRST_FD + socket, fd -> new ConcurrentLinkedQueue<>());
    }

    private Object call(Method method, Object... arguments) throws InterruptedException {
        if (refusedAt.merge(method.getName(), -1, Integer::sum) == 0) {
            return -Errno.EMFILE;
        }
        switch (method.getName()) {
            case "socket", "eventfd" -> {
                open.add(next);
                return next++;
            }
            case "close" -> open.remove((int) arguments[0]);
            case "ppoll" -> {
                Thread.sleep(1);
                return 1;
            }
            case "send" -> {
                Memory header = Memory.wrap((long) arguments[1], Nlmsghdr.SIZEOF);
                flags.put((int) arguments[0], header.getU16(Nlmsghdr.NLMSG_FLAGS));
                sequences.put((int) arguments[0], header.getI32(Nlmsghdr.NLMSG_SEQ));
                return arguments[2];
            }
            case "recv" -> {
                return receive((int) arguments[0], (long) arguments[1], (long) arguments[2]);
            }
            case "read", "write" -> {
                return (long) Long.BYTES;
            }
            default -> {}
        }
        return 0;
    }

    private long receive(int fd, long address, long size) {
        Object item = incoming.getOrDefault(fd, new ConcurrentLinkedQueue<>()).poll();
        if (item == null) {
            return -Errno.EAGAIN;
        }
        if (item instanceof Integer errno) {
            return -errno;
        }
        boolean stale = item instanceof ByteBuffer;
        byte[] message = (stale ? ((ByteBuffer) item).array() : (byte[]) item).clone();
        if (message.length >= Nlmsghdr.NLMSG_SEQ + Integer.BYTES) {
            ByteBuffer.wrap(message)
                    .order(ByteOrder.nativeOrder())
                    .putInt(Nlmsghdr.NLMSG_SEQ, sequences.getOrDefault(fd, 0) - (stale ? 1 : 0));
        }
        int length = (int) Math.min(size, message.length);
        Memory.wrap(address, Math.max(1, length)).putBytes(0, message, 0, length);
        return length;
    }
}
