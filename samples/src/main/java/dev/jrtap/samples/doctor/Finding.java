// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.doctor;

import dev.jrtap.syscall.ErrnoException;

/**
 * The result of a check.
 *
 * @param subject the checked thing, in a word or two
 * @param text the fact
 * @param remedy what would change it; empty if nothing is wrong or nothing helps
 */
public record Finding(Level level, String subject, String text, String remedy) {

    /** The severity. */
    public enum Level {
        /** Nothing is wrong. */
        GREEN,
        /** A device works, but with fewer features or slower than it could. */
        AMBER,
        /** No device can be opened. */
        RED
    }

    static Finding green(String subject, String text) {
        return new Finding(Level.GREEN, subject, text, "");
    }

    static Finding amber(String subject, String text, String remedy) {
        return new Finding(Level.AMBER, subject, text, remedy);
    }

    static Finding red(String subject, String text, String remedy) {
        return new Finding(Level.RED, subject, text, remedy);
    }

    /** Returns a finding about a refused call: the fact is the call, and the remedy is the exception's hint. */
    static Finding refused(Level level, String subject, ErrnoException refusal) {
        return new Finding(level, subject, refusal.errnoName() + ": " + refusal.call(), refusal.hint());
    }
}
