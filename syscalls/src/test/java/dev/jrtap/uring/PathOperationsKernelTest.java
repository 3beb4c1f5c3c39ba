// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.result;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Fs;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names that are made, changed and removed, as java.nio sees them. */
@Timeout(60)
class PathOperationsKernelTest {

    private static final int CWD = Fcntl.AT_FDCWD;

    @TempDir
    Path directory;

    private Path file;
    private String path;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "text");
        path = file.toString();
    }

    private String at(String name) {
        return directory.resolve(name).toString();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void makesDirectories(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd folder = RingFiles.open(directory, Fcntl.O_PATH)) {
            claim(ring).mkdirat(CWD, at("one"), 0700).userData(1).link();
            claim(ring).mkdirat(folder.fd(), "one/two", 0750).userData(2).link();
            claim(ring).mkdirat(folder.fd(), "one", 0700).userData(3);
            claim(ring).mkdirat(folder.fd(), "none/two", 0700).userData(4);
            claim(ring).mkdirat(folder.fd(), "file/two", 0700).userData(5);
            claim(ring).mkdirat(-1, "three", 0700).userData(6);

            assertThat(results(ring, 6))
                    .containsExactly(0, 0, -Errno.EEXIST, -Errno.ENOENT, -Errno.ENOTDIR, -Errno.EBADF);
        }
        assertThat(directory.resolve("one/two")).isDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("one"))))
                .isEqualTo("rwx------");
        assertThat(directory.resolve("three")).doesNotExist();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void removesNames(RingProfile profile) throws IOException {
        Files.createDirectories(directory.resolve("one/two"));
        Memory in = Memory.allocate(8);
        try (Ring ring = profile.open(8);
                Fd open = RingFiles.open(file, Fcntl.O_RDONLY);
                Fd folder = RingFiles.open(directory, Fcntl.O_PATH)) {
            claim(ring).unlinkat(folder.fd(), "one", Fcntl.AT_REMOVEDIR).userData(1);
            claim(ring).unlinkat(CWD, at("one"), 0).userData(2);
            claim(ring).unlinkat(CWD, path, Fcntl.AT_REMOVEDIR).userData(3);
            claim(ring).unlinkat(CWD, at("none"), 0).userData(4);
            claim(ring).unlinkat(CWD, path, 1 << 20).userData(5);
            assertThat(results(ring, 5))
                    .containsExactly(-Errno.ENOTEMPTY, -Errno.EISDIR, -Errno.ENOTDIR, -Errno.ENOENT, -Errno.EINVAL);

            claim(ring).unlinkat(folder.fd(), "file", 0).userData(1).link();
            claim(ring)
                    .unlinkat(folder.fd(), "one/two", Fcntl.AT_REMOVEDIR)
                    .userData(2)
                    .link();
            claim(ring).unlinkat(CWD, at("one"), Fcntl.AT_REMOVEDIR).userData(3).link();
            // An open file outlives its name.
            claim(ring).read(open.fd(), in, 0, 4, 0).userData(4);
            assertThat(results(ring, 4)).containsExactly(0, 0, 0, 4);
            assertThat(in.getString(0, 8)).isEqualTo("text");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void renames(RingProfile profile) throws IOException {
        Files.createDirectory(directory.resolve("folder"));
        Files.writeString(directory.resolve("other"), "other");
        try (Ring ring = profile.open(8);
                Fd from = RingFiles.open(directory, Fcntl.O_PATH);
                Fd to = RingFiles.open(directory.resolve("folder"), Fcntl.O_PATH)) {
            claim(ring)
                    .renameat(from.fd(), "file", to.fd(), "moved", 0)
                    .userData(1)
                    .link();
            claim(ring)
                    .renameat(CWD, at("folder/moved"), CWD, at("other"), Fs.RENAME_NOREPLACE)
                    .userData(2);
            claim(ring).renameat(CWD, at("none"), CWD, at("some"), 0).userData(3);
            claim(ring).renameat(-1, "folder", CWD, at("some"), 0).userData(4);
            assertThat(results(ring, 4)).containsExactly(0, -Errno.EEXIST, -Errno.ENOENT, -Errno.EBADF);
            assertThat(directory.resolve("folder/moved")).hasContent("text");
            assertThat(directory.resolve("other")).hasContent("other");

            claim(ring).renameat(CWD, at("folder/moved"), CWD, at("other"), Fs.RENAME_EXCHANGE);
            assertThat(result(ring)).isZero();
            assertThat(directory.resolve("folder/moved")).hasContent("other");
            assertThat(directory.resolve("other")).hasContent("text");

            claim(ring).renameat(to.fd(), "moved", from.fd(), "other", 0);
            assertThat(result(ring)).isZero();
            assertThat(directory.resolve("other")).hasContent("other");
            assertThat(directory.resolve("folder")).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void makesSymbolicLinks(RingProfile profile) throws IOException {
        String target = "no/where/\u4e16\u754c";
        try (Ring ring = profile.open(8);
                Fd folder = RingFiles.open(directory, Fcntl.O_PATH)) {
            claim(ring).symlinkat(target, folder.fd(), "dangling").userData(1);
            claim(ring).symlinkat(path, CWD, at("good")).userData(2);
            claim(ring).symlinkat(target, CWD, path).userData(3);
            claim(ring).symlinkat(target, CWD, at("none/link")).userData(4);
            claim(ring).symlinkat("", CWD, at("link")).userData(5);
            claim(ring).symlinkat(target, -1, "link").userData(6);

            assertThat(results(ring, 6))
                    .containsExactly(0, 0, -Errno.EEXIST, -Errno.ENOENT, -Errno.ENOENT, -Errno.EBADF);
        }
        assertThat(Files.readSymbolicLink(directory.resolve("dangling"))).hasToString(target);
        assertThat(directory.resolve("good")).hasContent("text");
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void makesFurtherNames(RingProfile profile) throws IOException {
        Files.createSymbolicLink(directory.resolve("symbolic"), file);
        try (Ring ring = profile.open(8);
                Fd folder = RingFiles.open(directory, Fcntl.O_PATH);
                Fd open = RingFiles.open(file, Fcntl.O_RDONLY)) {
            claim(ring).linkat(folder.fd(), "file", CWD, at("hard"), 0).userData(1);
            claim(ring).linkat(CWD, at("symbolic"), CWD, at("same"), 0).userData(2);
            claim(ring)
                    .linkat(CWD, at("symbolic"), folder.fd(), "followed", Fcntl.AT_SYMLINK_FOLLOW)
                    .userData(3);
            claim(ring)
                    .linkat(open.fd(), "", CWD, at("opened"), Fcntl.AT_EMPTY_PATH)
                    .userData(4);
            claim(ring).linkat(CWD, path, CWD, at("symbolic"), 0).userData(5);
            claim(ring).linkat(CWD, at("none"), CWD, at("some"), 0).userData(6);
            claim(ring).linkat(CWD, path, CWD, at("none/some"), 0).userData(7);

            assertThat(results(ring, 7)).containsExactly(0, 0, 0, 0, -Errno.EEXIST, -Errno.ENOENT, -Errno.ENOENT);
        }
        assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(4);
        for (String name : new String[] {"hard", "followed", "opened"}) {
            assertThat(Files.isSymbolicLink(directory.resolve(name))).isFalse();
            assertThat(Files.isSameFile(directory.resolve(name), file)).isTrue();
        }
        assertThat(Files.isSymbolicLink(directory.resolve("same"))).isTrue();
    }

    /**
     * A directory is made, filled, its file renamed and removed, and itself removed: seven operations, one submission.
     */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void runsALifeOfNamesInOneChain(RingProfile profile) throws IOException {
        Memory text = Memory.ofString("life");
        try (Ring ring = profile.open(8)) {
            ring.files().register(-1);
            claim(ring).mkdirat(CWD, at("d"), 0700).userData(1).link();
            claim(ring)
                    .openat(CWD, at("d/f"), Fcntl.O_RDWR | Fcntl.O_CREAT, 0600)
                    .intoSlot(0)
                    .userData(2)
                    .link();
            claim(ring).write(0, text, 0, 4, 0).fixedFile().userData(3).link();
            claim(ring).closeSlot(0).userData(4).link();
            claim(ring).renameat(CWD, at("d/f"), CWD, at("f"), 0).userData(5).link();
            claim(ring).unlinkat(CWD, at("d"), Fcntl.AT_REMOVEDIR).userData(6).link();
            claim(ring).linkat(CWD, at("f"), CWD, at("g"), 0).userData(7);

            assertThat(results(ring, 7)).containsExactly(0, 0, 4, 0, 0, 0, 0);
            text.keepAlive();
        }
        assertThat(directory.resolve("g")).hasContent("life");
        assertThat(directory.resolve("d")).doesNotExist();
    }

    /** Paths of every length share the memory beside the entries, and are taken before it is written again. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void keepsManyPathsApart(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(4);
                Fd folder = RingFiles.open(directory, Fcntl.O_PATH)) {
            Completions completions = new Completions();
            for (int i = 0; i < 40; i++) {
                Sqe sqe = claim(ring).mkdirat(folder.fd(), name(i), 0700).userData(i);
                if (i % 2 == 0) {
                    sqe.async();
                }
                if (i % 5 == 0) {
                    sqe.drain();
                }
                ring.completion().drain(completions, Integer.MAX_VALUE);
            }
            while (completions.list.size() < 40) {
                completions.list.addAll(Completions.await(ring, 1));
            }
            assertThat(completions.list).allSatisfy(c -> assertThat(c.result()).isZero());
        }
        for (int i = 0; i < 40; i++) {
            assertThat(directory.resolve(name(i))).isDirectory();
        }
    }

    private static String name(int i) {
        return i + "\u00e4".repeat(i * 3 % 120);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesAZeroByteAndFillsNothingIn(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            Operations entry = claim(ring);
            String wrong = path + "\0more";
            assertThatThrownBy(() -> entry.unlinkat(CWD, wrong, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("zero byte");
            assertThatThrownBy(() -> entry.renameat(CWD, path, CWD, wrong, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> entry.openat2(CWD, wrong, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> entry.getxattr(path, wrong, Memory.allocate(0)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(result(ring)).isZero();
        }
        assertThat(file).exists();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void passesLongNamesOn(RingProfile profile) throws IOException {
        String longest = "n".repeat(255);
        String umlauts = "\u00fc".repeat(127);
        assertThat(umlauts.getBytes(StandardCharsets.UTF_8)).hasSize(254);
        try (Ring ring = profile.open(8)) {
            claim(ring).mkdirat(CWD, at(longest), 0700).userData(1);
            claim(ring).mkdirat(CWD, at(umlauts), 0700).userData(2);
            claim(ring).mkdirat(CWD, at(longest + "n"), 0700).userData(3);
            claim(ring).mkdirat(CWD, "/" + "d/".repeat(2048), 0700).userData(4);
            claim(ring).mkdirat(CWD, "", 0700).userData(5);

            assertThat(results(ring, 5)).containsExactly(0, 0, -Errno.ENAMETOOLONG, -Errno.ENAMETOOLONG, -Errno.ENOENT);
        }
        assertThat(directory.resolve(longest)).isDirectory();
        assertThat(directory.resolve(umlauts)).isDirectory();
    }
}
