/* SPDX-License-Identifier: Apache-2.0 */
/* Names of classes that generated code means itself: of structs, constants, parameters and callbacks. */
typedef enum { Boolean, Integer, Object, String, Long, System, Abi, Float } kinds;
#define LESS(a, b) ((unsigned long) (a) < (unsigned long) (b))
#define HUGE_F (1.0F / 0.0F)
struct Long { unsigned long u; };
struct String { char text[4]; };
struct IllegalArgumentException { int i : 3; };
struct Pointer { void *p; };
typedef struct Handle Handle;
typedef int (*Runnable)(void *pointer, int function, int arguments, int Addresses, double Invoker, void *target);
Handle *open_handle(Handle *Handle, Runnable Callback, struct Pointer *Pointer, const char *Addresses, int Runtime);
