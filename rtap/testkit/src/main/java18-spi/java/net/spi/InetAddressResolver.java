// SPDX-License-Identifier: Apache-2.0
package java.net.spi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;

/** The signatures of JDK 18, for a compiler of JDK 17. */
public interface InetAddressResolver {

    Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException;

    String lookupByAddress(byte[] address) throws UnknownHostException;

    /** The kinds and the order of wanted addresses. */
    final class LookupPolicy {

        public static final int IPV4 = 1;
        public static final int IPV6 = 2;
        public static final int IPV4_FIRST = 4;
        public static final int IPV6_FIRST = 8;

        private LookupPolicy() {}

        public int characteristics() {
            throw new AssertionError("the JDK's own class is loaded, and not this one");
        }
    }
}
