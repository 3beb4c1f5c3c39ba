// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One fact on all architectures: one variant if it is the same everywhere, otherwise several.
 *
 * @param all the variants, each with the architectures that it holds for
 */
public record Variants<F extends Fact>(List<Variant<F>> all) {

    /** A fact, and the architectures that it holds for. */
    public record Variant<F extends Fact>(List<String> architectures, F fact) {}

    /** Returns a fact of one architecture. */
    public static <F extends Fact> Variants<F> of(String architecture, F fact) {
        return new Variants<>(List.of(new Variant<>(List.of(architecture), fact)));
    }

    /** Returns the variants of both; facts that differ only in their place become one, at the place of the first. */
    public Variants<F> plus(Variants<F> others) {
        List<Variant<F>> merged = new ArrayList<>(all);
        for (Variant<F> other : others.all) {
            int same = 0;
            while (same < merged.size()
                    && !merged.get(same)
                            .fact()
                            .withoutPlace()
                            .equals(other.fact().withoutPlace())) {
                same++;
            }
            if (same == merged.size()) {
                merged.add(other);
            } else {
                List<String> architectures = new ArrayList<>(merged.get(same).architectures());
                architectures.addAll(other.architectures());
                merged.set(
                        same,
                        new Variant<>(
                                List.copyOf(architectures), merged.get(same).fact()));
            }
        }
        return new Variants<>(List.copyOf(merged));
    }

    /** Returns the first variant's fact, which is the only one if the architectures agree. */
    public F first() {
        return all.get(0).fact();
    }

    public Optional<F> on(String architecture) {
        return all.stream()
                .filter(variant -> variant.architectures().contains(architecture))
                .map(Variant::fact)
                .findFirst();
    }

    /** Returns whether all of {@code architectures} have the fact, and have the same one. */
    public boolean isCommonTo(List<String> architectures) {
        return all.size() == 1 && all.get(0).architectures().containsAll(architectures);
    }
}
