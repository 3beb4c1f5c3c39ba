// SPDX-License-Identifier: Apache-2.0
/** Facts to Java source. Uses: model, select, runtime. Used by: cli. */
package dev.jrtap.bindgen.emit;
