// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.SysSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jnr.constants.Constant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Constants of files and sockets, on this architecture and on the others, beside those of jnr-constants. */
class ConstantsTest {

    private static final Path MODEL = Path.of("src/bindings/model/linux.tsv");
    private static final List<String> THEMES = List.of(
            "OpenFlags",
            "Fcntl",
            "AddressFamily",
            "Sock",
            "SocketLevel",
            "SocketOption",
            "Shutdown",
            "IPProto",
            "TCP",
            "IP",
            "IPv6",
            "UDP",
            "PosixFadvise");
    /** They grow: no constants here. */
    private static final Set<String> GROWING = Set.of("AF_MAX", "IPPROTO_MAX");

    @ParameterizedTest
    @CsvSource({"x86_64, linux", "aarch64, linux.aarch64"})
    void areThoseOfJnrConstants(String architecture, String place) throws Exception {
        Map<String, Long> model = model(architecture);
        int compared = 0;
        for (String theme : THEMES) {
            for (Object each : Class.forName("jnr.constants.platform." + place + "." + theme)
                    .getEnumConstants()) {
                Constant constant = (Constant) each;
                Long ours = model.get(constant.name());
                if (ours != null && !GROWING.contains(constant.name())) {
                    assertThat(ours).as(constant.name()).isEqualTo(constant.longValue());
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(150);
    }

    @Test
    void areChosenForThisMachine() {
        boolean arm = System.getProperty("os.arch").equals("aarch64");

        assertThat(Fcntl.O_DIRECT).isEqualTo(arm ? 0200000 : 040000);
        assertThat(Fcntl.O_DIRECTORY).isEqualTo(arm ? 040000 : 0200000);
        assertThat(Fcntl.O_NOFOLLOW).isEqualTo(arm ? 0100000 : 0400000);
        assertThat(Fcntl.O_TMPFILE).isEqualTo(020000000 | Fcntl.O_DIRECTORY);
        assertThat(SysSocket.SOCK_NONBLOCK).isEqualTo(Fcntl.O_NONBLOCK);
        assertThat(SysSocket.SOCK_CLOEXEC).isEqualTo(Fcntl.O_CLOEXEC);
    }

    private static Map<String, Long> model(String architecture) throws IOException {
        Map<String, Long> values = new HashMap<>();
        for (String line : Files.readAllLines(MODEL)) {
            String[] fact = line.split("\t");
            if (fact[0].equals("constant")
                    && (fact[1].equals("*") || List.of(fact[1].split(",")).contains(architecture))) {
                values.put(fact[3], Long.decode(fact[5]));
            }
        }
        return values;
    }
}
