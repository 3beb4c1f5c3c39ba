/* SPDX-License-Identifier: Apache-2.0 */
/* Bit-fields share units of their type; packed ones do not care for units, and a width of 0 ends one. */
struct loose_bits {
    unsigned int low : 3;
    int high : 5;
    unsigned int : 4;
    unsigned int crosses : 25;
    unsigned long long wide : 40;
    unsigned char before : 2;
    unsigned char : 0;
    unsigned char after : 2;
    unsigned int raised : 3 __attribute__((aligned(8)));
};
struct packed_bits {
    unsigned char head;
    unsigned int crosses : 12;
    unsigned int more : 20;
    unsigned short tail;
} __attribute__((packed));
