/* SPDX-License-Identifier: Apache-2.0 */
/* String and character literals in every encoding. */
#define PLAIN "caf\303\251 \x41\t\"q\""
#define UTF8 u8"caf\u00e9" " au lait"
#define WIDE L"wide\u1234"
#define UTF16 u"a\U0001F600"
#define UTF32 U"a\U0001F600"
#define DIRECT "é"
#define LETTER 'x'
#define WIDE_LETTER L'\x1234'
#define TWO 'ab'
#define RAW_BYTES "\x80\xff"
/* An escape does not go on in the next literal. */
#define APART "line\x41" "cont"
#define APART_OCTAL "a\1" "23"
#define APART_EMPTY "\x41" "" "f"
#define APART_WIDE L"w" "x\x1" "2"
#define NOT_APART "a\123" "4" "\\x41" "b"
/* To gcc, trigraphs are the characters that they are made of, even at the end of a comment. */
#define TRIGRAPHS "??= ???/"
// what is that??/
#define AFTER_A_TRIGRAPH "after"
/* What ends a line elsewhere ends none in Java. */
#define SEPARATORS "a\u2028b\u2029c\f\"\\\n\302\205$S"
