// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Repeats a test over every combination of impairments, each in its own network as with {@link BadNetwork}. Use it in
 * place of {@code @Test}.
 *
 * <pre>{@code
 * @BadNetworkMatrix(delay = {"0ms", "50ms"}, loss = {"0%", "2%"}, seed = {1, 2, 3})
 * void survives(Host client, Host server) throws Exception { … }
 * }</pre>
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@TestTemplate
@ExtendWith(BadNetworkMatrixExtension.class)
public @interface BadNetworkMatrix {

    /** Names of the hosts, two or more. */
    String[] hosts() default {"client", "server"};

    /** Delays in each direction. */
    String[] delay() default {"0ms"};

    /** Largest deviations from the delay. */
    String[] jitter() default {"0ms"};

    /** Probabilities that a packet is lost. */
    String[] loss() default {"0%"};

    /** Probabilities that a packet is delivered twice. */
    String[] duplication() default {"0%"};

    /** Probabilities that a packet is held back for 10 ms. */
    String[] reordering() default {"0%"};

    /** Probabilities that a bit of a packet is flipped. */
    String[] corruption() default {"0%"};

    /** Bandwidths; empty is no limit. */
    String[] bandwidth() default {""};

    /** Seed of all random decisions. */
    long[] seed() default {1};
}
