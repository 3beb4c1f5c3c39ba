// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.syscall.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * The programs on a host. The kernel kills them when this JVM ends in any way: PR_SET_PDEATHSIG, set by setpriv(1).
 * That signal is sent when the thread that started them ends, so they are always started by one thread, which never
 * ends. It is not on a host, so the JDK's thread that waits for processes is not on one either.
 *
 * <p>Threads: any.
 */
final class HostProcesses {

    private static final ExecutorService STARTER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "testkit-processes");
        thread.setDaemon(true);
        return thread;
    });

    private final NetworkNamespace namespace;
    private final Queue<Process> started = new ConcurrentLinkedQueue<>();
    private volatile boolean isEnded;

    HostProcesses(NetworkNamespace namespace) {
        this.namespace = namespace;
    }

    /** Starts the thread that starts programs, in the namespace of the caller. */
    static void prestart() throws InterruptedException, ExecutionException {
        STARTER.submit(() -> {}).get();
    }

    Process start(ProcessBuilder builder) throws IOException {
        ProcessBuilder onHost = onHost(builder);
        try {
            return STARTER.submit(() -> track(onHost.start())).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException thrown) {
                throw thrown;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + builder.command() + " was started", e);
        }
    }

    /** Remembers a process, even if the caller was interrupted or the host has ended meanwhile. */
    private Process track(Process process) {
        started.add(process);
        if (isEnded) {
            process.destroyForcibly();
        }
        return process;
    }

    /** Returns a new builder; the caller's is unchanged and can be used again. */
    private ProcessBuilder onHost(ProcessBuilder builder) throws IOException {
        if (builder.command().isEmpty()) {
            throw new IllegalArgumentException("the command is empty: exec takes a program and its arguments");
        }
        requireProgram("setpriv", ", and is of util-linux");
        requireProgram("nsenter", ", and is of util-linux");
        requireProgram(builder.command().get(0), "");
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--pdeathsig",
                "KILL",
                "--",
                "nsenter",
                "--net=/proc/" + ProcessHandle.current().pid() + "/fd/" + namespace.fd(),
                "--"));
        command.addAll(builder.command());
        ProcessBuilder onHost = new ProcessBuilder(command)
                .directory(builder.directory())
                .redirectInput(builder.redirectInput())
                .redirectOutput(builder.redirectOutput())
                .redirectError(builder.redirectError())
                .redirectErrorStream(builder.redirectErrorStream());
        onHost.environment().clear();
        onHost.environment().putAll(builder.environment());
        return onHost;
    }

    /** Throws if a program is missing; otherwise the error would be only an exit status of nsenter. */
    private static void requireProgram(String name, String origin) throws IOException {
        boolean isHere = name.startsWith("/")
                ? Files.isExecutable(Path.of(name))
                // A path with a slash depends on the working directory.
                : name.contains("/")
                        || Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
        if (!isHere) {
            throw new IOException("cannot run " + name + ": no such program in PATH" + origin);
        }
    }

    /** Kills running programs and their child processes. */
    void end() {
        isEnded = true;
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        for (Process process : started) {
            process.onExit().join();
        }
    }
}
