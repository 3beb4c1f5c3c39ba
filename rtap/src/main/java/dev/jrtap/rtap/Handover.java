// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.tuntap.TunOffload;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * The two messages by which a queue is handed to another process: a request with the index of a queue, and an answer
 * with its descriptor and the device's offloads, or with the reason why not. Both begin with a mark and a version;
 * integers are in the machine's byte order, since both ends are on one machine.
 */
final class Handover {

    static final int VERSION = 1;
    static final int REQUEST_SIZE = 12;
    static final int ANSWER_SIZE = 256;

    private static final int MARK = 0x52544150;

    private static final int MARK_AT = 0;
    private static final int VERSION_AT = MARK_AT + Integer.BYTES;
    private static final int QUEUE_AT = VERSION_AT + Integer.BYTES;
    private static final int REASON_AT = VERSION_AT + Integer.BYTES;
    private static final int OFFLOADS_AT = ANSWER_SIZE - Integer.BYTES;

    private Handover() {}

    private static Memory message(int size, int version) {
        Memory message = Memory.allocate(size);
        message.putI32(MARK_AT, MARK);
        message.putI32(VERSION_AT, version);
        return message;
    }

    static Memory request(int queue) {
        Memory request = message(REQUEST_SIZE, VERSION);
        request.putI32(QUEUE_AT, queue);
        return request;
    }

    /**
     * Returns the answer that a descriptor comes with: it tells what the kernel leaves undone in packets of the device.
     */
    static Memory lent(Set<TunOffload> offloads) {
        Memory answer = message(ANSWER_SIZE, VERSION);
        int bits = 0;
        for (TunOffload offload : offloads) {
            bits |= 1 << offload.ordinal();
        }
        answer.putI32(OFFLOADS_AT, bits);
        return answer;
    }

    /** Returns the answer that no descriptor comes with. */
    static Memory refused(String reason) {
        Memory answer = message(ANSWER_SIZE, VERSION);
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        answer.putBytes(REASON_AT, text, 0, Math.min(text.length, OFFLOADS_AT - REASON_AT - 1));
        return answer;
    }

    /** Returns whether it is a message of this protocol and of any version. */
    static boolean isMarked(Memory message, long length) {
        return length >= VERSION_AT + Integer.BYTES && message.getI32(MARK_AT) == MARK;
    }

    /** Returns whether it is a request or an answer of this version. */
    static boolean isComplete(Memory message, long length) {
        return isMarked(message, length) && length == message.size() && version(message) == VERSION;
    }

    static int version(Memory message) {
        return message.getI32(VERSION_AT);
    }

    static int queue(Memory request) {
        return request.getI32(QUEUE_AT);
    }

    static Set<TunOffload> offloads(Memory answer) {
        Set<TunOffload> offloads = EnumSet.allOf(TunOffload.class);
        int bits = answer.getI32(OFFLOADS_AT);
        offloads.removeIf(offload -> (bits & 1 << offload.ordinal()) == 0);
        return offloads;
    }

    static String reason(Memory answer) {
        return answer.getString(REASON_AT, OFFLOADS_AT - REASON_AT);
    }
}
