/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An attacker who has every figure that was published and knows who answered and where everybody
 * stands in the register: over random instruments and answers. */
#include "indicator/disclosure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stat/random.h"

enum { ROWS_MAX = 12, REQUESTS_MAX = 8, CELLS_MAX = 400, LEAST = 3, TRIALS = 500 };

static const char survey[] = "type,name,label::es\nselect_one ab,Q1,u\nselect_one ab,Q2,d\n"
			     "decimal,M,m\n";
static const char choices[] = "list_name,name,label::es\nab,a,A\nab,b,B\n";
static const char areas[] = "code,label,weight\nG,G,100\n";
static const char scores[] = "question,area,max,points,source\nM,G,5,0,x\n";
static const char levels[] = "code,label,cut\nlow,L,0\n";
static const char settings[] = "key,value\nid,t\nversion,1\ndisclosure_minimum,3\n"
			       "disclosure_p,10\ndimension.department,${department}\n"
			       "dimension.sector,${sector}\n";

/* What a figure tells of the one hidden answer or amount that it is about. */
enum subject { FIRST, SECOND, MONEY, READER, CLUSTERS };
struct told {
	const char *id, *formula, *disclosure;
	enum subject subject;
	bool turned; /* it counts those who do not have it */
};
static const struct told kind[] = {
	{ "A", "share(${Q1} = 'a')", "count", FIRST, false },
	{ "B", "share(${Q1} != 'a')", "count", FIRST, true },
	{ "C", "count(${Q1} = 'a')", "count", FIRST, false },
	{ "D", "share(${Q2} = 'a')", "count", SECOND, false },
	{ "M", "sum(${M})", "money", MONEY, false },
	{ "R", "figure('A') + 0", "count", READER, false },
	{ "N", "count()", "public", CLUSTERS, false },
};
enum { KINDS = sizeof(kind) / sizeof(*kind) };

struct row {
	int department, sector, answer[2]; /* answer -1: none */
	double money;
};

/* A cell of a figure: the rows used, as bits. */
struct seen {
	uint32_t rows;
	double value;
	enum subject subject;
	size_t stage;
	bool hidden, few;
};

struct trial {
	struct arena a;
	struct random r;
	const struct instrument *in;
	struct fact_tables tables;
	struct row row[ROWS_MAX];
	size_t n_rows;
	bool first_sector_only[KINDS], by[KINDS][2];
	struct figure_request request[REQUESTS_MAX];
	size_t n_requests;
	struct seen seen[CELLS_MAX];
	size_t n_seen;
};

/* ---- a random round ---- */

static struct str indicators(struct trial *t)
{
	struct buf b;
	buf_init(&b, &t->a, 1 << 16);
	buf_puts(&b, "id,label,unit,form,formula,universe,breakdowns,disclosure\n");
	for (size_t k = 0; k < KINDS; k++) {
		bool part = kind[k].subject != READER && random_below(&t->r, 4) == 0;
		t->first_sector_only[k] = part;
		t->by[k][0] = random_below(&t->r, 2);
		t->by[k][1] = random_below(&t->r, 2);
		buf_fmt(&b, "%s,%s,%s,cluster,%s,%s,%s %s,%s\n", kind[k].id, kind[k].id,
			str_starts(str_of(kind[k].formula), "share") ||
					kind[k].subject == READER
				? "percent"
				: "count",
			kind[k].formula, part ? "${sector} = 's0'" : "",
			t->by[k][0] ? "department" : "", t->by[k][1] ? "sector" : "",
			kind[k].disclosure);
	}
	return buf_str(&b);
}

static void load(struct trial *t)
{
	const struct instrument_file f[] = {
		{ STR("cluster/survey.csv"), str_of(survey) },
		{ STR("cluster/choices.csv"), str_of(choices) },
		{ STR("method/settings.csv"), str_of(settings) },
		{ STR("method/areas.csv"), str_of(areas) },
		{ STR("method/scores.csv"), str_of(scores) },
		{ STR("method/levels.csv"), str_of(levels) },
		{ STR("method/indicators.csv"), indicators(t) },
	};
	struct problems ps;
	struct err e = { 0 };
	problems_init(&ps, &t->a, LANG_EN);
	bool loaded = instrument_load(&t->a, f, sizeof(f) / sizeof(*f), &ps, &t->in, &e) && t->in;
	for (size_t i = 0; !loaded && i < ps.n; i++)
		print_message("%.*s\n", STR_ARG(ps.item[i].message));
	assert_true(loaded);
}

