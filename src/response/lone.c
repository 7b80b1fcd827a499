/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of one row.  Who answers over the web hands in one row at a time: what a builder needs
 * for a column of any length would cost more there than reading the answers. */
#include <math.h>
#include <stdalign.h>

#include "base/num.h"
#include "response/reader.h"

/* All that such a column is made of, so that those of a form are made at once. */
struct lone {
	alignas(64) union {
		uint8_t u8;
		uint16_t u16;
		int32_t i32;
		int64_t i64;
		double f64;
		uint32_t start[2];
	} value;
	struct column column;
	struct dictionary texts; /* of a TEXT: the one it is */
	struct str text;
	double number;           /* that the text reads as */
	uint8_t missing, state;
};

struct lone *lones_make(struct arena *a, size_t n)
{
	return NEW(a, n, struct lone);
}

uint8_t *lone_state(struct lone *all, size_t question)
{
	return &all[question].state;
}

/* The smallest that holds it, as in a column of many rows. */
static void put_integer(struct lone *l, int64_t v)
{
	struct column *c = &l->column;
	if (c->type == COLUMN_DATE || ((v < 0 || v > UINT16_MAX) && v == (int32_t)v)) {
		c->storage = STORAGE_I32;
		l->value.i32 = (int32_t)v;
	} else if (v >= 0 && v <= UINT8_MAX) {
		c->storage = STORAGE_U8;
		l->value.u8 = (uint8_t)v;
	} else if (v >= 0 && v <= UINT16_MAX) {
		c->storage = STORAGE_U16;
		l->value.u16 = (uint16_t)v;
	} else {
		c->storage = STORAGE_I64;
		l->value.i64 = v;
	}
}

static void put_text(struct lone *l, struct arena *a, struct str text)
{
	l->text = str_dup(a, text);
	l->texts = (struct dictionary){ .n = 1, .name = &l->text };
	if (num_real(l->text, &l->number))
		l->texts.number = &l->number;
}

static void put_items(struct lone *l, struct arena *a, const uint16_t *item, size_t n)
{
	uint16_t *own = NEW(a, n, uint16_t);
	for (size_t i = 0; i < n; i++)
		own[i] = item[i];
	l->value.start[1] = (uint32_t)n;
	l->column.item = own;
}

static void put_value(struct lone *l, struct arena *a, const struct value *v, const uint16_t *item)
{
	switch (l->column.type) {
	case COLUMN_REAL:
		l->value.f64 = v->real;
		break;
	case COLUMN_TEXT:
		put_text(l, a, v->text);
		break;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		put_items(l, a, item, v->n_items);
		break;
	case COLUMN_INTEGER:
	case COLUMN_CHOICE:
	case COLUMN_DATE:
	case COLUMN_BOOLEAN:
		put_integer(l, v->integer);
		break;
	}
}

static enum storage first_storage(enum column_type type)
{
	switch (type) {
	case COLUMN_REAL:
		return STORAGE_F64;
	case COLUMN_DATE:
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		return STORAGE_I32;
	case COLUMN_INTEGER:
	case COLUMN_CHOICE:
	case COLUMN_BOOLEAN:
	case COLUMN_TEXT:
		break;
	}
	return STORAGE_U8;
}

const struct column *lone_column(struct lone *all, struct block *b, size_t question,
				 enum cell_state state, const struct value *v)
{
	const struct question *q = b->r->asked[question].q;
	struct lone *l = &all[question];
	l->column = (struct column){ .name = q->name,
				     .unit = q->unit,
				     .type = q->column,
				     .storage = first_storage(q->column),
				     .n = 1,
				     .value = &l->value,
				     .rank_max = q->rank_max };
	if (q->column == COLUMN_TEXT)
		l->column.dictionary = &l->texts;
	else if (q->list)
		l->column.dictionary = &q->list->options;
	if (state == CELL_VALUE) {
		put_value(l, b->a, v, b->item);
	} else {
		l->missing = (uint8_t)(state == CELL_BAD ? MISSING_NR : (enum missing)state);
		l->column.missing = &l->missing;
	}
	return &l->column;
}
