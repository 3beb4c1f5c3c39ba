// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import dev.jrtap.bindings.IfTun;

/** What a device carries. */
public enum TunMode {
    /** Ethernet frames: layer 2. */
    TAP(IfTun.IFF_TAP),
    /** IP packets, without a header before them: layer 3. */
    TUN(IfTun.IFF_TUN);

    private final int flag;

    TunMode(int flag) {
        this.flag = flag;
    }

    int flag() {
        return flag;
    }
}
