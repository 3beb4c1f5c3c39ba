// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the machine, kernel, JDK and settings, on which every figure depends. */
final class Surroundings {

    private static final String UNKNOWN = "unknown";

    private Surroundings() {}

    static Map<String, Object> read() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("processor", processor());
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put("governor", read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
        facts.put("congestion_control", read("/proc/sys/net/ipv4/tcp_congestion_control"));
        facts.put("transparent_hugepage", read("/sys/kernel/mm/transparent_hugepage/enabled"));
        facts.put("load_average", read("/proc/loadavg").split(" ")[0]);
        return facts;
    }

    private static String processor() {
        return read("/proc/cpuinfo")
                .lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).trim();
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
