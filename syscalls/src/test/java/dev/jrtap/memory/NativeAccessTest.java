// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What is made of the JVM's errors; that it makes them is tested on the module path. */
class NativeAccessTest {

    private static final Throwable REFUSED = new IllegalCallerException("Illegal native access from module x");

    /** jffi reports the JVM's refusal as an error whose text has the exception's name, or as its cause. */
    @Test
    void aRefusalIsKnownByItsTypeOrItsTextAnywhereAmongTheCauses() {
        for (Throwable refusal : new Throwable[] {
            REFUSED,
            new UnsatisfiedLinkError(REFUSED.toString()),
            new ExceptionInInitializerError(REFUSED),
            new LinkageError(null, new RuntimeException("no stub", REFUSED)),
            new NoClassDefFoundError().initCause(new UnsatisfiedLinkError("jffi: " + REFUSED))
        }) {
            assertThat(NativeAccess.isRefusal(refusal)).as(refusal.toString()).isTrue();
        }
        for (Throwable other : new Throwable[] {
            new UnsatisfiedLinkError("libjffi.so: cannot open shared object file"),
            new UnsatisfiedLinkError(),
            new LinkageError("jffi", new RuntimeException(new IllegalStateException("no stub")))
        }) {
            assertThat(NativeAccess.isRefusal(other)).as(other.toString()).isFalse();
        }
    }

    @Test
    void aModuleThatIsNotResolvedIsNamedWithTheOption() {
        ClassLoader withoutAsm = new ClassLoader(null) {};
        assertThatThrownBy(() -> NativeAccess.findAsm(withoutAsm))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("org.objectweb.asm is not resolved")
                .hasMessageEndingWith("run java with --add-modules ALL-MODULE-PATH")
                .hasCauseInstanceOf(ClassNotFoundException.class);
        assertThatCode(() -> NativeAccess.findAsm(getClass().getClassLoader())).doesNotThrowAnyException();
    }
}
