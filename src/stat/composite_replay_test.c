/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole composite indicator held against another program: the ASEM Sustainable Connectivity
 * example as COINr 1.1.14 computes it (W. Becker et al., J. Open Source Softw. 7 (2022) 4567), step
 * by step, and an analysis of its uncertainty replayed from its design, so without chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/composite_combine.h"
#include "stat/composite_scale.h"
#include "stat/composite_treat.h"

#include "stat/quantile.h"
#include "stat/rank.h"
#include "stat/reference_test.h"
#include "stat/sum.h"

/* ---- files ---- */

/* A file of numbers with a row of names; the first column names the rows. */
struct table {
	size_t n_rows, n_columns; /* without the first */
	struct str *row, *column;
	struct str **cell; /* [row][column] */
};

static size_t count_of(struct str s, char c)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

static struct table table_read(struct arena *a, const char *name)
{
	struct str text = reference_file(a, str_fmt(a, "coinr/%s.csv", name).p);
	struct str head = str_trim(str_cut(&text, '\n'));
	struct table t = { .n_columns = count_of(head, ',') };
	size_t most = count_of(text, '\n') + 1;
	t.column = NEW(a, t.n_columns, struct str);
	t.row = NEW(a, most, struct str);
	t.cell = NEW(a, most, struct str *);
	(void)reference_field(&head);
	for (size_t k = 0; k < t.n_columns; k++)
		t.column[k] = reference_field(&head);
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (!line.n)
			continue;
		t.row[t.n_rows] = reference_field(&line);
		t.cell[t.n_rows] = NEW(a, t.n_columns, struct str);
		for (size_t k = 0; k < t.n_columns; k++)
			t.cell[t.n_rows][k] = str_trim(reference_field(&line));
		t.n_rows++;
	}
	assert_true(t.n_rows > 0 && t.n_columns > 0);
	return t;
}

static size_t find(const struct str *names, size_t n, struct str name)
{
	size_t i = 0;
	while (i < n && !str_eq(names[i], name))
		i++;
	if (i == n)
		fail_msg("no %.*s", STR_ARG(name));
	return i;
}

static struct str cell_of(const struct table *t, struct str row, struct str column)
{
	return t->cell[find(t->row, t->n_rows, row)][find(t->column, t->n_columns, column)];
}

static double number_of(const struct table *t, struct str row, struct str column)
{
	double v = 0;
	struct str s = cell_of(t, row, column);
	if (!num_real(s, &v))
		fail_msg("%.*s of %.*s: \"%.*s\"", STR_ARG(column), STR_ARG(row), STR_ARG(s));
	return v;
}

/* ---- the index ---- */

enum { UNITS = 51, LEAVES = 49, NODES = 60 };

struct index {
	struct table raw, meta, about;
	struct str unit[UNITS], node[NODES];
	int direction[LEAVES];
	double target[LEAVES];
	size_t parent[NODES];
	double weight[NODES];
	struct composite_tree tree;
};

/* Nodes as the description lists them: indicators, then areas from the lowest level up. */
static void index_read(struct arena *a, struct index *x)
{
	*x = (struct index){ .raw = table_read(a, "asem_Raw"),
			     .meta = table_read(a, "asem_iMeta"),
			     .about = table_read(a, "asem_iData") };
	struct str code = STR("iCode");
	size_t n = 0;
	assert_true(x->raw.n_rows == UNITS && x->raw.n_columns == LEAVES);
	for (size_t i = 0; i < UNITS; i++)
		x->unit[i] = x->raw.row[i];
	size_t at_code = find(x->meta.column, x->meta.n_columns, code);
	size_t at_type = find(x->meta.column, x->meta.n_columns, STR("Type"));
	/* the file names its rows by level: rows are found by number here */
	for (size_t i = 0; i < x->meta.n_rows; i++) {
		struct str type = x->meta.cell[i][at_type];
		if (!str_is(type, "Indicator") && !str_is(type, "Aggregate"))
			continue;
		assert_true(n < NODES);
		assert_true((n < LEAVES) == str_is(type, "Indicator"));
		x->node[n] = x->meta.row[i] = x->meta.cell[i][at_code];
		n++;
	}
	assert_int_equal(n, NODES);
	for (size_t i = 0; i < NODES; i++) {
		x->weight[i] = number_of(&x->meta, x->node[i], STR("Weight"));
		if (i < LEAVES) {
			x->direction[i] = (int)number_of(&x->meta, x->node[i], STR("Direction"));
			x->target[i] = number_of(&x->meta, x->node[i], STR("Target"));
		}
		if (i + 1 < NODES)
			x->parent[i] = find(x->node, NODES,
					    cell_of(&x->meta, x->node[i], STR("Parent")));
	}
	x->tree = (struct composite_tree){ NODES, LEAVES, x->parent, x->weight };
	/* rows of the other description are named by their second column */
	size_t at_unit = find(x->about.column, x->about.n_columns, STR("uCode"));
	for (size_t i = 0; i < x->about.n_rows; i++)
		x->about.row[i] = x->about.cell[i][at_unit];
}

