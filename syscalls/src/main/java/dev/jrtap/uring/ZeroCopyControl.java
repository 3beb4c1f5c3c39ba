// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUringZcrx;
import dev.jrtap.bindings.ZcrxCtrl;
import dev.jrtap.bindings.ZcrxCtrlExport;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;

/** Controls of a registered zero-copy receive queue: struct zcrx_ctrl. */
final class ZeroCopyControl {

    private ZeroCopyControl() {}

    static void flush(RegisterCall ring, int id) throws ErrnoException {
        control(ring, id, IoUringZcrx.ZCRX_CTRL_FLUSH_RQ, "FLUSH_RQ");
    }

    static Fd export(RegisterCall ring, int id) throws ErrnoException {
        Memory answer = control(ring, id, IoUringZcrx.ZCRX_CTRL_EXPORT, "EXPORT");
        return Fd.own(ring.fd().syscalls(), answer.getI32(ZcrxCtrl.ZC_EXPORT + ZcrxCtrlExport.ZCRX_FD));
    }

    private static Memory control(RegisterCall ring, int id, int operation, String name) throws ErrnoException {
        ring.checkMayRegister();
        Memory argument = Memory.allocate(ZcrxCtrl.SIZEOF);
        argument.putI32(ZcrxCtrl.ZCRX_ID, id);
        argument.putI32(ZcrxCtrl.OP, operation);
        // The kernel takes no count here, and refuses any but 0.
        ring.fd().register(RegisterOperation.ZCRX_CTRL, name + ", id=" + id, argument, 0);
        return argument;
    }
}
