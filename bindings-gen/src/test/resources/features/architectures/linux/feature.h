/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between architectures is chosen at run time; what one lacks is a method that throws there. */
#define SAME 1
#if defined(__x86_64__)
#define DIFFERS 0x10000
#define X86_ONLY 7
#define PACKED __attribute__((packed))
#else
#define DIFFERS 0x4000
#define PACKED
#endif
struct event {
    unsigned int events;
    unsigned long data;
} PACKED;