struct step {
	double value[NODES * UNITS];
	bool known[NODES * UNITS];
};

static struct step *step_denominated(struct arena *a, const struct index *x)
{
	struct step *s = NEW(a, 1, struct step);
	for (size_t k = 0; k < LEAVES; k++) {
		double raw[UNITS] = { 0 }, size[UNITS] = { 0 };
		bool known[UNITS], sized[UNITS];
		struct str by = cell_of(&x->meta, x->node[k], STR("Denominator"));
		for (size_t i = 0; i < UNITS; i++) {
			known[i] = num_real(cell_of(&x->raw, x->unit[i], x->node[k]), &raw[i]);
			size[i] = 1;
			sized[i] = str_is(by, "NA") ||
				   num_real(cell_of(&x->about, x->unit[i], by), &size[i]);
		}
		composite_denominate(raw, known, size, sized, UNITS, 1, &s->value[k * UNITS],
				     &s->known[k * UNITS]);
	}
	return s;
}

static struct step *step_imputed(struct arena *a, const struct index *x, const struct step *from)
{
	struct step *s = NEW(a, 1, struct step);
	size_t group[UNITS];
	for (size_t i = 0; i < UNITS; i++)
		group[i] = str_is(cell_of(&x->about, x->unit[i], STR("EurAsia_group")), "Asia");
	for (size_t at = 0; at < LEAVES * UNITS; at += UNITS)
		composite_impute_mean(&from->value[at], &from->known[at], group, UNITS,
				      &s->value[at], &s->known[at]);
	return s;
}

static struct step *step_treated(struct arena *a, const struct step *from, size_t most,
				 struct composite_treated *ret_each)
{
	struct step *s = NEW(a, 1, struct step);
	for (size_t k = 0; k < LEAVES; k++) {
		struct err e = { 0 };
		if (!composite_treat(a, &from->value[k * UNITS], NULL, UNITS, most,
				     composite_limit_usual, &s->value[k * UNITS], &ret_each[k], &e))
			fail_msg("%s", e.msg);
	}
	return s;
}

static struct step *step_scaled(struct arena *a, const struct index *x, const struct step *from,
				struct composite_scale rule)
{
	struct step *s = NEW(a, 1, struct step);
	for (size_t k = 0; k < LEAVES; k++) {
		struct err e = { 0 };
		rule.direction = x->direction[k];
		rule.target = x->target[k];
		if (!composite_scale(a, &rule, &from->value[k * UNITS], NULL, UNITS,
				     &s->value[k * UNITS], &e))
			fail_msg("%.*s: %s", STR_ARG(x->node[k]), e.msg);
	}
	return s;
}

/* The steps that every test begins with. */
struct chain {
	struct index index;
	struct step *denominated, *imputed, *treated;
	struct composite_treated how[LEAVES];
};

static struct chain *chain_of(struct arena *a)
{
	struct chain *c = NEW(a, 1, struct chain);
	index_read(a, &c->index);
	c->denominated = step_denominated(a, &c->index);
	c->imputed = step_imputed(a, &c->index, c->denominated);
	c->treated = step_treated(a, c->imputed, 5, c->how);
	return c;
}

