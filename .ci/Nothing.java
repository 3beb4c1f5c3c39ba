// SPDX-License-Identifier: Apache-2.0

import java.util.stream.IntStream;

/** A small load for a JVM, by which {@code slowness} measures the speed of this machine. */
final class Nothing {

    private Nothing() {}

    public static void main(String[] arguments) {
        System.out.println(IntStream.range(0, 1_000_000).mapToObj(Integer::toString).mapToInt(String::length).sum());
    }
}
