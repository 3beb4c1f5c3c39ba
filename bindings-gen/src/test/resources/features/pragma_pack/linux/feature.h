/* SPDX-License-Identifier: Apache-2.0 */
/* #pragma pack lowers alignments until it is popped. */
#pragma pack(push, 1)
struct one {
    char a;
    int b;
    unsigned int c : 3;
    unsigned int d : 30;
};
#pragma pack(2)
struct two {
    char a;
    long b;
};
#pragma pack(pop)
struct plain {
    char a;
    int b;
};
