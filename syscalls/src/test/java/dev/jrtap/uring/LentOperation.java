// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.Mman;
import dev.jrtap.bindings.Stat;
import dev.jrtap.bindings.Statx;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.bindings.Wait;
import dev.jrtap.bindings.Xattr;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Epoll;
import dev.jrtap.syscall.EpollEvents;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.FutexVector;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** Each operation that is given memory as an object. All end by themselves. */
enum LentOperation {
    OPERATION(
            Place::memory,
            (entry, place, memory) ->
                    entry.operation(IoUring.IORING_OP_READ, place.file.fd(), memory, 0, Place.SIZE, 0)),
    READ(Place::memory, (entry, place, memory) -> entry.read(place.file.fd(), memory, 0)),
    READV(Place::vectors, (entry, place, vectors) -> entry.readv(place.file.fd(), vectors, 0)),
    READ_FIXED(Place::memory, (entry, place, memory) -> entry.readFixed(place.file.fd(), memory, 0, Place.SIZE, 0, 0)),
    READV_FIXED(Place::vectors, (entry, place, vectors) -> entry.readvFixed(place.file.fd(), vectors, 0, 0)),
    WRITE(Place::memory, (entry, place, memory) -> entry.write(place.file.fd(), memory, 0)),
    WRITEV(Place::vectors, (entry, place, vectors) -> entry.writev(place.file.fd(), vectors, 0)),
    WRITE_FIXED(
            Place::memory, (entry, place, memory) -> entry.writeFixed(place.file.fd(), memory, 0, Place.SIZE, 0, 0)),
    WRITEV_FIXED(Place::vectors, (entry, place, vectors) -> entry.writevFixed(place.file.fd(), vectors, 0, 0)),
    SEND(Place::memory, (entry, place, memory) -> entry.send(place.udp.fd(), memory, 0, Place.SIZE, 0)),
    SEND_TO(
            Place::memory,
            (entry, place, memory) -> entry.sendTo(place.udp.fd(), memory, 0, Place.SIZE, 0, place.name)),
    SEND_VECTOR(Place::vectors, (entry, place, vectors) -> entry.sendVector(place.udp.fd(), vectors, 0)),
    SENDMSG(Place::header, (entry, place, header) -> entry.sendmsg(place.udp.fd(), header, 0)),
    SEND_ZC(Place::memory, (entry, place, memory) -> entry.sendZc(place.udp.fd(), memory, 0, Place.SIZE, 0, 0)),
    SEND_ZC_FIXED(
            Place::memory, (entry, place, memory) -> entry.sendZcFixed(place.udp.fd(), memory, 0, Place.SIZE, 0, 0)),
    SEND_TO_ZC(
            Place::memory,
            (entry, place, memory) -> entry.sendToZc(place.udp.fd(), memory, 0, Place.SIZE, 0, place.name)),
    SENDMSG_ZC(Place::header, (entry, place, header) -> entry.sendmsgZc(place.udp.fd(), header, 0, 0)),
    SENDMSG_ZC_FIXED(Place::header, (entry, place, header) -> entry.sendmsgZcFixed(place.udp.fd(), header, 0, 0)),
    RECV(
            Place::memory,
            (entry, place, memory) -> entry.recv(place.idle.fd(), memory, 0, Place.SIZE, SysSocket.MSG_DONTWAIT)),
    RECVMSG(Place::header, (entry, place, header) -> entry.recvmsg(place.idle.fd(), header, SysSocket.MSG_DONTWAIT)),
    GETSOCKOPT(
            Place::memory,
            (entry, place, memory) ->
                    entry.getsockopt(place.udp.fd(), SysSocket.SOL_SOCKET, SysSocket.SO_TYPE, memory)),
    SETSOCKOPT(
            Place::memory,
            (entry, place, memory) ->
                    entry.setsockopt(place.udp.fd(), SysSocket.SOL_SOCKET, SysSocket.SO_REUSEADDR, memory)),
    ACCEPT(Place::address, (entry, place, address) -> entry.accept(place.udp.fd(), address, 0)),
    GETPEERNAME(Place::address, (entry, place, address) -> entry.getpeername(place.udp.fd(), address)),
    GETSOCKNAME(Place::address, (entry, place, address) -> entry.getsockname(place.udp.fd(), address)),
    STATX(
            place -> place.memory(Statx.SIZEOF),
            (entry, place, memory) -> entry.statx(Fcntl.AT_FDCWD, "/", 0, Stat.STATX_BASIC_STATS, memory)),
    SETXATTR(Place::memory, (entry, place, memory) -> entry.setxattr(place.path, "user.lent", memory, 0)),
    FSETXATTR(
            Place::memory,
            (entry, place, memory) -> entry.fsetxattr(place.file.fd(), "user.lent", memory, Xattr.XATTR_CREATE)),
    GETXATTR(Place::memory, (entry, place, memory) -> entry.getxattr(place.path, "user.lent", memory)),
    FGETXATTR(Place::memory, (entry, place, memory) -> entry.fgetxattr(place.file.fd(), "user.lent", memory)),
    PIPE(Place::memory, (entry, place, memory) -> entry.pipe(memory, -1)),
    FILES_UPDATE(
            place -> place.hold(RingFiles.descriptors(-1)), (entry, place, memory) -> entry.filesUpdate(0, memory, 1)),
    MADVISE(Place::memory, (entry, place, memory) -> entry.madvise(memory, 0, Place.SIZE, Mman.MADV_NORMAL)),
    FUTEX_WAIT(Place::memory, (entry, place, memory) -> entry.futexWait(memory, 0, 1)),
    FUTEX_WAKE(Place::memory, (entry, place, memory) -> entry.futexWake(memory, 0, 1)),
    FUTEX_WAITV(
            place -> new FutexVector(1).add(place.memory(), 0, 1),
            (entry, place, vector) -> entry.futexWaitAny(vector)),
    EPOLL_WAIT(
            place -> place.hold(new EpollEvents(1)),
            (entry, place, events) -> entry.epollWait(place.epoll.fd(), events)),
    WAITID(
            place -> place.hold(new ChildInfo()),
            (entry, place, info) -> entry.waitid(Wait.P_PID, 1, info, Wait.WEXITED));

