/* SPDX-License-Identifier: Apache-2.0 */
/* The words that C23 makes keywords. */
static_assert(sizeof(int) == 4);
static_assert(true, "with a text");
struct words {
    bool flag;
    typeof(1L) length;
    typeof_unqual(const short) number;
    alignas(16) char raised;
    static_assert(1);
};
extern thread_local int local;
void *nothing = nullptr;
#define SIZE sizeof(typeof(1L))
#define ALIGNMENT alignof(double)
#define BINARY 0b1010
#define SEPARATED 1'000'000
bool is(bool a, typeof(1) b);
