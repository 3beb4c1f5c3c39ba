// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Closure;
import com.kenai.jffi.ClosureManager;
import com.kenai.jffi.Type;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * A Java object that C may call through an address.
 *
 * <p><i>Ownership:</i> C may keep the address, so a callback is not garbage-collected before it is closed. Close it
 * when C no longer has the address, and not during a call; one that is never closed is never freed.
 *
 * <p><i>Threads:</i> any thread may call it, and any may close it.
 *
 * @param <T> the interface of the function
 */
public final class Callback<T> implements AutoCloseable {

    private static final Set<Callback<?>> OPEN = ConcurrentHashMap.newKeySet();

    private final T target;
    private final long address;
    private final Closure.Handle closure;
    private volatile boolean closed;

    private Callback(T target, long address, Closure.Handle closure) {
        this.target = target;
        this.address = address;
        this.closure = closure;
    }

    /**
     * Returns as a callback an address to which a library gives a meaning, such as {@code SQLITE_TRANSIENT}. It need
     * not be closed.
     */
    public static <T> Callback<T> at(long address) {
        return new Callback<>(null, address, null);
    }

    /** Returns a new callback whose arguments and result {@code closure} carries between C and {@code target}. */
    static <T> Callback<T> of(T target, Closure closure, Type result, Type... parameters) {
        if (target == null) {
            throw new NullPointerException("target");
        }
        Closure.Handle handle =
                ClosureManager.getInstance().newClosure(closure, result, parameters, CallingConvention.DEFAULT);
        handle.setAutoRelease(false);
        Callback<T> callback = new Callback<>(target, handle.getAddress(), handle);
        OPEN.add(callback);
        return callback;
    }

    /** Returns the Java object that is called; {@code null} for a callback that is an address only. */
    public T target() {
        return target;
    }

    /**
     * Returns the address that C calls.
     *
     * @throws IllegalStateException if this callback is closed
     */
    public long address() {
        if (closed) {
            throw new IllegalStateException("callback is closed: " + target);
        }
        return address;
    }

    /** Frees the address, which C must not call any more. Closing a callback again has no effect. */
    @Override
    public void close() {
        if (OPEN.remove(this)) {
            closed = true;
            closure.dispose();
        }
    }

    /** Returns the address of a callback as a pointer; {@code null}, C's NULL, for none. */
    public static Pointer pointer(Callback<?> callback) {
        return callback == null ? null : Pointer.wrap(Runtime.getSystemRuntime(), callback.address());
    }

    /** Passes an exception to the thread's uncaught exception handler, because it cannot propagate through C. */
    static void report(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (RuntimeException | Error e) {
            // The JVM, too, ignores what an uncaught exception handler throws.
            return;
        }
    }
}
