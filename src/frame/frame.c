/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames: columns side by side; rows taken, moved, and columns added. */
#include "frame/frame.h"

#include <assert.h>
#include <string.h>

#include "frame/column_move.h"

const struct column *frame_column(const struct frame *f, struct str name)
{
	for (size_t i = 0; i < f->n_columns; i++)
		if (str_eq(f->column[i]->name, name))
			return f->column[i];
	return NULL;
}

const struct frame *frame_of(struct arena *a, const struct column *const *column, size_t n_columns,
			     size_t n_rows)
{
	struct frame *f = NEW(a, 1, struct frame);

	f->n_rows = n_rows;
	f->n_columns = n_columns;
	f->column = NEW(a, n_columns, const struct column *);
	for (size_t i = 0; i < n_columns; i++) {
		assert(column[i]->n == n_rows);
		f->column[i] = column[i];
	}
	return f;
}

static size_t position(const struct frame *f, struct str name)
{
	size_t i = 0;

	while (i < f->n_columns && !str_eq(f->column[i]->name, name))
		i++;
	return i;
}

const struct frame *frame_with(struct arena *a, const struct frame *f,
			       const struct column *const *column, size_t n_columns)
{
	struct frame *out = NEW(a, 1, struct frame);

	*out = *f;
	out->column = NEW(a, f->n_columns + n_columns, const struct column *);
	if (f->n_columns)
		memcpy(out->column, f->column, f->n_columns * sizeof(*out->column));
	for (size_t i = 0; i < n_columns; i++) {
		size_t at = position(out, column[i]->name);

		assert(column[i]->n == f->n_rows);
		out->column[at] = column[i];
		if (at == out->n_columns)
			out->n_columns++;
	}
	return out;
}

/* ---- moving rows ---- */

#define GATHER(type) \
	for (size_t i = 0; i < n; i++) \
	((type *)to)[i] = ((const type *)from)[row[i]]

static void gather(void *to, const void *from, size_t bytes, const uint32_t *row, size_t n)
{
	switch (bytes) {
	case 1:
		GATHER(uint8_t);
		return;
	case 2:
		GATHER(uint16_t);
		return;
	case 4:
		GATHER(uint32_t);
		return;
	default:
		GATHER(uint64_t);
		return;
	}
}

static void gather_lists(struct arena *a, struct column *to, const struct column *c,
			 const uint32_t *row, size_t n)
{
	const uint32_t *from = c->value;
	uint32_t *start = NEW(a, n + 1, uint32_t);

	for (size_t i = 0; i < n; i++) {
		uint32_t length = from[row[i] + 1] - from[row[i]];

		assert(length <= UINT32_MAX - start[i]);
		start[i + 1] = start[i] + length;
	}
	uint16_t *item = NEW(a, start[n], uint16_t);
	for (size_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < start[i + 1] - start[i]; k++)
			item[start[i] + k] = c->item[from[row[i]] + k];
	to->value = start;
	to->item = item;
}

const struct column *column_gather(struct arena *a, const struct column *c, const uint32_t *row,
				   size_t n)
{
	struct column *out = NEW(a, 1, struct column);

	*out = *c;
	out->n = n;
	if (c->missing) {
		uint8_t *missing = NEW(a, n, uint8_t);

		gather(missing, c->missing, 1, row, n);
		out->missing = missing;
	}
	if (c->type == COLUMN_MULTIPLE || c->type == COLUMN_RANK) {
		gather_lists(a, out, c, row, n);
		return out;
	}
	void *value = arena_alloc(a, n, storage_bytes(c->storage));
	gather(value, c->value, storage_bytes(c->storage), row, n);
	out->value = value;
	return out;
}

#define SCATTER(type) \
	for (size_t i = 0; i < n; i++) \
	((type *)to)[place[i]] = ((const type *)from)[i]

void rows_scatter(void *to, const void *from, size_t bytes, const uint32_t *place, size_t n)
{
	switch (bytes) {
	case 1:
		SCATTER(uint8_t);
		return;
	case 2:
		SCATTER(uint16_t);
		return;
	case 4:
		SCATTER(uint32_t);
		return;
	default:
		SCATTER(uint64_t);
		return;
	}
}

void column_scatter(const struct column *c, const uint32_t *to, void *value, uint8_t *missing)
{
	assert(c->type != COLUMN_MULTIPLE && c->type != COLUMN_RANK);
	rows_scatter(value, c->value, storage_bytes(c->storage), to, c->n);
	if (missing)
		rows_scatter(missing, c->missing, 1, to, c->n);
}

const struct frame *frame_take(struct arena *a, const struct frame *f, const uint32_t *row,
			       size_t n)
{
	struct frame *out = NEW(a, 1, struct frame);

	out->n_rows = n;
	out->n_columns = f->n_columns;
	out->column = NEW(a, f->n_columns, const struct column *);
	for (size_t i = 0; i < f->n_columns; i++)
		out->column[i] = column_gather(a, f->column[i], row, n);
	return out;
}
