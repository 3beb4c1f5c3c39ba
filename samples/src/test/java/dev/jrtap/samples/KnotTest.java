// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Inside a package the classes are ordered, too: no knot, where each class needs each other one, has more than four.
 */
@Tag("any-kernel")
@Tag("any-user")
class KnotTest {

    private static final int MOST = 4;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory",
                "syscall",
                "ownership",
                "uring",
                "tuntap",
                "netlink",
                "bpf",
                "net",
                "pcapng",
                "rtap",
                "rtap.monitor",
                "testkit"
            })
    void noPackageHasALargeKnot(String name) {
        assertThat(knots(uses("dev.jrtap." + name)))
                .allSatisfy(knot -> assertThat(knot).hasSizeLessThanOrEqualTo(MOST));
    }

    @Test
    void aKnotIsFound() {
        Map<String, Set<String>> uses = Map.of(
                "a",
                Set.of("b"),
                "b",
                Set.of("c"),
                "c",
                Set.of("a", "d"),
                "d",
                Set.of("e"),
                "e",
                Set.of(),
                "f",
                Set.of("f"));
        assertThat(knots(uses)).containsExactlyInAnyOrder(Set.of("a", "b", "c"), Set.of("d"), Set.of("e"), Set.of("f"));
    }

    /** Which classes of the package each of them uses; nested ones count with their outer. */
    private static Map<String, Set<String>> uses(String name) {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass user : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(name)) {
            if (user.getPackageName().equals(name)) {
                Set<String> used = uses.computeIfAbsent(outer(user), any -> new TreeSet<>());
                for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (target.getPackageName().equals(name)) {
                        used.add(outer(target));
                    }
                }
            }
        }
        assertThat(uses).as("classes of %s", name).isNotEmpty();
        return uses;
    }

    private static String outer(JavaClass any) {
        return any.getEnclosingClass().map(KnotTest::outer).orElseGet(any::getSimpleName);
    }

    /** The strongly connected components: two classes are in one if each can be reached from the other. */
    private static Collection<Set<String>> knots(Map<String, Set<String>> uses) {
        Map<String, Set<String>> reached = new TreeMap<>();
        uses.keySet().forEach(from -> reached.put(from, reachable(from, uses)));
        Set<String> seen = new TreeSet<>();
        Deque<Set<String>> knots = new ArrayDeque<>();
        for (String one : uses.keySet()) {
            if (seen.add(one)) {
                Set<String> knot = new TreeSet<>(Set.of(one));
                reached.get(one).stream()
                        .filter(other -> reached.get(other).contains(one))
                        .forEach(knot::add);
                seen.addAll(knot);
                knots.add(knot);
            }
        }
        return knots;
    }

    private static Set<String> reachable(String from, Map<String, Set<String>> uses) {
        Set<String> reached = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of(from));
        while (!open.isEmpty()) {
            for (String next : uses.getOrDefault(open.pop(), Set.of())) {
                if (reached.add(next)) {
                    open.push(next);
                }
            }
        }
        return reached;
    }
}
