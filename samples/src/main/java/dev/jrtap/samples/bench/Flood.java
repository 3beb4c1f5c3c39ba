// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@link LiveFrames} in a process of its own, on the processor of the generator, for a whole comparison. */
final class Flood implements AutoCloseable {

    private final SlicePeer generator;

    private Flood(SlicePeer generator) {
        this.generator = generator;
    }

    static Flood start() throws IOException {
        List<String> command = new ArrayList<>(List.of(Peers.pinToGeneratorCpu()));
        command.addAll(JavaPeers.jvm(System.getProperty("java.class.path"), LiveFrames.class.getName()));
        return new Flood(SlicePeer.start(command));
    }

    /** Work while an interface is flooded. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Floods an interface with frames of {@code bytes} until {@code work} is done. */
    <T> T during(String device, int bytes, Work<T> work) throws IOException, InterruptedException {
        generator.ask(device + " " + bytes);
        try {
            return work.run();
        } finally {
            generator.ask("");
        }
    }

    @Override
    public void close() {
        generator.close();
    }
}
