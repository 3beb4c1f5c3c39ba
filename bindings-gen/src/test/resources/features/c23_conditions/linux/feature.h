/* SPDX-License-Identifier: Apache-2.0 */
/* #elifdef and #elifndef of C23, in a file that begins with a mark of its byte order. */
#define FIRST 1
#ifdef NOWHERE
#define A 1
#elifdef FIRST
#define A 2
#else
#define A 3
#endif
#ifdef NOWHERE
#define B 1
#  elifndef FIRST
#define B 2
#elifndef NOWHERE /* #elifdef in a comment */
#define B 3
#endif
enum fixed : short { LAST };
