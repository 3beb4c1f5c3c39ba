/* SPDX-License-Identifier: Apache-2.0 */
/* The compiler's limits; libc's own, if there is one, and the kernel's follow. */
#ifndef _GCC_LIMITS_H_
#define _GCC_LIMITS_H_
#define CHAR_BIT __CHAR_BIT__
#define SCHAR_MIN (-SCHAR_MAX - 1)
#define SCHAR_MAX __SCHAR_MAX__
#define UCHAR_MAX (SCHAR_MAX * 2 + 1)
#ifdef __CHAR_UNSIGNED__
#define CHAR_MIN 0
#define CHAR_MAX UCHAR_MAX
#else
#define CHAR_MIN SCHAR_MIN
#define CHAR_MAX SCHAR_MAX
#endif
#define SHRT_MIN (-SHRT_MAX - 1)
#define SHRT_MAX __SHRT_MAX__
#define USHRT_MAX (SHRT_MAX * 2 + 1)
#define INT_MIN (-INT_MAX - 1)
#define INT_MAX __INT_MAX__
#define UINT_MAX (INT_MAX * 2U + 1U)
#define LONG_MIN (-LONG_MAX - 1L)
#define LONG_MAX __LONG_MAX__
#define ULONG_MAX (LONG_MAX * 2UL + 1UL)
#define LLONG_MIN (-LLONG_MAX - 1LL)
#define LLONG_MAX __LONG_LONG_MAX__
#define ULLONG_MAX (LLONG_MAX * 2ULL + 1ULL)
/* libc uses the kernel's limits except for those that do not apply to it, unless they were defined before. */
#ifndef NR_OPEN
#define JRTAP_NO_NR_OPEN
#endif
#ifndef LINK_MAX
#define JRTAP_NO_LINK_MAX
#endif
#ifndef OPEN_MAX
#define JRTAP_NO_OPEN_MAX
#endif
#ifndef ARG_MAX
#define JRTAP_NO_ARG_MAX
#endif
#include <linux/limits.h>
#ifdef JRTAP_NO_NR_OPEN
#undef NR_OPEN
#endif
#ifdef JRTAP_NO_LINK_MAX
#undef LINK_MAX
#endif
#ifdef JRTAP_NO_OPEN_MAX
#undef OPEN_MAX
#endif
#ifdef JRTAP_NO_ARG_MAX
#undef ARG_MAX
#endif
#endif
#if __has_include_next(<limits.h>)
#include_next <limits.h>
#endif
