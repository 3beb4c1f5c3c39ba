// SPDX-License-Identifier: Apache-2.0
/** Facts to Java source. Uses: model, select. Used by: cli. */
package dev.jrtap.bindgen.emit;
