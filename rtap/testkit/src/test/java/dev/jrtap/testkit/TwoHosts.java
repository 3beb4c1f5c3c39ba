// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.fixtures.TunDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** How most tests begin: a network with a client and a server, and a link that does nothing yet. */
@Timeout(120)
abstract class TwoHosts {

    Network network;
    Host client;
    Host server;
    Link link;

    @BeforeEach
    void makesTwoHosts() throws Exception {
        TunDevice.require();
        network = Network.create();
        client = network.addHost("client");
        server = network.addHost("server");
        link = network.link(client, server);
    }

    @AfterEach
    void closes() {
        if (network != null) {
            network.close();
        }
    }
}
