// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.fixtures.SmallJvm;
import dev.jrtap.syscall.SockAddr;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jnr.posix.POSIXFactory;

/**
 * A JVM of its own, that answers pings on two of the four queues of a device: as the primary, or with queues borrowed
 * from it.
 */
final class SharingProcess implements AutoCloseable {

    static final String NAME = "share0";
    static final int PRIMARY = 'P';
    static final int SECONDARY = 'S';

    private static final int SLOTS = 256;
    private static final RtapConfig BORROWED = RtapConfig.named(NAME).withRingSize(32);

    /** A primary that comes back finds the device in the hands of its borrowers. */
    private static final RtapConfig OWN = BORROWED.withQueues(4).withSharing();

    private final Process process;

    private SharingProcess(Process process) {
        this.process = process;
    }

    /** Starts one, and waits until it answers. */
    static SharingProcess start(int role, String socket, boolean napi) throws IOException {
        List<String> command = new ArrayList<>(SmallJvm.command(SharingProcess.class));
        command.addAll(List.of(Character.toString(role), socket, Boolean.toString(napi)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        if (!"ready".equals(line)) {
            process.destroyForcibly();
            throw new IOException("a second JVM did not start: " + line);
        }
        return new SharingProcess(process);
    }

    /** kill -9, and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** In the other JVM. Ends with the one that has started it, whose end closes standard input. */
    public static void main(String[] arguments) throws IOException {
        int role = arguments[0].charAt(0);
        SockAddr socket = SockAddr.ofUnixAbstract(arguments[1]);
        RtapConfig config = Boolean.parseBoolean(arguments[2]) ? OWN : OWN.withoutNapi();
        for (int i = 0; i < 2; i++) {
            PacketPool pool = PacketPool.forMtu(SLOTS, 1500);
            QueuePair pair = role == PRIMARY
                    ? primary(config, socket).openQueue(i, pool)
                    : SharedQueue.borrow(socket, i + 2, BORROWED).openQueue(pool);
            new Thread(new EchoLoop(pair, pool, role), "echo-" + i).start();
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Nobody writes; the end of the stream is what is waited for.
        }
        System.exit(0);
    }

    private static Rtap primary;

    private static Rtap primary(RtapConfig config, SockAddr socket) throws IOException {
        if (primary == null) {
            primary = Rtap.open(config);
            primary.up();
            QueueServer.open(
                    primary, socket, Set.of(POSIXFactory.getNativePOSIX().geteuid()));
        }
        return primary;
    }
}
