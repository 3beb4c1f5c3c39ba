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
 * io_uring_enter(2) with all its six arguments: seven with the system call's number, and from seven on jnr-ffi packs
 * them anew for each call, which is garbage.
 *
 * <p>So this packs them itself, and keeps the packs that each thread used last: a thread that waits again and again
 * passes the same few combinations of numbers, and what else changes stands behind the pointer.
 */
final class EnterWithArgument {

    private static final int ARGUMENTS = 7;
    private static final int KEPT = 256;
    private static final Invoker INVOKER = Invoker.getInstance();
    private static final long SYSCALL = Library.getDefault().getSymbolAddress("syscall");
    private static final CallContext CONTEXT = context();
    private static final ThreadLocal<EnterWithArgument[]> OF_THREAD =
            ThreadLocal.withInitial(() -> new EnterWithArgument[KEPT]);

    private final int fd;
    private final int toSubmit;
    private final int minComplete;
    private final int flags;
    private final long argument;
    private final int size;
    private final HeapInvocationBuffer packed = new HeapInvocationBuffer(CONTEXT);

    private EnterWithArgument(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
        this.fd = fd;
        this.toSubmit = toSubmit;
        this.minComplete = minComplete;
        this.flags = flags;
        this.argument = argument;
        this.size = size;
        packed.putLong(Unistd.__NR_io_uring_enter);
        packed.putLong(fd);
        packed.putLong(toSubmit);
        packed.putLong(minComplete);
        packed.putLong(flags);
        packed.putLong(argument);
        packed.putLong(size);
    }

    private static CallContext context() {
        Type[] longs = new Type[ARGUMENTS];
        Arrays.fill(longs, Type.SLONG_LONG);
        return CallContext.getCallContext(Type.SLONG_LONG, longs, CallingConvention.DEFAULT, true);
    }

    static int call(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
        EnterWithArgument[] kept = OF_THREAD.get();
        // What differs most between two calls of a thread: how many are handed over and waited for.
        int place = (toSubmit * 19 + minComplete + fd * 83) & (KEPT - 1);
        EnterWithArgument pack = kept[place];
        if (pack == null || !pack.matches(fd, toSubmit, minComplete, flags, argument, size)) {
            pack = new EnterWithArgument(fd, toSubmit, minComplete, flags, argument, size);
            kept[place] = pack;
        }
        long result = INVOKER.invokeLong(CONTEXT, SYSCALL, pack.packed);
        return result == -1 ? -LastError.getInstance().get() : (int) result;
    }

    private boolean matches(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
        return this.fd == fd
                && this.toSubmit == toSubmit
                && this.minComplete == minComplete
                && this.flags == flags
                && this.argument == argument
                && this.size == size;
    }
}
