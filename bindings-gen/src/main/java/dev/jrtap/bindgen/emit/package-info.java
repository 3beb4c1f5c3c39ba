// SPDX-License-Identifier: Apache-2.0
/** Emits Java source from facts. Uses: model, select, runtime. Used by: cli. */
package dev.jrtap.bindgen.emit;
