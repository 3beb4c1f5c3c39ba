/* SPDX-License-Identifier: Apache-2.0 */
/* Counts packets by the protocol of their IPv4 header, and lets them pass. */
#include <linux/bpf.h>

static void *(*const map_lookup_elem)(void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;
static long (*const skb_load_bytes)(const void *skb, __u32 offset, void *to, __u32 length) = (void *)BPF_FUNC_skb_load_bytes;
extern char packets __attribute__((section(".maps")));

__attribute__((section("socket"))) int count(struct __sk_buff *skb)
{
	__u8 protocol = 0;
	if (skb->len < 34)
		return -1;
	if (skb_load_bytes(skb, 23, &protocol, 1) == 0) {
		__u32 key = protocol;
		__u64 *value = map_lookup_elem(&packets, &key);
		if (value)
			__sync_fetch_and_add(value, 1);
	}
	return -1;
}
