/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns: reading a cell, building cell by cell, and the dictionaries of text.
 *
 * A builder keeps its cells in chunks of fixed size, so that a column of any length costs one copy
 * at the end, when the smallest storage is known. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/num.h"
#include "frame/frame.h"

const char *missing_code(enum missing m)
{
	static const char *const code[] = { "", "NR", "ND", "NA" };

	return (unsigned)m < 4 ? code[m] : "";
}

size_t storage_bytes(enum storage s)
{
	switch (s) {
	case STORAGE_U8:
		return 1;
	case STORAGE_U16:
		return 2;
	case STORAGE_I32:
		return 4;
	case STORAGE_I64:
	case STORAGE_F64:
		return 8;
	}
	return 0;
}

int64_t dictionary_find(const struct dictionary *d, struct str name)
{
	for (size_t i = 0; d && i < d->n; i++)
		if (str_eq(d->name[i], name))
			return (int64_t)i;
	return -1;
}

/* ---- one cell ---- */

int64_t column_integer(const struct column *c, size_t row)
{
	assert(c->storage != STORAGE_F64);
	switch (c->storage) {
	case STORAGE_U8:
		return ((const uint8_t *)c->value)[row];
	case STORAGE_U16:
		return ((const uint16_t *)c->value)[row];
	case STORAGE_I32:
		return ((const int32_t *)c->value)[row];
	case STORAGE_I64:
		return ((const int64_t *)c->value)[row];
	case STORAGE_F64:
		break;
	}
	return 0;
}

static void cell_value(struct cell *out, const struct column *c, size_t row)
{
	const uint32_t *start = c->value;

	switch (c->type) {
	case COLUMN_REAL:
		out->real = c->storage == STORAGE_F64 ? ((const double *)c->value)[row]
						      : (double)column_integer(c, row);
		break;
	case COLUMN_INTEGER:
	case COLUMN_DATE:
	case COLUMN_BOOLEAN:
		out->integer = column_integer(c, row);
		out->real = (double)out->integer;
		break;
	case COLUMN_TEXT:
	case COLUMN_CHOICE:
		out->integer = column_integer(c, row);
		if (c->dictionary && (size_t)out->integer < c->dictionary->n)
			out->text = c->dictionary->name[out->integer];
		break;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		out->item = c->item + start[row];
		out->n_items = start[row + 1] - start[row];
		break;
	}
}

struct cell column_cell(const struct column *c, size_t row)
{
	struct cell out = { .type = c->type };

	assert(row < c->n);
	if (c->missing)
		out.missing = (enum missing)c->missing[row];
	if (out.missing == MISSING_NO)
		cell_value(&out, c, row);
	return out;
}

static void put_items(struct buf *b, const struct column *c, const struct cell *cell)
{
	for (size_t i = 0; i < cell->n_items; i++) {
		if (i)
			buf_putc(b, ' ');
		if (c->dictionary && cell->item[i] < c->dictionary->n)
			buf_put(b, c->dictionary->name[cell->item[i]]);
	}
}

void cell_put(struct buf *b, const struct column *c, size_t row)
{
	struct cell cell = column_cell(c, row);

	if (cell.missing != MISSING_NO) {
		buf_puts(b, missing_code(cell.missing));
		return;
	}
	switch (c->type) {
	case COLUMN_INTEGER:
		num_put_int(b, cell.integer);
		break;
	case COLUMN_REAL:
		num_put_real(b, cell.real);
		break;
	case COLUMN_TEXT:
	case COLUMN_CHOICE:
		buf_put(b, cell.text);
		break;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		put_items(b, c, &cell);
		break;
	case COLUMN_DATE:
		date_put(b, date_from_days((int32_t)cell.integer));
		break;
	case COLUMN_BOOLEAN:
		buf_puts(b, cell.integer ? "true" : "false");
		break;
	}
}

/* ---- building ---- */

/* The first chunk is small: one answer has a hundred columns of one cell. */
enum { CHUNK_FIRST = 8, CHUNK_CELLS = 8192, SLOTS_FIRST = 16, ITEMS_FIRST = 16 };

struct chunk {
	struct chunk *next;
	size_t n, cap;
	union {
		int64_t *integer; /* lists: where the list ends in the items */
		double *real;
	};
	uint8_t *missing;
};

/* The dictionary of a text column while it grows: slots hold code + 1, 0 is free; never over half
 * full. */
struct names {
	struct str *name;
	uint64_t *hash;
	size_t n, cap;
	uint32_t *slot;
	size_t n_slots; /* a power of two */
};

