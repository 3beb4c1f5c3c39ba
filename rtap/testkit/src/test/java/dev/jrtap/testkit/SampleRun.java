// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What came of the tests of a class, run by a JUnit of its own. */
final class SampleRun implements TestExecutionListener {

    private final List<Throwable> failures = new ArrayList<>();
    private final List<Throwable> aborts = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final Map<String, String> reported = new TreeMap<>();

    static SampleRun of(Class<?> sample) {
        return of(Map.of(), sample);
    }

    /** With parameters of the configuration of JUnit. */
    static SampleRun of(Map<String, String> parameters, Class<?>... samples) {
        SampleRun run = new SampleRun();
        // Without the listener that prints features: it is of the run around.
        LauncherConfig config = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        LauncherFactory.create(config)
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(Arrays.stream(samples)
                                        .map(DiscoverySelectors::selectClass)
                                        .toList())
                                .configurationParameters(parameters)
                                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
                                .build(),
                        run);
        return run;
    }

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        switch (result.getStatus()) {
            case FAILED -> failures.add(result.getThrowable().orElseThrow());
            case ABORTED -> aborts.add(result.getThrowable().orElseThrow());
            default -> {
                if (test.isTest()) {
                    names.add(test.getDisplayName());
                }
            }
        }
    }

    @Override
    public synchronized void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        reported.putAll(entry.getKeyValuePairs());
    }

    /** Names of the tests that succeeded. */
    List<String> names() {
        return names;
    }

    int succeeded() {
        return names.size();
    }

    List<Throwable> failures() {
        return failures;
    }

    List<Throwable> aborts() {
        return aborts;
    }

    /** What the tests have published. */
    Map<String, String> reported() {
        return reported;
    }
}
