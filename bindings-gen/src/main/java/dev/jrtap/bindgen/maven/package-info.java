// SPDX-License-Identifier: Apache-2.0
/** The Maven plugin: the goals of the command line. Uses: project. */
package dev.jrtap.bindgen.maven;
