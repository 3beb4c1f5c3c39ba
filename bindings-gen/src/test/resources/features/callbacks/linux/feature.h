/* SPDX-License-Identifier: Apache-2.0 */
/* Pointers to functions: as members, parameters and results, under a name of their own or none. */
typedef int visit(void *context, const char *name);
typedef visit *visitor;
typedef void (*handler)(short code, float weight, double exact);
struct operations {
    handler handle;
    int (*compare)(const void *a, const void *b);
    visitor visitors[3];
    void (*set)(handler, int);
};
void walk(visit *first, visitor second, int (*third)(int), handler last);
void (*swap(int number, void (*next)(int)))(int);
int (plain)(int value);
visit implicit;
