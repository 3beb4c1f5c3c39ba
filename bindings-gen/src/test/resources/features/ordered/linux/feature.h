/* SPDX-License-Identifier: Apache-2.0 */
/* What two sides share without a lock is loaded with acquire and stored with release. */
struct ring {
    unsigned int head;
    unsigned short tail;
};
