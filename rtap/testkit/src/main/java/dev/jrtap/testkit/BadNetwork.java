// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test its own network, with the hosts {@code client} and {@code server} and a link between them, and its
 * parameters {@link Network}, {@link Host} and {@link Link}.
 *
 * <pre>{@code
 * @Test
 * @BadNetwork(delay = "50ms", loss = "2%", seed = 7)
 * void survives(Host client, Host server) throws Exception { … }
 * }</pre>
 *
 * <p>The name of a {@code Host} parameter selects the host, if the class was compiled with {@code -parameters} and
 * there is a host of that name; other parameters get the remaining hosts in order. With three hosts or more there is a
 * switch between them, and the name of a {@code Link} parameter selects the link of a host, such as {@code client} or
 * {@code clientLink}.
 *
 * <p>A failing test writes its packets to a pcapng file, which the report names: in {@code target/badnetwork}, or in
 * the directory of the system property {@code jrtap.testkit.captures}. Where no network can be made, the test is
 * skipped, with the remedy; with the system property {@code jrtap.testkit.required=true} it fails.
 *
 * <p>On a class, it applies to all its tests; on a method, it replaces the annotation of the class.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(BadNetworkExtension.class)
public @interface BadNetwork {

    /** Names of the hosts, two or more. */
    String[] hosts() default {"client", "server"};

    /** Delay in each direction: {@code "50ms"}, {@code "200us"}, {@code "1s"}. */
    String delay() default "0ms";

    /** Largest deviation from the delay: {@code "5ms"}. */
    String jitter() default "0ms";

    /** Probability that a packet is lost: {@code "2%"} or {@code "0.02"}. */
    String loss() default "0%";

    /** Probability that a packet is delivered twice. */
    String duplication() default "0%";

    /** Probability that a packet is held back for 10 ms. */
    String reordering() default "0%";

    /** Probability that a bit of a packet is flipped. */
    String corruption() default "0%";

    /** Bandwidth: {@code "10mbit"}, {@code "500kbit"}, {@code "1gbit"}; empty is no limit. */
    String bandwidth() default "";

    /** Seed of all random decisions. */
    long seed() default 1;
}
