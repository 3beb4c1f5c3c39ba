// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import dev.jrtap.bindings.Unistd;
import java.util.Arrays;

/**
 * io_uring_enter(2) with all its six arguments: seven with the system call's number, and from seven on jnr-ffi packs them anew for
 * each call, which is garbage.
 *
 * <p>So this packs them itself, and keeps the last pack of each thread: a thread that waits again and again on one ring passes the
 * same numbers, and what changes stands behind the pointer.
 */
final class EnterWithArgument {

    private static final int ARGUMENTS = 7;
    private static final Invoker INVOKER = Invoker.getInstance();
    private static final long SYSCALL = Library.getDefault().getSymbolAddress("syscall");
    private static final CallContext CONTEXT = context();
    private static final ThreadLocal<EnterWithArgument> LAST = ThreadLocal.withInitial(EnterWithArgument::new);

    private int fd;
    private int toSubmit;
    private int minComplete;
    private int flags;
    private long argument;
    private int size;
    private HeapInvocationBuffer packed;

    private static CallContext context() {
        Type[] longs = new Type[ARGUMENTS];
        Arrays.fill(longs, Type.SLONG_LONG);
        return CallContext.getCallContext(Type.SLONG_LONG, longs, CallingConvention.DEFAULT, true);
    }

    static int call(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
        EnterWithArgument last = LAST.get();
        if (!last.matches(fd, toSubmit, minComplete, flags, argument, size)) {
            last.pack(fd, toSubmit, minComplete, flags, argument, size);
        }
        long result = INVOKER.invokeLong(CONTEXT, SYSCALL, last.packed);
        return result == -1 ? -LastError.getInstance().get() : (int) result;
    }

    private boolean matches(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
        return packed != null
                && this.fd == fd
                && this.toSubmit == toSubmit
                && this.minComplete == minComplete
                && this.flags == flags
                && this.argument == argument
                && this.size == size;
    }

    private void pack(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
        this.fd = fd;
        this.toSubmit = toSubmit;
        this.minComplete = minComplete;
        this.flags = flags;
        this.argument = argument;
        this.size = size;
        packed = new HeapInvocationBuffer(CONTEXT);
        packed.putLong(Unistd.__NR_io_uring_enter);
        packed.putLong(fd);
        packed.putLong(toSubmit);
        packed.putLong(minComplete);
        packed.putLong(flags);
        packed.putLong(argument);
        packed.putLong(size);
    }
}
