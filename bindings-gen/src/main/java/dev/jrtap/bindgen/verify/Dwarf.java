// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tree of debugging information entries in a linked file: one compilation unit of version 5 in the 32-bit format.
 *
 * <p>Source: DWARF 5, sections 7.5 and 6.2.4.
 */
final class Dwarf {

    static final int ARRAY = 0x01;
    static final int ENUMERATION = 0x04;
    static final int MEMBER = 0x0d;
    static final int STRUCTURE = 0x13;
    static final int TYPEDEF = 0x16;
    static final int UNION = 0x17;
    static final int SUBRANGE = 0x21;
    static final int ENUMERATOR = 0x28;
    static final int PARAMETER = 0x05;
    static final int POINTER = 0x0f;
    static final int BASE = 0x24;
    static final int VARIABLE = 0x34;

    /** Const, volatile, restrict and atomic. */
    private static final Set<Integer> QUALIFIERS = Set.of(0x26, 0x35, 0x37, 0x47);

    static final int NAME = 0x03;
    static final int BYTE_SIZE = 0x0b;
    static final int BIT_SIZE = 0x0d;
    static final int CONST_VALUE = 0x1c;
    static final int UPPER_BOUND = 0x2f;
    static final int COUNT = 0x37;
    static final int MEMBER_LOCATION = 0x38;
    static final int DECL_FILE = 0x3a;
    static final int DECL_LINE = 0x3b;
    static final int DECLARATION = 0x3c;
    static final int ENCODING = 0x3e;
    static final int TYPE = 0x49;
    static final int DATA_BIT_OFFSET = 0x6b;

    private static final int HAS_CHILDREN = 1;
    private static final int FIRST_ENTRY = 12;
    /** The deepest nesting of entries: more than the blocks of any source. Each level takes a stack frame. */
    private static final int DEEPEST = 500;

    /** An entry: attributes are numbers or text by their code; a reference is the offset of another entry. */
    record Entry(int tag, Map<Integer, Object> attributes, List<Entry> children) {

        String name() {
            return attributes.get(NAME) instanceof String name ? name : "";
        }

        long number(int attribute, long otherwise) {
            return attributes.get(attribute) instanceof Long number ? number : otherwise;
        }
    }

    private record Abbreviation(int tag, boolean hasChildren, int[] attributes, int[] forms, long[] implicit) {}

    private final Elf elf;
    private final Map<Long, Abbreviation> abbreviations = new HashMap<>();
    private final Map<Long, Entry> entries = new HashMap<>();
    private final Entry root;
    private final Forms info;

    /** Reads all entries; throws a {@link BindgenException} if they are damaged or of another version. */
    Dwarf(Elf elf) {
        this.elf = elf;
        this.info = new Forms(elf, elf.section(".debug_info"));
        try {
            readAbbreviations();
            info.seek(FIRST_ENTRY);
            this.root = entry(0);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new BindgenException("DWARF entries refer to data outside their section", e);
        }
        if (root == null) {
            throw new BindgenException("DWARF has no entry for the compilation unit");
        }
    }

    private void readAbbreviations() {
        Forms in = new Forms(elf, elf.section(".debug_abbrev"));
        for (long code = in.unsigned(); code != 0; code = in.unsigned()) {
            int tag = (int) in.unsigned();
            boolean hasChildren = in.byteAt() == HAS_CHILDREN;
            List<long[]> pairs = new ArrayList<>();
            while (true) {
                long attribute = in.unsigned();
                long form = in.unsigned();
                long implicit = form == Forms.IMPLICIT_CONST ? in.signed() : 0;
                if (attribute == 0) {
                    break;
                }
                pairs.add(new long[] {attribute, form, implicit});
            }
            abbreviations.put(
                    code,
                    new Abbreviation(
                            tag,
                            hasChildren,
                            pairs.stream().mapToInt(pair -> (int) pair[0]).toArray(),
                            pairs.stream().mapToInt(pair -> (int) pair[1]).toArray(),
                            pairs.stream().mapToLong(pair -> pair[2]).toArray()));
        }
    }

    /** Returns the entry at the current position, with its children; {@code null} at the end of a list of children. */
    private Entry entry(int depth) {
        long offset = info.position();
        long code = info.unsigned();
        if (code == 0) {
            return null;
        }
        Abbreviation abbreviation = abbreviations.get(code);
        if (abbreviation == null || depth > DEEPEST) {
            throw new BindgenException("a DWARF entry of abbreviation " + code + ", " + depth + " deep, at " + offset);
        }
        Map<Integer, Object> attributes = new HashMap<>();
        for (int i = 0; i < abbreviation.attributes().length; i++) {
            attributes.put(
                    abbreviation.attributes()[i],
                    info.value(abbreviation.forms()[i], abbreviation.implicit()[i]));
        }
        Entry entry = new Entry(abbreviation.tag(), attributes, new ArrayList<>());
        entries.put(offset, entry);
        if (abbreviation.hasChildren()) {
            for (Entry child = entry(depth + 1); child != null; child = entry(depth + 1)) {
                entry.children().add(child);
            }
        }
        return entry;
    }

    List<Entry> topLevel() {
        return root.children();
    }

    /** Returns the type that an entry refers to, without qualifiers; {@code null} for {@code void}. */
    Entry type(Entry of) {
        Entry type = entries.get(of.number(TYPE, -1));
        for (int qualifiers = 0; type != null && QUALIFIERS.contains(type.tag()); qualifiers++) {
            if (qualifiers > entries.size()) {
                throw new BindgenException("a DWARF type that qualifies itself");
            }
            type = entries.get(type.number(TYPE, -1));
        }
        return type;
    }

    /** Returns the names of the files to which {@link #DECL_FILE} is an index. */
    List<String> files() {
        return FileTable.read(elf);
    }
}
