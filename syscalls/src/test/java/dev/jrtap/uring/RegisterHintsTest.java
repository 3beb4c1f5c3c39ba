// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.syscall.Errno;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of refusals that no kernel here gives, as those of a network card's driver. */
class RegisterHintsTest {

    private static int errno(String name) throws ReflectiveOperationException {
        return Errno.class.getField(name).getInt(null);
    }

    @ParameterizedTest
    @CsvSource({
        "BUFFERS, EOPNOTSUPP, use anonymous memory",
        "BUFFERS_UPDATE, ENXIO, no table of buffers is registered",
        "FILES, EMFILE, raise `ulimit -n`",
        "FILE_ALLOC_RANGE, EOVERFLOW, does not fit into 32 bits",
        "PBUF_RING, EEXIST, the group has buffers already",
        "PBUF_STATUS, ENOENT, there is no such group",
        "EVENTFD, EBADF, not that of an open eventfd",
        "IOWQ_AFF, EINVAL, call on the thread that has built or drives the ring",
        "RESTRICTIONS, EBUSY, restricted already",
        "SEND_MSG_RING, EOVERFLOW, completion queue of the ring to be sent to is full",
        "NAPI, EEXIST, the id is tracked already",
        "NAPI, ENOENT, the id is not tracked",
        "ZCRX_IFQ, EPERM, CAP_NET_ADMIN is needed",
        "ZCRX_IFQ, ENODEV, no such interface in this network namespace",
        "ZCRX_IFQ, EOPNOTSUPP, header split switched on",
        "ZCRX_IFQ, EINVAL, a ring with DEFER_TASKRUN and CQE32 or CQE_MIXED",
        "ZCRX_IFQ, ERANGE, no such queue",
        "ZCRX_CTRL, ENXIO, no zero-copy queue with this id",
        "ZCRX_IFQ, EBUSY, the queue is in use",
        "ZCRX_IFQ, EEXIST, the queue is in use",
        "RESIZE_RINGS, EOVERFLOW, drain first",
        "MEM_REGION, EBUSY, the ring has a region already",
        "QUERY, EBADF, or newer is needed",
        "SYNC_CANCEL, ETIME, not over in time",
        "CLOCK, EPERM, a seccomp filter or a missing capability",
        "CLOCK, ENOSYS, run with a profile that allows io_uring",
        "CLOCK, EEXIST, there is one registered already",
        "CLOCK, EOPNOTSUPP, this kernel was built without it",
        "CLOCK, ENOMEM, raise `ulimit -l`",
        "CLOCK, EMFILE, open"
    })
    void namesTheCauseOrTheRemedy(RegisterOperation operation, String errno, String text) throws Exception {
        assertThat(RegisterHints.of(errno(errno), operation)).contains(text);
    }

    @Test
    void namesTheLimitOfLockedMemory() {
        assertThat(RegisterHints.of(Errno.ENOMEM, RegisterOperation.BUFFERS))
                .containsPattern("now (\\d+ bytes|unlimited)");
    }

    /** Whatever is refused and why, the words can follow a colon: no sentence, and no value that is missing. */
    @ParameterizedTest
    @EnumSource(RegisterOperation.class)
    void fitsIntoAMessage(RegisterOperation operation) throws ReflectiveOperationException {
        List<String> hints = new ArrayList<>();
        for (Field field : Errno.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                hints.add(RegisterHints.of(field.getInt(null), operation));
            }
        }

        assertThat(hints)
                .hasSizeGreaterThan(20)
                .allSatisfy(hint -> assertThat(hint).doesNotContain("null").doesNotEndWith("."));
    }
}
