/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions are computed with numbers of 64 bits, signed and unsigned as C has them. */
#if 0xFFFFFFFFFFFFFFFFUL == 18446744073709551615UL
#define ALL_BITS 1
#endif
#if 0xFFFFFFFFFFFFFFFFUL > 0
#define POSITIVE 1
#endif
#if -1 > 0u
#define CONVERTED 1
#endif
#if (0x7fffffffffffffffL * 2UL + 1UL) == 0xFFFFFFFFFFFFFFFFUL
#define SUM 1
#endif
#if 18446744073709551615UL / 2 == 9223372036854775807L
#define HALVED 1
#endif
#if 0xFFFFFFFF == 4294967295
#define HEXADECIMAL 1
#endif
#if ~0u == 0xffffffffffffffffu
#define INVERTED 1
#endif
#if (1 ? -1 : 0u) > 0
#define CHOSEN 1
#endif
#if 'a' == 97
#define CHARACTER 1
#endif
#if 0b101 == 5 && 010 == 8
#define BASES 1
#endif
#if 2 || 1/0
#define DECIDED 1
#endif
#if -7 / 2 == -3 && -7 % 2 == -1 && 1 << 3 == 8 && (-8 >> 1) == -4
#define SIGNED 1
#endif
#if (2, 3) == 3
#define COMMA 1
#endif
#if 0xFFFFFFFFFFFFFFFFu >> 63 == 1
#define SHIFTED 1
#endif
#if 9223372036854775808u > 5 && -9223372036854775807 - 1 < 0
#define LARGEST 1
#endif
#if (__LONG_MAX__ * 2UL + 1UL) == 0xFFFFFFFFFFFFFFFFUL
#define LONG 1
#endif
#if (__INT_MAX__ * 2U + 1U) == 0xFFFFFFFFUL && (__LONG_MAX__ * 2UL + 1UL) > (__INT_MAX__ * 2U + 1U)
#define INT 1
#endif
#if __SIZE_MAX__ == __UINT64_MAX__ && __SIZE_MAX__ > __UINT32_MAX__ && __UINTMAX_MAX__ == 18446744073709551615U
#define SIZE 1
#endif
#if 1 || 1 / 0 || 1 % 0
#define NOT_DIVIDED 1
#endif
#if defined ALL_BITS && !defined(NOWHERE) && (defined NOWHERE || 1)
#define DEFINED 1
#endif
#if __has_include("feature.h") && __has_attribute(packed) + 1 > 1
#define ASKED 1
#endif
#if NOWHERE + 0 == 0
#define UNKNOWN_IS_ZERO 1
#endif
#if '\377' < 0
#define CHARS_ARE_SIGNED 1
#else
#define CHARS_ARE_SIGNED 0
#endif
