/* SPDX-License-Identifier: Apache-2.0 */
/* Integer macros have the type that C gives their text. */
#define PLAIN 42
#define NEGATIVE -1
#define HEX 0xffffffff
#define OCTAL 0755
#define BIG 0x100000000
#define LONGEST 0xffffffffffffffffULL
#define SHIFTED (1U << 31)
#define SIGN (1 << 31)
#define CAST ((unsigned char)300)
#define CHOSEN (sizeof(long) == 8 ? 1 : 2UL)
#define CHARACTER 'T'
#define ESCAPED '\377'
#define SEVERAL 'abcd'
#define COMPARED (-1 > 0U)
#define HALVED (-7 / 2)
#define LOGICAL (0 && 1 / 0)
#define TEXT "a \"text\"" " in two parts"
#define GUARD
#define ALIAS member
