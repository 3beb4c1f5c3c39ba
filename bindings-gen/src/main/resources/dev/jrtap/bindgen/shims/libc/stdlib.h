/* SPDX-License-Identifier: Apache-2.0 */
/* Functions, which say nothing about layouts. */
#include <sys/types.h>
