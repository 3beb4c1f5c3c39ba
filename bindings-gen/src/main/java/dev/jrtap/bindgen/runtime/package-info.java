// SPDX-License-Identifier: Apache-2.0
/**
 * Classes that generated code needs beside it. Their source goes into the generated package as it stands, so that
 * bindings depend on nothing of the generator. Uses: nothing. Used by: emit (as text), verify.
 */
package dev.jrtap.bindgen.runtime;
