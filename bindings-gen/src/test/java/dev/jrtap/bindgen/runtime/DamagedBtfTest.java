// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged BTF is refused by an exception that names the file, or read as something else: never another exception, never
 * endlessly.
 */
class DamagedBtfTest {

    private static final int INT = 1 << 24;
    private static final int STRUCT = 4 << 24;
    private static final int ENUM = 6 << 24;
    /** Bytes that change a sign, a size or a kind. */
    private static final int[] BORDERS = {0, 1, 2, 3, 4, 5, 6, 19, 64, 127, 128, 132, 255};

    private static final String STRINGS = "\0int\0s\0a\0b\0E\0E1\0";

    @TempDir
    private Path directory;

    /**
     * {@code struct s { int a; struct { TYPE b; }; }; enum E { E1 = 7 };}, with TYPE the id of a type: 1 is int, 3 the
     * inner struct.
     */
    private static byte[] btf(String inner, int type) {
        ByteBuffer types = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        put(types, name("int"), INT, 4, 32);
        put(types, name("s"), STRUCT | 2, 8, name("a"), 1, 0, 0, 3, 32);
        put(types, 0, STRUCT | 1, 4, name(inner), type, 0);
        put(types, name("E"), ENUM | 1, 4, name("E1"), 7);
        int length = types.flip().remaining();
        ByteBuffer file = ByteBuffer.allocate(24 + length + STRINGS.length()).order(ByteOrder.LITTLE_ENDIAN);
        put(file, 0x0001eb9f, 24, 0, length, length, STRINGS.length());
        file.put(types).put(STRINGS.getBytes(StandardCharsets.US_ASCII));
        return file.array();
    }

    private static int name(String name) {
        return name.isEmpty() ? 0 : STRINGS.indexOf("\0" + name + "\0") + 1;
    }

    private static void put(ByteBuffer into, int... words) {
        Arrays.stream(words).forEach(into::putInt);
    }

    private Btf read(byte[] bytes) throws IOException {
        return Btf.read(Files.write(directory.resolve("types.btf"), bytes));
    }

    @Test
    void readsWhatIsWhole() throws IOException {
        Btf btf = read(btf("b", 1));

        assertThat(btf.struct("s").members()).containsEntry("a", 0L).containsEntry("b", 32L);
        assertThat(btf.enumerator("E1")).isEqualTo(7);
    }

    @Test
    void refusesWhatIsCutOff() {
        byte[] whole = btf("b", 1);
        // Without the last bytes the names of enumerators have no end.
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(IOException.class).hasMessageContaining("types.btf is ");
        }
    }

    @Test
    void refusesAStructWithinItself() throws IOException {
        Btf btf = read(btf("", 3));

        assertThatThrownBy(() -> btf.struct("s"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("types.btf is damaged");
    }

    @Test
    void readsOrRefusesWhateverByteIsChanged() {
        byte[] whole = btf("b", 1);
        for (int at = 0; at < whole.length; at++) {
            for (int value : BORDERS) {
                byte[] changed = whole.clone();
                changed[at] = (byte) value;
                readOrRefuse(changed);
            }
        }
    }

    private void readOrRefuse(byte[] bytes) {
        try {
            Btf btf = read(bytes);
            btf.struct("s");
            btf.enumerator("E1");
        } catch (IOException | UncheckedIOException e) {
            assertThat(e).hasMessageContaining("types.btf is ");
        }
    }
}
