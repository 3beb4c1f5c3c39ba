/* SPDX-License-Identifier: Apache-2.0 */
/* Macros that are no expressions, among others that are. */
#define FIRST 1
#define BRACES { 1, 2 }
#define STATEMENT do { } while (0)
#define SEMICOLON 1; 2
#define UNBALANCED (1
#define CLOSING ) + (
#define QUALIFIED _Noreturn
#define LAST 2
