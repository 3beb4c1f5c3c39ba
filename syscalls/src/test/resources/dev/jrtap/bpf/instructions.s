# SPDX-License-Identifier: Apache-2.0
# Every instruction that the assembler of LLVM 14 has words for. Those that fetch are in fetch.c.
r1 = r2
r3 = 7
w4 = w5
w6 = 9
r1 += r2
r3 += 7
w4 += w5
w6 += 9
r1 -= r2
r3 -= 7
w4 -= w5
w6 -= 9
r1 *= r2
r3 *= 7
w4 *= w5
w6 *= 9
r1 /= r2
r3 /= 7
w4 /= w5
w6 /= 9
r1 |= r2
r3 |= 7
w4 |= w5
w6 |= 9
r1 &= r2
r3 &= 7
w4 &= w5
w6 &= 9
r1 ^= r2
r3 ^= 7
w4 ^= w5
w6 ^= 9
r1 <<= r2
r3 <<= 7
w4 <<= w5
w6 <<= 9
r1 >>= r2
r3 >>= 7
w4 >>= w5
w6 >>= 9
r1 s>>= r2
r3 s>>= 7
w4 s>>= w5
w6 s>>= 9
r7 = -r7
w8 = -w8
r1 = be16 r1
r2 = le16 r2
r1 = be32 r1
r2 = le32 r2
r1 = be64 r1
r2 = le64 r2
r9 = -1 ll
r1 = 0x123456789abcdef0 ll
r1 = *(u8 *)(r2 + 8)
*(u8 *)(r10 - 8) = r3
r1 = *(u16 *)(r2 + 8)
*(u16 *)(r10 - 8) = r3
r1 = *(u32 *)(r2 + 8)
*(u32 *)(r10 - 8) = r3
r1 = *(u64 *)(r2 + 8)
*(u64 *)(r10 - 8) = r3
r0 = *(u8 *)skb[23]
r0 = *(u8 *)skb[r7]
r0 = *(u16 *)skb[23]
r0 = *(u16 *)skb[r7]
r0 = *(u32 *)skb[23]
r0 = *(u32 *)skb[r7]
lock *(u32 *)(r1 + 16) += w2
lock *(u32 *)(r1 + 16) |= w2
lock *(u32 *)(r1 + 16) &= w2
lock *(u32 *)(r1 + 16) ^= w2
lock *(u64 *)(r1 + 16) += r2
lock *(u64 *)(r1 + 16) |= r2
lock *(u64 *)(r1 + 16) &= r2
lock *(u64 *)(r1 + 16) ^= r2
if r1 == r2 goto end
if r3 == 7 goto end
if w4 == w5 goto end
if w6 == 9 goto end
if r1 != r2 goto end
if r3 != 7 goto end
if w4 != w5 goto end
if w6 != 9 goto end
if r1 > r2 goto end
if r3 > 7 goto end
if w4 > w5 goto end
if w6 > 9 goto end
if r1 >= r2 goto end
if r3 >= 7 goto end
if w4 >= w5 goto end
if w6 >= 9 goto end
if r1 < r2 goto end
if r3 < 7 goto end
if w4 < w5 goto end
if w6 < 9 goto end
if r1 <= r2 goto end
if r3 <= 7 goto end
if w4 <= w5 goto end
if w6 <= 9 goto end
if r1 s> r2 goto end
if r3 s> 7 goto end
if w4 s> w5 goto end
if w6 s> 9 goto end
if r1 s>= r2 goto end
if r3 s>= 7 goto end
if w4 s>= w5 goto end
if w6 s>= 9 goto end
if r1 s< r2 goto end
if r3 s< 7 goto end
if w4 s< w5 goto end
if w6 s< 9 goto end
if r1 s<= r2 goto end
if r3 s<= 7 goto end
if w4 s<= w5 goto end
if w6 s<= 9 goto end
goto end
call 26
end:
exit
