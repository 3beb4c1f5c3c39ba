// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.fixtures.Feature;
import java.io.IOException;

/** A bridge of devices: it takes a VLAN tag out of a frame, and keeps it beside the packet on its way. */
final class Bridge implements AutoCloseable {

    private static final String NAME = "tags0";

    private Bridge() {}

    static Bridge open() throws IOException {
        try {
            Shell.run("ip", "link", "add", NAME, "type", "bridge", "forward_delay", "0");
        } catch (IOException e) {
            Feature.require("bridge", false, e.getMessage());
        }
        Feature.require("bridge", true, "");
        Shell.run("ip", "link", "set", NAME, "mtu", "9000", "up");
        return new Bridge();
    }

    void join(Rtap port) throws IOException {
        Shell.run("ip", "link", "set", port.name(), "master", NAME);
    }

    @Override
    public void close() throws IOException {
        Shell.run("ip", "link", "delete", NAME);
    }
}
