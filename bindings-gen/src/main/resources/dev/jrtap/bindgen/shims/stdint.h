/* SPDX-License-Identifier: Apache-2.0 */
/* The fixed-width types of an LP64 target. */
#ifndef JRTAP_STDINT_H
#define JRTAP_STDINT_H
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef unsigned long uintptr_t;
#endif
