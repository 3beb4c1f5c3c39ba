/* SPDX-License-Identifier: Apache-2.0 */
/* Java keywords, and two members that would have one name. */
struct words {
    int class;
    int new;
    struct {
        int default_;
    } csum;
    int csum_default_;
    int wait;
};
