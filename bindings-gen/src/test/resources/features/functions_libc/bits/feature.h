/* SPDX-License-Identifier: Apache-2.0 */
/* Any of the pointers is passed as it is. Not in the header that is compared with gcc: gcc describes these unions without members. */
struct sockaddr {
    unsigned short sa_family;
    char sa_data[14];
};
struct sockaddr_at;
typedef union {
    struct sockaddr *__restrict __sockaddr__;
    struct sockaddr_at *__restrict __sockaddr_at__;
} __SOCKADDR_ARG __attribute__((__transparent_union__));
typedef union {
    const struct sockaddr *__restrict __sockaddr__;
    const struct sockaddr_at *__restrict __sockaddr_at__;
} __CONST_SOCKADDR_ARG __attribute__((__transparent_union__));
