// SPDX-License-Identifier: Apache-2.0
/**
 * Capture files that Wireshark, tshark and tcpdump read.
 *
 * <p>Uses: memory. Used by: testkit, samples.
 */
@NullMarked
package dev.jrtap.pcapng;

import org.jspecify.annotations.NullMarked;
