/* SPDX-License-Identifier: Apache-2.0 */
/* Enums with a type of their own. */
#include <stdint.h>
enum small : unsigned char { S_ONE = 1, S_LARGE = 200 };
enum named : uint16_t { N_ONE };
typedef enum : long { L_ONE = 1, L_NEXT } longer;
enum ahead : short;
enum [[deprecated("say so")]] marked : signed char { M_ONE [[deprecated]] = -1, M_TWO };
enum [[gnu::unused]] __attribute__((unused)) twice : short { M_THREE };
struct holds {
    enum small small;
    enum named named;
    longer longer;
    enum small : 3;
    enum named bits : 4;
    enum marked marked;
    enum twice twice;
};
