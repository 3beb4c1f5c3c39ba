/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays have a length and a stride, flexible ones a stride alone. */
struct element {
    unsigned short id;
    unsigned int value;
};
struct arrays {
    char name[16];
    unsigned int numbers[3];
    unsigned char matrix[2][4];
    struct element some[2];
    unsigned short many[];
};
