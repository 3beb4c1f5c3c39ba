/* SPDX-License-Identifier: Apache-2.0 */
/* Empty parentheses forget no prototype that was before them. */
int once(int a, const char *b);
int once();
int once(int renamed, const char *b);
int twice();
int twice(long a);
int never();
