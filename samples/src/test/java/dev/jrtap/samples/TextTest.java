// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What can be closed, or has a descriptor or a name, tells in a debugger and a log which one it is. */
@Tag("any-kernel")
@Tag("any-user")
class TextTest {

    @Test
    void whatHasAnIdentityTellsIt() {
        List<JavaClass> told = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.jrtap").stream()
                        .filter(any -> !any.getPackageName().startsWith("dev.jrtap.samples"))
                        // In Maven's class path a jar, which DoNotIncludeTests takes for the library's.
                        .filter(any -> !any.getPackageName().equals("dev.jrtap.fixtures"))
                        .filter(any -> any.getModifiers().contains(JavaModifier.PUBLIC) && !any.isInterface())
                        .filter(TextTest::hasIdentity)
                        // The JDK asks it for its name, and nobody else.
                        .filter(any -> !any.getSimpleName().equals("HostResolverProvider"))
                        .toList();
        assertThat(told)
                .hasSizeGreaterThan(20)
                .allSatisfy(one -> assertThat(hasText(one))
                        .as("toString of %s", one.getName())
                        .isTrue());
    }

    private static boolean hasIdentity(JavaClass any) {
        return any.isAssignableTo(AutoCloseable.class)
                || Stream.of("fd", "name")
                        .anyMatch(method -> any.tryGetMethod(method)
                                .filter(found -> found.getModifiers().contains(JavaModifier.PUBLIC)
                                        && !found.getModifiers().contains(JavaModifier.STATIC))
                                .isPresent());
    }

    private static boolean hasText(JavaClass any) {
        return Stream.concat(Stream.of(any), any.getAllRawSuperclasses().stream())
                .filter(one -> !one.isEquivalentTo(Object.class))
                .anyMatch(one -> one.tryGetMethod("toString").isPresent());
    }
}