static const struct composite_scale to_hundred = { COMPOSITE_MINMAX, 1, 0, 100, 0, 1, 0, 1, 0, 0 };

static void assert_step(struct arena *a, const struct index *x, const struct step *s,
			size_t n_nodes, const char *file, double tolerance)
{
	struct table want = table_read(a, file);
	size_t compared = 0;
	for (size_t k = 0; k < n_nodes; k++) {
		for (size_t i = 0; i < UNITS; i++) {
			double v;
			struct str cell = cell_of(&want, x->unit[i], x->node[k]);
			if (!num_real(cell, &v)) {
				assert_true(str_is(cell, "NA") && !s->known[k * UNITS + i]);
				continue;
			}
			double got = s->value[k * UNITS + i];
			double scale = fabs(v) > 1 ? fabs(v) : 1;
			if (!(fabs(got - v) <= tolerance * scale))
				fail_msg("%s: %.*s of %.*s = %.17g, want %.17g", file,
					 STR_ARG(x->node[k]), STR_ARG(x->unit[i]), got, v);
			compared++;
		}
	}
	assert_true(compared > n_nodes * UNITS * 9 / 10);
}

enum { ARENA_BYTES = 512 << 20 };

/* ---- tests ---- */

static void every_step_of_the_example_comes_out(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, ARENA_BYTES);
	struct chain *c = chain_of(&a);
	bool stays[UNITS];
	assert_step(&a, &c->index, c->denominated, LEAVES, "asem_Denominated", 1e-14);
	assert_step(&a, &c->index, c->imputed, LEAVES, "asem_Imputed", 1e-14);
	composite_screen(c->imputed->value, NULL, LEAVES, UNITS, 0.9, false, stays);
	struct table screened = table_read(&a, "asem_Screened");
	for (size_t i = 0; i < UNITS; i++)
		assert_true(stays[i] && str_eq(screened.row[i], c->index.unit[i]));
	assert_step(&a, &c->index, c->imputed, LEAVES, "asem_Screened", 1e-14);
	assert_step(&a, &c->index, c->treated, LEAVES, "asem_Treated", 1e-14);
	struct step *s = step_scaled(&a, &c->index, c->treated, to_hundred);
	assert_step(&a, &c->index, s, LEAVES, "asem_Normalised", 1e-12);
	const struct composite_blend mean = { COMPOSITE_ARITHMETIC, 0, 0 };
	struct err e = { 0 };
	assert_true(composite_aggregate(&a, &c->index.tree, &mean, UNITS, s->value, NULL, &e));
	assert_step(&a, &c->index, s, NODES, "asem_Aggregated", 1e-12);
}

static void shapes_and_changed_places_are_the_same(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, ARENA_BYTES);
	struct chain *c = chain_of(&a);
	struct table want = table_read(&a, "asem_treat_details");
	struct table where = table_read(&a, "asem_treated_points");
	size_t changed = 0, marks = 0;
	for (size_t k = 0; k < LEAVES; k++) {
		const struct composite_winsorised *w = &c->how[k].ends;
		struct str *row = want.cell[find(want.row, want.n_rows, c->index.node[k])];
		double v = 0;
		assert_false(c->how[k].logarithm);
		assert_int_equal(w->before.passes, str_is(row[0], "TRUE"));
		assert_true(num_real(row[1], &v));
		assert_close(w->before.skewness, v, 1e-12);
		assert_true(num_real(row[2], &v));
		assert_close(w->before.kurtosis, v, 1e-11);
		if (w->before.passes)
			continue;
		assert_true(num_real(row[3], &v) && (double)(w->n_high + w->n_low) == v);
		assert_true(num_real(row[5], &v));
		assert_close(w->after.skewness, v, 1e-12);
		changed += w->n_high + w->n_low;
	}
	/* that file's first column is an indicator's as well, so its mark counts as a row's name */
	for (size_t i = 0; i < where.n_rows; i++) {
		marks += str_starts(where.row[i], "win");
		for (size_t k = 0; k < where.n_columns; k++)
			marks += str_starts(where.cell[i][k], "win");
	}
	assert_int_equal(changed, marks);
}

