/* SPDX-License-Identifier: Apache-2.0 */
#define noreturn _Noreturn
#define __noreturn_is_defined 1