    /** Gives an entry its operation. */
    interface Start<T> {
        Sqe on(Operations entry, Place place, T given);
    }

    private final Function<Place, Object> holder;
    private final Start<Object> start;

    @SuppressWarnings("unchecked") // each start is given what its own holder makes
    <T> LentOperation(Function<Place, T> holder, Start<T> start) {
        this.holder = (Function<Place, Object>) holder;
        this.start = (Start<Object>) start;
    }

    /** What the operation is to be given: memory, or what has memory in it. */
    Object holder(Place place) {
        return holder.apply(place);
    }

    Sqe start(Operations entry, Place place, Object given) {
        return start.on(entry, place, given);
    }

    /** With a holder that nothing else holds. */
    Sqe start(Operations entry, Place place) {
        return start(entry, place, holder(place));
    }

    /** What the operations are on. */
    static final class Place implements AutoCloseable {

        static final int SIZE = 64;

        final String path;
        final Fd file;
        final Fd udp;
        final Fd idle;
        final SockAddr name;
        final Epoll epoll;
        private WeakReference<Object> held;
        private Mapping source;

        Place(Path file) throws IOException {
            Files.write(file, new byte[SIZE]);
            this.path = file.toString();
            this.file = RingFiles.open(file, Fcntl.O_RDWR);
            // What it sends it receives itself, and drops when its queue is full.
            this.udp = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
            this.name = Sockets.nameOf(udp);
            Sockets.check(udp.syscalls().connect(udp.fd(), name.memory().address(), name.length()), "connect");
            this.idle = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
            this.epoll = Epoll.open(udp.syscalls());
            epoll.add(this.udp.fd(), Eventpoll.EPOLLOUT);
        }

        Memory memory() {
            return memory(SIZE);
        }

        Memory memory(int size) {
            return hold(source == null ? Memory.allocate(size) : source.memory().slice(0, size));
        }

        /** From now on memory is a part of this. */
        void takeFrom(Mapping mapping) {
            source = mapping;
        }

        IoVectors vectors() {
            return new IoVectors(1).add(memory(), 0, SIZE);
        }

        MessageHeader header() {
            return new MessageHeader(1, 0).addBuffer(memory(), 0, SIZE);
        }

        SockAddr address() {
            return hold(SockAddr.empty());
        }

        /** Remembers it, and does not keep it. */
        <T> T hold(T holder) {
            held = new WeakReference<>(holder);
            return holder;
        }

        WeakReference<Object> held() {
            return held;
        }

        @Override
        public void close() {
            epoll.close();
            idle.close();
            udp.close();
            file.close();
        }
    }
}
