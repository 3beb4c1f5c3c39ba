/* SPDX-License-Identifier: Apache-2.0 */
/* Names with characters beyond ASCII, written as such or by their numbers: don't take those in "strings" for any. */
#define NUMBER_\u00e9 5
#define TWICE_é (2 * NUMBER_é)
#define TEXT "\u00e9 is no name"
#define WIDE L'\u00e9'
enum { ENUMERATOR_\u00E9 = 4, /* \u00e8 */ NEXT_\U000000e8 };
struct stru\u00e7ture {
    int m\u00e8tre; // \u00e8
    int caf\U000000e9;
};
int \u00e9tude(struct structure *a, int p\u00e8re);
int école(struct structure *a, int père);
struct structure {
    int mètre;
};
