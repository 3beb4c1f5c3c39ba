// SPDX-License-Identifier: Apache-2.0
/** The Maven plugin: the goals of the command line. Uses: project, verify. */
package dev.jrtap.bindgen.maven;
