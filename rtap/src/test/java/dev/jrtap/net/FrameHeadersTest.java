// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each stack of headers that is understood, cut off after each of its bytes, and those that are not. */
class FrameHeadersTest {

    private static final int BEFORE = 5;
    private static final String MACS = "020000000002 020000000001";
    private static final String TAG = "8100 2007";
    private static final String SERVICE_TAG = "88a8 2007";
    private static final String TCP = "3039 0050 00000001 00000002 60 10 ffff abcd 0000 01010101";
    private static final String UDP = "3039 0035 000c 4321";
    private static final String PAYLOAD = "6a727461";
    private static final int PAYLOAD_LENGTH = 4;
    private static final String ADDRESSES_6 = "fe800000000000000000000000000001 fe800000000000000000000000000002";

    private final FrameHeaders headers = new FrameHeaders();

    private record Stack(String tags, boolean framed, boolean isIpv4, boolean isTcp) {

        private static int bytes(String hex) {
            return hex.replace(" ", "").length() / 2;
        }

        int network() {
            return framed ? bytes(MACS + tags) + 2 : 0;
        }

        int transport() {
            return network() + (isIpv4 ? 24 : 48);
        }

        int payload() {
            return transport() + bytes(isTcp ? TCP : UDP);
        }

        String hex() {
            int body = payload() - transport() + PAYLOAD_LENGTH;
            int protocol = isTcp ? 6 : 17;
            String ip = isIpv4
                    ? String.format("46 00 %04x 1234 4000 40 %02x 0000 0a2a0001 0a2a0002 94040000", 24 + body, protocol)
                    : String.format("60000000 %04x 00 40 %s %02x 00 01 04 00000000", 8 + body, ADDRESSES_6, protocol);
            return (framed ? MACS + tags + (isIpv4 ? "0800" : "86dd") : "") + ip + (isTcp ? TCP : UDP) + PAYLOAD;
        }
    }

    private static Stream<Stack> stacks() {
        List<Stack> all = new ArrayList<>();
        for (boolean isIpv4 : new boolean[] {true, false}) {
            for (boolean isTcp : new boolean[] {true, false}) {
                all.add(new Stack("", false, isIpv4, isTcp));
                for (String tags : List.of("", TAG, SERVICE_TAG + TAG)) {
                    all.add(new Stack(tags, true, isIpv4, isTcp));
                }
            }
        }
        return all.stream();
    }

    private static Memory bytes(String hex) {
        return Golden.bytes("aa".repeat(BEFORE) + hex);
    }

