/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small table with every type of column and every kind of missing.  Only tests and the fuzzer
 * include this; the six rows are repeated `times` times, so that a block boundary can fall in
 * them. */
#ifndef SSME_FRAME_EXPR_FIXTURE_H
#define SSME_FRAME_EXPR_FIXTURE_H

#include <string.h>

#include "base/date.h"
#include "base/num.h"
#include "frame/expr.h"

struct fixture_column {
	const char *name, *unit, *repeat;
	enum column_type type;
	const char *options; /* of a list, or NULL */
	const char *cells;   /* with | between */
};

static const struct fixture_column fixture_column[] = {
	{ "i", "", "", COLUMN_INTEGER, NULL, "1|2|ND|NA|NR|-3" },
	{ "k", "", "", COLUMN_INTEGER, NULL, "5|0|NA|7|ND|100000" },
	{ "x", "", "", COLUMN_REAL, NULL, "0.5|NR|2.5|ND|0|4" },
	{ "big", "", "", COLUMN_INTEGER, NULL,
	  "1000000000000000|5|NR|9007199254740993|9007199254740992|1" },
	{ "cop", "cop", "", COLUMN_INTEGER, NULL, "1000|2000|NR|ND|NA|5" },
	{ "cop2", "cop", "", COLUMN_INTEGER, NULL, "10|20|30|40|50|60" },
	{ "pct", "percent", "", COLUMN_REAL, NULL, "10.5|20|NR|40|50|60" },
	{ "q", "", "", COLUMN_CHOICE, "a b c", "a|b|c|NR|ND|NA" },
	{ "q2", "", "", COLUMN_CHOICE, "c b zeta", "c|b|c|zeta|zeta|NR" },
	{ "n5", "", "", COLUMN_CHOICE, "1 2 3 4 5", "1|5|3|ND|NR|2" },
	{ "m", "", "", COLUMN_MULTIPLE, "x y z", "x y|z|NR|x|ND|" },
	{ "r", "", "", COLUMN_RANK, "x y z", "z x|y|NA|x y z|ND|NR" },
	{ "t", "", "", COLUMN_TEXT, NULL,
	  "Hola  Mundo|\xC3\xB1"
	  "and\xC3\xBA|NR|12.5|ND|890903938-8" },
	{ "u", "", "", COLUMN_TEXT, NULL, "b|b|c|a|NR|NA" },
	{ "d", "", "", COLUMN_DATE, NULL, "2022-07-01|2020-02-29|NR|ND|1969-12-31|2022-01-31" },
	{ "ok", "", "", COLUMN_BOOLEAN, NULL, "1|0|NR|ND|NA|1" },
	{ "no", "", "", COLUMN_BOOLEAN, NULL, "0|0|0|1|1|NR" },
};
enum { FIXTURE_COLUMNS = sizeof fixture_column / sizeof *fixture_column, FIXTURE_ROWS = 6 };

/* Rows of the repeat rep, by parent row: 2 1 0 3 0 1. */
static const struct fixture_column fixture_child[] = {
	{ "jobs", "", "rep", COLUMN_INTEGER, NULL, "4|6|NR|1|ND|3|10" },
	{ "sort", "", "rep", COLUMN_CHOICE, "p s", "p|s|p|NR|s|s|p" },
	{ "sale", "cop", "rep", COLUMN_INTEGER, NULL, "100|200|300|NR|ND|NA|7" },
};
enum { FIXTURE_CHILDREN = sizeof fixture_child / sizeof *fixture_child };
static const uint32_t fixture_start[FIXTURE_ROWS + 1] = { 0, 2, 3, 3, 6, 6, 7 };

struct fixture {
	struct expr_name name[FIXTURE_COLUMNS + FIXTURE_CHILDREN + 1];
	struct str figure[2];
	struct expr_scope scope; /* one row: no aggregates, no today, no 'NA' */
	const struct frame *frame;
};

static inline const struct dictionary *fixture_options(struct arena *a, const char *options)
{
	if (!options)
		return NULL;
	struct dictionary *d = NEW(a, 1, struct dictionary);
	struct str rest = str_of(options);
	d->name = NEW(a, 16, struct str);
	d->label = NEW(a, 16, struct label);
	for (struct str w = str_word(&rest); w.n; w = str_word(&rest)) {
		d->label[d->n].in[LANG_ES] = str_fmt(a, "opción %.*s", STR_ARG(w));
		d->label[d->n].in[LANG_EN] = str_fmt(a, "option %.*s", STR_ARG(w));
		d->name[d->n++] = w;
	}
	return d;
}

