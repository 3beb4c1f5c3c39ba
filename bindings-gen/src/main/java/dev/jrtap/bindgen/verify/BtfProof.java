// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.runtime.Btf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Compares structs with those of the same name in a kernel, and explains each difference. */
public final class BtfProof {

    private final Btf kernel;
    private final String architecture;
    private final SortedMap<String, String> explained = new TreeMap<>();
    private final SortedMap<String, String> unexplained = new TreeMap<>();
    private final Explanations explanations = Explanations.read();
    /** Names that have been compared: many headers include the same ones. */
    private final Set<String> seen = new HashSet<>();

    private int structs;
    private int equalStructs;
    private int enumerators;
    private int equalEnumerators;
    private int unknown;

    /** Makes a proof for the architecture that the kernel runs on. */
    public BtfProof(Btf kernel, String architecture) {
        this.kernel = kernel;
        this.architecture = architecture;
    }

    /** Compares everything in {@code model}. */
    public void run(Model model) {
        for (Variants<Struct> variants : model.structs().values()) {
            variants.on(architecture).ifPresent(this::struct);
        }
        for (Variants<Constant> variants : model.constants().values()) {
            variants.on(architecture).ifPresent(this::enumerator);
        }
    }

    private void struct(Struct struct) {
        Btf.Layout theirs = kernel.struct(struct.name());
        if (theirs == null) {
            unknown += seen.add(struct.name()) ? 1 : 0;
            return;
        }
        if (!seen.add(struct.name())) {
            return;
        }
        structs++;
        Map<String, Long> ours = new HashMap<>();
        struct.fields().forEach(f -> ours.put(f.path(), f.offset() | (long) Math.max(0, f.bits()) << 32));
        List<String> moved = new ArrayList<>();
        List<String> onlyHere = new ArrayList<>();
        List<String> onlyThere = new ArrayList<>();
        ours.forEach((path, place) -> {
            Long other = theirs.members().get(path);
            if (other == null) {
                onlyHere.add(path);
            } else if (!Objects.equals(place, other) && !Explanations.isPadding(path)) {
                moved.add(path);
            }
        });
        theirs.members().keySet().stream()
                .filter(path -> !ours.containsKey(path))
                .forEach(onlyThere::add);
        if (moved.isEmpty() && onlyHere.isEmpty() && onlyThere.isEmpty() && theirs.size() == struct.size()) {
            equalStructs++;
            return;
        }
        String difference = "size " + struct.size() + " here and " + theirs.size() + " there" + list("; moved: ", moved)
                + list("; only here: ", onlyHere) + list("; only there: ", onlyThere);
        String why = explanations.of(struct, theirs, moved, onlyHere, onlyThere);
        (why.isEmpty() ? unexplained : explained)
                .put(struct.name(), difference + (why.isEmpty() ? "" : " (" + why + ")"));
    }

    private static String list(String title, List<String> names) {
        return names.isEmpty()
                ? ""
                : title + String.join(", ", names.stream().sorted().limit(6).toList());
    }

    private void enumerator(Constant constant) {
        Long theirs = kernel.enumerator(constant.name());
        if (theirs == null || !seen.add(constant.name())) {
            return;
        }
        enumerators++;
        if ((int) (long) theirs == (int) constant.value()) {
            equalEnumerators++;
        } else if (constant.grows() || constant.name().matches(".*(MAX|_NUM|_COUNT|_END|_CNT|_NBITS).*")) {
            explained.put(constant.name(), constant.value() + " here and " + theirs + " there (a count, which grows)");
        } else {
            String why = explanations.of(constant.name());
            String difference = constant.value() + " here and " + theirs + " there";
            (why.isEmpty() ? unexplained : explained)
                    .put(constant.name(), difference + (why.isEmpty() ? "" : " (" + why + ")"));
        }
    }

    public SortedMap<String, String> explained() {
        return explained;
    }

    public SortedMap<String, String> unexplained() {
        return unexplained;
    }

    /** Returns how many structs, unions and enumerators were compared. */
    public int compared() {
        return structs + enumerators;
    }

    /** Returns the counts as text. */
    public String table() {
        return String.format(
                "%-36s %9s %9s %9s%n%-36s %9d %9d %9d%n%-36s %9d %9d%n",
                "the running kernel's own types",
                "checked",
                "equal",
                "unknown",
                "structs and unions",
                structs,
                equalStructs,
                unknown,
                "enumerators",
                enumerators,
                equalEnumerators);
    }
}
