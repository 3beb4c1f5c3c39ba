// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BtfTest {

    @Test
    void readsWhatTheRunningKernelSaysOfItself() throws IOException {
        Feature.require("btf", Files.isReadable(Btf.RUNNING_KERNEL), "no " + Btf.RUNNING_KERNEL);
        Btf btf = Btf.read(Btf.RUNNING_KERNEL);

        Btf.Layout entry = btf.struct("io_uring_sqe");

        assertThat(entry.size()).isEqualTo(64);
        assertThat(entry.members())
                .containsEntry("fd", 32L)
                .containsEntry("user_data", 256L)
                .containsEntry("off", 64L);
        assertThat(btf.enumerator("IORING_OP_NOP")).isZero();
        assertThat(btf.struct("no_such_struct")).isNull();
    }

    @Test
    void findsALayoutThatIsNotTheKernels() throws IOException {
        Feature.require("btf", Files.isReadable(Btf.RUNNING_KERNEL), "no " + Btf.RUNNING_KERNEL);
        Btf btf = Btf.read(Btf.RUNNING_KERNEL);

        LayoutCheck good = new LayoutCheck(btf)
                .struct("io_uring_cqe", 16)
                .member("user_data", 0, 0)
                .member("res", 64, 0);
        LayoutCheck bad = new LayoutCheck(btf).struct("io_uring_cqe", 16).member("res", 32, 0);

        assertThat(good.differences()).isEmpty();
        assertThat(bad.differences())
                .containsExactly("io_uring_cqe.res begins at bit 64 in this kernel, and at bit 32 here");
    }

    @Test
    void refusesAFileThatIsNone(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("none"), new byte[64]);

        assertThatThrownBy(() -> Btf.read(file)).isInstanceOf(IOException.class).hasMessageContaining("is not BTF");
    }
}
