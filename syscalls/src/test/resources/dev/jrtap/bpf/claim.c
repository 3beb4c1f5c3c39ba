/* SPDX-License-Identifier: Apache-2.0 */
/* Claims a place by compare-and-swap, publishes it by an exchange, and reports to a ring buffer. */
#include <linux/bpf.h>

struct places {
	__u64 produced, consumed, published[16];
};
static void *(*const map_lookup_elem)(void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;
static void *(*const ringbuf_reserve)(void *ring, __u64 size, __u64 flags) = (void *)BPF_FUNC_ringbuf_reserve;
static void (*const ringbuf_submit)(void *record, __u64 flags) = (void *)BPF_FUNC_ringbuf_submit;
extern char control __attribute__((section(".maps")));
extern char bell __attribute__((section(".maps")));

__attribute__((section("socket"))) int claim(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct places *p = map_lookup_elem(&control, &zero);
	if (!p)
		return 0;
	__u64 mine = *(volatile __u64 *)&p->consumed;
	if (mine >= *(volatile __u64 *)&p->produced)
		return 0;
	if (__sync_val_compare_and_swap(&p->consumed, mine, mine + 1) != mine)
		return 0;
	__sync_lock_test_and_set(&p->published[mine & 15], (mine + 1) << 32 | skb->len);
	__u32 *record = ringbuf_reserve(&bell, 4, 0);
	if (record) {
		*record = skb->len;
		ringbuf_submit(record, BPF_RB_FORCE_WAKEUP);
	}
	return 0;
}
