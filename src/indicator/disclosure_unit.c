/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/disclosure_unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/nit.h"

/* ---- sets of rows ---- */

struct row_set row_set_none(struct arena *a, size_t n_rows)
{
	size_t n = (n_rows + 63) / 64;
	return (struct row_set){ NEW(a, n, uint64_t), n };
}

void row_set_add(struct row_set *s, size_t row)
{
	s->word[row / 64] |= (uint64_t)1 << row % 64;
}

bool row_set_has(const struct row_set *s, size_t row)
{
	return s->word[row / 64] >> row % 64 & 1;
}

size_t row_set_count(const struct row_set *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_words; i++)
		n += (size_t)__builtin_popcountll(s->word[i]);
	return n;
}

bool row_set_equal(const struct row_set *x, const struct row_set *y)
{
	return !memcmp(x->word, y->word, x->n_words * sizeof(*x->word));
}

bool row_set_inside(const struct row_set *x, const struct row_set *y)
{
	for (size_t i = 0; i < x->n_words; i++) {
		if (x->word[i] & ~y->word[i])
			return false;
	}
	return true;
}

bool row_set_meet(const struct row_set *x, const struct row_set *y)
{
	for (size_t i = 0; i < x->n_words; i++) {
		if (x->word[i] & y->word[i])
			return true;
	}
	return false;
}

struct row_set row_set_minus(struct arena *a, const struct row_set *x, const struct row_set *y)
{
	struct row_set out = { NEW(a, x->n_words, uint64_t), x->n_words };
	for (size_t i = 0; i < x->n_words; i++)
		out.word[i] = x->word[i] & ~y->word[i];
	return out;
}

/* ---- contributors ---- */

/* Who a code of the dictionary is: its NIT without check digit, else the code as it is written. */
static struct str owner_of(struct arena *a, struct str code)
{
	struct buf b;
	struct err ignored = { 0 };
	int check;
	buf_init(&b, a, 64);
	if (nit_read(code, &b, &check, &ignored)) {
		struct str digits = buf_str(&b);
		/* Ten digits that end in the right check digit are nine and the check digit. */
		struct str nine = str_sub(digits, 0, digits.n - 1);
		if (check < 0 && digits.n == 10 &&
		    nit_check_digit(nine) == digits.p[digits.n - 1] - '0')
			return nine;
		return digits;
	}
	return code;
}

struct owner {
	struct str name;
	uint32_t code;
};

static int by_name(const void *x, const void *y)
{
	const struct owner *p = x, *q = y;
	return str_cmp(p->name, q->name);
}

/* For each code of the dictionary the first place in order of names of its owner. */
static uint32_t *owners(struct arena *a, const struct dictionary *d, size_t *ret_n)
{
	struct owner *o = NEW(a, d->n, struct owner);
	uint32_t *out = NEW(a, d->n, uint32_t);
	for (size_t i = 0; i < d->n; i++)
		o[i] = (struct owner){ owner_of(a, d->name[i]), (uint32_t)i };
	qsort(o, d->n, sizeof(*o), by_name);
	size_t n = 0;
	for (size_t i = 0; i < d->n; i++) {
		n += i == 0 || !str_eq(o[i].name, o[i - 1].name);
		out[o[i].code] = (uint32_t)n - 1;
	}
	*ret_n = n;
	return out;
}

static void count_most_rows(struct arena *a, struct unit_rows *u)
{
	uint32_t *n = NEW(a, u->n_contributors, uint32_t);
	for (size_t i = 0; i < u->n_rows; i++) {
		size_t rows = ++n[u->contributor[i]];
		u->most_rows = rows > u->most_rows ? rows : u->most_rows;
	}
}

void unit_rows_make(struct arena *a, const struct frame *f, enum table_kind table,
		    struct unit_rows *out)
{
	struct unit_rows u = { .frame = f, .n_rows = f->n_rows, .n_contributors = f->n_rows };
	const struct column *c = table == TABLE_COMPANY ? frame_column(f, STR("company")) : NULL;
	u.contributor = NEW(a, f->n_rows, uint32_t);
	u.most_rows = f->n_rows ? 1 : 0;
	for (size_t i = 0; i < f->n_rows; i++)
		u.contributor[i] = (uint32_t)i;
	if (c && c->dictionary && !c->missing) {
		const uint32_t *owner = owners(a, c->dictionary, &u.n_contributors);
		for (size_t i = 0; i < f->n_rows; i++)
			u.contributor[i] = owner[column_integer(c, i)];
		count_most_rows(a, &u);
	}
	*out = u;
}

/* ---- contributions ---- */

