// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.io.IOException;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/**
 * Makes the network of a test, closes it afterwards, and writes its packets if the test has failed. See
 * {@link BadNetwork}.
 */
public final class BadNetworkExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(BadNetworkExtension.class);
    private static final String REQUIRED = "jrtap.testkit.required";
    private static final String CAPTURES = "jrtap.testkit.captures";

    private final @Nullable TestNetwork fixed;

    /** Makes an extension that obeys the annotation of the test or of its class. */
    public BadNetworkExtension() {
        this(null);
    }

    BadNetworkExtension(@Nullable TestNetwork fixed) {
        this.fixed = fixed;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (isMine(context)) {
            network(context);
        }
    }

    /**
     * Returns whether this extension is the test's: a matrix on the method replaces the annotation of the class by an
     * extension of its own.
     */
    private boolean isMine(ExtensionContext context) {
        return fixed != null || !AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), BadNetworkMatrix.class);
    }

    /** Returns the network of the test, which is made on first use. */
    private Network network(ExtensionContext context) throws IOException {
        Network present = context.getStore(NAMESPACE).get(Network.class, Network.class);
        if (present != null) {
            return present;
        }
        Optional<String> reason = Network.unavailable();
        if (reason.isPresent()) {
            if (Boolean.getBoolean(REQUIRED)) {
                throw new AssertionError(reason.get());
            }
            throw new TestAbortedException(reason.get());
        }
        Network made = (fixed != null ? fixed : asked(annotation(context))).create();
        context.getStore(NAMESPACE).put(Network.class, made);
        return made;
    }

    private static TestNetwork asked(BadNetwork asked) {
        return TestNetwork.of(
                asked.hosts(),
                Map.of(
                        "delay", asked.delay(),
                        "jitter", asked.jitter(),
                        "loss", asked.loss(),
                        "duplication", asked.duplication(),
                        "reordering", asked.reordering(),
                        "corruption", asked.corruption(),
                        "bandwidth", asked.bandwidth(),
                        "seed", Long.toString(asked.seed())));
    }

    private static BadNetwork annotation(ExtensionContext context) {
        Optional<BadNetwork> found =
                AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), BadNetwork.class);
        // A nested class inherits the annotation of the enclosing one.
        for (Class<?> around = context.getRequiredTestClass(); around != null; around = around.getEnclosingClass()) {
            Class<?> present = around;
            found = found.or(() -> AnnotationSupport.findAnnotation(present, BadNetwork.class));
        }
        return found.orElseThrow(() -> new IllegalStateException("@BadNetwork is on neither the test nor its class"));
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        try (Network network = context.getStore(NAMESPACE).remove(Network.class, Network.class)) {
            if (network != null && context.getExecutionException().isPresent()) {
                Path file = captureFile(context);
                network.capture().write(file);
                context.publishReportEntry("capture", file.toAbsolutePath().toString());
                context.publishReportEntry("seed", Long.toString(network.seed()));
            }
        }
    }

    /**
     * Returns {@code target/badnetwork/CLASS.METHOD.pcapng}, with a number from the unique id if a test is repeated.
     */
    private static Path captureFile(ExtensionContext context) throws IOException {
        String configured = System.getProperty(CAPTURES, "");
        Path directory = configured.isEmpty() ? Path.of("target", "badnetwork") : Path.of(configured);
        String id = context.getUniqueId();
        String repeated = id.matches(".*#\\d+\\]$") ? "-" + id.replaceFirst(".*#(\\d+)\\]$", "$1") : "";
        String name = context.getRequiredTestClass().getName() + "."
                + context.getRequiredTestMethod().getName() + repeated;
        return Files.createDirectories(directory).resolve(name + ".pcapng");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return List.of(Network.class, Host.class, Link.class)
                        .contains(parameter.getParameter().getType())
                && context.getTestMethod().isPresent()
                && isMine(context);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        try {
            Network network = network(context);
            if (parameter.getParameter().getType() == Network.class) {
                return network;
            }
            return parameter.getParameter().getType() == Host.class
                    ? choose(parameter, network.hosts(), Host::name)
                    : choose(parameter, network.links(), link -> link.first().name());
        } catch (IOException e) {
            throw new ParameterResolutionException("no network for the test: " + e.getMessage(), e);
        }
    }

    /** Returns the element that the parameter is named after; other parameters get the remaining ones, in order. */
    private static <T> T choose(ParameterContext context, List<T> all, Function<T, String> nameOf) {
        Parameter parameter = context.getParameter();
        List<T> rest = new ArrayList<>(all);
        List<Parameter> unnamed = new ArrayList<>();
        for (Parameter each : context.getDeclaringExecutable().getParameters()) {
            Optional<T> named =
                    all.stream().filter(one -> isNamed(each, nameOf.apply(one))).findFirst();
            if (each.getType() != parameter.getType()) {
                continue;
            } else if (named.isEmpty()) {
                unnamed.add(each);
            } else if (each.equals(parameter)) {
                return named.get();
            } else {
                rest.remove(named.get());
            }
        }
        int place = unnamed.indexOf(parameter);
        if (place >= rest.size()) {
            throw new ParameterResolutionException(
                    "parameter " + parameter + " is one too many of its type: the network has " + all);
        }
        return rest.get(place);
    }

    private static boolean isNamed(Parameter parameter, String name) {
        String present = parameter.isNamePresent() ? parameter.getName() : "";
        return present.equals(name) || parameter.getType() == Link.class && present.equals(name + "Link");
    }
}
