// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.FdLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why the kernel refuses to register something, and what to do about it. */
final class RegisterHints {

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LOCKED_MEMORY = "Max locked memory";

    private RegisterHints() {}

    static String of(int errno, RegisterOperation operation) {
        String particular = switch (operation) {
            case BUFFERS, BUFFERS2, BUFFERS_UPDATE, UNREGISTER_BUFFERS, CLONE_BUFFERS -> buffers(errno);
            case FILES, FILES2, FILES_UPDATE, FILES_UPDATE2, UNREGISTER_FILES, FILE_ALLOC_RANGE -> files(errno);
            case PBUF_RING -> bufferRing(errno);
            case UNREGISTER_PBUF_RING, PBUF_STATUS -> bufferGroup(errno, operation);
            case EVENTFD, EVENTFD_ASYNC, UNREGISTER_EVENTFD -> eventFd(errno);
            case IOWQ_AFF, UNREGISTER_IOWQ_AFF, IOWQ_MAX_WORKERS -> workers(errno);
            case RESTRICTIONS -> restrictions(errno);
            case SEND_MSG_RING -> message(errno);
            case NAPI, UNREGISTER_NAPI -> napi(errno);
            case ZCRX_IFQ, ZCRX_CTRL -> zeroCopy(errno);
            case RESIZE_RINGS -> resize(errno);
            case MEM_REGION -> region(errno);
            case QUERY -> query(errno);
            case SYNC_CANCEL -> cancel(errno);
            default -> "";
        };
        return particular.isEmpty() ? general(errno, operation) : particular;
    }

    /**
     * Returns the cause for a request without a ring: a kernel that knows no such call takes the -1 in place of one for
     * a descriptor.
     */
    static String withoutRing(int errno, RegisterOperation operation) {
        boolean limits = operation == RegisterOperation.RESTRICTIONS || operation == RegisterOperation.BPF_FILTER;
        if (!limits) {
            return of(errno, operation);
        }
        return switch (Errno.name(errno)) {
            case "EBADF", "EINVAL" -> "Linux 7.0 or newer is needed to limit a thread";
            case "EACCES" -> "a thread without CAP_SYS_ADMIN must have set PR_SET_NO_NEW_PRIVS, see prctl(2)";
            case "EPERM" -> "the thread is limited already, and limits cannot be changed";
            default -> of(errno, operation);
        };
    }

    private static String buffers(int errno) {
        if (errno == Errno.ENOMEM) {
            return "out of memory, or of memory that this user may lock, now " + lockedMemory()
                    + " (RLIMIT_MEMLOCK): raise `ulimit -l`, run with CAP_IPC_LOCK, or register less";
        }
        if (errno == Errno.EFAULT) {
            return "a buffer is not mapped from its first byte to its last, is not writable, or is a mapping of a file"
                    + " whose pages cannot be pinned: use anonymous memory";
        }
        if (errno == Errno.EOPNOTSUPP) {
            return "a buffer is a mapping of a file whose pages cannot be pinned: use anonymous memory";
        }
        if (errno == Errno.EBUSY) {
            return "the ring has a table of buffers already: update it, or unregister it first";
        }
        return errno == Errno.ENXIO ? "no table of buffers is registered" : "";
    }

    private static String files(int errno) {
        if (errno == Errno.EBADF) {
            return "one of the descriptors is not open, or is that of an io_uring, which cannot be registered";
        }
        if (errno == Errno.EBUSY) {
            return "the ring has a table of files already: update it, or unregister it first";
        }
        if (errno == Errno.EMFILE) {
            return "more files than this process may have open: raise `ulimit -n`, or use a smaller table";
        }
        if (errno == Errno.EOVERFLOW) {
            return "the range does not fit into 32 bits";
        }
        return errno == Errno.ENXIO ? "no table of files is registered" : "";
    }

    private static String bufferRing(int errno) {
        if (errno == Errno.EEXIST) {
            return "the group has buffers already, or the ring belongs to another thread";
        }
        return errno == Errno.EINVAL
                ? "Linux 5.19 or newer is needed (Linux 6.4 for KERNEL_MEMORY, Linux 6.12 for INCREMENTAL)"
                : "";
    }

    private static String bufferGroup(int errno, RegisterOperation operation) {
        boolean absent = errno == Errno.ENOENT || errno == Errno.EINVAL && operation != RegisterOperation.PBUF_STATUS;
        return absent ? "there is no such group" : "";
    }

    private static String eventFd(int errno) {
        if (errno == Errno.EBUSY) {
            return "the ring has an eventfd already: unregister it first";
        }
        if (errno == Errno.EBADF || errno == Errno.EINVAL) {
            return "the descriptor is not that of an open eventfd";
        }
        return errno == Errno.ENXIO ? "no eventfd is registered" : "";
    }

