/* SPDX-License-Identifier: Apache-2.0 */
/* Inline functions for processors, of which no library has any. */
