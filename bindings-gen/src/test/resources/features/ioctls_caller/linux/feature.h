/* SPDX-License-Identifier: Apache-2.0 */
/* Requests with the argument that their macro names, or the one that they really take. */
#include <asm-generic/ioctl.h>
struct setup {
    int flags;
    char name[12];
};
#define SETUP_GET _IOR('j', 1, struct setup)
#define SETUP_SET _IOW('j', 2, int)
#define SETUP_BOTH _IOWR('j', 3, struct setup)
#define SETUP_RUN _IO('j', 4)
#define SETUP_VALUE _IOW('j', 5, unsigned int)
