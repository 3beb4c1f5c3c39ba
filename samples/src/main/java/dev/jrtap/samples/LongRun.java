// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** The common part of commands that move packets until Ctrl-C: their end, and the rates that they print. */
final class LongRun {

    @Mixin
    private Until until;

    @Mixin
    private Results results;

    private boolean isDeviceGone;

    /** Begins the run. Closing the returned object ends it. */
    Until begin() {
        return until.begin();
    }

    Results results() {
        return results;
    }

    /** Returns the JSON object that tells a program which device is up, and how to enter its namespace. */
    static Map<String, Object> up(String device) throws IOException {
        Map<String, Object> up = new LinkedHashMap<>(Map.of("event", "up"));
        up.put("device", device);
        up.put("enter", OwnNamespace.enter());
        return up;
    }

    /**
     * Prints rates each second until the end of the run, or until a device is gone, and returns the beginning of a
     * summary.
     */
    Map<String, Object> follow(Until end, List<QueuePair> queues) throws IOException, InterruptedException {
        Rates rates = new Rates(queues);
        while (end.nextSecond() && !isDeviceGone) {
            Map<String, Object> now = rates.since(end.elapsed());
            results.tell(Rates.text(now), now);
            isDeviceGone = isAnyGone(queues);
        }
        isDeviceGone = isAnyGone(queues);
        return rates.total(end.elapsed());
    }

    /** Returns the number of packets that devices missed; 0 if one is gone, and its counters with it. */
    long missed(Rtap... devices) throws IOException {
        long missed = 0;
        for (Rtap device : devices) {
            missed += isDeviceGone ? 0 : device.statistics().missed();
        }
        return missed;
    }

    private static boolean isAnyGone(List<QueuePair> queues) {
        return queues.stream().anyMatch(QueuePair::isGone);
    }

    /** Returns the exit code, after the summary: a run whose device has been deleted has failed. */
    int status() throws IOException {
        if (isDeviceGone) {
            throw new IOException("the device is gone: another program has deleted it");
        }
        return 0;
    }
}
