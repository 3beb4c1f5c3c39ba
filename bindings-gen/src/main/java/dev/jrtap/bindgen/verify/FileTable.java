// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;

/**
 * The source files of a compilation unit.
 *
 * <p>Source: DWARF 5, section 6.2.4.
 */
final class FileTable {

    private static final int BEFORE_HEADER_LENGTH = 8;
    private static final int PATH = 1;
    private static final int DIRECTORY_INDEX = 2;

    private final Forms in;

    private FileTable(Forms in) {
        this.in = in;
    }

    /**
     * Returns full paths by the numbers that entries use; throws a {@link BindgenException} if the table is damaged.
     */
    static List<String> read(Elf elf) {
        try {
            return readAll(elf);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new BindgenException("DWARF's table of files refers to data outside its section", e);
        }
    }

    private static List<String> readAll(Elf elf) {
        Forms in = new Forms(elf, elf.section(".debug_line"));
        in.seek(BEFORE_HEADER_LENGTH);
        in.intAt();
        // min_inst_length, max_ops, default_is_stmt, line_base, line_range
        in.skip(5);
        int opcodes = in.byteAt();
        in.skip(opcodes - 1L);
        FileTable table = new FileTable(in);
        List<String> directories = new ArrayList<>();
        for (Object[] directory : table.entries()) {
            directories.add(path(directory));
        }
        List<String> files = new ArrayList<>();
        for (Object[] file : table.entries()) {
            String path = path(file);
            int directory = file[DIRECTORY_INDEX] instanceof Long index ? index.intValue() : 0;
            files.add(path.startsWith("/") ? path : directories.get(directory) + "/" + path);
        }
        return files;
    }

    private static String path(Object[] entry) {
        if (entry[PATH] instanceof String path) {
            return path;
        }
        throw new BindgenException("DWARF's table of files has an entry without a name");
    }

    private List<Object[]> entries() {
        int formats = in.byteAt();
        int[] contents = new int[formats];
        int[] forms = new int[formats];
        for (int i = 0; i < formats; i++) {
            contents[i] = (int) in.unsigned();
            forms[i] = (int) in.unsigned();
        }
        long count = in.unsigned();
        if (count < 0 || count > in.remaining()) {
            throw new BindgenException("DWARF's table of files has " + count + " entries");
        }
        List<Object[]> entries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            Object[] entry = new Object[8];
            for (int f = 0; f < formats; f++) {
                entry[contents[f] & 7] = in.value(forms[f], 0);
            }
            entries.add(entry);
        }
        return entries;
    }
}
