/* SPDX-License-Identifier: Apache-2.0 */
/* _Generic by the type of a number, and sizes of floating-point constants. */
#define F_INT _Generic(1, int: 5, default: 6)
#define F_DEFAULT _Generic(1.5L, int: 5, default: 6)
#define F_DOUBLE _Generic(1.0, float: 1, double: 2, long double: 3)
#define F_FLOAT _Generic(1.0f, float: 1, double: 2, long double: 3)
#define F_CHAR _Generic((char) 1, signed char: 1, unsigned char: 2, char: 3)
#define F_SIZE _Generic(sizeof(int), unsigned int: 1, unsigned long: 2, unsigned long long: 3)
#define F_LONG_LONG _Generic(1LL, long: 1, long long: 2)
#define F_NESTED _Generic(1, int: _Generic(1u, int: 7, unsigned: 8), default: 9)
#define F_FIRST _Generic(1, default: (1 ? 3 : 4), long: 5) + 1
#define F_REAL _Generic(1, int: 2.5, default: 3.5f)
#define F_BOOL _Generic((_Bool) 1, _Bool: 11, int: 12)
#define F_PROMOTED _Generic((short) 1 + (short) 1, short: 11, int: 12)
#define F_UNUSED _Generic(1, int: 1, default: 2)
#define F_SIZE_DOUBLE sizeof(1.0)
#define F_SIZE_FLOAT sizeof(1.0f)
#define F_SIZE_LONG sizeof(1.0L)
enum { F_ENUM = _Generic(0, int: 4, default: 5) };
struct sized {
    char a[_Generic(0u, int: 4, unsigned: 5)];
};
