/* SPDX-License-Identifier: Apache-2.0 */
/* Packed enums, wherever the attribute and the enum stand. */
enum __attribute__((packed)) before { B_SMALL = 1, B_LARGE = 300 };
enum after { A_NEGATIVE = -1, A_LARGE = 127 } __attribute__((packed));
typedef enum { T_LARGE = 70000 } __attribute__((__packed__)) named;
struct holds {
    char c;
    enum __attribute__((packed)) { I_LARGE = 256 } inside;
    enum { J_LARGE = 255 } __attribute__((packed)) small;
    enum before before;
    enum after after;
    named named;
};
