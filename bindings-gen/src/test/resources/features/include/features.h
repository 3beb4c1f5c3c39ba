/* SPDX-License-Identifier: Apache-2.0 */
/* One of each thing that a UAPI header is made of. */
#define PLAIN 42
#define NEGATIVE (-1)
#define HEX 0xffffffff
#define BIG 0x100000000
#define SHIFTED (1U << 31)
#define CAST ((unsigned char) 300)
#define SIZE sizeof(struct nested)
#define CHOSEN (PLAIN > 40 ? SECOND : FIRST)
#define CHARACTER 'T'
#define LONGEST 1ULL
#define COMMON (1UL + 1LL)
#define COMPARED (-1 < 1U)
#define HALVED (-7 / 2)
#define TEXT "no integer"
#define _IOC(dir, type, nr, size) (((dir) << 30) | ((type) << 8) | (nr) | ((size) << 16))
#define REQUEST _IOC(2U, 'T', 207, sizeof(unsigned int))

enum order { FIRST, SECOND, TENTH = 10, ELEVENTH };

typedef unsigned char u8;
typedef unsigned long long u64;
typedef u64 __attribute__((aligned(16))) wide;

struct nested {
    u8 kind;
    union {
        u64 number;
        struct {
            int left;
            int right;
        };
    };
    struct {
        short inner;
    } named;
    char name[3];
    u64 flexible[];
};

struct tight {
    u8 first;
    u64 second;
} __attribute__((packed));

struct raised {
    u8 first;
    wide second;
};

typedef u64 __attribute__((aligned(4))) lowered;

struct halved {
    u8 first;
    lowered second;
};

struct linked {
    struct linked *next;
    struct nowhere *other;
    u8 (*call)(struct linked *self);
};

struct scoped {
    u8 first;
    enum { INNER = 3 };
    u8 second[INNER + 1];
};

enum large { SMALL = 1, LARGE = 0x100000000, LARGER };
enum mixed { BELOW = -1, ABOVE = 0x80000000 };
enum chained { HEAD = 0x80000000, TAIL = HEAD + 1, AFTER_TAIL };

struct holds_large {
    u8 first;
    enum large second;
};

struct bits {
    unsigned int low : 4;
    unsigned int high : 12;
};
