// SPDX-License-Identifier: Apache-2.0
/**
 * C headers in, Java bindings out: {@code header} parses, {@code layout} computes what a compiler would, {@code model}
 * holds the facts, {@code select} says which are wanted, {@code emit} writes Java, {@code cli} is the command.
 */
package dev.jrtap.bindgen;
