/* SPDX-License-Identifier: Apache-2.0 */
/* #pragma pack with names and without, in the operator too, among pragmas that mean nothing here. */
#pragma once
#pragma pack(push, outer, 4)
struct named { char a; long b; };
#pragma pack(push, 2)
struct inner { char a; long b; };
#pragma pack(pop, outer)
struct whole { char a; long b; };
#pragma pack(pop)
#pragma pack(1)
#pragma pack(pop)
struct unchanged { char a; long b; };
#pragma pack()
#pragma GCC visibility push(default)
#pragma weak absent
#pragma omp parallel
_Pragma("pack(2)") struct by_operator {
    char a;
    long b;
};
#define PACK(n) _Pragma(PACK_TEXT(pack(n)))
#define PACK_TEXT(text) #text
PACK(1)
struct by_macro {
    char a;
    long b;
};
