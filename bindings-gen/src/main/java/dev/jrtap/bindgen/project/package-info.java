// SPDX-License-Identifier: Apache-2.0
/** What can be done with a module's bindings, as plain Java. Uses: everything to its left. Used by: cli, maven. */
package dev.jrtap.bindgen.project;
