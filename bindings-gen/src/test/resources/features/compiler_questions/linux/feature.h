/* SPDX-License-Identifier: Apache-2.0 */
/* What a header may ask about the compiler. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__has_attribute) && __has_attribute(__packed__) && __has_attribute(nonnull) && !__has_attribute(no_such_thing)
#define ATTRIBUTES 1
#endif
#ifdef __has_builtin
#if __has_builtin(__builtin_expect) && !__has_builtin(__builtin_no_such_thing)
#define BUILTINS 1
#endif
#endif
#if __has_include(<stddef.h>) && !__has_include(<no/such/thing.h>)
#define INCLUDES 1
#endif
/* Use of it is warned of. */
#define WARNED _Pragma("GCC warning \"WARNED is deprecated\"") 0x10
/* Attributes of clang change nothing, and are not there. */
#if !__has_attribute(annotate) && !__has_attribute(noescape)
struct __attribute__((annotate("a name"))) annotated {
    int a __attribute__((annotate("another"), noescape));
};
#endif
