// SPDX-License-Identifier: Apache-2.0
/** Which facts of which header are wanted. Uses: model. Used by: layout, emit, cli. */
package dev.jrtap.bindgen.select;
