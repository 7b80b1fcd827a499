/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Randomness from the system, good enough for secrets.  Draws that must be repeatable take a seed
 * and belong elsewhere. */
#ifndef SSME_OS_RANDOM_H
#define SSME_OS_RANDOM_H

#include "base/text.h"

/* n bytes that nobody can guess.  Aborts when the system has none: no caller could go on safely. */
void random_bytes(void *out, size_t n);
/* 2 * n_bytes lower-case hexadecimal digits. */
struct str random_hex(struct arena *a, size_t n_bytes);

#endif
