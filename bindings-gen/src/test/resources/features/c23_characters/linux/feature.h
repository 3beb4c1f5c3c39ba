/* SPDX-License-Identifier: Apache-2.0 */
/* C23's characters of type unsigned char, which no sign extends. */
#define LETTER u8'a'
#define ESCAPE u8'\n'
#define HIGHEST u8'\xff'
#define NEGATED (-u8'\x80')
#define WIDTH sizeof(u8'a')
#define FROM_PARAMETER(x) ((x) + u8'0')
enum { u8 = 7 };
#define OTHER (u8 + 1)
enum letters { FIRST = u8'A', SECOND };
struct sized {
    char text[u8'\x03'];
};
