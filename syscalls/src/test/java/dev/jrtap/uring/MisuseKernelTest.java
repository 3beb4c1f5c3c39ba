// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Misuse;
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
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every public method of a ring and of what belongs to it, called with each number at -1 and at both ends of its type,
 * and with null in place of each object: what cannot be meant is refused by one exception that says what is wrong,
 * before the kernel is entered.
 */
@Tag("any-user")
class MisuseKernelTest {

    /** Any value may be meant; what is wrong with one only the kernel knows, and says it by an errno. */
    private static final Set<String> ANY = Misuse.words(
            // Comes back to the caller, or goes to another program.
            "userData newUserData result value data word0 word1 seed host expected waitid.id track.id untrack.id",
            // Descriptors: to the kernel -1 is like one that is closed, and the working directory is negative.
            "fd ringFd epoll waited fdIn fdOut pipeIn pipeOut directory oldDirectory newDirectory",
            // Bits and kinds.
            "flags ringFlags how events mask mode advice checks resolve options domain type protocol level option",
            "command change",
            "idType backlog",
            // Not looked at, and documented so.
            "unsafeAdd.address unsafeOffer.address unsafeAddBuffer.address drain.limit");

    /** -1 stands for the file's own position, or for any slot. */
    private static final String MINUS_ONE = "(read|write).*\\.offset|splice\\.offset.*|.*\\.targetSlot"
            + "|(acceptDirect|filesUpdate|intoSlot|socketDirect)\\.slot";

    /** As much as there is, or without end. */
    private static final Set<String> LARGE = Misuse.words(
            "bounded unbounded timeout.completions futexWake.count cpu deadlineNanos idleMillis ifIndex leastLeft",
            "length limit micros",
            "minWaitNanos nanos number offset offsetIn offsetOut position queue wrap.size allOnFixedFile.slot",
            "targetSlot timeoutNanos requireFixedFiles.slot",
            "times");

    /** Bounds that the JDK checks, in its words, and the handler of a hot loop. */
    private static final String JDK = "(get|put)(I8|U8|U?I?(16|32|64).*|Bytes|String)\\.(at|offset)|drain\\.handler";

