// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Mman;
import dev.jrtap.bindings.Stat;
import dev.jrtap.bindings.Statx;
import dev.jrtap.bindings.Xattr;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Epoll;
import dev.jrtap.syscall.EpollEvents;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.FutexVector;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;

/** Each operation that is given memory as an object, with memory that nothing else holds. All end by themselves. */
enum LentOperation {
    READ((entry, place) -> entry.read(place.file.fd(), place.fresh(), 0)),
    READV((entry, place) -> entry.readv(place.file.fd(), new IoVectors(1).add(place.fresh(), 0, Place.SIZE), 0)),
    READ_FIXED((entry, place) -> entry.readFixed(place.file.fd(), place.fresh(), 0, Place.SIZE, 0, 0)),
    WRITE((entry, place) -> entry.write(place.file.fd(), place.fresh(), 0)),
    WRITEV((entry, place) -> entry.writev(place.file.fd(), new IoVectors(1).add(place.fresh(), 0, Place.SIZE), 0)),
    WRITE_FIXED((entry, place) -> entry.writeFixed(place.file.fd(), place.fresh(), 0, Place.SIZE, 0, 0)),
    SEND((entry, place) -> entry.send(place.udp.fd(), place.fresh(), 0, Place.SIZE, 0)),
    SEND_TO((entry, place) -> entry.sendTo(place.udp.fd(), place.fresh(), 0, Place.SIZE, 0, place.name)),
    SEND_VECTOR(
            (entry, place) -> entry.sendVector(place.udp.fd(), new IoVectors(1).add(place.fresh(), 0, Place.SIZE), 0)),
    SENDMSG((entry, place) ->
            entry.sendmsg(place.udp.fd(), new MessageHeader(1, 0).addBuffer(place.fresh(), 0, Place.SIZE), 0)),
    SEND_ZC((entry, place) -> entry.sendZc(place.udp.fd(), place.fresh(), 0, Place.SIZE, 0, 0)),
    SEND_TO_ZC((entry, place) -> entry.sendToZc(place.udp.fd(), place.fresh(), 0, Place.SIZE, 0, place.name)),
    SENDMSG_ZC((entry, place) ->
            entry.sendmsgZc(place.udp.fd(), new MessageHeader(1, 0).addBuffer(place.fresh(), 0, Place.SIZE), 0, 0)),
    RECV((entry, place) -> entry.recv(place.idle.fd(), place.fresh(), 0, Place.SIZE, Place.MSG_DONTWAIT)),
    RECVMSG((entry, place) -> entry.recvmsg(
            place.idle.fd(), new MessageHeader(1, 0).addBuffer(place.fresh(), 0, Place.SIZE), Place.MSG_DONTWAIT)),
    GETSOCKOPT((entry, place) -> entry.getsockopt(place.udp.fd(), 1, 3, place.fresh())),
    SETSOCKOPT((entry, place) -> entry.setsockopt(place.udp.fd(), 1, 2, place.fresh())),
    GETSOCKNAME((entry, place) -> entry.getsockname(place.udp.fd(), place.hold(SockAddr.empty()))),
    STATX((entry, place) ->
            entry.statx(Place.WORKING_DIRECTORY, "/", 0, Stat.STATX_BASIC_STATS, place.fresh(Statx.SIZEOF))),
    SETXATTR((entry, place) -> entry.setxattr(place.path, "user.lent", place.fresh(), 0)),
    FSETXATTR((entry, place) -> entry.fsetxattr(place.file.fd(), "user.lent", place.fresh(), Xattr.XATTR_CREATE)),
    GETXATTR((entry, place) -> entry.getxattr(place.path, "user.lent", place.fresh())),
    FGETXATTR((entry, place) -> entry.fgetxattr(place.file.fd(), "user.lent", place.fresh())),
    PIPE((entry, place) -> entry.pipe(place.fresh(), -1)),
    FILES_UPDATE((entry, place) -> entry.filesUpdate(0, place.hold(RingFiles.descriptors(-1)), 1)),
    MADVISE((entry, place) -> entry.madvise(place.fresh(), 0, Place.SIZE, Mman.MADV_NORMAL)),
    FUTEX_WAIT((entry, place) -> entry.futexWait(place.fresh(), 0, 1)),
    FUTEX_WAKE((entry, place) -> entry.futexWake(place.fresh(), 0, 1)),
    FUTEX_WAITV((entry, place) -> entry.futexWaitAny(new FutexVector(1).add(place.fresh(), 0, 1))),
    EPOLL_WAIT((entry, place) -> entry.epollWait(place.epoll.fd(), place.hold(new EpollEvents(1)))),
    WAITID((entry, place) -> entry.waitid(Place.P_PID, 1, place.hold(new ChildInfo()), Place.WEXITED));

    /** Gives an entry its operation. */
    interface Start {
        Sqe on(Operations entry, Place place);
    }

    private final Start start;

    LentOperation(Start start) {
        this.start = start;
    }

    Sqe start(Operations entry, Place place) {
        return start.on(entry, place);
    }

    /** What the operations are on. */
    static final class Place implements AutoCloseable {

        static final int SIZE = 64;
        static final int MSG_DONTWAIT = 0x40;
        static final int WORKING_DIRECTORY = -100;
        static final int P_PID = 1;
        static final int WEXITED = 4;

        final String path;
        final Fd file;
        final Fd udp;
        final Fd idle;
        final SockAddr name;
        final Epoll epoll;
        private WeakReference<Object> held;

        Place(Path file) throws IOException {
            Files.write(file, new byte[SIZE]);
            this.path = file.toString();
            this.file = RingFiles.open(file, dev.jrtap.bindings.Fcntl.O_RDWR);
            // What it sends it receives itself, and drops when its queue is full.
            this.udp = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
            this.name = Sockets.nameOf(udp);
            Sockets.check(udp.syscalls().connect(udp.fd(), name.memory().address(), name.length()), "connect");
            this.idle = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
            this.epoll = Epoll.open(udp.syscalls());
            epoll.add(this.udp.fd(), dev.jrtap.bindings.Eventpoll.EPOLLOUT);
        }

        Memory fresh() {
            return fresh(SIZE);
        }

        Memory fresh(int size) {
            return hold(Memory.allocate(size));
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
