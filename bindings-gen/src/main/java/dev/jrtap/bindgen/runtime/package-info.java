// SPDX-License-Identifier: Apache-2.0
/**
 * Classes that generated code uses. Their source is copied into the generated package as it stands, so that bindings do
 * not depend on the generator. Uses: nothing. Used by: emit (as text), verify.
 */
package dev.jrtap.bindgen.runtime;
