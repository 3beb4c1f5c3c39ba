// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen;

/** Thrown if something in the input cannot be turned into bindings; the message names the place and the remedy. */
public final class BindgenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BindgenException(String message) {
        super(message);
    }

    public BindgenException(String message, Throwable cause) {
        super(message, cause);
    }
}
