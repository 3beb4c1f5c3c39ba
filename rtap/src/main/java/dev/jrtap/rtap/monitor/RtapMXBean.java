// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap.monitor;

import dev.jrtap.rtap.Rtap;
import java.io.IOException;
import java.util.Map;

/** A device as JMX shows it; see {@link RtapManagement}. Counts are since the last reset. */
public interface RtapMXBean {

    /** Returns the interface's present name. */
    String getName() throws IOException;

    /** Returns the interface index. */
    int getIfIndex();

    /** Returns whether the interface is up. */
    boolean isUp() throws IOException;

    /** Bytes of IP packet. */
    int getMtu() throws IOException;

    /** Returns the number of queue pairs that can be opened. */
    int getQueues();

    /** Packets received. */
    long getRxPackets() throws IOException;

    /** Bytes of the frames received. */
    long getRxBytes() throws IOException;

    /** Reads that failed, or whose packet did not fit. */
    long getRxErrors() throws IOException;

    /** Packets that the kernel dropped because they were not received in time. */
    long getRxMissed() throws IOException;

    /** Returns how often the pool was empty when the kernel wanted a slot. */
    long getRxNoBuffer() throws IOException;

    /** Packets that the kernel has taken. */
    long getTxPackets() throws IOException;

    /** Bytes of the frames that the kernel has taken. */
    long getTxBytes() throws IOException;

    /** Packets that the kernel has refused. */
    long getTxErrors() throws IOException;

    /** Every counter by name, see {@link Rtap#extendedStatistics}. */
    Map<String, Long> getExtendedStatistics() throws IOException;

    /** Resets all counts to zero. */
    void resetStatistics() throws IOException;
}
