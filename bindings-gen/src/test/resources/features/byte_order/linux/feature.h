/* SPDX-License-Identifier: Apache-2.0 */
/* __be types are big-endian in memory, whatever the machine is. */
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __le32;
typedef __be16 port_t;
struct packet {
    __be16 type;
    port_t port;
    __be32 address;
    __be64 cookie;
    __le32 length;
    __be16 list[2];
};
