// SPDX-License-Identifier: Apache-2.0
/** The functions of the command, as plain Java. Uses: everything to its left. Used by: cli, maven. */
package dev.jrtap.bindgen.project;
