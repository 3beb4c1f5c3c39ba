// SPDX-License-Identifier: Apache-2.0
/** Types, sizes, offsets and constant values as the target's compiler has them. Uses: header, model. Used by: cli. */
package dev.jrtap.bindgen.layout;
