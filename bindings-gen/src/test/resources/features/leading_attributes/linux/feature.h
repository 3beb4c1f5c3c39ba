/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes before struct, union or enum: what is declared has them, not the type, and nothing has them if nothing is declared. */
struct member { char c; __attribute__((aligned(16))) struct { int x; } s; char z; };
struct packed_member { char c; __attribute__((packed)) struct { int x; } s; char z; };
struct anonymous { char c; __attribute__((aligned(8))) struct { int x; }; char z; };
struct anonymous_packed { char c; __attribute__((packed)) struct { int y; }; char z; };
__attribute__((aligned(16))) struct alone { int x; };
__attribute__((packed)) struct alone_packed { char c; int x; };
typedef __attribute__((aligned(16))) struct { int x; } aligned_typedef;
typedef __attribute__((aligned(16))) struct tagged { int x; } tagged_typedef;
struct array { char c; __attribute__((aligned(16))) struct element { int x; } s[2]; char z; };
struct qualified { char c; const __attribute__((aligned(16))) struct { int x; } s; char z; };
struct after_keyword { char c; struct __attribute__((aligned(16))) { int x; } s; char z; };
struct after_brace { char c; struct { int x; } __attribute__((aligned(16))) s; char z; };
struct of_enum { char c; __attribute__((packed)) enum { A, B } e; __attribute__((aligned(8))) enum { C } f; char z; };
struct two { char c; __attribute__((aligned(8))) union { int x; char y; } u, v; char z; };
struct pointer { __attribute__((aligned(16))) struct { int x; } *p; char z; };
