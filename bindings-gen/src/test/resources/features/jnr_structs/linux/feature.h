/* SPDX-License-Identifier: Apache-2.0 */
/* A jnr.ffi.Struct with every offset given and its end padded. */
typedef unsigned short __be16;
struct inner {
    short a;
    long b;
};
struct object {
    char tag;
    unsigned int id;
    __be16 port;
    unsigned char bytes[6];
    unsigned int mode : 4;
    struct inner inner;
    void *link;
    union {
        int number;
        char text[4];
    };
    char last;
};
