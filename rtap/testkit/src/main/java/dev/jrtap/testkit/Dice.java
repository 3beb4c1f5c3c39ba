// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/**
 * Random numbers that are functions of their purpose: those of one packet do not depend on packets of other flows, on
 * threads, or on how many numbers have been drawn.
 *
 * <p>Source: the finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
 */
final class Dice {

    /** Purposes of numbers: one packet needs several independent ones. */
    enum Use {
        LOSS,
        BURST_LOSS,
        STATE,
        DELAY,
        DELAY_ANGLE,
        DUPLICATE,
        REORDER,
        CORRUPT,
        CORRUPT_PLACE
    }

    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
    private static final int USES = 16;

    private Dice() {}

    /** Mixes {@code value} into {@code key}: every bit of both changes half of the bits of the result. */
    static long mix(long key, long value) {
        long z = key * GOLDEN + value + GOLDEN;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }

    /** Mixes the characters of {@code text} into {@code key}. */
    static long mix(long key, String text) {
        long mixed = mix(key, text.length());
        for (int i = 0; i < text.length(); i++) {
            mixed = mix(mixed, text.charAt(i));
        }
        return mixed;
    }

    /** Returns a uniformly distributed number from 0 (inclusive) to 1 (exclusive). */
    static double uniform(long flow, long index, Use use) {
        return (mix(flow, index * USES + use.ordinal()) >>> 11) * 0x1p-53;
    }

    /** Returns a normally distributed number with mean 0 and standard deviation 1, by the Box-Muller method. */
    static double normal(long flow, long index) {
        double radius = Math.sqrt(-2 * Math.log(1 - uniform(flow, index, Use.DELAY)));
        return radius * Math.cos(2 * Math.PI * uniform(flow, index, Use.DELAY_ANGLE));
    }
}
