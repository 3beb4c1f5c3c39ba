/* SPDX-License-Identifier: Apache-2.0 */
/* The alignment specifier of C11, on members and on objects, by a number and by a type. */
#include <stdalign.h>
struct raised {
    char a;
    _Alignas(32) int b;
    alignas(double) char c;
    _Alignas(0) short d;
};
struct inside {
    char a;
    _Alignas(16) struct {
        char b;
    };
};
union widened {
    char a;
    _Alignas(64) char b;
} __attribute__((packed));
extern _Alignas(64) int object;
extern int attributed __attribute__((aligned(32)));
#define OF_OBJECT _Alignof(object)
#define OF_ATTRIBUTED __alignof__(attributed)
#define OF_TYPE alignof(short)
