/* SPDX-License-Identifier: Apache-2.0 */
/* Inline functions for certain processors, which no library exports. */
