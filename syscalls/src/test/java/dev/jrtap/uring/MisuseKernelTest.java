// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.CloseListener;
import dev.jrtap.syscall.ControlMessages;
import dev.jrtap.syscall.Epoll;
import dev.jrtap.syscall.EpollEvents;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.FutexVector;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every public method of a ring and of what belongs to it, called with each number at -1 and at both ends of its type, and with null in
 * place of each object: what cannot be meant is refused by one exception that says what is wrong, before the kernel is entered.
 */
class MisuseKernelTest {

    /** Any value may be meant; what is wrong with one only the kernel knows, and says it by an errno. */
    private static final Set<String> ANY = words(
            // Comes back to the caller, or goes to another program.
            "userData newUserData result value data word0 word1 seed host expected waitid.id track.id untrack.id",
            // Descriptors: to the kernel -1 is like one that is closed, and the working directory is negative.
            "fd ringFd epoll waited fdIn fdOut pipeIn pipeOut directory oldDirectory newDirectory",
            // Bits and kinds.
            "flags ringFlags how events mask mode advice checks resolve options domain type protocol level option command change",
            "idType backlog",
            // Not looked at, and documented so.
            "unsafeAdd.address unsafeOffer.address unsafeAddBuffer.address drain.limit");

    /** -1 stands for the file's own position, or for any slot. */
    private static final String MINUS_ONE =
            "(read|write).*\\.offset|splice\\.offset.*|(acceptDirect|filesUpdate|intoSlot|socketDirect)\\.slot|.*\\.targetSlot";

    /** As much as there is, or without end. */
    private static final Set<String> LARGE = words(
            "bounded unbounded timeout.completions futexWake.count cpu deadlineNanos idleMillis ifIndex leastLeft length limit micros",
            "minWaitNanos nanos number offset offsetIn offsetOut position queue wrap.size allOnFixedFile.slot targetSlot timeoutNanos",
            "times");

    /** Bounds that the JDK checks, in its words, and the handler of a hot loop. */
    private static final String JDK = "(get|put)(I8|U8|U?I?(16|32|64).*|Bytes|String)\\.(at|offset)|drain\\.handler";

    private static final List<Class<? extends Exception>> REFUSALS = List.of(
            IllegalArgumentException.class,
            IndexOutOfBoundsException.class,
            NullPointerException.class,
            // What Linux would have said.
            ErrnoException.class,
            // What this Linux does not have.
            UnsupportedOperationException.class);

    private boolean isMisused;
    private int entered;
    private int errno = Errno.EBADF;
    private final Syscalls sys = (Syscalls) Proxy.newProxyInstance(
            Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> {
                if (!isMisused) {
                    return method.invoke(Syscalls.libc(), arguments);
                }
                entered++;
                return method.getReturnType() == long.class ? (Object) (long) -errno : (Object) (-errno);
            });
    private final Memory memory = Memory.allocate(8192);
    private final List<String> wrong = new ArrayList<>();
    private Ring ring;
    private RegisteredWaits waits;
    private BufferRing buffers;

    private static Set<String> words(String... lines) {
        return Set.of(String.join(" ", lines).split(" "));
    }

    @BeforeEach
    void open() throws Exception {
        Uring.require();
        ring = Ring.builder(sys).entries(64).build();
        waits = waits();
        ring.own();
        ring.files().registerSparse(8);
        buffers = ring.bufferRing(1, 8);
    }

    /** None where the kernel has none: they are registered before the ring is driven, so for all tests. */
    private RegisteredWaits waits() throws ErrnoException {
        try {
            return ring.waits(2);
        } catch (ErrnoException e) {
            assertThat(e.errno()).isEqualTo(Errno.EINVAL);
            return null;
        }
    }

    @AfterEach
    void close() {
        if (ring != null) {
            ring.close();
        }
    }

    @Test
    void operationsAndTheirOptions() throws Exception {
        misuse(Operations.class, this::claim);
        misuse(Sqe.class, () -> claim().nop());
        assertThat(wrong).isEmpty();
    }

