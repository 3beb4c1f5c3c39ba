/* SPDX-License-Identifier: Apache-2.0 */
/* What grows from kernel to kernel is a method, which javac does not copy into callers. */
enum attribute { ATTRIBUTE_A, ATTRIBUTE_B, __ATTRIBUTE_MAX };
#define ATTRIBUTE_MAX (__ATTRIBUTE_MAX - 1)
#define FLAGS_MASK 0xff
struct message {
    int kind;
    int reserved[3];
    int __pad2;
    int __spare3[2];
};