static void every_other_scale_comes_out(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		struct composite_scale rule;
	} each[] = {
		{ "asem_norm_n_minmax", { COMPOSITE_MINMAX, 1, 0, 100, 0, 1, 0, 1, 0, 0 } },
		{ "asem_norm_minmax_1_100", { COMPOSITE_MINMAX, 1, 1, 100, 0, 1, 0, 1, 0, 0 } },
		{ "asem_norm_n_zscore", { COMPOSITE_ZSCORE, 1, 0, 1, 0, 1, 0, 1, 0, 0 } },
		{ "asem_norm_n_rank", { COMPOSITE_RANK, 1, 0, 1, 0, 1, 0, 1, 0, 0 } },
		{ "asem_norm_n_prank", { COMPOSITE_PERCENT_RANK, 1, 0, 1, 0, 1, 0, 1, 0, 0 } },
		{ "asem_norm_n_borda", { COMPOSITE_BORDA, 1, 0, 1, 0, 1, 0, 1, 0, 0 } },
		{ "asem_norm_n_dist2max", { COMPOSITE_DISTANCE_MAX, 1, 0, 1, 0, 1, 0, 1, 0, 0 } },
		{ "asem_norm_n_dist2targ", { COMPOSITE_TARGET, 1, 0, 1, 0, 1, 0, 1, 0, 0 } },
	};
	reference_needed();
	ARENA_SCOPE(a, ARENA_BYTES);
	struct chain *c = chain_of(&a);
	for (size_t i = 0; i < sizeof(each) / sizeof(*each); i++) {
		struct step *s = step_scaled(&a, &c->index, c->treated, each[i].rule);
		assert_step(&a, &c->index, s, LEAVES, each[i].file, 1e-12);
	}
}

/* The other program divides by a greatest value of 0 ("Inf"); we refuse. */
static void fractions_of_the_best_come_out_where_there_is_one(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, ARENA_BYTES);
	struct chain *c = chain_of(&a);
	struct table want = table_read(&a, "asem_norm_n_fracmax");
	struct composite_scale rule = { .rule = COMPOSITE_FRACTION_MAX };
	size_t compared = 0, refused = 0;
	for (size_t k = 0; k < LEAVES; k++) {
		double got[UNITS], v;
		struct err e = { 0 };
		rule.direction = c->index.direction[k];
		if (!composite_scale(&a, &rule, &c->treated->value[k * UNITS], NULL, UNITS, got,
				     &e)) {
			refused++;
			continue;
		}
		for (size_t i = 0; i < UNITS; i++) {
			struct str cell = cell_of(&want, c->index.unit[i], c->index.node[k]);
			assert_true(num_real(cell, &v));
			assert_close(got[i], v, 1e-12);
			compared++;
		}
	}
	assert_true(refused >= 1 && refused <= 5 && compared == (LEAVES - refused) * UNITS);
}

static void every_other_mean_comes_out(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		enum composite_mean mean;
	} each[] = { { "asem_agg_a_amean", COMPOSITE_ARITHMETIC },
		     { "asem_agg_a_gmean", COMPOSITE_GEOMETRIC },
		     { "asem_agg_a_hmean", COMPOSITE_HARMONIC } };
	struct composite_scale rule = to_hundred;
	rule.low = 1;
	reference_needed();
	ARENA_SCOPE(a, ARENA_BYTES);
	struct chain *c = chain_of(&a);
	for (size_t i = 0; i < 3; i++) {
		struct step *s = step_scaled(&a, &c->index, c->treated, rule);
		const struct composite_blend blend = { each[i].mean, 0, 0 };
		struct table want = table_read(&a, each[i].file);
		struct err e = { 0 };
		assert_true(composite_aggregate(&a, &c->index.tree, &blend, UNITS, s->value, NULL,
						&e));
		for (size_t k = LEAVES; k < NODES; k++) {
			for (size_t u = 0; u < UNITS; u++)
				assert_close(s->value[k * UNITS + u],
					     number_of(&want, c->index.unit[u], c->index.node[k]),
					     1e-12);
		}
	}
}

