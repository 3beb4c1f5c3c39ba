/* SPDX-License-Identifier: Apache-2.0 */
/* What a layout is not computed for: each must be refused, and none guessed. */
#pragma pack(push, 1)
struct under_pragma {
    char first;
    int second;
};
#pragma pack(pop)
struct after_pragma {
    char first;
    int second;
};

struct by_value {
    int first;
    struct nowhere second;
};

struct counted {
    int items[unknown(3)];
};

struct real {
    double value;
};

enum tiny { TINY } __attribute__((packed));

struct holds_tiny {
    enum tiny value;
};

struct raised_bits {
    unsigned int low : 4 __attribute__((aligned(8)));
};

#define TEXT "no integer"
