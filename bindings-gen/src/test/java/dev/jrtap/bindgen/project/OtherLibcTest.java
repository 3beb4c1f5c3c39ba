// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.fixtures.Headers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@code syscalls} takes from libc is the same in the machine's own libc, which is of another version than the one
 * that the model was read from: what is called is an ABI.
 */
class OtherLibcTest {

    private static final Path HEADERS = Headers.ROOT;

    private final Project project = new Project(Settings.of(Path.of("../syscalls")));
    private Model machines;
    private Model checkedIn;

    @BeforeEach
    void readsTheMachinesOwn() {
        Headers.requireLibcs();
        Project libc = new Project(new Settings(
                Path.of("../syscalls/src/bindings/select/libc.txt"),
                Path.of("unused"),
                Path.of("unused"),
                "unused",
                List.of(),
                ""));
        List<String> problems = new ArrayList<>();
        machines = libc.readFor(machine(), new HeaderSet("", SearchPath.of(HEADERS)), problems);
        assertThat(problems).isEmpty();
        checkedIn = project.model();
    }

    @Test
    void structsHaveTheSameMembers() {
        assertThat(machines.structs()).hasSizeGreaterThan(2);
        machines.structs().forEach((name, variants) -> {
            Struct ours = checkedIn.structs().get(name).first();
            assertThat(ours.size()).isEqualTo(variants.first().size());
            assertThat(places(ours)).isEqualTo(places(variants.first()));
        });
    }

    @Test
    void functionsTakeTheSameRegisters() {
        assertThat(machines.functions()).hasSizeGreaterThan(25);
        machines.functions()
                .forEach((name, variants) -> assertThat(
                                registers(checkedIn.functions().get(name).first()))
                        .as(name)
                        .isEqualTo(registers(variants.first())));
    }

    private static List<String> places(Struct struct) {
        return struct.fields().stream()
                .map(field -> field.path() + " " + field.shape() + " " + field.offset())
                .toList();
    }

    /** The result's and the parameters' shapes: the names are each version's own. */
    private static List<String> registers(Function function) {
        return Stream.concat(
                        Stream.of(function.result()),
                        function.parameters().stream().map(Function.Parameter::type))
                .map(type -> type.isVoid() ? "void" : type.shape().toString())
                .toList();
    }

    private static Target machine() {
        String name = System.getProperty("os.arch");
        return Target.of(name.equals("amd64") ? "x86_64" : name);
    }
}
