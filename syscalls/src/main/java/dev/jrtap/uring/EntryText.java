// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;

/** What an entry has been told, for people: a debugger, a log. */
final class EntryText {

    private EntryText() {}

    /**
     * As {@code "READ(fd=7, length=4096, offset=0) LINK userData=3"}; of fields that the operation names otherwise, the
     * number.
     */
    static String of(Memory entries, int at, long userData) {
        int opcode = entries.getU8(at + IoUringSqe.OPCODE);
        StringBuilder text = new StringBuilder(name(opcode));
        text.append("(fd=").append(entries.getI32(at + IoUringSqe.FD));
        text.append(", length=").append(entries.getI32(at + IoUringSqe.LEN) & 0xffff_ffffL);
        text.append(", offset=").append(entries.getI64(at + IoUringSqe.OFF));
        int flags = entries.getI32(at + IoUringSqe.RW_FLAGS);
        if (flags != 0) {
            text.append(", flags=0x").append(Integer.toHexString(flags));
        }
        text.append(')');
        int options = entries.getU8(at + IoUringSqe.FLAGS);
        for (SqeFlag option : SqeFlag.values()) {
            if ((options & option.bit()) != 0) {
                text.append(' ').append(option);
            }
        }
        return text.append(" userData=").append(userData).toString();
    }

    private static String name(int opcode) {
        for (Operation operation : Operation.values()) {
            if (operation.opcode() == opcode) {
                return operation.name();
            }
        }
        return "operation " + opcode;
    }
}
