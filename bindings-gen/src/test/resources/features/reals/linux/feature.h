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
#define F_MORE (3.0 > 2)
#define F_LESS (1 < 0.5f)
#define F_EQUAL (1.0 == 1)
#define F_OTHER (0.1f != 0.1)
#define F_AT_LEAST (2.5 >= 2.5f)
#define F_AT_MOST (-1.5 <= -2)
#define F_NOT (!0.5 + !0.0)
#define F_BOTH (0.5 && 1)
#define F_EITHER (0 || 0.0f)
#define F_CHOICE (2.5 ? 7 : 8)
#define F_CHOSEN (1 ? 1.5f : 2.0)
#define F_CHOSEN_INT (0 ? 1.5f : 2)
#define F_FLOATS (__FLT_MAX__ > 1e38 && __FLT_MIN__ < 1e-37f && __DBL_MAX_EXP__ == 1024 && __FLT_MIN_10_EXP__ < 0)
#define F_EPSILON __DBL_EPSILON__
#define F_DENORMAL __FLT_DENORM_MIN__
struct of_reals { char a[3.5 > 2 ? 5 : 6]; };
int f_labelled(int) __asm__(__USER_LABEL_PREFIX__ "f_label");
