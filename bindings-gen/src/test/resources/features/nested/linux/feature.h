/* SPDX-License-Identifier: Apache-2.0 */
/* Members of anonymous members are their struct's own; of named ones without a tag, they have a path. */
struct outer {
    int kind;
    union {
        unsigned long number;
        struct {
            unsigned int left;
            unsigned int right;
        };
    };
    struct {
        char inner;
        int value;
    } named;
    struct outer *next;
    struct tagged {
        short x;
    } tagged;
    int;
};
struct nothing { long; struct outer; enum { NOTHING }; };
