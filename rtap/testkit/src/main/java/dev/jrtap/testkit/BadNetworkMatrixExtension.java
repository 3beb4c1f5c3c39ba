// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Repeats a test over the combinations of a {@link BadNetworkMatrix}. */
public final class BadNetworkMatrixExtension implements TestTemplateInvocationContextProvider {

    /** One combination. */
    private record Invocation(TestNetwork network) implements TestTemplateInvocationContext {

        @Override
        public String getDisplayName(int index) {
            return network.description();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new BadNetworkExtension(network));
        }
    }

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), BadNetworkMatrix.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        BadNetworkMatrix matrix = AnnotationSupport.findAnnotation(
                        context.getRequiredTestMethod(), BadNetworkMatrix.class)
                .orElseThrow();
        Map<String, String[]> elements = new LinkedHashMap<>();
        elements.put("delay", matrix.delay());
        elements.put("jitter", matrix.jitter());
        elements.put("loss", matrix.loss());
        elements.put("duplication", matrix.duplication());
        elements.put("reordering", matrix.reordering());
        elements.put("corruption", matrix.corruption());
        elements.put("bandwidth", matrix.bandwidth());
        elements.put(
                "seed", LongStream.of(matrix.seed()).mapToObj(Long::toString).toArray(String[]::new));
        return combinations(elements).stream().map(each -> new Invocation(TestNetwork.of(matrix.hosts(), each)));
    }

    /** Returns all combinations of the elements' values. */
    private static List<Map<String, String>> combinations(Map<String, String[]> elements) {
        List<Map<String, String>> all = List.of(Map.of());
        for (Map.Entry<String, String[]> element : elements.entrySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> each : all) {
                for (String value : element.getValue()) {
                    Map<String, String> with = new LinkedHashMap<>(each);
                    with.put(element.getKey(), value);
                    longer.add(with);
                }
            }
            all = longer;
        }
        return all;
    }
}
