// SPDX-License-Identifier: Apache-2.0
/** Verifies facts by a compiler and by the running kernel's own types. Uses: header, model. Used by: cli, maven. */
package dev.jrtap.bindgen.verify;
