/* SPDX-License-Identifier: Apache-2.0 */
/* Atomic types: as wide as the others, and aligned to their size. */
#include <stdatomic.h>
struct triple {
    char bytes[3];
};
struct pair {
    char bytes[4];
};
struct counters {
    _Atomic int qualified;
    _Atomic(long) named;
    atomic_uint of_the_header;
    int *_Atomic pointer;
    _Atomic struct triple odd;
    char after;
    _Atomic struct pair even;
};
