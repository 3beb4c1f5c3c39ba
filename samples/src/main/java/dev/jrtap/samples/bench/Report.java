// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Formats a comparison as text, and as members of a JSON object with all values. */
final class Report {

    private Report() {}

    static String text(Map<String, Object> surroundings) {
        StringBuilder text = new StringBuilder();
        surroundings.forEach((name, value) -> text.append(String.format("%-20s %s%n", name.replace('_', ' '), value)));
        return text.toString();
    }

    static Map<String, Object> members(Map<String, Object> surroundings) {
        Map<String, Object> members = new LinkedHashMap<>(Map.of("event", "surroundings"));
        members.putAll(surroundings);
        return members;
    }

    static String text(Comparison comparison) {
        StringBuilder text = new StringBuilder(comparison.title() + ", " + comparison.unit());
        Comparison.Contender ours = comparison.contenders().get(0);
        for (Comparison.Contender each : comparison.contenders()) {
            text.append(String.format("%n  %-38s %s", each.name(), text(each.spread())));
            if (each != ours) {
                text.append("   ratio ").append(text(comparison.ahead(each)));
            }
        }
        return text.toString();
    }

    /** Returns the median, and its interval in parentheses. */
    static String text(Spread spread) {
        return String.format(Locale.ROOT, "%.3f (%.3f..%.3f)", spread.median(), spread.low(), spread.high());
    }

    static Map<String, Object> members(Comparison comparison) {
        Map<String, Object> members = new LinkedHashMap<>(Map.of("event", "comparison"));
        members.put("title", comparison.title());
        members.put("unit", comparison.unit());
        members.put("less_is_better", comparison.isCost());
        List<Map<String, Object>> contenders = new ArrayList<>();
        for (Comparison.Contender each : comparison.contenders()) {
            Map<String, Object> contender = members(each.spread());
            contender.put("name", each.name());
            contender.put("values", each.values());
            contender.put("ratio", members(comparison.ahead(each)));
            contenders.add(contender);
        }
        members.put("contenders", contenders);
        return members;
    }

    private static Map<String, Object> members(Spread spread) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("median", spread.median());
        members.put("low", spread.low());
        members.put("high", spread.high());
        return members;
    }
}
