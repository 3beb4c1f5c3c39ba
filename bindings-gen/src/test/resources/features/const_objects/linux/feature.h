/* SPDX-License-Identifier: Apache-2.0 */
/* Objects that are const, and whose value the header has. */
typedef unsigned long long access_t;
enum colour { RED, GREEN = 5 };
static const access_t F_WRITE = 0x80000000;
static const access_t F_READ = 1ULL << 63;
static const int F_INT = (1 << GREEN) | 3;
static const unsigned F_NARROWED = -1;
static const char F_CHAR = '5';
static const _Bool F_BOOL = 7;
static const enum colour F_COLOUR = GREEN;
static const double F_DOUBLE = 1 + 50.0f;
static const float F_FLOAT = 0.1;
static const float F_WHOLE = 16777217;
