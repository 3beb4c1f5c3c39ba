// SPDX-License-Identifier: Apache-2.0
/** The commands as plain Java. Uses: everything except cli and maven. Used by: cli, maven. */
package dev.jrtap.bindgen.project;