static void read_result(const struct result *r, size_t row, struct contribution *out)
{
	out->valid[row] = r->n > 0;
	/* A ratio over 0 is missing, but its row stands in the sums. */
	if (r->n && r->has_fraction && out->part[0]) {
		out->part[0][row] = r->numerator;
		if (out->part[1])
			out->part[1][row] = r->denominator;
	} else if (r->n && out->part[0] && !r->missing) {
		out->part[0][row] = r->number;
	}
}

static bool has_two_parts(enum estimator k)
{
	return k == ESTIMATOR_RATIO || k == ESTIMATOR_WMEAN || k == ESTIMATOR_GROWTH;
}

static void read_results(struct arena *a, const struct result *r, size_t n_rows,
			 bool has_condition, struct contribution *out)
{
	enum estimator kind = n_rows ? r[0].estimator : ESTIMATOR_OTHER;
	bool is_count = kind == ESTIMATOR_COUNT;
	*out = (struct contribution){
		.valid = NEW(a, n_rows, uint8_t),
		.is_share = kind == ESTIMATOR_SHARE || (is_count && has_condition),
		.is_count = is_count && !has_condition,
	};
	/* Formulas of several aggregates and those that are no sums have no parts; what one row
	 * alone gives stands for its contribution where it is a number. */
	for (size_t i = 0; i < n_rows && !out->part[0]; i++) {
		if ((!r[i].missing && r[i].kind == RESULT_NUMBER) || r[i].has_fraction)
			out->part[0] = NEW(a, n_rows, double);
	}
	if (out->part[0] && has_two_parts(kind))
		out->part[1] = NEW(a, n_rows, double);
	for (size_t i = 0; i < n_rows; i++)
		read_result(&r[i], i, out);
}

static bool find_nothing(void *user, struct str id, size_t group, struct result *out)
{
	(void)user, (void)id, (void)group, (void)out;
	return false;
}

struct contribution *contributions_make(struct arena *a, const struct unit_rows *u,
					const struct expr *const *value, size_t n,
					const struct runner *runner)
{
	struct contribution *out = NEW(a, n, struct contribution);
	uint32_t *row = NEW(a, u->n_rows + 1, uint32_t);
	for (size_t i = 0; i <= u->n_rows; i++)
		row[i] = (uint32_t)i;
	const struct grouping single = {
		.n_groups = u->n_rows, .group_of_row = row, .first_row = row, .start = row
	};
	struct result *r = NEW(a, u->n_rows, struct result);
	const struct expr_env env = { 0 };
	for (size_t k = 0; k < n; k++) {
		const struct formula formula = { .value = value[k] };
		if (u->n_rows)
			aggregate_run(a, &formula, 1, u->frame, &single, &env, find_nothing, NULL,
				      runner, r);
		size_t n_names;
		(void)expr_names(value[k], &n_names);
		read_results(a, r, u->n_rows, n_names > 0, &out[k]);
	}
	return out;
}

/* ---- cells ---- */

/* The k largest of x[0..n-1], in falling order, into top; those that are not there are 0. */
static void largest_of(const double *x, size_t n, double *top, size_t k)
{
	for (size_t i = 0; i < k; i++)
		top[i] = 0;
	for (size_t i = 0; i < n; i++) {
		double v = x[i];
		for (size_t j = 0; j < k; j++) {
			double keep = fmin(v, top[j]);
			top[j] = fmax(v, top[j]);
			v = keep;
		}
	}
}

struct disclosure_cell unit_tally(struct arena *a, const struct unit_rows *u, const uint8_t *valid,
				  const double *part, const struct row_set *set,
				  const struct disclosure_rule *rule)
{
	struct arena_mark mark = arena_mark(a);
	struct disclosure_cell c = { .conf = CONF_FREE };
	double *sum = NEW(a, u->n_contributors, double);
	uint8_t *seen = NEW(a, u->n_contributors, uint8_t);
	for (size_t i = 0; i < u->n_rows; i++) {
		if (!row_set_has(set, i) || !valid[i])
			continue;
		uint32_t who = u->contributor[i];
		c.contributors += !seen[who];
		seen[who] = 1;
		if (part) {
			c.value += part[i];
			sum[who] += fabs(part[i]);
		}
	}
	double top[DISCLOSURE_LARGEST_MAX + 2] = { 0 };
	size_t k = rule->dominance_n > 2 ? rule->dominance_n : 2;
	if (part)
		largest_of(sum, u->n_contributors, top, k);
	c.largest = top[0];
	c.second = top[1];
	for (unsigned i = 0; i < rule->dominance_n; i++)
		c.top_n += top[i];
	arena_rewind(a, mark);
	return c;
}
