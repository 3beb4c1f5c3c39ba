// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The law of the packages: each uses only those before it. */
class PackageOrderTest {

    @Test
    void holds() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                // Where Maven has packaged them.
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("dev.jrtap");
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("bindings")
                .definedBy("dev.jrtap.bindings..")
                .layer("memory")
                .definedBy("dev.jrtap.memory..")
                .layer("address")
                .definedBy("dev.jrtap.address..")
                .layer("syscall")
                .definedBy("dev.jrtap.syscall..")
                .layer("ownership")
                .definedBy("dev.jrtap.ownership..")
                .layer("uring")
                .definedBy("dev.jrtap.uring..")
                .layer("tuntap")
                .definedBy("dev.jrtap.tuntap..")
                .layer("netlink")
                .definedBy("dev.jrtap.netlink..")
                .layer("bpf")
                .definedBy("dev.jrtap.bpf..")
                .layer("net")
                .definedBy("dev.jrtap.net..")
                .layer("pcapng")
                .definedBy("dev.jrtap.pcapng..")
                .layer("rtap")
                .definedBy("dev.jrtap.rtap")
                .layer("rtap.monitor")
                .definedBy("dev.jrtap.rtap.monitor..")
                .layer("testkit")
                .definedBy("dev.jrtap.testkit..")
                .layer("samples")
                .definedBy("dev.jrtap.samples..")
                .whereLayer("samples")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("testkit")
                .mayOnlyBeAccessedByLayers("samples")
                .whereLayer("pcapng")
                .mayOnlyBeAccessedByLayers("testkit", "samples")
                .whereLayer("rtap.monitor")
                .mayOnlyBeAccessedByLayers("samples")
                .whereLayer("rtap")
                .mayOnlyBeAccessedByLayers("rtap.monitor", "testkit", "samples")
                .whereLayer("net")
                .mayOnlyBeAccessedByLayers("rtap", "testkit", "samples")
                .whereLayer("bpf")
                .mayOnlyBeAccessedByLayers("rtap", "samples")
                .whereLayer("netlink")
                .mayOnlyBeAccessedByLayers("bpf", "rtap", "rtap.monitor", "testkit", "samples")
                .whereLayer("tuntap")
                .mayOnlyBeAccessedByLayers("bpf", "rtap", "testkit", "samples")
                .whereLayer("uring")
                .mayOnlyBeAccessedByLayers("rtap", "samples")
                .whereLayer("ownership")
                .mayOnlyBeAccessedByLayers("uring", "rtap")
                .whereLayer("ownership")
                .mayNotAccessAnyLayer()
                .whereLayer("address")
                .mayNotAccessAnyLayer()
                .whereLayer("address")
                .mayOnlyBeAccessedByLayers("syscall", "uring", "tuntap", "netlink", "net", "rtap", "testkit", "samples")
                .whereLayer("syscall")
                .mayOnlyBeAccessedByLayers("uring", "tuntap", "netlink", "bpf", "rtap", "testkit", "samples")
                .whereLayer("memory")
                .mayOnlyBeAccessedByLayers(
                        "syscall", "uring", "tuntap", "netlink", "bpf", "net", "pcapng", "rtap", "testkit", "samples")
                .check(classes);
    }

    /** The table of the first page has all of them, and that of syscalls its own. */
    @ParameterizedTest
    @CsvSource({"../README.md, ../syscalls", "../README.md, ../rtap", "../syscalls/README.md, ../syscalls"})
    void aTableHasEveryPackage(Path page, Path module) throws IOException {
        Path sources = module.resolve("src/main/java/dev/jrtap");
        try (Stream<Path> files = Files.walk(sources)) {
            List<String> packages = files.filter(file -> file.endsWith("package-info.java"))
                    .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
                    .toList();
            assertThat(packages).isNotEmpty();
            assertThat(Files.readString(page))
                    .contains(
                            packages.stream().map(name -> "| `" + name + "` |").toList());
        }
    }
}
