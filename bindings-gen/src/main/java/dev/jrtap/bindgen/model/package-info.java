// SPDX-License-Identifier: Apache-2.0
/** The facts that bindings are made of, and their text form. Uses: nothing. Used by: layout, emit, cli. */
package dev.jrtap.bindgen.model;
