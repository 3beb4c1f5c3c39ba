// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.header.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The kernel's headers below an include directory. */
public final class HeaderList {

    private static final List<String> DIRECTORIES = List.of(
            "linux",
            "asm-generic",
            "cxl",
            "drm",
            "fwctl",
            "misc",
            "mtd",
            "rdma",
            "regulator",
            "scsi",
            "sound",
            "video",
            "xen");

    private HeaderList() {}

    /** Returns whether a header is one of the kernel's, by its include name. */
    static boolean isKernel(String header) {
        int slash = header.indexOf('/');
        String directory = slash < 0 ? "" : header.substring(0, slash);
        return directory.equals("asm") || DIRECTORIES.contains(directory);
    }

    /** Returns the include names of all kernel headers, in order. */
    public static List<String> of(Path root, Target target) throws IOException {
        List<String> headers = new ArrayList<>();
        for (String directory : DIRECTORIES) {
            add(root, root.resolve(directory), headers);
        }
        Path own = root.resolve(target.triplet());
        add(own, own.resolve("asm"), headers);
        return headers;
    }

    /** Returns every n-th header, so that about {@code wanted} remain. */
    public static List<String> sample(List<String> all, int wanted) {
        List<String> sample = new ArrayList<>();
        for (int i = 0; i < Math.min(wanted, all.size()); i++) {
            sample.add(all.get((int) ((long) i * all.size() / wanted)));
        }
        return sample;
    }

    private static void add(Path root, Path directory, List<String> into) throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.filter(file -> file.toString().endsWith(".h"))
                        .map(file -> root.relativize(file).toString())
                        .sorted()
                        .forEach(into::add);
            }
        }
    }
}