struct column_builder {
	struct arena *a;
	struct str name;
	enum column_type type;
	const struct dictionary *dictionary;
	struct chunk *first, *last;
	size_t n;
	bool any_missing;
	int64_t least, greatest; /* of the integers so far; 0 is always within */
	struct names names;
	uint16_t *item;
	size_t n_items, cap_items;
};

struct column_builder *column_build(struct arena *a, struct str name, enum column_type type,
				    const struct dictionary *dictionary)
{
	struct column_builder *b = NEW(a, 1, struct column_builder);

	b->a = a;
	b->name = str_dup(a, name);
	b->type = type;
	b->dictionary = dictionary;
	return b;
}

static void add_chunk(struct column_builder *b)
{
	size_t cap = b->last ? CHUNK_CELLS : CHUNK_FIRST;
	/* One object: reading one answer makes a hundred of these. */
	char *p = arena_alloc(b->a, 1, sizeof(struct chunk) + cap * (sizeof(int64_t) + 1));
	struct chunk *c = (struct chunk *)(void *)p;

	c->cap = cap;
	c->integer = (int64_t *)(void *)(p + sizeof(*c));
	c->missing = (uint8_t *)(p + sizeof(*c) + cap * sizeof(int64_t));
	if (b->last)
		b->last->next = c;
	else
		b->first = c;
	b->last = c;
}

static size_t next_cell(struct column_builder *b)
{
	if (!b->last || b->last->n == b->last->cap)
		add_chunk(b);
	b->n++;
	return b->last->n++;
}

static bool is_list(enum column_type t)
{
	return t == COLUMN_MULTIPLE || t == COLUMN_RANK;
}

void column_add_missing(struct column_builder *b, enum missing m)
{
	size_t at = next_cell(b);

	assert(m != MISSING_NO);
	if (is_list(b->type))
		b->last->integer[at] = (int64_t)b->n_items;
	b->last->missing[at] = (uint8_t)m;
	b->any_missing = true;
}

void column_add_integer(struct column_builder *b, int64_t v)
{
	size_t at = next_cell(b);

	assert(!is_list(b->type));
	if (b->type == COLUMN_REAL) {
		b->last->real[at] = (double)v;
		return;
	}
	b->last->integer[at] = v;
	if (v < b->least)
		b->least = v;
	if (v > b->greatest)
		b->greatest = v;
}

void column_add_real(struct column_builder *b, double v)
{
	size_t at = next_cell(b);

	assert(b->type == COLUMN_REAL && isfinite(v));
	b->last->real[at] = v;
}

static void names_rehash(struct arena *a, struct names *t)
{
	t->n_slots = t->n_slots ? t->n_slots * 2 : SLOTS_FIRST;
	t->slot = NEW(a, t->n_slots, uint32_t);
	for (size_t i = 0; i < t->n; i++) {
		size_t at = (size_t)t->hash[i] & (t->n_slots - 1);

		while (t->slot[at])
			at = (at + 1) & (t->n_slots - 1);
		t->slot[at] = (uint32_t)i + 1;
	}
}

static void names_grow(struct arena *a, struct names *t)
{
	size_t cap = t->cap ? t->cap * 2 : SLOTS_FIRST;

	t->name = arena_grow(a, t->name, t->n, cap, sizeof(*t->name));
	t->hash = arena_grow(a, t->hash, t->n, cap, sizeof(*t->hash));
	t->cap = cap;
}

static uint32_t names_code(struct arena *a, struct names *t, struct str s)
{
	uint64_t hash = str_hash(s);

	if (t->n * 2 >= t->n_slots)
		names_rehash(a, t);
	size_t at = (size_t)hash & (t->n_slots - 1);
	for (; t->slot[at]; at = (at + 1) & (t->n_slots - 1)) {
		uint32_t code = t->slot[at] - 1;

		if (t->hash[code] == hash && str_eq(t->name[code], s))
			return code;
	}
	if (t->n == t->cap)
		names_grow(a, t);
	t->name[t->n] = str_dup(a, s);
	t->hash[t->n] = hash;
	t->slot[at] = (uint32_t)t->n + 1;
	return (uint32_t)t->n++;
}

void column_add_text(struct column_builder *b, struct str s)
{
	assert(b->type == COLUMN_TEXT || b->type == COLUMN_CHOICE);
	if (b->dictionary) {
		int64_t code = dictionary_find(b->dictionary, s);

		assert(code >= 0);
		column_add_integer(b, code);
		return;
	}
	assert(b->names.n < INT32_MAX);
	column_add_integer(b, names_code(b->a, &b->names, s));
}

