/* SPDX-License-Identifier: Apache-2.0 */
/* Floating-point constants by way of casts and of built-in functions, as libc and compilers write theirs. */
#define F_LARGEST ((double) 1.79769313486231570814527423731704357e+308L)
#define F_FLOAT ((float) 0.1)
#define F_OF_INT (float) 16777217
#define F_HALF ((double) 7u / 2)
#define F_MILLIS ((int) (1.5 * 1000))
#define F_INFINITE (__builtin_inff())
#define F_HUGE (__builtin_huge_val())
#define F_DOWN (-__builtin_inf())
#define F_NONE (__builtin_nanf(""))
#define F_TRUE ((_Bool) 0.5)
#define F_ZEROS (__builtin_clz(1) + __builtin_clzl(1) + __builtin_ctz(8) + __builtin_ctzll(1ULL << 40))
