// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.Closure;
import com.kenai.jffi.Function;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Type;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** A callback has an address from its making to its closing, and no exception goes through C. */
class CallbackTest {

    private static Callback<IntUnaryOperator> of(IntUnaryOperator target) {
        Closure closure = buffer -> buffer.setIntReturn(target.applyAsInt(buffer.getInt(0)));
        return Callback.of(target, closure, Type.SINT32, Type.SINT32);
    }

    private static int call(long address, int argument) {
        Function function = new Function(
                address,
                CallContext.getCallContext(
                        Type.SINT32, new Type[] {Type.SINT32}, com.kenai.jffi.CallingConvention.DEFAULT, false));
        HeapInvocationBuffer arguments = new HeapInvocationBuffer(function);
        arguments.putInt(argument);
        return Invoker.getInstance().invokeInt(function, arguments);
    }

    @Test
    void isCalledAtItsAddress() {
        try (Callback<IntUnaryOperator> callback = of(x -> x + 1)) {
            assertThat(call(callback.address(), 41)).isEqualTo(42);
            assertThat(callback.target().applyAsInt(1)).isEqualTo(2);
            assertThat(Callback.pointer(callback).address()).isEqualTo(callback.address());
        }
    }

    @Test
    void hasNoAddressAfterItsEnd() {
        Callback<IntUnaryOperator> callback = of(x -> x);
        callback.close();

        assertThatThrownBy(callback::address)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("callback is closed: ");
        assertThatThrownBy(() -> Callback.pointer(callback)).isInstanceOf(IllegalStateException.class);
        assertThatCode(callback::close).doesNotThrowAnyException();
    }

    @Test
    void noCallbackIsANullPointerAndNoTargetIsAnError() {
        assertThat(Callback.pointer(null)).isNull();
        assertThatThrownBy(() -> of(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void anExceptionGoesToTheThreadsHandlerAndTheHandlersOwnToNobody() throws InterruptedException {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        AtomicReference<Throwable> escaped = new AtomicReference<>();
        IllegalStateException thrown = new IllegalStateException("in a callback");
        Thread thread = new Thread(() -> {
            try {
                Callback.report(thrown);
            } catch (Throwable e) {
                escaped.set(e);
            }
        });
        thread.setUncaughtExceptionHandler((t, e) -> {
            seen.set(e);
            throw new IllegalArgumentException("in the handler");
        });

        thread.start();
        thread.join();

        assertThat(seen).hasValue(thrown);
        assertThat(escaped).hasValue(null);
    }
}
