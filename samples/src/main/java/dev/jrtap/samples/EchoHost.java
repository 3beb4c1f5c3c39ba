// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.address.MacAddress;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A device with an {@link EchoResponder} at its other end: one for each queue pair, each with a thread and a packet
 * pool of its own, so that threads share nothing on the data path.
 *
 * <p>Threads: any.
 */
final class EchoHost implements AutoCloseable {

    private static final int POOL = 2048;

    private final String text;
    private final Rtap device;
    private final List<PacketPool> pools = new ArrayList<>();
    private final List<QueuePair> queues = new ArrayList<>();
    private final List<EchoResponder> responders = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private EchoHost(Rtap device, String text) {
        this.device = device;
        this.text = text;
    }

    /** Opens the device and begins to answer. */
    static EchoHost open(HostOptions options) throws IOException {
        return open(options, options::answers);
    }

    /** Opens the device; {@code answers} supplies the protocols of each thread. */
    static EchoHost open(HostOptions options, Supplier<List<Answer>> answers) throws IOException {
        Rtap device = Rtap.open(options.config());
        String text = device.name() + " is " + options.kernel().address().getHostAddress() + ", MAC "
                + MacAddress.format(device.macAddress()) + "; at its other end, "
                + String.join(" and ", options.text())
                + (options.text().size() == 1 ? " answers from Java" : " answer from Java");
        EchoHost host = new EchoHost(device, text);
        try {
            for (int i = 0; i < options.queues(); i++) {
                host.start(i, options.mtu(), answers.get());
            }
            device.up();
            return host;
        } catch (Throwable e) {
            host.close();
            throw e;
        }
    }

    private void start(int index, int mtu, List<Answer> answers) throws IOException {
        PacketPool pool = PacketPool.forMtu(POOL, mtu);
        pools.add(pool);
        QueuePair queue = device.openQueue(index, pool);
        queues.add(queue);
        EchoResponder responder = new EchoResponder(queue, pool, answers);
        responders.add(responder);
        Thread thread = new Thread(responder, "echo-" + index);
        threads.add(thread);
        thread.start();
    }

    Rtap device() {
        return device;
    }

    List<QueuePair> queues() {
        return queues;
    }

    /** Returns the number of answered packets. */
    long answered() {
        return responders.stream().mapToLong(EchoResponder::answered).sum();
    }

    /** Closes the device, which ends the responders, then the pools. */
    @Override
    public void close() {
        device.close();
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        pools.forEach(PacketPool::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
