/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/types.h>
#include <linux/if_ether.h>
#include <sys/socket.h>
