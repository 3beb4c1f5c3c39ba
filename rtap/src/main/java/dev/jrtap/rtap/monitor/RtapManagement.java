// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap.monitor;

import dev.jrtap.rtap.QueueStatistics;
import dev.jrtap.rtap.Rtap;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanRegistrationException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Shows a device to JMX clients as {@code dev.jrtap:type=Rtap,name=NAME}, with the name it was opened with. The Java
 * runtime must have the module java.management.
 *
 * <pre>{@code
 * try (Rtap rtap = Rtap.open(RtapConfig.named("rtap%d"));
 *         RtapManagement management = RtapManagement.register(rtap)) {
 *     // until it is closed
 * }
 * }</pre>
 *
 * <p>Threads: any.
 */
public final class RtapManagement implements AutoCloseable {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private final ObjectName name;

    private RtapManagement(ObjectName name) {
        this.name = name;
    }

    /**
     * Registers {@code rtap} with the platform's MBean server, until this is closed.
     *
     * @throws IllegalStateException if a device of this name is registered
     */
    public static RtapManagement register(Rtap rtap) {
        try {
            ObjectName name = new ObjectName("dev.jrtap:type=Rtap,name=" + ObjectName.quote(rtap.name()));
            SERVER.registerMBean(new Bean(rtap), name);
            return new RtapManagement(name);
        } catch (JMException e) {
            throw new IllegalStateException("the device " + rtap.name() + " cannot be registered", e);
        }
    }

    /** Returns the name it is registered by. */
    public ObjectName name() {
        return name;
    }

    @Override
    public void close() {
        try {
            SERVER.unregisterMBean(name);
        } catch (InstanceNotFoundException | MBeanRegistrationException e) {
            // Somebody else has removed it.
        }
    }

    /** Asks the device anew for each attribute. */
    private record Bean(Rtap rtap) implements RtapMXBean {

        @Override
        public String getName() throws IOException {
            return rtap.link().name();
        }

        @Override
        public int getIfIndex() {
            return rtap.ifIndex();
        }

        @Override
        public boolean isUp() throws IOException {
            return rtap.link().isUp();
        }

        @Override
        public int getMtu() throws IOException {
            return rtap.link().mtu();
        }

        @Override
        public int getQueues() {
            return rtap.queues();
        }

        @Override
        public long getRxPackets() throws IOException {
            return total().rxPackets();
        }

        @Override
        public long getRxBytes() throws IOException {
            return total().rxBytes();
        }

        @Override
        public long getRxErrors() throws IOException {
            return total().rxErrors();
        }

        @Override
        public long getRxMissed() throws IOException {
            return rtap.statistics().missed();
        }

        @Override
        public long getRxNoBuffer() throws IOException {
            return total().rxNoBuffer();
        }

        @Override
        public long getTxPackets() throws IOException {
            return total().txPackets();
        }

        @Override
        public long getTxBytes() throws IOException {
            return total().txBytes();
        }

        @Override
        public long getTxErrors() throws IOException {
            return total().txErrors();
        }

        private QueueStatistics total() throws IOException {
            return rtap.statistics().total();
        }

        @Override
        public Map<String, Long> getExtendedStatistics() throws IOException {
            return rtap.extendedStatistics();
        }

        @Override
        public void resetStatistics() throws IOException {
            rtap.resetStatistics();
        }
    }

    @Override
    public String toString() {
        return "RtapManagement(" + name + ")";
    }
}