static inline enum missing fixture_missing(struct str cell)
{
	return str_is(cell, "NR")    ? MISSING_NR
		: str_is(cell, "ND") ? MISSING_ND
		: str_is(cell, "NA") ? MISSING_NA
				     : MISSING_NO;
}

static inline void fixture_add(struct column_builder *b, const struct fixture_column *c,
			       const struct dictionary *d, struct str cell)
{
	double v = 0;
	int64_t n = 0;
	struct date day;
	uint16_t item[8];
	size_t n_items = 0;
	enum missing m = fixture_missing(cell);
	if (m) {
		column_add_missing(b, m);
	} else if (c->type == COLUMN_REAL && num_real(cell, &v)) {
		column_add_real(b, v);
	} else if (c->type == COLUMN_TEXT) {
		column_add_text(b, cell);
	} else if (c->type == COLUMN_CHOICE) {
		column_add_integer(b, dictionary_find(d, cell));
	} else if (c->type == COLUMN_MULTIPLE || c->type == COLUMN_RANK) {
		for (struct str w = str_word(&cell); w.n; w = str_word(&cell))
			item[n_items++] = (uint16_t)dictionary_find(d, w);
		column_add_items(b, item, n_items);
	} else if (date_parse(cell, false, &day)) {
		column_add_integer(b, date_days(day));
	} else if (num_int(cell, &n)) {
		column_add_integer(b, n);
	}
}

static inline const struct column *fixture_make_column(struct arena *a,
						       const struct fixture_column *c, size_t times,
						       struct expr_name *name)
{
	const struct dictionary *d = fixture_options(a, c->options);
	struct column_builder *b = column_build(a, str_of(c->name), c->type, d);
	for (size_t i = 0; i < times; i++) {
		struct str rest = str_of(c->cells);
		while (rest.p) {
			struct str cell = str_cut(&rest, '|');
			fixture_add(b, c, d, cell);
		}
	}
	struct column *out = NEW(a, 1, struct column);
	*out = *column_done(b);
	out->unit = str_of(c->unit);
	*name = (struct expr_name){ .name = out->name,
				    .type = c->type,
				    .unit = out->unit,
				    .dictionary = d,
				    .repeat = str_of(c->repeat) };
	return out;
}

static inline void fixture_make_child(struct arena *a, size_t times, struct fixture *f,
				      struct frame *frame)
{
	const struct column *column[FIXTURE_CHILDREN];
	struct frame_child *child = NEW(a, 1, struct frame_child);
	uint32_t *start = NEW(a, times * FIXTURE_ROWS + 1, uint32_t);
	for (size_t i = 0; i < FIXTURE_CHILDREN; i++)
		column[i] = fixture_make_column(a, &fixture_child[i], times,
						&f->name[FIXTURE_COLUMNS + i]);
	for (size_t i = 0; i <= times * FIXTURE_ROWS; i++)
		start[i] = fixture_start[i % FIXTURE_ROWS] +
			(uint32_t)(i / FIXTURE_ROWS) * fixture_start[FIXTURE_ROWS];
	child->name = STR("rep");
	child->start = start;
	child->frame = frame_of(a, column, FIXTURE_CHILDREN, column[0]->n);
	frame->child = child;
	frame->n_children = 1;
}

static inline void fixture_make(struct arena *a, size_t times, struct fixture *f)
{
	const struct column *column[FIXTURE_COLUMNS];
	struct frame *frame = NEW(a, 1, struct frame);
	memset(f, 0, sizeof *f);
	for (size_t i = 0; i < FIXTURE_COLUMNS; i++)
		column[i] = fixture_make_column(a, &fixture_column[i], times, &f->name[i]);
	*frame = *frame_of(a, column, FIXTURE_COLUMNS, times * FIXTURE_ROWS);
	fixture_make_child(a, times, f, frame);
	/* A name that the frame has no column for. */
	f->name[FIXTURE_COLUMNS + FIXTURE_CHILDREN] =
		(struct expr_name){ .name = STR("absent"), .type = COLUMN_INTEGER };
	f->figure[0] = STR("F01");
	f->figure[1] = STR("F02");
	f->frame = frame;
	f->scope =
		(struct expr_scope){ .name = f->name, .n = FIXTURE_COLUMNS + FIXTURE_CHILDREN + 1 };
}

#endif