static void answer(struct trial *t)
{
	static const char *const name[] = { "department", "sector", "Q1", "Q2" };
	struct column_builder *text[4], *money;
	const struct column *column[5];
	t->n_rows = 6 + random_below(&t->r, ROWS_MAX - 5);
	for (size_t k = 0; k < 4; k++)
		text[k] = column_build(&t->a, str_of(name[k]), COLUMN_TEXT, NULL);
	money = column_build(&t->a, STR("M"), COLUMN_REAL, NULL);
	for (size_t i = 0; i < t->n_rows; i++) {
		struct row *row = &t->row[i];
		*row = (struct row){ .department = (int)random_below(&t->r, 3),
				     .sector = (int)random_below(&t->r, 2) };
		column_add_text(text[0], str_fmt(&t->a, "d%d", row->department));
		column_add_text(text[1], str_fmt(&t->a, "s%d", row->sector));
		for (size_t q = 0; q < 2; q++) {
			row->answer[q] = (int)random_below(&t->r, 15) ? (int)random_below(&t->r, 2)
								      : -1;
			if (row->answer[q] < 0)
				column_add_missing(text[2 + q], MISSING_NR);
			else
				column_add_text(text[2 + q], row->answer[q] ? STR("a") : STR("b"));
		}
		row->money = floor(exp(5 + random_normal(&t->r)));
		column_add_real(money, row->money);
	}
	for (size_t k = 0; k < 4; k++)
		column[k] = column_done(text[k]);
	column[4] = column_done(money);
	t->tables.table[TABLE_CLUSTER] = frame_of(&t->a, column, 5, t->n_rows);
}

static void ask(struct trial *t)
{
	static const struct str by[] = { STR("department"), STR("sector"), STR("department") };
	static const struct figure_request any[] = {
		{ 0 },
		{ .dimension = by, .n_dimensions = 1 },
		{ .dimension = by + 1, .n_dimensions = 1 },
		{ .dimension = by, .n_dimensions = 2 },
		{ .dimension = by + 1, .n_dimensions = 2 },
		{ .where = STR("${department} != 'd0'") },
		{ .where = STR("${sector} = 's0'") },
		{ .dimension = by, .n_dimensions = 1, .where = STR("${sector} != 's0'") },
	};
	static const struct str reader[] = { STR("R") };
	t->n_requests = 4 + random_below(&t->r, REQUESTS_MAX - 3);
	/* What the method announces is decided first, whether or not it is asked for. */
	for (size_t i = 0; i < 3; i++)
		t->request[i] = any[i];
	for (size_t i = 3; i < t->n_requests; i++) {
		t->request[i] = any[random_below(&t->r, sizeof(any) / sizeof(*any))];
		if (random_below(&t->r, 4) == 0) {
			t->request[i].id = reader;
			t->request[i].n_ids = 1;
		}
	}
}

/* ---- what is published ---- */

static bool is_in(const struct trial *t, const struct figures *fs, size_t cell,
		  const struct figure_request *r, const struct row *row)
{
	(void)t;
	for (size_t d = 0; d < fs->n_dimensions; d++) {
		struct str code = fs->key[cell * fs->n_dimensions + d].code;
		int v = str_is(fs->dimension[d], "sector") ? row->sector : row->department;
		if (code.p[1] - '0' != v)
			return false;
	}
	if (str_is(r->where, "${department} != 'd0'"))
		return row->department != 0;
	if (str_is(r->where, "${sector} = 's0'"))
		return row->sector == 0;
	return !r->where.n || row->sector != 0;
}

static size_t stage_of(const struct trial *t, const struct figure_request *r, size_t k, size_t at)
{
	if (r->where.n || r->n_dimensions > 1)
		return 2 + at;
	return r->n_dimensions == 0                                          ? 0
	       : t->by[k][str_is(r->dimension[0], "sector")] ? 1
							     : 2 + at;
}

