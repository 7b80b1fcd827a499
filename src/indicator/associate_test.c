/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/associate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "score/score.h"
#include "stat/association.h"

static const char survey[] = "type,name,label::es,label::en\n"
			     "integer,G1,g,g\ninteger,G2,g,g\ninteger,I1,i,i\ninteger,S1,s,s\n"
			     "integer,Z,z,z\n";
static const char areas[] = "code,label,label::en,weight\n"
			    "G,Gobernanza,Governance,50\nI,Impacto,Impact,30\n"
			    "S,Estrategia,Strategy,20\n";
static const char scores[] = "question,area,max,points,source\n"
			     "G1,G,5,${G1},x\nG2,G,5,${G2},x\nI1,I,5,${I1},x\nS1,S,5,${S1},x\n";
static const char levels[] = "code,label,label::en,cut\nlow,Bajo,Low,0\nhigh,Alto,High,60\n";

enum { N = 30, Q = 5 };
static const char *const question[Q] = { "G1", "G2", "I1", "S1", "Z" };

struct world {
	struct arena a;
	const struct instrument *in;
	struct fact_tables tables;
	int answer[N][Q];
};

static struct instrument_file file(const char *path, struct str bytes)
{
	return (struct instrument_file){ str_of(path), bytes };
}

static void load(struct world *w, const char *settings)
{
	const struct instrument_file f[] = {
		file("cluster/survey.csv", str_of(survey)),
		file("method/settings.csv", str_of(settings)),
		file("method/areas.csv", str_of(areas)),
		file("method/scores.csv", str_of(scores)),
		file("method/levels.csv", str_of(levels)),
	};
	struct problems ps;
	struct err e = { 0 };
	problems_init(&ps, &w->a, LANG_EN);
	assert_true(instrument_load(&w->a, f, sizeof(f) / sizeof(*f), &ps, &w->in, &e));
	assert_non_null(w->in);
}

static void answer_and_score(struct world *w, size_t n)
{
	const struct column *column[Q + 1];
	struct column_builder *id = column_build(&w->a, STR("cluster"), COLUMN_TEXT, NULL);
	for (size_t i = 0; i < n; i++)
		column_add_text(id, str_fmt(&w->a, "C%zu", i));
	column[Q] = column_done(id);
	for (size_t k = 0; k < Q; k++) {
		struct column_builder *b =
			column_build(&w->a, str_of(question[k]), COLUMN_INTEGER, NULL);
		for (size_t i = 0; i < n; i++)
			column_add_integer(b, w->answer[i][k]);
		column[k] = column_done(b);
	}
	w->tables.table[TABLE_CLUSTER] = frame_of(&w->a, column, Q + 1, n);
	struct scores s;
	struct err e = { 0 };
	assert_true(score_clusters(&w->a, w->in, w->tables.table[TABLE_CLUSTER], NULL, &s, &e));
	score_join(&w->a, w->in, &s, &w->tables);
}

/* G and I rise together, S falls, G2 and Z are scattered. */
static void fill_answers(struct world *w)
{
	for (int i = 0; i < N; i++) {
		const int row[Q] = { i / 5, (i * 7) % 6, (i + 3) / 6, 5 - i / 6, (i * 11) % 13 };
		for (size_t k = 0; k < Q; k++)
			w->answer[i][k] = row[k];
	}
}

static const struct association *find(const struct associations *s, const char *x, const char *y)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_is(s->pair[i].x, x) && str_is(s->pair[i].y, y))
			return &s->pair[i];
	fail_msg("no pair %s, %s", x, y);
	return NULL;
}

static const char named[] = "key,value\nid,toy\nversion,1\n"
			    "associate.team,${G1}\nassociate.team::label,Equipo\n"
			    "associate.team::label::en,Team\n"
			    "associate.many,${I1} > 2\nassociate.many::label,Muchos\n"
			    "associate.few,${S1} < 3\nassociate.z,${Z}\n";

static struct associations make(struct world *w, enum lang lang)
{
	struct associations s = { 0 };
	struct err e = { 0 };
	bool made = associations_make(&w->a, w->in, &w->tables, lang, &s, &e);
	if (!made)
		print_message("%s\n", e.msg);
	assert_true(made);
	return s;
}

static void nothing_is_compared_with_itself(void **state)
{
	(void)state;
	struct world w = { .a = { .limit_bytes = 64u << 20 } };
	load(&w, named);
	fill_answers(&w);
	answer_and_score(&w, N);
	struct associations s = make(&w, LANG_ES);
	assert_int_equal(s.n, 8 * 7 / 2); /* 3 areas, the score, 4 named */
	double g[N], g1[N], g2[N], score[N], without_g1[N], rho = 0;
	for (size_t i = 0; i < N; i++) {
		const int *v = w.answer[i];
		g[i] = 10.0 * (v[0] + v[1]);
		g1[i] = v[0];
		g2[i] = 20.0 * v[1];
		score[i] = (30 * 20.0 * v[2] + 20 * 20.0 * v[3]) / 50; /* without G */
		without_g1[i] = (50 * g2[i] + 30 * 20.0 * v[2] + 20 * 20.0 * v[3]) / 100;
	}
	const struct association *p = find(&s, "area_G", "score");
	assert_true(association_spearman(&w.a, g, score, N, &rho));
	assert_true(p->part_whole && p->n == N && fabs(p->rho - rho) < 1e-12);
	p = find(&s, "team", "area_G");
	assert_true(association_spearman(&w.a, g1, g2, N, &rho));
	assert_true(p->part_whole && fabs(p->rho - rho) < 1e-12);
	p = find(&s, "team", "score");
	assert_true(association_spearman(&w.a, g1, without_g1, N, &rho));
	assert_true(p->part_whole && fabs(p->rho - rho) < 1e-12);
	p = find(&s, "team", "area_I");
	assert_true(!p->part_whole && p->rho > 0.9 && p->found);
	/* the only item of its area: nothing is left to compare it with */
	p = find(&s, "many", "area_I");
	assert_true(!p->defined && p->n == 0 && p->why.n && !p->found);
	arena_drop(&w.a);
}