static void effective_weights_and_ranks_come_out(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, ARENA_BYTES);
	struct chain *c = chain_of(&a);
	struct table weights = table_read(&a, "asem_eff_weights");
	struct table results = table_read(&a, "asem_results");
	double weight[NODES];
	struct err e = { 0 };
	assert_true(composite_effective_weights(&a, &c->index.tree, weight, &e));
	assert_close(sum_of(weight, LEAVES), 1.0, 1e-15);
	for (size_t k = 0; k < NODES; k++)
		assert_close(weight[k], number_of(&weights, c->index.node[k], STR("EffWeight")),
			     1e-14);
	struct step *s = step_scaled(&a, &c->index, c->treated, to_hundred);
	const struct composite_blend mean = { COMPOSITE_ARITHMETIC, 0, 0 };
	uint32_t rank[UNITS];
	assert_true(composite_aggregate(&a, &c->index.tree, &mean, UNITS, s->value, NULL, &e));
	rank_competition(&a, &s->value[(NODES - 1) * UNITS], UNITS, true, rank, NULL);
	for (size_t u = 0; u < UNITS; u++) {
		struct str unit = c->index.unit[u];
		assert_true((double)rank[u] == number_of(&results, unit, STR("Rank")));
		assert_close(s->value[(NODES - 1) * UNITS + u],
			     number_of(&results, unit, STR("Index")), 1e-12);
	}
}

/* ---- uncertainty ---- */

enum { RUNS = 100, WEIGHT_SETS = 100 };

struct replay {
	double weight[WEIGHT_SETS][NODES];
	double score[RUNS + 1][UNITS]; /* 0: as it is */
	uint32_t rank[RUNS + 1][UNITS];
	bool hundred[RUNS + 1]; /* a mean of values from 1 to 100 */
};

static void read_weight_sets(struct arena *a, const struct index *x, struct replay *r)
{
	struct table t = table_read(a, "ua_weight_sets");
	for (size_t i = 0; i < WEIGHT_SETS; i++) {
		for (size_t k = 0; k < NODES; k++)
			r->weight[i][k] = x->weight[k];
	}
	for (size_t i = 0; i < t.n_rows; i++) {
		double set = 0, v = 0;
		assert_true(num_real(t.row[i], &set) && num_real(t.cell[i][2], &v));
		r->weight[(size_t)set - 1][find(x->node, NODES, t.cell[i][0])] = v;
	}
}

static void run_once(struct arena *a, struct chain *c, struct replay *r, size_t run, size_t most,
		     const struct composite_scale *scale, const struct composite_blend *blend,
		     const double *weight)
{
	struct arena_mark m = arena_mark(a);
	struct composite_treated how[LEAVES];
	struct step *s = step_treated(a, c->imputed, most, how);
	struct composite_tree tree = c->index.tree;
	struct err e = { 0 };
	s = step_scaled(a, &c->index, s, *scale);
	tree.weight = weight;
	if (!composite_aggregate(a, &tree, blend, UNITS, s->value, NULL, &e))
		fail_msg("run %zu: %s", run, e.msg);
	for (size_t u = 0; u < UNITS; u++)
		r->score[run][u] = s->value[(NODES - 1) * UNITS + u];
	rank_competition(a, r->score[run], UNITS, true, r->rank[run], NULL);
	arena_rewind(a, m);
}

/* The design's scales: 1 to 100, or z with mean 10 and deviation 2, so that a geometric mean can be
 * taken of both. */
