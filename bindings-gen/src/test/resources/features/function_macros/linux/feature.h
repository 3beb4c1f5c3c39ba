/* SPDX-License-Identifier: Apache-2.0 */
/* Small macros are methods over C's long. */
#define ALIGNTO 4U
#define ALIGN_UP(len) (((len) + ALIGNTO - 1) & ~(ALIGNTO - 1))
#define BIT(nr) (1UL << (nr))
#define CODE(dir, type, nr) (((dir) << 30) | ((type) << 8) | (nr))
#define LOW(x) ((unsigned short)(x))
#define BETWEEN(x, a, b) ((x) >= (a) && (x) <= (b))
#define FITS(x) ((x) < sizeof(int) ? 1 : -1)
#define SIZE_OF(type) sizeof(type)
#define NAME(x) #x