    @Test
    void theRingAndItsParts() throws Exception {
        misuse(Ring.class, () -> ring);
        misuse(RingBuilder.class, () -> Ring.builder(sys));
        misuse(SubmissionQueue.class, ring::submission);
        misuse(CompletionQueue.class, () -> {
            claim().nop();
            ring.submitAndWait(1);
            ring.completion().next();
            return ring.completion();
        });
        misuse(FixedFiles.class, ring::files);
        misuse(FixedBuffers.class, ring::buffers);
        misuse(BufferRing.class, () -> buffers);
        misuse(Registrations.class, ring::register);
        misuse(Workers.class, () -> ring.register().workers());
        misuse(BusyPoll.class, () -> ring.register().busyPoll());
        misuse(Cancellation.class, () -> ring.register().cancel());
        misuse(Restrictions.class, ring::restrictions);
        misuse(Workers.Limits.class, null);
        misuse(BusyPoll.Settings.class, null);
        misuse(BlockOperations.Protection.class, null);
        assertThat(wrong).isEmpty();
    }

    @Test
    void waitsThatAreRegistered() throws Exception {
        Feature.require("MEM_REGION", waits != null, "Linux 6.13 or newer is needed");
        misuse(RegisteredWaits.class, () -> waits);
        assertThat(wrong).isEmpty();
    }

    @Test
    void whatGoesWithOperations() throws Exception {
        misuse(IoVectors.class, () -> new IoVectors(2));
        misuse(MessageHeader.class, () -> new MessageHeader(2, 64));
        misuse(ControlMessages.class, () -> {
            ControlMessages control = new MessageHeader(0, 64).control();
            control.add(1, 1, 8);
            return control;
        });
        misuse(FutexVector.class, () -> new FutexVector(2));
        misuse(EpollEvents.class, () -> new EpollEvents(2));
        misuse(PollSet.class, () -> new PollSet(sys, 2));
        misuse(SockAddr.class, SockAddr::empty);
        misuse(Memory.class, () -> Memory.allocate(64));
        misuse(Fd.class, null);
        Epoll epoll = Epoll.open(sys);
        misuse(Epoll.class, () -> epoll);
        epoll.close();
        assertThat(wrong).isEmpty();
    }

