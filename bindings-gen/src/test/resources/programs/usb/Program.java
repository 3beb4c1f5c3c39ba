// SPDX-License-Identifier: Apache-2.0
package program;

import bound.LibusbCalls;
import bound.LibusbVersion;
import java.nio.ByteBuffer;

/** A library without a device. */
public final class Program {

    public static void main(String[] arguments) {
        ByteBuffer version = LibusbVersion.at(LibusbCalls.libusb_get_version());
        System.out.println(LibusbVersion.major(version, 0) + "." + LibusbVersion.minor(version, 0) + "."
                + LibusbVersion.micro(version, 0));
        System.out.println(LibusbCalls.libusb_error_name(-4));
        System.out.println(LibusbCalls.libusb_strerror(-4));
    }
}
