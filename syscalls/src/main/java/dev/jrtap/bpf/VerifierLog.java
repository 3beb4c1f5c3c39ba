// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the verifier tells of a program that it refuses: each instruction on the way to the refused one, and then why.
 *
 * <pre>
 *   0: (b7) r0 = 0
 *   1: (61) r1 = *(u32 *)(r1 +300)
 *   invalid bpf_context access off=300 size=4
 *   processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
 * </pre>
 *
 * @param position of the refused instruction; -1 if the log does not tell
 * @param reason in the verifier's words
 */
record VerifierLog(int position, String reason) {

    private static final Pattern INSTRUCTION = Pattern.compile("(\\d+): \\([0-9a-f]{2}\\) .*");
    // Of the looks at the whole program before it is followed, and of loops.
    private static final Pattern NAMED = Pattern.compile("(?:unreachable|from|detected at|in) insn (\\d+).*");
    // States of registers, statistics, and how the verifier has come to know a number.
    private static final Pattern NOISE =
            Pattern.compile("\\d+: .*|from \\d+ to \\d+.*|processed \\d+ insns.*|mark_precise.*|func#.*|"
                    + "verification time.*|stack depth.*|last_idx .*|regs=.*|parent .*|propagating .*|arg#.*|"
                    + "(?:cur|old) state: .*|\\s*");
    private static final String NO_END = "last insn is not an exit";

    /**
     * Reads a log.
     *
     * @param size of the program, in positions
     */
    static VerifierLog parse(String log, int size) {
        int position = -1;
        List<String> reasons = new ArrayList<>();
        for (String line : log.split("\n")) {
            Matcher instruction = INSTRUCTION.matcher(line);
            if (instruction.matches()) {
                position = Integer.parseInt(instruction.group(1));
                reasons.clear();
            } else if (!NOISE.matcher(line).matches()) {
                reasons.add(line.trim());
            }
        }
        String reason = String.join("; ", reasons);
        Matcher named = NAMED.matcher(reason);
        if (named.find()) {
            position = Integer.parseInt(named.group(1));
        } else if (reason.startsWith(NO_END)) {
            position = size - 1;
        }
        return new VerifierLog(position < size ? position : -1, reason);
    }

    /** Returns whether a helper is called that there is not: for programs of this type, for this process, or at all. */
    boolean lacksHelper() {
        return reason.contains("unknown func")
                || reason.contains("invalid func")
                || reason.contains("cannot use helper")
                // It is known to the verifier, and this kernel is built without it.
                || reason.contains("kernel subsystem misconfigured func");
    }
}
