/* SPDX-License-Identifier: Apache-2.0 */
/* Atomic instructions that fetch, of both sizes. */
#include <linux/types.h>

__u64 fetch(__u64 *p, __u32 *q, __u64 a, __u32 b)
{
	a = __sync_fetch_and_add(p, a);
	a = __sync_fetch_and_or(p, a);
	a = __sync_fetch_and_and(p, a);
	a = __sync_fetch_and_xor(p, a);
	a = __sync_lock_test_and_set(p, a);
	a = __sync_val_compare_and_swap(p, a, 7);
	b = __sync_fetch_and_add(q, b);
	b = __sync_fetch_and_or(q, b);
	b = __sync_fetch_and_and(q, b);
	b = __sync_fetch_and_xor(q, b);
	b = __sync_lock_test_and_set(q, b);
	b = __sync_val_compare_and_swap(q, b, 7);
	return a + b;
}
