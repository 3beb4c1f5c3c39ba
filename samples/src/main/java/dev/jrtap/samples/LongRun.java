// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.QueuePair;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** What the commands share that move packets until Ctrl-C: when they end, and what they print until then. */
final class LongRun {

    @Mixin
    private Until until;

    @Mixin
    private Results results;

    /** Begins; the command ends when the returned object is closed. */
    Until begin() {
        return until.begin();
    }

    Results results() {
        return results;
    }

    /** Prints rates each second until the end of the run; returns the beginning of a summary. */
    Map<String, Object> follow(Until end, List<QueuePair> queues) throws IOException, InterruptedException {
        Rates rates = new Rates(queues);
        while (end.nextSecond()) {
            Map<String, Object> now = rates.since(end.elapsed());
            results.tell(Rates.text(now), now);
        }
        return rates.total(end.elapsed());
    }
}
