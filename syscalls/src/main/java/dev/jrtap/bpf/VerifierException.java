// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.syscall.ErrnoException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's verifier has refused a program.
 *
 * <p>The message names the instruction in the listing's words, and the verifier's reason:
 *
 * <pre>
 * EACCES: bpf(BPF_PROG_LOAD, type=SOCKET_FILTER, name=count, insn_cnt=9): the verifier refuses instruction 7 (found+1),
 * r1 = *(u64 *)(r0 +0): R0 invalid mem access 'map_value_or_null'
 * </pre>
 */
public final class VerifierException extends ErrnoException {

    private static final long serialVersionUID = 1L;
    private static final Pattern REGISTER = Pattern.compile("R([1-5])\\b.*");

    private final int position;
    private final String log;
    private final String listing;
    private final boolean lacksHelper;

    private VerifierException(int errno, String call, String hint, VerifierLog parsed, String log, String listing) {
        super(errno, call, hint);
        this.position = parsed.position();
        this.lacksHelper = parsed.lacksHelper();
        this.log = log;
        this.listing = listing;
    }

    static VerifierException of(int errno, String call, Code code, ProgramType type, String log) {
        VerifierLog parsed = VerifierLog.parse(log, code.size());
        int position = parsed.position();
        String where = position < 0
                ? "the verifier refuses the program"
                : "the verifier refuses instruction " + code.place(position) + ", " + code.line(position);
        String hint = where + ": " + parsed.reason() + remedy(parsed, code, type);
        return new VerifierException(errno, call, hint, parsed, log, code.listing());
    }

    /** Returns the expectation of a refused call. */
    private static String remedy(VerifierLog log, Code code, ProgramType type) {
        if (log.position() < 0 || !code.line(log.position()).instruction().isCall()) {
            return "";
        }
        int number = (int) code.line(log.position()).instruction().immediate();
        String name = Helper.nameOf(number);
        if (log.reason().contains("GPL")) {
            return "; " + name + " is for programs with license(\"GPL\") and its like";
        }
        if (log.lacksHelper()) {
            return "; this kernel has no " + name + " for " + type
                    + ", or not for this process: BpfCapabilities.probe() tells";
        }
        Matcher register = REGISTER.matcher(log.reason());
        Optional<Helper> helper = Helper.of(number);
        if (helper.isEmpty() || !register.lookingAt()) {
            return "";
        }
        int argument = Integer.parseInt(register.group(1));
        return argument > helper.get().arguments().size()
                ? ""
                : "; r" + argument + " of " + name + " is "
                        + helper.get().arguments().get(argument - 1);
    }

    /** Returns whether the program calls a helper that there is not for its type. */
    boolean lacksHelper() {
        return lacksHelper;
    }

    /** Position of the refused instruction in {@link #listing}; -1 if the verifier does not tell. */
    public int position() {
        return position;
    }

    /**
     * Returns the verifier's whole log: how it has come to the refused instruction, and what it knew of each register.
     */
    public String log() {
        return log;
    }

    /** Returns the program. */
    public String listing() {
        return listing;
    }
}
