/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/change.h"
#include "stat/homogeneity.h"
#include "stat/paired.h"

/* The counts of stayers from level to level. */
static void count_moves(const struct panel *p, const struct common_method *m,
			struct transitions *t)
{
	for (size_t i = 0; i < p->n_stayers; i++) {
		int was = m->old_scores.cluster[p->member[i].old_row].level[0];
		int is = m->new_scores.cluster[p->member[i].new_row].level[0];
		if (was < 0 || is < 0)
			continue;
		t->count[(size_t)was * t->n_levels + (size_t)is]++;
		t->up += is > was;
		t->down += is < was;
		t->same += is == was;
	}
}

/* Whether the levels as a whole have the same shares in both rounds (Stuart-Maxwell). */
static void test_homogeneity(struct arena *a, struct transitions *t)
{
	size_t n = t->n_levels * t->n_levels;
	double *count = NEW(a, n, double);
	struct homogeneity h;
	for (size_t i = 0; i < n; i++)
		count[i] = (double)t->count[i];
	if (!t->n_levels || !homogeneity_stuart_maxwell(a, count, t->n_levels, &h) || !h.df)
		return;
	t->has_homogeneity = true;
	t->homogeneity_chi2 = h.chi2;
	t->homogeneity_p = h.p;
	t->homogeneity_df = (int)h.df;
}

void transitions_make(struct arena *a, const struct panel *p, const struct common_method *m,
		      struct transitions *out)
{
	struct transitions t = { 0 };
	if (m->instrument->n_profiles) {
		t.n_levels = m->instrument->profile[0].n_levels;
		t.count = NEW(a, t.n_levels * t.n_levels, int64_t);
		count_moves(p, m, &t);
		test_homogeneity(a, &t);
	}
	t.sign_p = paired_sign((uint64_t)t.up, (uint64_t)t.down);
	*out = t;
}
