/* SPDX-License-Identifier: Apache-2.0 */
/* Floating-point limits are no business of kernel headers: the file only has to be there. */