void column_add_items(struct column_builder *b, const uint16_t *item, size_t n)
{
	size_t at = next_cell(b);

	assert(is_list(b->type));
	if (b->n_items + n > b->cap_items) {
		size_t cap = b->cap_items ? b->cap_items * 2 : ITEMS_FIRST;

		while (cap < b->n_items + n)
			cap *= 2;
		b->item = arena_grow(b->a, b->item, b->n_items, cap, sizeof(*b->item));
		b->cap_items = cap;
	}
	if (n)
		memcpy(b->item + b->n_items, item, n * sizeof(*item));
	b->n_items += n;
	assert(b->n_items <= UINT32_MAX);
	b->last->integer[at] = (int64_t)b->n_items;
}

static enum storage storage_for(const struct column_builder *b)
{
	if (b->type == COLUMN_REAL)
		return STORAGE_F64;
	if (b->type == COLUMN_DATE)
		return STORAGE_I32;
	if (b->least >= 0 && b->greatest <= UINT8_MAX)
		return STORAGE_U8;
	if (b->least >= 0 && b->greatest <= UINT16_MAX)
		return STORAGE_U16;
	if (b->least >= INT32_MIN && b->greatest <= INT32_MAX)
		return STORAGE_I32;
	return STORAGE_I64;
}

static void pack(void *to, enum storage s, size_t from, const struct chunk *c, size_t n)
{
	switch (s) {
	case STORAGE_U8:
		for (size_t i = 0; i < n; i++)
			((uint8_t *)to)[from + i] = (uint8_t)c->integer[i];
		return;
	case STORAGE_U16:
		for (size_t i = 0; i < n; i++)
			((uint16_t *)to)[from + i] = (uint16_t)c->integer[i];
		return;
	case STORAGE_I32:
		for (size_t i = 0; i < n; i++)
			((int32_t *)to)[from + i] = (int32_t)c->integer[i];
		return;
	case STORAGE_I64:
		memcpy((int64_t *)to + from, c->integer, n * sizeof(int64_t));
		return;
	case STORAGE_F64:
		memcpy((double *)to + from, c->real, n * sizeof(double));
		return;
	}
}

static void pack_starts(uint32_t *start, size_t from, const struct chunk *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		start[from + i + 1] = (uint32_t)c->integer[i];
}

/* Numbers of names that read as numbers, or NULL when none does. */
static double *numbers_of(struct arena *a, const struct str *name, size_t n)
{
	double *number = NULL;

	for (size_t i = 0; i < n; i++) {
		double v;

		if (!num_real(name[i], &v))
			continue;
		if (!number) {
			number = NEW(a, n, double);
			for (size_t k = 0; k < n; k++)
				number[k] = (double)NAN;
		}
		number[i] = v;
	}
	return number;
}

static const struct dictionary *dictionary_of(struct arena *a, const struct names *t)
{
	struct dictionary *d = NEW(a, 1, struct dictionary);

	d->n = t->n;
	d->name = t->name;
	d->number = numbers_of(a, t->name, t->n);
	return d;
}

void column_add_names(struct arena *a, struct column_builder *b, const struct dictionary *d,
		      struct str text)
{
	uint16_t *item = NEW(a, text.n + 1, uint16_t);
	size_t n = 0;
	for (struct str word; (word = str_word(&text)).n;) {
		int64_t code = dictionary_find(d, word);
		if (code >= 0)
			item[n++] = (uint16_t)code;
	}
	if (n)
		column_add_items(b, item, n);
	else
		column_add_missing(b, MISSING_NR);
}

const struct column *column_done(struct column_builder *b)
{
	struct column *c = NEW(b->a, 1, struct column);
	bool list = is_list(b->type);
	uint8_t *missing = b->any_missing ? NEW(b->a, b->n, uint8_t) : NULL;
	size_t from = 0;

	c->name = b->name;
	c->type = b->type;
	c->n = b->n;
	c->storage = list ? STORAGE_I32 : storage_for(b);
	c->missing = missing;
	c->dictionary = b->dictionary;
	c->item = b->item;
	if (b->type == COLUMN_TEXT && !b->dictionary)
		c->dictionary = dictionary_of(b->a, &b->names);
	void *value = list ? arena_alloc(b->a, b->n + 1, sizeof(uint32_t))
			   : arena_alloc(b->a, b->n, storage_bytes(c->storage));
	for (const struct chunk *k = b->first; k; k = k->next) {
		if (list)
			pack_starts(value, from, k, k->n);
		else
			pack(value, c->storage, from, k, k->n);
		if (missing)
			memcpy(missing + from, k->missing, k->n);
		from += k->n;
	}
	c->value = value;
	return c;
}
