/* SPDX-License-Identifier: Apache-2.0 */
/* Functions only, which do not affect layouts. */
#include <sys/types.h>
