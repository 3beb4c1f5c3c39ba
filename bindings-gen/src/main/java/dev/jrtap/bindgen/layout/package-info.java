// SPDX-License-Identifier: Apache-2.0
/**
 * Types, sizes, offsets and constant values, equal to those of the target's compiler. Uses: header, model. Used by:
 * cli.
 */
package dev.jrtap.bindgen.layout;
