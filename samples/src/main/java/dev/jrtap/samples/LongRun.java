// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.QueuePair;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** The common part of commands that move packets until Ctrl-C: their end, and the rates that they print. */
final class LongRun {

    @Mixin
    private Until until;

    @Mixin
    private Results results;

    /** Begins the run. Closing the returned object ends it. */
    Until begin() {
        return until.begin();
    }

    Results results() {
        return results;
    }

    /** Prints rates each second until the end of the run, and returns the beginning of a summary. */
    Map<String, Object> follow(Until end, List<QueuePair> queues) throws IOException, InterruptedException {
        Rates rates = new Rates(queues);
        while (end.nextSecond()) {
            Map<String, Object> now = rates.since(end.elapsed());
            results.tell(Rates.text(now), now);
        }
        return rates.total(end.elapsed());
    }
}
