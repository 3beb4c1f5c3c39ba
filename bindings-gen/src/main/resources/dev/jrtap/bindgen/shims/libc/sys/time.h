/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JRTAP_SYS_TIME_H
#define JRTAP_SYS_TIME_H
#include <bits/time.h>
struct timeval {
    time_t tv_sec;
    suseconds_t tv_usec;
};
#endif
