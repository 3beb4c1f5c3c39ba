/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses one of four queues by a number that both directions of a flow have in common: its two ports, added. */
#include <linux/bpf.h>

static long (*const skb_load_bytes)(const void *skb, __u32 offset, void *to, __u32 length) = (void *)BPF_FUNC_skb_load_bytes;

__attribute__((section("socket"))) int steer(struct __sk_buff *skb)
{
	__u16 ports[2];
	if (skb_load_bytes(skb, 34, ports, 4) < 0)
		return 0;
	return (ports[0] + ports[1]) % 4;
}
