// SPDX-License-Identifier: Apache-2.0
/**
 * Devices in JMX and Flight Recorder, each registered for a device and until it is closed.
 *
 * <p>Uses: rtap, by its public API, and netlink. Used by: samples.
 */
@NullMarked
package dev.jrtap.rtap.monitor;

import org.jspecify.annotations.NullMarked;
