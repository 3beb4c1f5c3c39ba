/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes on structs, members and typedefs. */
#define UNIT 32
typedef unsigned long long aligned_u64 __attribute__((aligned(8)));
typedef unsigned long long halved_u64 __attribute__((aligned(4)));
struct tight {
    char a;
    long b;
} __attribute__((packed));
struct raised {
    char a;
    char b __attribute__((aligned(16)));
} __attribute__((aligned(UNIT)));
struct mixed {
    char a;
    long b __attribute__((packed));
    halved_u64 c;
    aligned_u64 d;
};
struct __attribute__((packed, aligned(4))) both {
    char a;
    aligned_u64 b;
    short c __attribute__((aligned(sizeof(int))));
};
struct largest {
    char a;
} __attribute__((aligned));
