/* SPDX-License-Identifier: Apache-2.0 */
/* A struct without a tag goes by its typedef. */
typedef struct {
    int a;
    void (*callback)(int);
    int (*table[2])(void);
} handler_t;
typedef handler_t alias_t;
struct user {
    alias_t handler;
    const char *name;
    float ratio;
    long double exact;
    _Bool on;
};
