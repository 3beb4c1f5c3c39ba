/* SPDX-License-Identifier: Apache-2.0 */
/* An enumerator is an int where it fits; a macro of the same name hides it. */
enum small { FIRST, SECOND = 5, THIRD, LAST_BIT = 1 << 3 };
enum { ANONYMOUS = -2, AFTER };
enum large { ABOVE = 0x80000000, NEXT };
enum huge { WIDE = 0x100000000LL };
enum hidden { HIDDEN = 1 };
#define HIDDEN (HIDDEN + 10)
enum __attribute__((packed)) tiny { TINY = 200 };
struct holds {
    enum tiny tiny;
    enum small small;
    enum huge huge;
};
