// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen;

/** Something in the input cannot be turned into bindings; the message names the place and what to do. */
public final class BindgenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BindgenException(String message) {
        super(message);
    }

    public BindgenException(String message, Throwable cause) {
        super(message, cause);
    }
}
