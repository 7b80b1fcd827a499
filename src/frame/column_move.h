/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: columns with their rows in another order. */
#ifndef SSME_FRAME_COLUMN_MOVE_H
#define SSME_FRAME_COLUMN_MOVE_H

#include "frame/frame.h"

/* Row i of the result is row[i] of c; n rows. */
const struct column *column_gather(struct arena *a, const struct column *c, const uint32_t *row,
				   size_t n);

/* Row i of from (of n rows, each of 1, 2, 4 or 8 bytes) becomes row place[i] of to. */
void rows_scatter(void *to, const void *from, size_t bytes, const uint32_t *place, size_t n);

/* The other way about: row i of c becomes row to[i] of the result; `to` is a permutation of the
 * rows of c.  Reading in order and writing along few streams is several times faster than
 * gathering when `to` keeps the order inside a group.  Not for lists.
 * value and missing (NULL when c has none) are the memory of the result. */
void column_scatter(const struct column *c, const uint32_t *to, void *value, uint8_t *missing);

#endif
