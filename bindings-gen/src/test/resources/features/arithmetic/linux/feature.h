/* SPDX-License-Identifier: Apache-2.0 */
/* Each operator, with operands of each kind, has C's value and C's type. */
enum color { RED, GREEN = 5 };
struct inner {
    int x;
    union {
        char c;
        long l;
    };
};
struct point {
    struct inner in;
    struct inner row[4];
    int *next;
};
typedef int integer;
extern struct point origin;
extern integer counter;
extern char letters[10];
char *text(int n);
static inline short half(int n) { return n; }
#define PLUS (+'a')
#define MINUS (-'a')
#define COMPLEMENT (~0U)
#define NOT (!5)
#define NOT_NOT (!!GREEN)
#define MODULO (-7 % 3)
#define MODULO_UNSIGNED (-7U % 3)
#define DIVIDED_UNSIGNED (-7U / 2)
#define EXCLUSIVE (6 ^ 3UL)
#define EQUAL (1 == 1U)
#define DIFFERENT (1 != 1)
#define LESS (-1 < 0)
#define LESS_UNSIGNED (-1 < 0U)
#define AT_MOST (2 <= 1)
#define MORE (1 > 1)
#define AT_LEAST (1UL >= 1)
#define EITHER (0 || GREEN)
#define EITHER_AT_ONCE (1 || 1 / 0)
#define BOTH (2 && 3)
#define DOWN (-8 >> 1)
#define DOWN_UNSIGNED (-8U >> 1)
#define GIVEN (GREEN ?: 7UL)
#define NOT_GIVEN (RED ?: 7)
#define NOT_TAKEN (1 ? 2 : origin.in.x)
#define SIZE_ANONYMOUS sizeof(origin.in.l)
#define SIZE_ELEMENT sizeof(origin.row[1])
#define SIZE_POINTED sizeof(*origin.next)
#define SIZE_ADDRESS sizeof(&origin)
#define SIZE_TRUTH sizeof(!1UL)
#define SIZE_SIZE sizeof(sizeof(char))
#define SIZE_PROMOTED sizeof(-(char)1)
#define SIZE_COMMON sizeof(1 + 1UL)
#define SIZE_SHIFTED sizeof(1 << 1UL)
#define SIZE_COMPARED sizeof(1UL == 1UL)
#define SIZE_CHOSEN sizeof(counter ? 1 : 2L)
#define SIZE_GIVEN sizeof(counter ?: 2L)
#define SIZE_CALLED sizeof(text(1))
#define SIZE_CALLED_POINTED sizeof(*text(1))
#define SIZE_INLINE sizeof(half(1))
#define SIZE_SWAPPED sizeof(__builtin_bswap16(1))
#define SIZE_TEXT sizeof("four")
#define SIZE_WIDE sizeof(L"four")
#define SIZE_16 sizeof(u"four")
#define SIZE_32 sizeof(U"four")
#define SIZE_CAST sizeof((short)1)
#define SIZE_TYPE sizeof(integer)
#define SIZE_ENUMERATOR sizeof(GREEN)
#define SIZE_ARRAY (sizeof(letters) / sizeof(letters[0]))
#define ALIGNMENT_OF_TYPE _Alignof(double)
#define ALIGNMENT_OF_OBJECT __alignof__(origin.in)
#define PLACE_OF_ELEMENT ((unsigned long)&((struct point *)0)->row[2].l)
#define PLACE_OF_ARRAY ((unsigned long)((struct point *)8)->row)
#define PLACE_POINTED ((long)&*((struct point *)16))
#define PLACE_IN_PARENTHESES ((long)(&(((struct point *)0)->in)))
#define EXPECTED __builtin_expect(5, 0)
#define CHOSEN_FIRST __builtin_choose_expr(1, 2, 3UL)
#define CHOSEN_SECOND __builtin_choose_expr(0, 2, 3UL)
#define SWAPPED_32 __builtin_bswap32(0x12345678)
#define SWAPPED_64 __builtin_bswap64(0x123456789abcdefULL)
#define BITS __builtin_popcount(0xf0f0)
#define BITS_LONG __builtin_popcountl(-1L)
#define FIRST_BIT __builtin_ffs(0x10)
#define FIRST_BIT_NONE __builtin_ffs(0)
#define FIRST_BIT_LONG __builtin_ffsll(0x100000000LL)
#define TRUNCATED ((int)2.9)
#define CHARACTER_WIDE L'x'
#define CHARACTER_16 u'x'
#define CHARACTER_32 U'x'
#define HALF 0.5
#define NEGATIVE_HALF (-0.5f)
#define POSITIVE_HALF (+(0.5))
#define SUM (0.5 + 2)
#define DIFFERENCE (1 - 0.5f)
#define PRODUCT (2.0f * 3U)
#define THIRD (1.0f / 3)
#define THIRD_DOUBLE (1 / 3.0)
#define HEXADECIMAL 0x1.8p3
#define HEXADECIMAL_FLOAT 0x1.8p3f
#define EXPONENT 1e-3
