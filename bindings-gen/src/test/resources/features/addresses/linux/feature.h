/* SPDX-License-Identifier: Apache-2.0 */
/* Macros that are pointers: what a library gives a meaning besides that of an address. */
struct later;
typedef struct later *later_t;
typedef void (*destructor)(void *);
#define F_FAILED ((void *) -1)
#define F_ALIAS F_FAILED
#define F_NONE ((later_t) 0)
#define F_LATER ((const struct later *) 0x4UL)
#define F_WIDE ((void *) 0xffffffffU)
#define F_STATIC ((destructor) 0)
#define F_TRANSIENT ((destructor) -1)
#define F_HANDLER (void (*)(int)) 1
#define F_EQUAL (F_FAILED == F_ALIAS)
#define F_OTHER (F_FAILED != (void *) 0)
