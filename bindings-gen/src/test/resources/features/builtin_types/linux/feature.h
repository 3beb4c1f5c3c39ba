/* SPDX-License-Identifier: Apache-2.0 */
/* Types that the compiler knows and no header declares, also where nothing but their name says that it is a type. */
int print(const char *, __builtin_va_list);
void sum(__int128_t *, const __uint128_t *);
struct quad {
    char c;
    _Float128 q;
    __int128_t i;
};
#define SIZE_OF_QUAD sizeof(_Float128)
#define SIZE_OF_INT128 sizeof(__int128_t)
