// SPDX-License-Identifier: Apache-2.0

import java.util.stream.IntStream;

/** A little of everything that a JVM does, to see how fast this machine is: see {@code slowness}. */
final class Nothing {

    private Nothing() {}

    public static void main(String[] arguments) {
        System.out.println(IntStream.range(0, 1_000_000).mapToObj(Integer::toString).mapToInt(String::length).sum());
    }
}
