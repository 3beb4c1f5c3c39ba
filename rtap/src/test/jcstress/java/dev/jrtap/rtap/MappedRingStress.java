// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The reader of a ring and producers of the program's protocol, at the same time: all that can come of it. */
public class MappedRingStress {

    private static final int ENTRIES = 8;

    /** The lower half of a position ends at the second slot. */
    private static final long FIRST = (1L << 32) - 1;

    private static final int NOTHING = -1;
    private static final int OTHER = -2;

    /** A descriptor that a former round has left. */
    private static final long FORMER = 1L << Integer.SIZE;

    /** Two slots are lent. */
    abstract static class Shared {

        final MappedLayout layout = MappedLayout.of(ENTRIES);
        final Memory words = Memory.allocate(layout.size());
        final Memory slots = Memory.allocate(ENTRIES * JavaProducer.WORDS * Long.BYTES);
        final JavaProducer producer = new JavaProducer(layout, words, slots);
        final MappedRing ring = new MappedRing(layout, words, FIRST);
        final int[] heads = new int[1];
        final int[] lengths = new int[1];

        Shared() {
            for (int i = 0; i < ENTRIES; i++) {
                words.putI64(layout.descriptors() + i * Long.BYTES, FORMER);
            }
            ring.lend(0);
            ring.lend(1);
            ring.give();
        }

        /** Returns which one it has published, counted from the first; NOTHING without a free slot. */
        int produce() {
            long position = producer.claim(1);
            if (position < 0) {
                return NOTHING;
            }
            producer.write(position);
            producer.publish(position, 60);
            return (int) (position - FIRST);
        }

        /** Returns which one comes next, by what is in its slot; NOTHING if none is there. */
        int receive() {
            return ring.ready() == 0 ? NOTHING : taken();
        }

        /** The receiver's other way to find one. */
        int receiveUsual() {
            return ring.takeUsual(heads, lengths, 1, 0) == 0 || lengths[0] != 60 ? NOTHING : written(heads[0]);
        }

        private int taken() {
            return written(ring.take());
        }

        /** Returns which one was written into a slot. */
        private int written(int slot) {
            for (int next = 0; next < 2; next++) {
                if (producer.holds(slot, FIRST + next)) {
                    return next;
                }
            }
            return OTHER;
        }
    }

    /** What is published is whole. */
    @JCStressTest
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "another packet, or a part")
    @State
    public static class PublishedIsWhole extends Shared {

        @Actor
        public void program() {
            produce();
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = receive();
        }
    }

    /** The receiver's faster look orders the descriptor before the slot, too. */
    @JCStressTest
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "another packet, or a part")
    @State
    public static class UsualIsWhole extends Shared {

        @Actor
        public void program() {
            produce();
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = receiveUsual();
        }
    }

    /** Two producers publish in any order, and the reader sees positions in theirs. */
    @JCStressTest
    @Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "neither, or the second one alone")
    @Outcome(id = "-1, 0", expect = Expect.ACCEPTABLE, desc = "the first one, late")
    @Outcome(id = "0, -1", expect = Expect.ACCEPTABLE, desc = "the first one")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "both")
    @Outcome(expect = Expect.FORBIDDEN, desc = "out of order, or a part")
    @State
    public static class PositionsComeInOrder extends Shared {

        @Actor
        public void program() {
            produce();
        }

        @Actor
        public void other() {
            produce();
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = receive();
            r.r2 = receive();
        }
    }

    /** A slot is written again only after the reader has read what was in it. */
    @JCStressTest
    @Outcome(id = "0, -1", expect = Expect.ACCEPTABLE, desc = "there was no slot for the third")
    @Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "it came after the first was read")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the first one was overwritten")
    @State
    public static class WhatIsLentAgainHasBeenRead extends Shared {

        public WhatIsLentAgainHasBeenRead() {
            produce();
            produce();
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = receive();
            ring.lend(0);
            ring.give();
        }

        @Actor
        public void program(II_Result r) {
            r.r2 = produce();
        }
    }

    /** Of a reader that goes to sleep and a program that publishes, one sees the other. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "awake")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "awake, and the bell rings all the same")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "asleep, and waked")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "asleep beside a packet")
    @State
    public static class NobodySleepsBesideAPacket extends Shared {

        @Actor
        public void reader(II_Result r) {
            r.r1 = ring.sleep() ? 1 : 0;
        }

        @Actor
        public void program(II_Result r) {
            produce();
            producer.ring();
            r.r2 = producer.bell.availablePermits();
        }
    }

    /** What a program has claimed before the ring was closed is waited for, and it claims nothing afterwards. */
    @JCStressTest
    @Outcome(id = "-1, 0", expect = Expect.ACCEPTABLE, desc = "closed first")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "claimed first, and there")
    @Outcome(expect = Expect.FORBIDDEN, desc = "written into what was taken back, or lost")
    @State
    public static class NothingIsWrittenAfterTheClose extends Shared {

        @Actor
        public void reader() {
            ring.close();
        }

        @Actor
        public void program(II_Result r) {
            r.r1 = produce();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = ring.isQuiet() ? ring.ready() : OTHER;
        }
    }

    /** A reader that only looks sees what comes: it reads the memory each time. */
    @JCStressTest(Mode.Termination)
    @Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "seen")
    @Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "never seen")
    @State
    public static class ALookSeesWhatComes extends Shared {

        @Actor
        public void reader() {
            while (ring.ready() == 0) {
                // Looks.
            }
        }

        @Signal
        public void program() {
            produce();
        }
    }

    /** So does one that looks for usual packets. */
    @JCStressTest(Mode.Termination)
    @Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "seen")
    @Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "never seen")
    @State
    public static class AUsualLookSeesWhatComes extends Shared {

        @Actor
        public void reader() {
            while (ring.takeUsual(heads, lengths, 1, 0) == 0) {
                // Looks.
            }
        }

        @Signal
        public void program() {
            produce();
        }
    }
}