static uint32_t rows_used(const struct trial *t, const struct figures *fs, size_t cell,
			  const struct figure_request *r, size_t k)
{
	uint32_t rows = 0;
	for (size_t i = 0; i < t->n_rows; i++) {
		const struct row *row = &t->row[i];
		bool valid = kind[k].subject > SECOND || row->answer[kind[k].subject] >= 0;
		if (valid && is_in(t, fs, cell, r, row) &&
		    (!t->first_sector_only[k] || row->sector == 0))
			rows |= (uint32_t)1 << i;
	}
	return rows;
}

static double truth(const struct trial *t, uint32_t rows, enum subject s)
{
	double sum = 0;
	for (size_t i = 0; i < t->n_rows; i++) {
		if (rows >> i & 1)
			sum += s == MONEY ? t->row[i].money : t->row[i].answer[s];
	}
	return sum;
}

static void note(struct trial *t, const struct figures *fs, size_t at)
{
	const struct figure_request *r = &t->request[at];
	for (size_t i = 0; i < fs->n_figures * fs->n_cells; i++) {
		const struct figure *f = &fs->figure[i];
		size_t k = (size_t)(f->indicator - t->in->indicator), cell = i % fs->n_cells;
		uint32_t rows = rows_used(t, fs, cell, r, k);
		if (kind[k].subject >= READER || !rows)
			continue;
		assert_true(t->n_seen < CELLS_MAX);
		t->seen[t->n_seen++] = (struct seen){
			.rows = rows,
			.subject = kind[k].subject,
			.value = truth(t, rows, kind[k].subject),
			.stage = stage_of(t, r, k, at),
			.hidden = f->status == STATUS_SUPPRESSED,
			.few = __builtin_popcount(rows) < LEAST,
		};
	}
}

/* What is made of a protected figure is protected; the sum A + 0 is A. */
static void assert_reader(const struct trial *t, const struct figures *fs,
			  const struct figure_request *r)
{
	const struct figure *f = figures_find(fs, STR("R"));
	for (size_t cell = 0; f && cell < fs->n_cells; cell++) {
		uint32_t rows = rows_used(t, fs, cell, r, 0);
		if (rows && __builtin_popcount(rows) < LEAST)
			assert_int_equal(f[cell].status, STATUS_SUPPRESSED);
	}
}

/* A set of rows is asked about for the first time at some stage. */
static void find_first_stages(struct trial *t)
{
	for (size_t i = 0; i < t->n_seen; i++) {
		struct seen *c = &t->seen[i];
		for (size_t j = 0; j < t->n_seen; j++) {
			const struct seen *o = &t->seen[j];
			if (o->subject == c->subject && o->rows == c->rows && o->stage < c->stage)
				c->stage = o->stage;
		}
	}
}

static void publish(struct trial *t)
{
	for (size_t i = 0; i < t->n_requests; i++) {
		struct figures fs;
		struct disclosure_report report;
		struct err e = { 0 };
		const struct published_requests before = { t->request, i };
		bool done = figures_publish(&t->a, t->in, &t->tables, &t->request[i], &before,
					    LANG_ES, &runner_serial, &fs, &report, &e);
		if (!done)
			print_message("%s\n", e.en);
		assert_true(done);
		note(t, &fs, i);
		assert_reader(t, &fs, &t->request[i]);
	}
}

/* ---- the attack ---- */

static bool agrees(const struct trial *t, enum subject s, size_t before, uint32_t having)
{
	for (size_t i = 0; i < t->n_seen; i++) {
		const struct seen *c = &t->seen[i];
		if (c->subject == s && !c->hidden && c->stage < before &&
		    __builtin_popcount(having & c->rows) != (int)c->value)
			return false;
	}
	return true;
}

/* How many different counts of the rows agree with what was published at the stages before. */
static int width_of(const struct trial *t, const struct seen *of, size_t before)
{
	int low = ROWS_MAX, high = 0;
	for (uint32_t having = 0; having < (uint32_t)1 << t->n_rows; having++) {
		if (!agrees(t, of->subject, before, having))
			continue;
		int n = __builtin_popcount(having & of->rows);
		low = n < low ? n : low;
		high = n > high ? n : high;
	}
	assert_true(low <= (int)of->value && high >= (int)of->value);
	return high - low;
}

/* Rows that no published all or none tells of. */
static int unknown(const struct trial *t, const struct seen *of)
{
	uint32_t rows = of->rows;
	for (size_t i = 0; i < t->n_seen; i++) {
		const struct seen *c = &t->seen[i];
		if (c->subject == of->subject && !c->hidden &&
		    (!(c->value > 0) || c->value >= __builtin_popcount(c->rows)))
			rows &= ~c->rows;
	}
	return __builtin_popcount(rows);
}

