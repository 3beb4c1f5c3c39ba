/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JRTAP_BITS_TIME_H
#define JRTAP_BITS_TIME_H
typedef long time_t;
typedef long suseconds_t;
struct timespec {
    time_t tv_sec;
    long tv_nsec;
};
#endif
