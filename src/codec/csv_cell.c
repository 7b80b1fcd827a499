/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/csv_cell.h"

#include <math.h>

#include "base/num.h"

enum missing csv_missing(struct str s)
{
	if (s.n == 0)
		return MISSING_NR;
	if (s.n == 2 && s.p[0] == 'N')
		return s.p[1] == 'D' ? MISSING_ND : s.p[1] == 'A' ? MISSING_NA : MISSING_NO;
	return MISSING_NO;
}

static bool has_leading_zero(struct str s)
{
	size_t at = s.n && (s.p[0] == '-' || s.p[0] == '+');

	return s.n > at + 1 && s.p[at] == '0' && s.p[at + 1] >= '0' && s.p[at + 1] <= '9';
}

enum csv_class csv_classify(struct str s, enum missing *ret_missing, int64_t *ret_integer,
			    double *ret_real)
{
	*ret_missing = csv_missing(s);
	if (*ret_missing != MISSING_NO)
		return CLASS_MISSING;
	if (has_leading_zero(s))
		return CLASS_TEXT;
	if (num_int(s, ret_integer))
		return CLASS_INTEGER;
	return num_real(s, ret_real) && isfinite(*ret_real) ? CLASS_REAL : CLASS_TEXT;
}

struct str csv_blanks_off(struct str s)
{
	while (s.n && csv_is_blank(s.p[0]))
		s = str_sub(s, 1, s.n);
	while (s.n && csv_is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

void csv_names_grow(struct arena *a, struct csv_names *t)
{
	size_t cap = t->cap ? t->cap * 2 : 64;

	t->name = arena_grow(a, t->name, t->n, cap, sizeof(*t->name));
	t->cap = cap;
	t->n_slots = cap * 2;
	t->slot = NEW(a, t->n_slots, uint32_t);
	for (size_t i = 0; i < t->n; i++) {
		size_t at = (size_t)csv_name_hash(&t->name[i]) & (t->n_slots - 1);

		while (t->slot[at])
			at = (at + 1) & (t->n_slots - 1);
		t->slot[at] = (uint32_t)i + 1;
	}
}
