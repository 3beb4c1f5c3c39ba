/* SPDX-License-Identifier: Apache-2.0 */
/* mode() makes another type of one; types of 128 bits have a size and no accessor. */
typedef int tiny __attribute__((mode(QI)));
typedef unsigned int tiny_unsigned __attribute__((__mode__(__byte__)));
typedef int small __attribute__((mode(HI)));
typedef long usual __attribute__((mode(SI)));
typedef int large __attribute__((mode(DI)));
typedef unsigned int word __attribute__((mode(word)));
typedef int address __attribute__((mode(pointer)));
typedef int largest __attribute__((mode(TI)));
typedef double single __attribute__((mode(SF)));
typedef float twice __attribute__((mode(DF)));
struct modes {
    tiny a;
    tiny_unsigned b;
    small c;
    usual d;
    large e;
    char f;
    word g;
    address h;
    char i;
    largest j;
    single k;
    twice l;
};
struct wide {
    char a;
    __int128_t b;
    char c;
    __uint128_t d;
    unsigned __int128 e;
};
