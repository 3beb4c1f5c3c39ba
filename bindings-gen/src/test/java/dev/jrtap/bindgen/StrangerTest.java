// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.cli.Main;
import dev.jrtap.fixtures.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's example: bindings for headers that this project does not need, made with the command line, compiled, and
 * called.
 */
class StrangerTest {

    private static final Path HEADERS = Headers.ROOT;
    private static final Path EXAMPLE = Path.of("src/test/resources/example").toAbsolutePath();
    private static final String PACKAGE = "org.example.devices.";
    private static final int EBADF = 9;
    private static final int ENOTTY = 25;

    @TempDir
    private Path directory;

    private Compiled bindings;

    @BeforeEach
    void generatesAndCompiles() throws IOException {
        Headers.requireKernels();
        int status = Main.run(
                "generate",
                "--select",
                EXAMPLE.toString(),
                "--headers",
                HEADERS.toString(),
                "--arch",
                "x86_64",
                "--package",
                "org.example.devices",
                "--out",
                directory.resolve("java").toString());
        assertThat(status).isZero();
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory.resolve("java"))) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(directory.resolve("java").relativize(path).toString(), Files.readString(path));
            }
        }
        bindings = Compiled.of(directory, files);
    }

    @Test
    void aCanFrameIsFilledThroughItsAccessors() throws ReflectiveOperationException {
        ByteBuffer frame = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        int extended = (int) bindings.constant(PACKAGE + "Can", "CAN_EFF_FLAG");

        bindings.call(PACKAGE + "CanFrame", "canId", frame, 0, 0x123 | extended);
        bindings.call(PACKAGE + "CanFrame", "data", frame, 0, 2, 0xab);

        assertThat(frame.getInt(0)).isEqualTo(0x80000123);
        assertThat(frame.get(8 + 2)).isEqualTo((byte) 0xab);
        assertThat(bindings.constant(PACKAGE + "CanFrame", "SIZEOF")).isEqualTo(16);
        assertThat(bindings.call(PACKAGE + "Can", "idFlags", extended & 0xffffffffL))
                .isEqualTo("CAN_EFF_FLAG");
    }

    @Test
    void anInputDeviceIsAskedForItsVersionAndTheErrorIsTheKernels() throws ReflectiveOperationException {
        ByteBuffer version = ByteBuffer.allocateDirect(4);

        assertThat(bindings.call(PACKAGE + "InputIoctls", "eviocgversion", -1, version, 0))
                .isEqualTo(-EBADF);
        assertThat(bindings.constant(PACKAGE + "Input", "EVIOCGVERSION")).isEqualTo(0x80044501L);
    }

    @Test
    void aLoopDevicesStatusIsAskedForOfWhatIsNone() throws ReflectiveOperationException {
        ByteBuffer info = ByteBuffer.allocateDirect((int) bindings.constant(PACKAGE + "LoopInfo64", "SIZEOF"));
        int fd = (int) bindings.call(PACKAGE + "EventsCalls", "eventfd", 3, 0);

        assertThat(bindings.call(PACKAGE + "LoopIoctls", "loopGetStatus64", fd, info, 0))
                .isEqualTo(-ENOTTY);
        assertThat(bindings.call(PACKAGE + "EventsCalls", "close", fd)).isEqualTo(0);
    }

    @Test
    void anEventCounterIsReadThroughLibcsOwnPrototypes() throws ReflectiveOperationException {
        int fd = (int) bindings.call(PACKAGE + "EventsCalls", "eventfd", 5, 0);
        jnr.ffi.Pointer value = jnr.ffi.Memory.allocateDirect(jnr.ffi.Runtime.getSystemRuntime(), 8);

        assertThat(bindings.call(PACKAGE + "EventsCalls", "eventfd_write", fd, 37L))
                .isEqualTo(0);
        assertThat(bindings.call(PACKAGE + "EventsCalls", "eventfd_read", fd, value))
                .isEqualTo(0);

        assertThat(value.getLong(0)).isEqualTo(42);
        assertThat(bindings.call(PACKAGE + "EventsCalls", "close", fd)).isEqualTo(0);
    }
}
