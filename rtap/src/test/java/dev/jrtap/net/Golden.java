// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;
import java.util.HexFormat;

/** Bytes as they were on the wire, and memory that is full of something else. */
final class Golden {

    static final int ROUNDS = 1000;

    private static final int PAINT = 0xa5;

    private Golden() {}

    static Memory bytes(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        Memory memory = Memory.allocate(bytes.length);
        memory.putBytes(0, bytes, 0, bytes.length);
        return memory;
    }

    /** What a writer must not take for zeros. */
    static Memory painted(int size) {
        Memory memory = Memory.allocate(size);
        for (int at = 0; at < size; at++) {
            memory.putI8(at, PAINT);
        }
        return memory;
    }

    /** The tail of {@code golden}, put where a writer of headers does not write. */
    static Memory paintedBefore(String golden, int payloadAt) {
        Memory source = bytes(golden);
        Memory memory = painted(source.size());
        memory.copy(payloadAt, source, payloadAt, source.size() - payloadAt);
        return memory;
    }

    static String hex(Memory memory) {
        byte[] bytes = new byte[memory.size()];
        memory.getBytes(0, bytes, 0, bytes.length);
        return HexFormat.of().formatHex(bytes);
    }

    static String hex(String spaced) {
        return spaced.replace(" ", "");
    }
}
