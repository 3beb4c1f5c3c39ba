// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static dev.jrtap.bpf.Register.R0;
import static dev.jrtap.bpf.Register.R1;
import static dev.jrtap.bpf.Register.R6;
import static dev.jrtap.bpf.Size.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Code;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.netlink.LinkEvent;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jnr.enxio.channels.NativeSelectorProvider;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** The examples of two pages, in their order, word for word; and the list of the original's test cases. */
@Timeout(60)
class ReadmeNetnsTest {

    private static final Path README = Path.of("README.md");
    private static final Path DATA_PATH = Path.of("DATA-PATH.md");
    private static final Path ORIGINAL = Path.of("ORIGINAL.md");
    private static final Path SOURCES = Path.of("src/test/java/dev/jrtap/rtap");

    private Resources before;

    @BeforeEach
    void look(TestInfo test) {
        before = Resources.now();
        TapProfile.NAPI_POLL.syscalls();
        if (test.getDisplayName().startsWith("filter")) {
            Ebpf.require();
        }
    }

    @AfterEach
    void leavesNothingBehind() {
        Resources.assertNothingSince(before);
    }

    @Test
    void device() throws Exception {
        try (PacketPool pool = PacketPool.forMtu(1024, 1500);
                Rtap rtap = Rtap.open(RtapConfig.named("rtap%d").withQueues(2))) {
            rtap.control().addAddress(IpPrefix.parse("192.0.2.1/24"));
            rtap.openQueue(0, pool);
            rtap.openQueue(1, pool);
            rtap.up();
            System.out.println(rtap.info());
            rtap.down(); // keeps its name, its addresses and its queues
            rtap.up();
            rtap.configure(1, 1); // closes queue pair 1
            System.out.println(rtap.statistics());
        }
    }

    @Test
    void tun() throws Exception {
        RtapConfig config = RtapConfig.named("vpn%d")
                .withMode(TunMode.TUN)
                .withMtu(1400) // up to 65535
                .withAddress(IpPrefix.parse("192.0.2.1/32"))
                .withPeer(IpAddress.parse("192.0.2.2"))
                .withRoute(IpPrefix.parse("198.51.100.0/24"))
                .withOffloads(TunOffload.values());
        try (Rtap rtap = Rtap.open(config)) {
            rtap.up(); // with its routes
            Segmenter segmenter = new Segmenter(rtap.mode());
            System.out.println(rtap.control().addresses() + " " + segmenter);
        }
    }

    @Test
    void linkEvents() throws Exception {
        CountDownLatch renamed = new CountDownLatch(1);
        try (Rtap rtap = Rtap.open(RtapConfig.named("rtap%d"))) {
            rtap.watch(event -> {
                System.out.println(event);
                if (event.kind() == LinkEvent.Kind.RENAMED) {
                    renamed.countDown();
                }
            });
            rtap.control().setMtu(1400);
            rtap.control().rename("office0");
            renamed.await(); // the last change; closing the device ends the reports
        }
    }

    @Test
    void selector() throws Exception {
        try (PacketPool pool = PacketPool.forMtu(1024, 1500);
                Rtap rtap = Rtap.open(RtapConfig.named("rtap%d"));
                Selector selector = NativeSelectorProvider.getInstance().openSelector()) {
            QueuePair pair = rtap.openQueue(0, pool);
            SelectableChannel channel = pair.interrupt().channel();
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            rtap.up();
            if (pair.interrupt().enable()) {
                selector.select(1000); // until a packet comes, or a second is over
            }
            pair.interrupt().disable();
            Burst burst = new Burst(pool, 64);
            System.out.println(pair.rx().receive(burst) + " packets");
            burst.release();
            channel.close();
        }
    }

    @Test
    void processes() throws Exception {
        SockAddr address = SockAddr.ofUnixAbstract("rtap-queues");
        int user = POSIXFactory.getNativePOSIX().geteuid();
        try (PacketPool pool = PacketPool.forMtu(1024, 1500);
                Rtap rtap = Rtap.open(RtapConfig.named("rtap%d").withQueues(2));
                QueueServer server = QueueServer.open(rtap, address, Set.of(user));
                SharedQueue shared = SharedQueue.borrow(address, 1, RtapConfig.named("rtap%d"))) {
            QueuePair pair = shared.openQueue(pool); // in another process, usually
            System.out.println(server + " lends " + shared + ", which is open: " + pair.isOpen());
        }
    }

    @Test
    void filter() throws Exception {
        Code dropMulticast = new Assembler("no_multicast")
                .mov(R6, R1) // the packet
                .ldAbs(B, 0) // the first byte of the destination address
                .and(R0, 1)
                .xor(R0, 1) // 0 drops it
                .exit()
                .assemble();
        try (Rtap rtap = Rtap.open(RtapConfig.named("rtap%d").withFilter(dropMulticast))) {
            rtap.up();
            System.out.println(rtap.statistics().filtered() + " filtered");
        }
    }

    @Test
    void examplesAreTheMethodsOfThisTest() throws IOException {
        String source = Files.readString(SOURCES.resolve("ReadmeNetnsTest.java"));
        List<String> methods = all(source, "    void \\w+\\(\\) throws Exception \\{\n(.*?)\n    \\}\n").stream()
                .map(ReadmeNetnsTest::outdented)
                .toList();
        String pages = Files.readString(README) + Files.readString(DATA_PATH);
        assertThat(all(pages, "```java\n(?:(?:import [^\n]*)?\n)+(.*?)\n```")).isEqualTo(methods);
    }

    /** Each row of the list names a test that exists. */
    @Test
    void listsTestsThatExist() throws IOException {
        List<String> tests = all(Files.readString(ORIGINAL), "`(\\w+Test\\.\\w+)`");
        assertThat(tests).hasSizeGreaterThan(32);
        for (String test : tests) {
            String type = test.substring(0, test.indexOf('.'));
            String method = test.substring(test.indexOf('.') + 1);
            assertThat(Files.readString(SOURCES.resolve(type + ".java")))
                    .as(test)
                    .containsPattern("(?s)@(Parameterized)?Test((?! void ).)* void " + method + "\\(");
        }
    }

    private static List<String> all(String text, String pattern) {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(text)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    private static String outdented(String body) {
        return body.lines()
                .map(line -> line.isEmpty() ? line : line.substring(8))
                .collect(Collectors.joining("\n"));
    }
}