    private final Misuse misuse = new Misuse(
            new Misuse.Rules(ANY, MINUS_ONE, LARGE, JDK),
            this::known,
            target -> target instanceof Entry entry && !entry.isBlank());
    private final Syscalls sys = misuse.syscalls();
    private final Memory memory = Memory.allocate(8192);
    private Ring ring;
    private RegisteredWaits waits;
    private BufferRing buffers;

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
        misuse.of(Operations.class, this::claim);
        misuse.of(Sqe.class, () -> claim().nop());
        assertThat(misuse.wrong()).isEmpty();
    }

    @Test
    void theRingAndItsParts() throws Exception {
        misuse.of(Ring.class, () -> ring);
        misuse.of(RingBuilder.class, () -> Ring.builder(sys));
        misuse.of(SubmissionQueue.class, ring::submission);
        misuse.of(CompletionQueue.class, () -> {
            claim().nop();
            ring.submitAndWait(1);
            ring.completion().next();
            return ring.completion();
        });
        misuse.of(FixedFiles.class, ring::files);
        misuse.of(FixedBuffers.class, ring::buffers);
        misuse.of(BufferRing.class, () -> buffers);
        misuse.of(Registrations.class, ring::register);
        misuse.of(Workers.class, () -> ring.register().workers());
        misuse.of(BusyPoll.class, () -> ring.register().busyPoll());
        misuse.of(Cancellation.class, () -> ring.register().cancel());
        misuse.of(Restrictions.class, ring::restrictions);
        misuse.of(Workers.Limits.class, null);
        misuse.of(BusyPoll.Settings.class, null);
        misuse.of(BlockOperations.Protection.class, null);
        assertThat(misuse.wrong()).isEmpty();
    }

    @Test
    void waitsThatAreRegistered() throws Exception {
        Feature.require("MEM_REGION", waits != null, "Linux 6.13 or newer is needed");
        misuse.of(RegisteredWaits.class, () -> waits);
        assertThat(misuse.wrong()).isEmpty();
    }

    @Test
    void whatGoesWithOperations() throws Exception {
        misuse.of(IoVectors.class, () -> new IoVectors(2));
        misuse.of(MessageHeader.class, () -> new MessageHeader(2, 64));
        misuse.of(ControlMessages.class, () -> {
            ControlMessages control = new MessageHeader(0, 64).control();
            control.add(1, 1, 8);
            return control;
        });
        misuse.of(FutexVector.class, () -> new FutexVector(2));
        misuse.of(EpollEvents.class, () -> new EpollEvents(2));
        misuse.of(PollSet.class, () -> new PollSet(sys, 2));
        misuse.of(SockAddr.class, SockAddr::empty);
        misuse.of(Memory.class, () -> Memory.allocate(64));
        misuse.of(Fd.class, null);
        Epoll epoll = Epoll.open(sys);
        misuse.of(Epoll.class, () -> epoll);
        epoll.close();
        assertThat(misuse.wrong()).isEmpty();
    }

    /** Each operation that names a part of a memory says what was asked for and what there is. */
    @Test
    void partsOutsideTheMemory() throws Exception {
        Memory eight = Memory.allocate(8);
        int[][] parts = {{4, 8}, {0, 9}, {9, 0}, {8, 1}, {-1, 4}, {Integer.MAX_VALUE, 8}, {1, Integer.MAX_VALUE}};
        List<String> tried = new ArrayList<>();
        for (Method method : Operations.class.getMethods()) {
            List<String> names = Arrays.stream(method.getParameters())
                    .map(Parameter::getName)
                    .toList();
            int at = names.indexOf("at");
            int length = names.indexOf("length");
            if (at < 0 || length < 0) {
                continue;
            }
            tried.add(method.getName());
            for (int[] part : parts) {
                Object[] arguments = Arrays.stream(method.getParameterTypes())
                        .map(type -> type == Memory.class ? eight : type == long.class ? (Object) 0L : 0)
                        .toArray();
                if (names.contains("to")) {
                    arguments[names.indexOf("to")] = SockAddr.of(new InetSocketAddress("127.0.0.1", 1));
                }
                arguments[at] = part[0];
                arguments[length] = part[1];
                Operations entry = claim();
                assertThatThrownBy(() -> {
                            try {
                                method.invoke(entry, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        })
                        .as(method.toString())
                        .isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessage(part[1] + " bytes at " + part[0] + " of 8");
                assertThat(((Entry) entry).isBlank()).isTrue();
            }
        }
        assertThat(tried)
                .contains(
                        "operation",
                        "read",
                        "write",
                        "readFixed",
                        "writeFixed",
                        "send",
                        "recv",
                        "sendTo",
                        "sendZc",
                        "madvise");
    }

    @Test
    void onlyUnsafeTakesAnAddress() {
        assertThat(Arrays.stream(Operations.class.getMethods())
                        .filter(method -> Arrays.stream(method.getParameters())
                                .anyMatch(p ->
                                        p.getType() == long.class && p.getName().equals("address"))))
                .isEmpty();
        for (Method method : UnsafeOperations.class.getMethods()) {
            assertThatThrownBy(() -> Operations.class.getMethod(method.getName(), method.getParameterTypes()))
                    .as("of Operations: " + method)
                    .isInstanceOf(NoSuchMethodException.class);
        }
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
                .hasMessage("count must be 1..128: 100000");
    }

    @Test
    void namesTheFlagThatTheKernelDoesNotKnow() {
        misuse.failWith(Errno.EINVAL);
        RingBuilder mixed = Ring.builder(sys).require(SetupFlag.SQE_MIXED, SetupFlag.SQPOLL);
        assertThatThrownBy(mixed::build)
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("likeliest SQE_MIXED, which needs Linux 6.19 or newer");
        misuse.succeed();
    }

    @Test
    void namesTheProcessorThatIsNotThere() {
        misuse.failWith(Errno.EINVAL);
        RingBuilder bound = Ring.builder(sys).sqPollCpu(4095);
        assertThatThrownBy(bound::build).isInstanceOf(ErrnoException.class).hasMessageContaining("no processor 4095");
        misuse.succeed();
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
