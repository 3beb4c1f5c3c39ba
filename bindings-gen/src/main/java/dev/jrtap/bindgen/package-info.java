// SPDX-License-Identifier: Apache-2.0
/**
 * C headers in, Java bindings out: {@code header} parses, {@code layout} computes types and values as a compiler does,
 * {@code model} holds the facts, {@code select} chooses among them, {@code emit} writes Java, {@code cli} is the
 * command.
 */
package dev.jrtap.bindgen;
