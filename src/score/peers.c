/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/peers.h"

#include "base/num.h"
#include "stat/quantile.h"

enum { DIMENSIONS_MAX = 8,
       LABEL_BYTES_MAX = 4096 };

/* A rung of the ladder: a column for each of its dimensions, over all clusters. */
struct rung {
	const struct column *column[DIMENSIONS_MAX];
	size_t n;
};

/* ---- ladder ---- */

static const struct dimension *find_dimension(const struct instrument *in, struct str name)
{
	for (size_t i = 0; i < in->n_dimensions; i++) {
		if (str_eq(in->dimension[i].name, name))
			return &in->dimension[i];
	}
	return NULL;
}

/* False: a name that is no dimension of the method, or too many of them. */
static bool read_rung(struct arena *a, const struct instrument *in, const struct frame *f,
		      struct str text, struct rung *out)
{
	const struct expr_env env = { 0 };
	out->n = 0;
	for (struct str rest = text; rest.p;) {
		const struct dimension *d = find_dimension(in, str_trim(str_cut(&rest, ',')));
		if (!d || out->n == DIMENSIONS_MAX)
			return false;
		out->column[out->n++] = expr_rows(a, d->value, f, &env);
	}
	return out->n > 0;
}

static size_t minimum_of(const struct instrument *in)
{
	enum { DEFAULT = 8 };
	int64_t n = DEFAULT;
	if (!num_int(str_trim(instrument_setting(in, "peers_minimum")), &n))
		n = DEFAULT;
	return n < PEERS_MIN ? PEERS_MIN : (size_t)n;
}

/* ---- members ---- */

static bool same_cell(const struct column *c, size_t i, size_t j)
{
	struct cell x = column_cell(c, i), y = column_cell(c, j);
	if (x.missing || y.missing)
		return false;
	switch (c->type) {
	case COLUMN_TEXT:
	case COLUMN_CHOICE: return str_eq(x.text, y.text);
	case COLUMN_REAL: return x.real <= y.real && x.real >= y.real;
	case COLUMN_INTEGER:
	case COLUMN_DATE:
	case COLUMN_BOOLEAN: return x.integer == y.integer;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK: break; /* a set is no group */
	}
	return false;
}

static bool is_member(const struct rung *r, size_t i, size_t row)
{
	for (size_t d = 0; d < r->n; d++) {
		if (!same_cell(r->column[d], i, row))
			return false;
	}
	return true;
}

/* A rung without dimensions holds all. */
static size_t members_of(const struct rung *r, const struct scores *s, size_t row, uint32_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (i != row && s->cluster[i].categorizable && is_member(r, i, row))
			out[n++] = (uint32_t)i;
	}
	return n;
}

/* ---- label ---- */

static void put_cell(struct buf *b, const struct column *c, size_t row, enum lang lang)
{
	struct cell cell = column_cell(c, row);
	if (c->type == COLUMN_CHOICE && c->dictionary->label)
		buf_put(b, label_in(&c->dictionary->label[cell.integer], lang));
	else
		cell_put(b, c, row);
}

static struct str rung_text(struct arena *a, const struct rung *r, size_t row, enum lang lang)
{
	struct buf b;
	buf_init(&b, a, LABEL_BYTES_MAX);
	for (size_t d = 0; d < r->n; d++) {
		if (d)
			buf_puts(&b, " · ");
		put_cell(&b, r->column[d], row, lang);
	}
	return buf_str(&b);
}

/* ---- the room's doors ---- */

void peers_of(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
	      const struct scores *s, size_t row, struct peers *out)
{
	size_t minimum = minimum_of(in);
	struct rung rung = { 0 };
	*out = (struct peers){ .row = NEW(a, s->n, uint32_t) };
	struct str ladder = str_trim(instrument_setting(in, "peers"));
	for (struct str rest = ladder; rest.n;) {
		if (!read_rung(a, in, cluster_table, str_cut(&rest, ';'), &rung))
			continue;
		out->n = members_of(&rung, s, row, out->row);
		if (out->n < minimum)
			continue;
		for (enum lang lang = 0; lang < LANG_N; lang++)
			out->label.in[lang] = rung_text(a, &rung, row, lang);
		return;
	}
	const struct rung all = { 0 };
	out->n = members_of(&all, s, row, out->row);
	if (out->n < PEERS_MIN)
		out->n = 0;
	out->label.in[LANG_ES] = STR("todas las aglomeraciones");
	out->label.in[LANG_EN] = STR("all agglomerations");
}

static bool value_of(const struct cluster_score *c, int area, double *out)
{
	bool has = area < 0 ? c->categorizable : c->area[area].computed;
	*out = area < 0 ? c->exact : c->area[area].exact;
	return has;
}

bool peers_position(struct arena *a, const struct scores *s, size_t row, const struct peers *p,
		    int area, struct position *out)
{
	double value, *x = NEW(a, p->n + 1, double);
	size_t n = 0, below = 0, above = 0;
	if (!value_of(&s->cluster[row], area, &value))
		return false;
	for (size_t i = 0; i < p->n; i++) {
		if (!value_of(&s->cluster[p->row[i]], area, &x[n]))
			continue;
		below += x[n] < value;
		above += x[n] > value;
		n++;
	}
	if (n < PEERS_MIN)
		return false;
	*out = (struct position){
		.n = n,
		.value = value,
		.ahead_of = ((double)below + (double)(n - below - above) / 2) / (double)n,
		.quarter = quantile_of(x, n, 0.25, QUANTILE_TYPE),
		.median = quantile_of(x, n, 0.5, QUANTILE_TYPE),
		.three_quarters = quantile_of(x, n, 0.75, QUANTILE_TYPE),
	};
	return true;
}
