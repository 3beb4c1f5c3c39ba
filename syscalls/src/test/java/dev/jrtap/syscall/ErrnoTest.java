// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class ErrnoTest {

    @Test
    void namesEachNumberAsItsFieldDoes() throws IllegalAccessException {
        for (Field field : Errno.class.getFields()) {
            assertThat(Errno.name(field.getInt(null))).isEqualTo(field.getName());
        }
        assertThat(Errno.name(4711)).isEqualTo("E4711");
    }

    @Test
    void hasAFieldForEachNumberThatHasAName() throws ReflectiveOperationException {
        for (jnr.constants.platform.Errno each : jnr.constants.platform.Errno.values()) {
            if (each.defined() && each != jnr.constants.platform.Errno.__UNKNOWN_CONSTANT__) {
                String name = Errno.name(each.intValue());
                assertThat(Errno.class.getField(name).getInt(null)).as(name).isEqualTo(each.intValue());
            }
        }
    }

    @Test
    void describesANumberInWordsWhereNoCauseIsKnown() {
        String words = Errno.description(Errno.EPERM);

        assertThat(words).isNotEmpty().isNotEqualTo(Errno.description(Errno.ENOENT));
        assertThat(ErrnoException.of(-Errno.EPERM, "close(fd=3)", "")).hasMessage("EPERM: close(fd=3): " + words);
        assertThat(ErrnoException.of(-Errno.EPERM, "close(fd=3)", "because")).hasMessage("EPERM: close(fd=3): because");
    }
}