/* Whether the sum over the rows is a combination of published sums. */
static bool is_combination(const struct trial *t, const struct seen *of, size_t before)
{
	double m[ROWS_MAX][ROWS_MAX + 1] = { { 0 } }, v[ROWS_MAX];
	int pivot_row[ROWS_MAX];
	memset(pivot_row, -1, sizeof(pivot_row));
	for (size_t i = 0; i <= t->n_seen; i++) {
		const struct seen *c = i < t->n_seen ? &t->seen[i] : of;
		if (i < t->n_seen && (c->subject != of->subject || c->hidden || c->stage >= before))
			continue;
		for (size_t k = 0; k < t->n_rows; k++)
			v[k] = c->rows >> k & 1;
		size_t k = 0;
		for (; k < t->n_rows; k++) {
			if (fabs(v[k]) < 1e-9)
				continue;
			if (pivot_row[k] < 0)
				break;
			double by = v[k] / m[k][k];
			for (size_t j = k; j < t->n_rows; j++)
				v[j] -= by * m[k][j];
		}
		if (i == t->n_seen)
			return k == t->n_rows;
		if (k < t->n_rows) {
			memcpy(m[k], v, t->n_rows * sizeof(*v));
			pivot_row[k] = 1;
		}
	}
	return false;
}

/* True: it was looked at.  What follows from what was given away before a set was first asked about
 * is beyond cure. */
static bool attack(const struct trial *t, const struct seen *of)
{
	if (of->subject == MONEY) {
		if (!is_combination(t, of, of->stage))
			assert_false(is_combination(t, of, SIZE_MAX));
		return true;
	}
	int need = (unknown(t, of) + 1) / 2;
	if (width_of(t, of, of->stage) >= need)
		assert_true(width_of(t, of, SIZE_MAX) >= need);
	return need > 0;
}

static void an_attacker_with_all_figures_does_not_learn_of_a_few(void **state)
{
	(void)state;
	size_t n_attacked = 0;
	for (uint32_t i = 0; i < TRIALS; i++) {
		struct trial t = { .a = { .limit_bytes = 256u << 20 } };
		t.r = random_of(7, 'f', i, 0);
		load(&t);
		answer(&t);
		ask(&t);
		publish(&t);
		find_first_stages(&t);
		for (size_t k = 0; k < t.n_seen; k++) {
			const struct seen *c = &t.seen[k];
			assert_true(c->hidden || !c->few);
			n_attacked += c->few && attack(&t, c);
		}
		arena_drop(&t.a);
	}
	assert_true(n_attacked > 2000);
}

/* Counts of clusters are public, but broken down by answers they count answers. */
static void counts_of_clusters_by_answers_beyond_the_method_follow_the_minimum(void **state)
{
	(void)state;
	struct trial t = { .a = { .limit_bytes = 64u << 20 } };
	t.r = random_of(8, 'f', 0, 0);
	load(&t);
	t.n_rows = 0;
	answer(&t);
	const struct str by[] = { STR("department"), STR("Q1") }, id[] = { STR("N") };
	size_t n_hidden = 0;
	for (size_t n = 1; n <= 2; n++) {
		const struct figure_request r = {
			.dimension = by, .n_dimensions = n, .id = id, .n_ids = 1
		};
		struct figures fs;
		struct err e = { 0 };
		assert_true(figures_publish(&t.a, t.in, &t.tables, &r, NULL, LANG_ES,
					    &runner_serial, &fs, NULL, &e));
		for (size_t c = 0; c < fs.n_cells; c++) {
			const struct figure *f = &fs.figure[c];
			bool hidden = f->status == STATUS_SUPPRESSED;
			n_hidden += hidden;
			assert_true(n == 2 || !hidden);
			double v = f->result.number;
			assert_true(n == 1 || hidden || !(v > 0) || v >= LEAST);
		}
	}
	assert_true(n_hidden > 0);
	arena_drop(&t.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_attacker_with_all_figures_does_not_learn_of_a_few),
		cmocka_unit_test(
			counts_of_clusters_by_answers_beyond_the_method_follow_the_minimum),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
