// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.syscall.Errno;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A monitor handles messages that a kernel rarely sends, and failures of its listener. */
@Timeout(60)
class LinkMonitorTest {

    /** Held, because the JDK drops loggers that nothing refers to, and their levels. */
    private static final Logger LOG = Logger.getLogger(LinkMonitor.class.getName());

    private static final int SUBSCRIPTION = 0;
    private static final int ROUTE = 2;

    private final FakeKernel kernel = new FakeKernel().receives(ROUTE, Answers.link(1500));
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    /** Warnings of faults that a test makes look like failures of the build. */
    @BeforeAll
    static void keepQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    private LinkMonitor open() throws IOException {
        return LinkMonitor.open(kernel.syscalls(), 1, new LinkListener() {
            @Override
            public void onChange(LinkEvent event) {
                told.add(event);
                throw new IllegalStateException("a listener's own fault");
            }

            @Override
            public void onFailure(IOException e) {
                told.add(e);
                throw new IllegalStateException("a listener's own fault");
            }
        });
    }

    private Object next() throws InterruptedException {
        return told.poll(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"socket, 1", "socket, 2", "eventfd, 1"})
    void leavesNothingOpenIfItCannotBeOpened(String call, int nth) {
        kernel.refuses(call, nth);

        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("EMFILE");

        assertThat(kernel.hasOpen()).isFalse();
    }

    @Test
    void tellsTheDifferenceAfterAnOverrun() throws Exception {
        try (LinkMonitor monitor = open().start()) {
            kernel.receives(ROUTE, Answers.link(9000)).fails(SUBSCRIPTION, Errno.ENOBUFS);

            LinkEvent event = (LinkEvent) next();
            assertThat(event.kind()).isEqualTo(LinkEvent.Kind.MTU);
            assertThat(event.before().mtu()).isEqualTo(1500);
            assertThat(event.now().mtu()).isEqualTo(9000);
            assertThat(monitor.overruns()).isOne();
            assertThat(monitor.isOpen()).isTrue();
        }
        assertThat(kernel.hasOpen()).isFalse();
    }

    /** Who starts it twice learns so, and it goes on. */
    @Test
    void isStartedOnce() throws Exception {
        try (LinkMonitor monitor = open().start()) {
            assertThatThrownBy(monitor::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("has been started already");
            assertThat(monitor.isOpen()).isTrue();
            kernel.receives(ROUTE, Answers.link(9000)).fails(SUBSCRIPTION, Errno.ENOBUFS);
            assertThat(((LinkEvent) next()).kind()).isEqualTo(LinkEvent.Kind.MTU);
        }
    }

    @Test
    void tellsThatTheInterfaceWentDuringAnOverrun() throws Exception {
        try (LinkMonitor monitor = open().start()) {
            kernel.receives(ROUTE, Answers.refusal(Errno.ENODEV)).fails(SUBSCRIPTION, Errno.ENOBUFS);

            assertThat(((LinkEvent) next()).kind()).isEqualTo(LinkEvent.Kind.REMOVED);
            assertThat(monitor.overruns()).isOne();
        }
        assertThat(told).isEmpty();
    }

    @Test
    void failsWithTheKernelsRefusalDuringAnOverrun() throws Exception {
        try (LinkMonitor monitor = open().start()) {
            kernel.receives(ROUTE, Answers.refusal(Errno.EPERM)).fails(SUBSCRIPTION, Errno.ENOBUFS);

            assertThat((Exception) next()).isInstanceOf(NetlinkException.class).hasMessageContaining("EPERM");
            assertThat(monitor.overruns()).isOne();
        }
        assertThat(kernel.hasOpen()).isFalse();
    }

    @Test
    void failsIfAMessageIsDamaged() throws Exception {
        try (LinkMonitor monitor = open().start()) {
            kernel.receives(SUBSCRIPTION, Answers.damagedLink());

            assertThat((Exception) next()).hasMessageContainingAll("damaged message", "RTMGRP_LINK");
            assertThat(monitor.overruns()).isZero();
        }
    }

    @Test
    void failsIfNothingCanBeReceivedAnyMore() throws Exception {
        try (LinkMonitor monitor = open().start()) {
            kernel.fails(SUBSCRIPTION, Errno.ENOMEM);

            assertThat((Exception) next()).hasMessageContainingAll("ENOMEM", "recv(");
            assertThat(monitor.overruns()).isZero();
        }
    }

    @Test
    void closesBeforeItHasStarted() throws Exception {
        LinkMonitor monitor = open();
        monitor.close();
        monitor.start();

        assertThat(monitor.isOpen()).isFalse();
        assertThat(kernel.hasOpen()).isFalse();
    }

    @Test
    void anInterruptDoesNotEndAClose() throws Exception {
        LinkMonitor monitor = open().start();
        Thread.currentThread().interrupt();
        monitor.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(monitor.isOpen()).isFalse();
    }
}