    @Test
    void refusesWhatLooksRight() {
        Memory words = Memory.allocate(16);
        assertThatThrownBy(() -> claim().futexWait(words, 2, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("multiple")
                .hasMessageContaining("at=2");
        assertThatThrownBy(() -> new FutexVector(1).add(words, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> claim().futexWaitAny(new FutexVector(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one at least");
        assertThatThrownBy(() -> ring.await(100_000, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("count must be 0..128: 100000");
    }

    @Test
    void namesTheFlagThatTheKernelDoesNotKnow() {
        errno = Errno.EINVAL;
        isMisused = true;
        RingBuilder mixed = Ring.builder(sys).require(SetupFlag.SQE_MIXED, SetupFlag.SQPOLL);
        assertThatThrownBy(mixed::build)
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("likeliest SQE_MIXED, which needs Linux 6.19 or newer");
        isMisused = false;
    }

    private Operations claim() {
        Operations entry = ring.submission().claim();
        if (entry == null) {
            ring.submit();
            ring.completion().drain((userData, result, flags) -> {}, Integer.MAX_VALUE);
            entry = ring.submission().claim();
        }
        return entry;
    }

    private void misuse(Class<?> type, Supplier<Object> target) throws Exception {
        List<Executable> calls = new ArrayList<>(Arrays.asList(type.getConstructors()));
        for (Method method : type.getMethods()) {
            boolean isOwn = method.getDeclaringClass() != Object.class && method.getDeclaringClass() != SqeFields.class;
            boolean isCallable = target != null || Modifier.isStatic(method.getModifiers());
            if (isOwn && isCallable && !method.getName().equals("equals")) {
                calls.add(method);
            }
        }
        for (Executable call : calls) {
            for (int i = 0; i < call.getParameterCount(); i++) {
                for (Object value : values(call.getParameters()[i].getType())) {
                    Object on = target == null ? null : target.get();
                    judge(on, call, i, value, attempt(on, call, i, value));
                }
            }
        }
    }

    private static Object[] values(Class<?> type) {
        if (type == int.class) {
            return new Object[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE};
        } else if (type == long.class) {
            return new Object[] {-1L, Long.MIN_VALUE, Long.MAX_VALUE};
        }
        return type.isPrimitive() ? new Object[0] : new Object[] {null};
    }

    private void judge(Object target, Executable call, int index, Object value, Throwable thrown) {
        String parameter = call.getParameters()[index].getName();
        boolean isConstructor = call instanceof Constructor<?>;
        String name = (isConstructor ? call.getDeclaringClass().getSimpleName() : call.getName()) + "." + parameter;
        boolean isLarge = value instanceof Number number && number.longValue() > 0;
        boolean mayBeMeant = ANY.contains(parameter)
                || ANY.contains(name)
                || value instanceof Number number && number.longValue() == -1 && name.matches(MINUS_ONE)
                || isLarge && (LARGE.contains(parameter) || LARGE.contains(name));
        if (mayBeMeant && (thrown == null || entered > 0)) {
            return;
        }
        boolean isRefused =
                thrown != null && entered == 0 && REFUSALS.stream().anyMatch(kind -> kind.isInstance(thrown));
        String message = thrown == null ? "" : String.valueOf(thrown.getMessage());
        boolean isBare = message.equals("null") || message.matches("-?\\d+") || message.startsWith("Range [");
        if (thrown != null && target instanceof Entry entry && !entry.isBlank()) {
            wrong.add(call.getDeclaringClass().getSimpleName() + "." + name + "=" + value
                    + ": refused, and an operation is left");
        }
        if (!isRefused || isBare && !name.matches(JDK)) {
            wrong.add(call.getDeclaringClass().getSimpleName() + "." + name + "=" + value + ": "
                    + (thrown == null ? "accepted" : thrown) + (entered > 0 ? ", and the kernel was entered" : ""));
        }
    }

    private Throwable attempt(Object target, Executable call, int index, Object value) throws Exception {
        Object[] arguments = new Object[call.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = i == index ? value : argument(call.getParameters()[i]);
        }
        entered = 0;
        isMisused = true;
        try {
            if (call instanceof Constructor<?> constructor) {
                constructor.newInstance(arguments);
            } else {
                ((Method) call).invoke(target, arguments);
            }
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        } finally {
            isMisused = false;
        }
    }

    private Object argument(Parameter parameter) {
        Class<?> type = parameter.getType();
        if (type == int.class) {
            return Set.of("at", "offset", "index", "slot", "targetSlot").contains(parameter.getName()) ? 0 : 2;
        } else if (type == long.class) {
            return parameter.getName().equals("address") ? memory.address() : 2L;
        } else if (type == boolean.class) {
            return true;
        } else if (type.isEnum()) {
            return type.getEnumConstants()[0];
        } else if (type.isArray()) {
            return Array.newInstance(
                    type.getComponentType(), type.getComponentType().isPrimitive() ? 8 : 0);
        }
        return known().filter(type::isInstance)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing for " + type));
    }

    private Stream<Object> known() {
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", 1);
        return Stream.of(
                memory,
                "x",
                sys,
                ring,
                ring.buffers(),
                address,
                SockAddr.of(address),
                new IoVectors(2).add(memory, 0, 4),
                new MessageHeader(0, 64),
                new FutexVector(2).add(memory, 0, 4),
                new EpollEvents(2),
                new ChildInfo(),
                ByteBuffer.allocateDirect(8),
                (Runnable) () -> {},
                (CompletionHandler) (userData, result, flags) -> {},
                (CloseListener) free -> {},
                new Workers.Limits(1, 1),
                new BusyPoll.Settings(1, false, BusyPoll.Tracking.DYNAMIC),
                new BlockOperations.Protection(memory, 0, 0, 0),
                WaitClock.MONOTONIC,
                List.of());
    }
}
