// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds everything in a compiler's debugging information that the model lacks, and compares bit-fields. */
final class DwarfProof {

    /** gcc's name of the struct of a {@code va_list}, which no header declares. */
    private static final String VA_LIST = "__va_list";

    private final Dwarf dwarf;
    private final List<String> files;
    private final Scope scope;
    private final Model model;
    private final MacroList macros;
    private final Tally tally;

    private DwarfProof(Dwarf dwarf, Scope scope, Model model, MacroList macros, Tally tally) {
        this.scope = scope;
        this.dwarf = dwarf;
        this.files = dwarf.files();
        this.model = model;
        this.macros = macros;
        this.tally = tally;
    }

    static void run(Dwarf dwarf, Scope scope, Model model, MacroList macros, Tally tally) {
        new DwarfProof(dwarf, scope, model, macros, tally).run();
    }

    private void run() {
        Map<String, Dwarf.Entry> types = new LinkedHashMap<>();
        Set<String> typedefs = new HashSet<>();
        for (Dwarf.Entry entry : dwarf.topLevel()) {
            boolean isStruct = entry.tag() == Dwarf.STRUCTURE || entry.tag() == Dwarf.UNION;
            if (!counts(entry) || entry.name().startsWith(VA_LIST) || entry.number(Dwarf.DECLARATION, 0) != 0) {
                continue;
            }
            if (isStruct && !entry.name().isEmpty()) {
                types.put(entry.name(), entry);
            } else if (entry.tag() == Dwarf.TYPEDEF) {
                Dwarf.Entry type = dwarf.type(entry);
                boolean isUnnamed = type != null
                        && (type.tag() == Dwarf.STRUCTURE || type.tag() == Dwarf.UNION)
                        && type.name().isEmpty();
                if (isUnnamed && typedefs.add(entry.name())) {
                    types.putIfAbsent(entry.name(), type);
                }
            } else if (entry.tag() == Dwarf.ENUMERATION) {
                entry.children().forEach(this::enumerator);
            }
        }
        types.forEach(this::struct);
        for (String ours : model.structs().keySet()) {
            if (!types.containsKey(ours)) {
                tally.count(Tally.Kind.STRUCT, Tally.Outcome.UNKNOWN, ours + " is not among the compiler's types");
            }
        }
    }

    private boolean counts(Dwarf.Entry entry) {
        int file = (int) entry.number(Dwarf.DECL_FILE, -1);
        return file >= 0 && file < files.size() && scope.hasFile(files.get(file));
    }

    private void enumerator(Dwarf.Entry entry) {
        Variants<Constant> ours = model.constants().get(entry.name());
        if (ours == null) {
            tally.missed(model, Tally.Kind.ENUMERATOR, entry.name());
        } else if (!macros.names().contains(entry.name())
                && (int) entry.number(Dwarf.CONST_VALUE, 0)
                        != (int) ours.first().value()) {
            tally.compare(
                    Tally.Kind.ENUMERATOR, entry.name(), ours.first().value(), entry.number(Dwarf.CONST_VALUE, 0));
        }
    }

    private void struct(String name, Dwarf.Entry type) {
        Variants<Struct> ours = model.structs().get(name);
        if (ours == null) {
            tally.missed(model, Tally.Kind.STRUCT, name);
            return;
        }
        Map<String, long[]> theirs = new LinkedHashMap<>();
        members("", type, 0, theirs);
        if (theirs.isEmpty() && ours.first().size() > 0) {
            // gcc describes only the size of a transparent union; the generated program has asked for its members.
            return;
        }
        Map<String, Struct.Field> fields = new HashMap<>();
        ours.first().fields().forEach(field -> fields.put(field.path(), field));
        theirs.forEach((path, place) -> {
            Struct.Field field = fields.remove(path);
            if (field == null) {
                tally.count(Tally.Kind.MEMBER, Tally.Outcome.MISSED, name + "." + path);
            } else if (place[1] >= 0 || field.isBitField()) {
                tally.compare(
                        Tally.Kind.BIT_FIELD,
                        name + "." + path,
                        List.of(field.offset(), (long) field.bits()),
                        List.of(place[0], place[1]));
            }
        });
        fields.keySet()
                .forEach(path -> tally.count(
                        Tally.Kind.MEMBER,
                        Tally.Outcome.UNKNOWN,
                        name + "." + path + " is not in the compiler's type"));
    }

    /** Collects bit offsets and widths by path; the width is -1 if a member is not a bit-field. */
    private void members(String prefix, Dwarf.Entry type, long base, Map<String, long[]> into) {
        for (Dwarf.Entry member : type.children()) {
            if (member.tag() != Dwarf.MEMBER) {
                continue;
            }
            long offset = base + member.number(Dwarf.DATA_BIT_OFFSET, member.number(Dwarf.MEMBER_LOCATION, 0) * 8);
            String path = prefix + member.name();
            if (!member.name().isEmpty()) {
                into.put(path, new long[] {offset, member.number(Dwarf.BIT_SIZE, -1)});
            }
            Dwarf.Entry inner = dwarf.type(member);
            boolean isUnnamed = inner != null
                    && (inner.tag() == Dwarf.STRUCTURE || inner.tag() == Dwarf.UNION)
                    && inner.name().isEmpty();
            if (isUnnamed) {
                members(member.name().isEmpty() ? prefix : path + ".", inner, offset, into);
            }
        }
    }
}
