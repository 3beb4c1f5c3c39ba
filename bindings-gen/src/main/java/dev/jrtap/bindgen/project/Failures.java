// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;

/** Turns any failure into one sentence for the user. */
public final class Failures {

    private Failures() {}

    /** Returns the sentence: the message of an expected failure, or a request to report the fault with its place. */
    public static String sentence(Throwable failure) {
        if (failure instanceof BindgenException) {
            return failure.getMessage();
        }
        if (failure instanceof UncheckedIOException unchecked) {
            return sentence(unchecked.getCause());
        }
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + ": there is no such file or directory";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
            return ((FileSystemException) failure).getFile() + ": it is a file, but a directory is needed";
        }
        if (failure instanceof FileSystemException system) {
            return system.getFile() + ": " + (system.getReason() == null ? "it cannot be used" : system.getReason());
        }
        if (failure instanceof IOException) {
            return "input or output failed: " + failure.getMessage();
        }
        return "a fault in bindings-gen, please report it with the command: " + failure + place(failure);
    }

    /** Returns the innermost frame in the generator's own code. */
    private static String place(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.jrtap."))
                .findFirst()
                .map(frame -> " at " + frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("");
    }
}
