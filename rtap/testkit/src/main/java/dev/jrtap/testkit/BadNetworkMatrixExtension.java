// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.util.ArrayList;
import java.util.List;
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
        List<TestTemplateInvocationContext> all = new ArrayList<>();
        for (String delay : matrix.delay()) {
            for (String loss : matrix.loss()) {
                for (String bandwidth : matrix.bandwidth()) {
                    for (long seed : matrix.seed()) {
                        add(matrix, delay, loss, bandwidth, seed, all);
                    }
                }
            }
        }
        return all.stream();
    }

    private static void add(
            BadNetworkMatrix matrix,
            String delay,
            String loss,
            String bandwidth,
            long seed,
            List<TestTemplateInvocationContext> all) {
        for (String duplication : matrix.duplication()) {
            for (String reordering : matrix.reordering()) {
                all.add(new Invocation(
                        TestNetwork.of(matrix.hosts(), delay, loss, duplication, reordering, bandwidth, seed)));
            }
        }
    }
}
