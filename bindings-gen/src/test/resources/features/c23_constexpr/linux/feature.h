/* SPDX-License-Identifier: Apache-2.0 */
/* Objects that are constants. */
constexpr int PLAIN = 5;
static constexpr unsigned char NARROW = 0x105 & 0xff;
constexpr unsigned long LONG = 1UL << 40;
constexpr bool FLAG = true;
#define THROUGH (PLAIN + 1)
struct sized {
    char bytes[PLAIN];
};
