/* SPDX-License-Identifier: Apache-2.0 */
#include <asm/ioctls.h>
