// SPDX-License-Identifier: Apache-2.0
/** Selections of the facts to bind. Uses: model. Used by: layout, emit, cli. */
package dev.jrtap.bindgen.select;
