// SPDX-License-Identifier: Apache-2.0
/**
 * Proof that facts are right: a compiler's account and the running kernel's own. Uses: header, model. Used by: cli,
 * maven.
 */
package dev.jrtap.bindgen.verify;
