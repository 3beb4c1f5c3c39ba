/* SPDX-License-Identifier: Apache-2.0 */
/* The compiler's own header, as far as UAPI headers need it. */
#ifndef JRTAP_STDDEF_H
#define JRTAP_STDDEF_H
typedef unsigned long size_t;
typedef long ptrdiff_t;
#define NULL ((void *)0)
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