static void found_ones_come_first_and_every_pair_is_listed(void **state)
{
	(void)state;
	struct world w = { .a = { .limit_bytes = 64u << 20 } };
	load(&w, named);
	fill_answers(&w);
	answer_and_score(&w, N);
	struct associations s = make(&w, LANG_EN);
	assert_true(s.n_found > 0 && s.n_found < s.n && s.n_defined == s.n - 2);
	for (size_t i = 0; i < s.n; i++) {
		const struct association *p = &s.pair[i];
		assert_true(p->found == (i < s.n_found) && p->sentence.n);
		assert_true(!i || i >= s.n_found || fabs(s.pair[i - 1].rho) >= fabs(p->rho));
		assert_true(!p->defined || (p->low <= p->rho && p->rho <= p->high));
		assert_true(!p->defined || (p->p_adjusted >= p->p && p->p_holm >= p->p_adjusted));
	}
	const struct association *p = find(&s, "area_G", "area_S");
	assert_true(str_is(p->sentence,
			   "Governance is associated with Strategy: clusters with more points in "
			   "Governance tend to have fewer points in Strategy."));
	s = make(&w, LANG_ES);
	p = find(&s, "team", "many");
	assert_true(str_is(p->sentence,
			   "«Equipo» se asocia con «Muchos»: los clústeres con un valor más alto "
			   "en «Equipo» suelen tener «Muchos» con más frecuencia."));
	p = find(&s, "z", "area_I");
	assert_true(str_is(p->sentence,
			   "No encontramos evidencia de asociación entre «z» e Impacto."));
	arena_drop(&w.a);
}

static bool has(struct str text, const char *word)
{
	size_t at;
	return str_find(text, str_of(word), &at);
}

static void no_sentence_says_what_does_what(void **state)
{
	(void)state;
	static const char *const forbidden[] = {
		"caus", "efecto", "gracias", "debido", "produc", "genera", "provoca", "mejora",
		"impulsa", "hace", "logra", "aumenta", "effect", "because", "due to", "lead",
		"improve", "drive", "make", "increase", "raise", "result"
	};
	struct world w = { .a = { .limit_bytes = 64u << 20 } };
	load(&w, named);
	fill_answers(&w);
	answer_and_score(&w, N);
	for (enum lang l = LANG_ES; l < LANG_N; l++) {
		struct associations s = make(&w, l);
		size_t claims = 0;
		for (size_t i = 0; i < s.n; i++) {
			struct str text = s.pair[i].sentence;
			for (size_t k = 0; k < sizeof(forbidden) / sizeof(*forbidden); k++)
				assert_false(has(text, forbidden[k]));
			assert_false(has(text, "{") || has(text, "}"));
			bool claim = has(text, l == LANG_ES ? "se asocia" : "is associated");
			assert_true(claim == s.pair[i].found);
			claims += claim;
		}
		assert_int_equal(claims, s.n_found);
	}
	arena_drop(&w.a);
}

static void too_few_clusters_are_said_to_be(void **state)
{
	(void)state;
	struct world w = { .a = { .limit_bytes = 64u << 20 } };
	load(&w, named);
	fill_answers(&w);
	answer_and_score(&w, ASSOCIATE_N_MIN - 1);
	struct associations s = make(&w, LANG_ES);
	assert_true(s.n == 28 && s.n_defined == 0 && s.n_found == 0);
	assert_true(has(s.pair[0].sentence, "No se puede medir") && has(s.pair[0].why, "9"));
	arena_drop(&w.a);
}

static void a_wrong_expression_names_its_setting(void **state)
{
	(void)state;
	static const char *const wrong[] = { "associate.bad,${NOWHERE}", "associate.bad,'text'" };
	for (size_t i = 0; i < 2; i++) {
		struct world w = { .a = { .limit_bytes = 64u << 20 } };
		struct associations s = { .n = 99 };
		struct err e = { 0 };
		load(&w, str_fmt(&w.a, "key,value\nid,toy\nversion,1\n%s\n%c", wrong[i], 0).p);
		fill_answers(&w);
		answer_and_score(&w, N);
		assert_false(associations_make(&w.a, w.in, &w.tables, LANG_ES, &s, &e));
		assert_int_equal(e.code, ERR_INPUT);
		assert_non_null(strstr(e.msg, "associate.bad"));
		assert_true(s.n == 99);
		arena_drop(&w.a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_compared_with_itself),
		cmocka_unit_test(found_ones_come_first_and_every_pair_is_listed),
		cmocka_unit_test(no_sentence_says_what_does_what),
		cmocka_unit_test(too_few_clusters_are_said_to_be),
		cmocka_unit_test(a_wrong_expression_names_its_setting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
