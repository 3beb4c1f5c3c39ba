// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.jrtap.fixtures.Feature;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names that {@link InetAddress} finds: since JDK 18. */
class NamesNetnsTest extends TwoHosts {

    @BeforeEach
    void requiresAResolver() {
        Feature.require("resolvers of names", Runtime.version().feature() >= 18, "this JDK has its own alone");
    }

    private static String found(Host asking, String name) throws Exception {
        return asking.call(() -> InetAddress.getByName(name).getHostAddress());
    }

    @Test
    void aNameHasTwoAnswersOnTwoHosts() throws Exception {
        Host third = network.addHost("third");
        network.link(third, server);
        try (Network other = Network.create()) {
            Host elsewhere = other.addHost("server");
            other.link(
                    elsewhere, other.addHost("x"), LinkConfig.standard().withAddresses("192.0.2.1/24", "192.0.2.2/24"));
            // Again and again: nothing is kept from one host for another.
            for (int round = 0; round < 3; round++) {
                assertThat(found(client, "server")).isEqualTo("10.64.0.2");
                assertThat(found(third, "server")).isEqualTo("10.64.1.2");
                assertThat(found(other.host("x"), "server")).isEqualTo("192.0.2.1");
                assertThatThrownBy(() -> found(other.host("x"), "client")).isInstanceOf(UnknownHostException.class);
            }
        }
    }

    @Test
    void aNameIsFoundAsSoonAsThereIsAHost() throws Exception {
        assertThatThrownBy(() -> found(client, "later")).isInstanceOf(UnknownHostException.class);
        Host later = network.addHost("later");
        assertThatThrownBy(() -> found(client, "later"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("host later of the network has no address of the wanted kind");
        network.link(client, later);
        assertThat(found(client, "later")).isEqualTo("10.64.1.2");
    }

    @Test
    void everyThreadOfAHostFindsNamesAndNoOtherDoes() throws Exception {
        List<String> found = new ArrayList<>();
        client.run(() -> {
            Thread child = new Thread(null, () -> found.add(address("server")), "child", 0, false);
            child.start();
            child.join();
        });
        found.add(client.executor().submit(() -> address("server")).get());
        found.add(Executors.newSingleThreadExecutor(client.threadFactory())
                .submit(() -> address("server"))
                .get());
        assertThat(found).containsExactly("10.64.0.2", "10.64.0.2", "10.64.0.2");
        assertThat(address("server")).isEqualTo("unknown");
        assertThat(found(client, "localhost")).isEqualTo("127.0.0.1");
        network.close();
        assertThat(address("server")).isEqualTo("unknown");
    }

    private static String address(String name) {
        try {
            return InetAddress.getByName(name).getHostAddress();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    @Test
    void allAddressesOfANameAndTheNameOfAnAddress() throws Exception {
        Stream<String> all =
                client.call(() -> Stream.of(InetAddress.getAllByName("server"))).map(InetAddress::getHostAddress);
        // A JVM that began where no interface is up has no IPv6.
        assertThat(all).isSubsetOf("10.64.0.2", "fd00:64:0:0:0:0:0:2").contains("10.64.0.2");
        byte[] bytes = server.address().getAddress();
        assertThat(client.<String>call(() -> InetAddress.getByAddress(bytes).getHostName()))
                .isEqualTo("server");
    }

    @Test
    void aUrlNamesAHost() throws Exception {
        HttpServer web = server.call(() -> HttpServer.create(new InetSocketAddress(8080), 0));
        web.setExecutor(server.executor());
        web.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.run(web::start);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://server:8080/")).build();
        int status = client.call(() -> HttpClient.newBuilder()
                .executor(client.executor())
                .build()
                .send(request, BodyHandlers.discarding())
                .statusCode());
        web.stop(0);
        assertThat(status).isEqualTo(204);
    }
}
