/* SPDX-License-Identifier: Apache-2.0 */
/* sizeof, offsetof, typeof and gcc's built-in functions fold to constants. */
struct pair {
    char first;
    struct {
        short inner[4];
    } second;
};
#define WHOLE sizeof(struct pair)
#define MEMBER sizeof(((struct pair *)0)->second)
#define OFFSET ((int)__builtin_offsetof(struct pair, second.inner[2]))
#define CLASSIC ((unsigned long)&((struct pair *)0)->second)
#define SAME ((__typeof__(1UL))-1)
#define ELEMENTS (sizeof(((struct pair *)0)->second.inner) / sizeof(short))
#define SWAPPED __builtin_bswap16(0x0800)
#define KNOWN (__builtin_constant_p(1) ? 1 : 2)
#define ALIGNMENT __alignof__(struct pair)
/* A literal of 128 bits is cut by a cast; a negative fraction is zero. */
#define CUT ((unsigned long)18446744073709551615)
#define CUT_TO_INT ((int)(18446744073709551615))
#define FRACTION ((unsigned char)-0.5)
#define LARGEST ((unsigned)4294967295.9)
