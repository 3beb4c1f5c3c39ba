/* SPDX-License-Identifier: Apache-2.0 */
/* Without accessors, a bit-field is a byte, a first bit and a width. */
struct places {
    unsigned short flags;
    unsigned short one : 4;
    unsigned short two : 12;
};
