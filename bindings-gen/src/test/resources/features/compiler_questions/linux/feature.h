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
/* Of C's own attributes, the answer is a year and a month. */
#if __has_c_attribute(nodiscard) >= 202003L && __has_c_attribute(__deprecated__) >= 201904L
#define STANDARD_ATTRIBUTES 1
#endif
#if __has_c_attribute(gnu::packed) == 1 && __has_c_attribute(__gnu__::__aligned__) && __has_attribute(gnu::nonnull)
#define SCOPED_ATTRIBUTES 1
#endif
#if __has_c_attribute(packed) || __has_c_attribute(clang::fallthrough) || __has_c_attribute(gnu::no_such_thing)
#define NO_ATTRIBUTES 1
#endif
#if __has_attribute(nodiscard) >= 202003L && __has_cpp_attribute(fallthrough) >= 201904L && __has_cpp_attribute(cold) == 1
#define EITHER_ATTRIBUTES 1
#endif
#if __has_c_attribute(maybe_unused)
struct [[maybe_unused]] standard {
    int a [[deprecated]];
};
#endif
