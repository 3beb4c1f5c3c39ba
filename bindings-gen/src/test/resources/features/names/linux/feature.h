/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers get their names back for messages. */
enum { KIND_A, KIND_B, KIND_MAX };
#define FLAG_X (1U << 0)
#define FLAG_Y (1U << 31)