static struct replay *replay_of(struct arena *a, struct chain *c)
{
	struct replay *r = NEW(a, 1, struct replay);
	struct table design = table_read(a, "ua_design");
	struct composite_scale minmax = to_hundred, z = to_hundred;
	const struct composite_blend mean = { COMPOSITE_ARITHMETIC, 0, 0 };
	minmax.low = 1;
	z.rule = COMPOSITE_ZSCORE;
	z.mean = 10;
	z.sd = 2;
	assert_int_equal(design.n_rows, RUNS);
	read_weight_sets(a, &c->index, r);
	run_once(a, c, r, 0, 5, &to_hundred, &mean, c->index.weight);
	for (size_t i = 0; i < RUNS; i++) {
		double most = 0, set = 0;
		bool ranged = str_is(design.cell[i][1], "n_minmax");
		bool geometric = str_is(design.cell[i][3], "a_gmean");
		const struct composite_blend blend = {
			geometric ? COMPOSITE_GEOMETRIC : COMPOSITE_ARITHMETIC, 0, 0
		};
		assert_true(ranged || str_is(design.cell[i][1], "n_zscore"));
		assert_true(geometric || str_is(design.cell[i][3], "a_amean"));
		assert_true(num_real(design.cell[i][0], &most));
		assert_true(num_real(design.cell[i][2], &set));
		r->hundred[i + 1] = ranged && !geometric;
		run_once(a, c, r, i + 1, (size_t)most, ranged ? &minmax : &z, &blend,
			 r->weight[(size_t)set - 1]);
	}
	return r;
}

static struct str run_name(struct arena *a, size_t run)
{
	return run ? str_fmt(a, "r_%zu", run) : STR("Nominal");
}

/* 100 runs of 51 units: each score to ten digits, and each rank. */
static void the_uncertainty_replays_to_the_last_rank(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, ARENA_BYTES);
	struct chain *c = chain_of(&a);
	struct replay *r = replay_of(&a, c);
	struct table scores = table_read(&a, "ua_scores"), ranks = table_read(&a, "ua_ranks");
	size_t wrong = 0, compared = 0;
	for (size_t u = 0; u < UNITS; u++) {
		for (size_t run = 0; run <= RUNS; run++) {
			struct str name = run_name(&a, run), unit = c->index.unit[u];
			assert_close(r->score[run][u], number_of(&scores, unit, name), 1e-10);
			wrong += (double)r->rank[run][u] != number_of(&ranks, unit, name);
			compared++;
		}
	}
	assert_int_equal(compared, 5151);
	assert_int_equal(wrong, 0);
}

static void rank_intervals_and_levels_come_out(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, ARENA_BYTES);
	struct chain *c = chain_of(&a);
	struct replay *r = replay_of(&a, c);
	struct table stats = table_read(&a, "ua_rankstats");
	struct table levels = table_read(&a, "ua_level_counts_40_55");
	size_t undecided = 0;
	for (size_t u = 0; u < UNITS; u++) {
		struct str unit = c->index.unit[u];
		double v[RUNS];
		size_t n_level[3] = { 0 };
		for (size_t run = 1; run <= RUNS; run++) {
			double score = r->score[run][u];
			v[run - 1] = r->rank[run][u];
			if (r->hundred[run])
				n_level[(score >= 40) + (score >= 55)]++;
		}
		assert_close(sum_of(v, RUNS) / RUNS, number_of(&stats, unit, STR("Mean")), 1e-14);
		assert_close(quantile_median(v, RUNS), number_of(&stats, unit, STR("Median")),
			     1e-14);
		assert_close(quantile_of(v, RUNS, 0.05, 7), number_of(&stats, unit, STR("Q5")),
			     1e-13);
		assert_close(quantile_of(v, RUNS, 0.95, 7), number_of(&stats, unit, STR("Q95")),
			     1e-13);
		assert_true((double)n_level[0] == number_of(&levels, unit, STR("n_low")));
		assert_true((double)n_level[1] == number_of(&levels, unit, STR("n_mid")));
		assert_true((double)n_level[2] == number_of(&levels, unit, STR("n_high")));
		undecided += n_level[0] < 19 && n_level[1] < 19 && n_level[2] < 19;
	}
	assert_int_equal(undecided, 23);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_of_the_example_comes_out),
		cmocka_unit_test(shapes_and_changed_places_are_the_same),
		cmocka_unit_test(every_other_scale_comes_out),
		cmocka_unit_test(fractions_of_the_best_come_out_where_there_is_one),
		cmocka_unit_test(every_other_mean_comes_out),
		cmocka_unit_test(effective_weights_and_ranks_come_out),
		cmocka_unit_test(the_uncertainty_replays_to_the_last_rank),
		cmocka_unit_test(rank_intervals_and_levels_come_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
