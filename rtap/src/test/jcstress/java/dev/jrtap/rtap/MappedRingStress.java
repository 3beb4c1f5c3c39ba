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
    private static final int SLOT = 128;
    private static final int LENGTH = 60;

    /** The lower half of a position ends at the second slot. */
    private static final long FIRST = (1L << 32) - 1;

    private static final int NOTHING = -1;
    private static final int OTHER = -2;

    /** A descriptor that a former round has left. */
    private static final long FORMER = 1L << Integer.SIZE | LENGTH;

    /** Two slots are lent. */
    abstract static class Shared {

        final MappedLayout layout = MappedLayout.of(ENTRIES, SLOT);
        final Memory words = Memory.allocate(layout.size());
        final Memory slots = Memory.allocate(ENTRIES * JavaProducer.WORDS * Long.BYTES);
        final JavaProducer producer = new JavaProducer(layout, words, slots);
        final MappedRing ring = new MappedRing(layout, words, FIRST);
        final int[] heads = new int[2];
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
            producer.publish(position, LENGTH);
            return (int) (position - FIRST);
        }

        /** Publishes a packet of both slots. */
        void produceTwo() {
            long position = producer.claim(2);
            producer.write(position);
            producer.write(position + 1);
            producer.publish(position, length(2));
        }

        /** Returns the length of a packet that fills so many slots. */
        int length(int count) {
            return layout.first() + (count - 1) * SLOT;
        }

        /** Returns which one comes next, by what is in its slot; NOTHING if none is there. */
        int receive() {
            return ring.ready() == 0 ? NOTHING : taken();
        }

        /** The receiver's other way to find one. */
        int receiveUsual() {
            return ring.takeUsual(heads, lengths, 1, 1) == 0 || lengths[0] != LENGTH ? NOTHING : written(heads[0]);
        }

        /** Receives a packet of two slots. */
        void receiveTwo(II_Result r) {
            if (ring.ready() == 0) {
                r.r1 = NOTHING;
                r.r2 = NOTHING;
                return;
            }
            ring.take(heads, 2);
            r.r1 = written(heads[0]);
            r.r2 = written(heads[1]);
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

    /** All slots of a packet are whole when its only descriptor is there. */
    @JCStressTest
    @Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "another packet, or a part")
    @State
    public static class AChainIsWhole extends Shared {

        @Actor
        public void program() {
            produceTwo();
        }

        @Actor
        public void reader(II_Result r) {
            receiveTwo(r);
        }
    }

    /** The place that a packet of two slots has skipped is cleared before another one is published there. */
    @JCStressTest
    @Outcome(id = "-1, 0", expect = Expect.ACCEPTABLE, desc = "not lent yet")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "there")
    @Outcome(expect = Expect.FORBIDDEN, desc = "cleared after it was published")
    @State
    public static class NothingPublishedIsCleared extends Shared {

        private final int[] all = new int[ENTRIES];

        public NothingPublishedIsCleared() {
            produceTwo();
        }

        @Actor
        public void reader() {
            ring.take(heads, 2);
            for (int slot = 0; slot < ENTRIES; slot++) {
                ring.lend(slot);
            }
            ring.give();
        }

        @Actor
        public void program(II_Result r) {
            long position = producer.claim(ENTRIES - 1);
            r.r1 = position < 0 ? NOTHING : 1;
            if (position >= 0) {
                producer.publish(position, length(ENTRIES - 1));
                producer.publish(producer.claim(1), LENGTH);
            }
        }

        @Arbiter
        public void end(II_Result r) {
            if (r.r1 == 1) {
                ring.take(all, ring.ready());
                r.r2 = ring.ready();
            }
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
            while (ring.takeUsual(heads, lengths, 1, 1) == 0) {
                // Looks.
            }
        }

        @Signal
        public void program() {
            produce();
        }
    }
}