    private static String workers(int errno) {
        return errno == Errno.EINVAL
                ? "no such processor is online, or the calling thread has no io_uring of its own:"
                        + " call on the thread that has built or drives the ring"
                : "";
    }

    private static String restrictions(int errno) {
        if (errno == Errno.EBADFD) {
            return "the ring is driven already: restrict it before the first submit or wait";
        }
        if (errno == Errno.EINVAL) {
            return "it allows what this kernel does not know, or more than the kernel has: see Capabilities";
        }
        return errno == Errno.EBUSY ? "the ring is restricted already, and restrictions cannot change" : "";
    }

    private static String message(int errno) {
        if (errno == Errno.EBADFD) {
            return "the ring to be sent to is not driven yet, or not the descriptor of a ring";
        }
        return errno == Errno.EOVERFLOW ? "the completion queue of the ring to be sent to is full" : "";
    }

    private static String napi(int errno) {
        if (errno == Errno.EEXIST) {
            return "the id is tracked already, or the ring belongs to another thread";
        }
        if (errno == Errno.EINVAL) {
            return "Linux 6.9 or newer is needed (Linux 6.13 for STATIC tracking), or an argument is out of range";
        }
        return errno == Errno.ENOENT ? "the id is not tracked" : "";
    }

    private static String zeroCopy(int errno) {
        if (errno == Errno.EPERM) {
            return "CAP_NET_ADMIN is needed";
        }
        if (errno == Errno.ENODEV) {
            return "there is no such interface in this network namespace";
        }
        if (errno == Errno.EOPNOTSUPP) {
            return "the driver of the interface cannot receive into memory of a process:"
                    + " it takes a network card whose queues have memory providers, with header split switched on";
        }
        if (errno == Errno.EINVAL) {
            return "Linux 6.15 or newer is needed (7.0 for control), a ring with DEFER_TASKRUN and CQE32 or CQE_MIXED,"
                    + " and an area of whole pages";
        }
        if (errno == Errno.ERANGE) {
            return "the interface has no such queue";
        }
        if (errno == Errno.ENXIO) {
            return "the ring has no zero-copy queue with this id";
        }
        return errno == Errno.EBUSY || errno == Errno.EEXIST ? "the queue is in use" : "";
    }

    private static String resize(int errno) {
        if (errno == Errno.EINVAL) {
            return "Linux 6.13 or newer is needed and a ring with DEFER_TASKRUN, and more completions than entries";
        }
        return errno == Errno.EOVERFLOW ? "what waits in the queues does not fit into the new ones: drain first" : "";
    }

    private static String cancel(int errno) {
        if (errno == Errno.EBADF) {
            return "no such file is registered or open";
        }
        if (errno == Errno.EINVAL) {
            return "Linux 6.0 or newer is needed (Linux 6.6 to cancel by kind)";
        }
        return errno == Errno.ETIME ? "it was found, and was not over in time" : "";
    }

    private static String region(int errno) {
        if (errno == Errno.EBUSY) {
            return "the ring has a region already";
        }
        return errno == Errno.EINVAL ? "Linux 6.13 or newer is needed, and a ring that is not driven yet" : "";
    }

    private static String query(int errno) {
        return errno == Errno.EBADF ? "Linux " + RegisterOperation.QUERY.since() + " or newer is needed" : "";
    }

    private static String general(int errno, RegisterOperation operation) {
        if (errno == Errno.EINVAL) {
            return "Linux " + operation.since() + " or newer is needed, or an argument is out of range";
        }
        if (errno == Errno.EPERM) {
            return "not permitted: a seccomp filter or a missing capability";
        }
        if (errno == Errno.ENOSYS) {
            return "a seccomp filter hides the call; in a container, run with a profile that allows io_uring";
        }
        if (errno == Errno.EACCES) {
            return "the ring's restrictions do not allow it: Restrictions.allow(RegisterOperation." + operation
                    + ") would have";
        }
        if (errno == Errno.EEXIST) {
            return "there is one registered already, or the ring belongs to another thread";
        }
        if (errno == Errno.EOPNOTSUPP) {
            return "this kernel was built without it";
        }
        if (errno == Errno.ENOMEM) {
            return "out of memory, or of memory that this user may lock, now " + lockedMemory()
                    + " (RLIMIT_MEMLOCK): raise `ulimit -l`, or register less";
        }
        return FdLimits.hint(errno);
    }

    /** Returns the present limit, as {@code "65536 bytes"}. */
    private static String lockedMemory() {
        try {
            for (String line : Files.readAllLines(LIMITS)) {
                if (line.startsWith(LOCKED_MEMORY)) {
                    String soft = line.substring(LOCKED_MEMORY.length()).trim().split(" +")[0];
                    return soft.equals("unlimited") ? soft : soft + " bytes";
                }
            }
        } catch (IOException e) {
            // No /proc: then the message names the limit and not its value.
        }
        return "unknown";
    }
}
