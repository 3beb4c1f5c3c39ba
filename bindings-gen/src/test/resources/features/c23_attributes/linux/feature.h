/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes in double brackets: the standard ones, and gcc's. */
struct [[gnu::packed]] tight {
    char a;
    int b;
};
struct raised {
    char a;
    [[gnu::aligned(16)]] int b;
    [[maybe_unused]] char c;
};
enum [[deprecated]] marked { M_ONE [[deprecated("[brackets] in a string")]] = 1, M_TWO };
[[nodiscard, deprecated("why")]] int marked_function([[maybe_unused]] int a);
[[noreturn]] void ends(void);
[[vendor::unknown(1)]] int foreign(void);
