// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are opened by themselves, without a ring. */
class FdTest {

    @TempDir
    private Path directory;

    @Test
    void opensAFileAndClosesItOnce() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[1]);
        Fd fd = Fd.open(file.toString(), Fcntl.O_RDONLY);
        Path link = Path.of("/proc/self/fd/" + fd.fd());
        assertThat(Files.readSymbolicLink(link)).isEqualTo(file.toRealPath());
        assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + fd.fd())))
                .as("flags are octal: no child inherits it")
                .containsPattern("flags:\\t0*2[0-7]{6}\n");
        fd.close();
        fd.close();
        assertThat(fd.isOpen()).isFalse();
        assertThatThrownBy(fd::fd).isInstanceOf(IllegalStateException.class).hasMessageContaining("is closed");
    }

    @Test
    void makesAFileWithItsMode() throws IOException {
        Path file = directory.resolve("new");
        Fd.open(file.toString(), Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_EXCL, 0600)
                .close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    /** Without a mode the file would have whatever lay in a register, or none. */
    @Test
    void wantsAModeForWhatIsMade() {
        String path = directory.resolve("never").toString();
        assertThatThrownBy(() -> Fd.open(path, Fcntl.O_RDWR | Fcntl.O_CREAT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("O_RDWR|O_CREAT makes a file, which needs a mode");
        assertThatThrownBy(() -> Fd.open(directory.toString(), Fcntl.O_RDWR | Fcntl.O_TMPFILE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("O_RDWR|O_TMPFILE makes a file");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void saysWhatCouldNotBeOpened() {
        String path = directory.resolve("none").toString();
        assertThatThrownBy(() -> Fd.open(path, Fcntl.O_RDWR | Fcntl.O_DIRECT))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("ENOENT: open(" + path + ", O_RDWR|O_DIRECT|O_CLOEXEC): No such file or directory");
        assertThatThrownBy(() -> Fd.open(directory + "/", Fcntl.O_WRONLY))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("EISDIR: open(");
    }

    @Test
    void namesFlagsOfSeveralBitsOnce() {
        assertThat(OpenFlags.names(Fcntl.O_RDONLY)).isEqualTo("O_RDONLY");
        assertThat(OpenFlags.names(Fcntl.O_SYNC | Fcntl.O_APPEND | Fcntl.O_WRONLY))
                .isEqualTo("O_WRONLY|O_SYNC|O_APPEND");
        assertThat(OpenFlags.names(Fcntl.O_DSYNC)).isEqualTo("O_RDONLY|O_DSYNC");
        assertThat(OpenFlags.names(Fcntl.O_DIRECTORY)).isEqualTo("O_RDONLY|O_DIRECTORY");
        assertThat(OpenFlags.names(1 << 30)).isEqualTo("O_RDONLY|0x40000000");
        assertThat(OpenFlags.hint(Errno.EINVAL, Fcntl.O_DIRECT)).contains("O_DIRECT");
        assertThat(OpenFlags.hint(Errno.EINVAL, 0)).isEmpty();
        assertThat(OpenFlags.hint(Errno.EMFILE, 0)).contains("ulimit -n");
    }
}