    private boolean parse(boolean framed, Memory memory, int length) {
        return framed ? headers.parseFrame(memory, BEFORE, length) : headers.parsePacket(memory, BEFORE, length);
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void findsEachHeader(Stack stack) {
        Memory memory = bytes(stack.hex() + "0000");
        assertThat(parse(stack.framed(), memory, memory.size() - BEFORE)).isTrue();
        assertThat(headers.isIpv4()).isEqualTo(stack.isIpv4());
        assertThat(headers.isTcp()).isEqualTo(stack.isTcp());
        assertThat(headers.networkOffset()).isEqualTo(BEFORE + stack.network());
        assertThat(headers.transportOffset()).isEqualTo(BEFORE + stack.transport());
        assertThat(headers.payloadOffset()).isEqualTo(BEFORE + stack.payload());
        assertThat(headers.headerLength()).isEqualTo(stack.payload());
        assertThat(headers.payloadLength()).isEqualTo(PAYLOAD_LENGTH);
        assertThat(stack.isTcp() ? headers.tcp().sourcePort() : headers.udp().sourcePort())
                .isEqualTo(12345);
        assertThat(headers.checksum()).isEqualTo(stack.isTcp() ? 0xabcd : 0x4321);
        assertThat(memory.getU16Be(headers.transportOffset() + headers.checksumOffset()))
                .isEqualTo(headers.checksum());
        int length = stack.payload() - stack.transport() + PAYLOAD_LENGTH;
        assertThat(headers.pseudoHeaderSum())
                .isEqualTo(
                        stack.isIpv4()
                                ? new Ipv4Packet()
                                        .wrap(memory, headers.networkOffset(), memory.size() - headers.networkOffset())
                                        .pseudoHeaderSum(length)
                                : new Ipv6Packet()
                                        .wrap(memory, headers.networkOffset(), memory.size() - headers.networkOffset())
                                        .pseudoHeaderSum(length));
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void needsEachByteOfTheHeadersAndNoneOfThePayload(Stack stack) {
        Memory memory = bytes(stack.hex());
        for (int length = 0; length < stack.payload(); length++) {
            // After the bytes that are there, nothing can be read.
            Memory cut = memory.slice(0, BEFORE + length);
            assertThat(parse(stack.framed(), cut, length))
                    .as("%d bytes", length)
                    .isFalse();
        }
        assertThat(parse(stack.framed(), memory, stack.payload())).isTrue();
        assertThat(headers.payloadLength()).isEqualTo(PAYLOAD_LENGTH);
    }

    /** As it is done for each packet that is cut from a longer one. */
    @ParameterizedTest
    @MethodSource("stacks")
    void setsTheLengthsAndTheChecksum(Stack stack) {
        Memory memory = bytes(stack.hex());
        assertThat(parse(stack.framed(), memory, memory.size() - BEFORE)).isTrue();
        assertThat(headers.payloadLength(1).checksum(0x5678)).isSameAs(headers);
        int cut = memory.size() - BEFORE - PAYLOAD_LENGTH + 1;
        assertThat(parse(stack.framed(), memory, cut)).isTrue();
        assertThat(headers.payloadLength()).isEqualTo(1);
        assertThat(headers.checksum()).isEqualTo(0x5678);
        if (!stack.isTcp()) {
            assertThat(headers.udp().datagramLength()).isEqualTo(9);
        }
        if (stack.isIpv4()) {
            assertThat(headers.ipv4().isComplete()).isTrue();
        } else {
            assertThat(headers.ipv6().isComplete()).isTrue();
        }
        headers.payloadLength(0);
        assertThat(parse(stack.framed(), memory, cut - 1)).isTrue();
        assertThat(headers.payloadLength()).isZero();
    }

    @Test
    void understandsNothingElse() {
        Stack ipv4 = new Stack("", true, true, false);
        Stack ipv6 = new Stack("", true, false, false);
        String three = MACS + TAG + TAG + TAG + ipv4.hex().substring(MACS.length());
        List<String> others = List.of(
                three,
                ipv4.hex().replace("4000 40 11", "2000 40 11"), // more fragments
                ipv4.hex().replace("4000 40 11", "0001 40 11"), // a later fragment
                ipv4.hex().replace("40 11 0000", "40 01 0000"), // ICMP
                ipv4.hex().replace("0800", "0806"), // ARP
                ipv4.hex().replace("46 00 00", "46 00 ff").replace("46 00 ff24", "46 00 001f"), // shorter than UDP
                ipv6.hex().replace("00 40 fe80", "2c 40 fe80").replace("11 00 01 04", "11 00 00 01")); // fragment
        for (String hex : others) {
            // What is left of the frame before must not count.
            Memory good = bytes((hex.contains("fe80") ? ipv6 : ipv4).hex());
            assertThat(parse(true, good, good.size() - BEFORE)).isTrue();
            Memory memory = bytes(hex);
            assertThat(parse(true, memory, memory.size() - BEFORE)).as(hex).isFalse();
        }
        for (int version : new int[] {0, 5, 7, 15}) {
            Memory memory = bytes(new Stack("", false, true, true).hex());
            memory.putI8(BEFORE, version << 4 | 6);
            assertThat(parse(false, memory, memory.size() - BEFORE))
                    .as("version %d", version)
                    .isFalse();
        }
    }
}
