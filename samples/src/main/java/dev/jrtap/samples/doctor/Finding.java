// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.doctor;

import dev.jrtap.syscall.ErrnoException;

/**
 * What a check has found.
 *
 * @param subject what was checked, in a word or two
 * @param text the fact
 * @param remedy what would change it; empty where all is right or nothing helps
 */
public record Finding(Level level, String subject, String text, String remedy) {

    /** How bad it is. */
    public enum Level {
        /** As it should be. */
        GREEN,
        /** A device works, with less than it could have. */
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

    /** A call that was refused: the fact is the call, the remedy what this library knows of it. */
    static Finding refused(Level level, String subject, ErrnoException refusal) {
        return new Finding(level, subject, refusal.errnoName() + ": " + refusal.call(), refusal.hint());
    }
}
