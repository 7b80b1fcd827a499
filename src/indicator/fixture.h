/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small round for tests: four answering clusters of a register of six, in two departments.
 * Include after cmocka.h. */
#ifndef SSME_INDICATOR_FIXTURE_H
#define SSME_INDICATOR_FIXTURE_H

#include "indicator/indicator.h"
#include "score/score.h"

static const char survey[] =
	"type,name,label::es,label::en,ssme::unit\nselect_one yn,Q1,Q1,Q1,\ninteger,Q2,Q2,Q2,cop\n";
static const char choices[] = "list_name,name,label::es,label::en\nyn,a,Sí,Yes\nyn,b,No,No\n";
static const char settings[] = "key,value\nid,toy\nversion,1\ndimension.place,${department}\n"
			       "dimension.band,\"if(${Q2} > 2, 'many', 'few')\"\n";
static const char areas[] = "code,label,label::en,weight\nA,A,A,1\n";
static const char scores[] = "question,area,max,points,source\nQ2,A,5,\"min(5, ${Q2})\",x\n";
static const char levels[] = "code,label,label::en,cut\nlow,Bajo,Low,0\nhigh,Alto,High,60\n";
static const char indicators[] =
	"id,label,label::en,unit,decimals,form,formula,universe,note,caution,caution_text,"
	"caution_text::en\n"
	"F1,f,f,percent,0,cluster,share(${Q1} = 'a'),,\n"
	"F2,f,f,count,0,register,count(),,\n"
	"F3,f,f,percent,1,cluster,100 * figure('F4') div figure('F2'),,\n"
	"F4,f,f,count,0,cluster,count(),,,figure('F2') > 5,Ojo,Mind\n"
	"F5,f,f,percent,0,cluster,share(${Q1} = 'a'),${Q2} > 1,\n"
	"F6,f,f,percent,0,cluster,share(${Q1} = 'a'),${department} = '05',\n"
	"F7,f,f,list,0,cluster,counts(${Q1}),,\n"
	"F8,f,f,count,0,round,max(${year}),${current} = 'yes',\n"
	"F9,f,f,points,2,score,mean(${score}),,\n"
	"P1,f,f,percent,0,cluster,\"100 * ratio(1, 3)\",,\nP2,f,f,percent,0,cluster,\"100 * "
	"ratio(1, 3)\",,\n"
	"P3,f,f,percent,0,cluster,\"100 * ratio(1, 3)\",,\n";
static const char figures[] = "section,kind,text,text::en,figures\ns,composition,t,t,P1 P2 P3\n";

static struct instrument_file file(const char *path, const char *bytes)
{
	return (struct instrument_file){ str_of(path), str_of(bytes) };
}

struct world {
	struct arena a;
	const struct instrument *in;
	struct fact_tables tables;
};

static const struct frame *answers(struct arena *a, const struct form *f)
{
	static const char *const document[] = {
		"{\"Q1\":\"a\",\"Q2\":1}",
		"{\"Q1\":\"b\",\"Q2\":3}",
		"{\"Q1\":\"a\",\"Q2\":4}",
		"{\"Q2\":5}",
	};
	static const struct str id[] = { { "C1", 2 }, { "C2", 2 }, { "C3", 2 }, { "C4", 2 } };
	struct str text[4];
	const struct frame *out = NULL;
	struct err e = { 0 };
	for (size_t i = 0; i < 4; i++)
		text[i] = str_of(document[i]);
	bool done = response_frame(a, f, text, id, NULL, 4, NULL, &out, &e);
	if (!done)
		print_message("%s\n", e.msg);
	assert_true(done);
	return out;
}

static void load_instrument(struct world *w)
{
	const struct instrument_file f[] = {
		file("cluster/survey.csv", survey),         file("cluster/choices.csv", choices),
		file("method/settings.csv", settings),      file("method/areas.csv", areas),
		file("method/scores.csv", scores),          file("method/levels.csv", levels),
		file("method/indicators.csv", indicators),  file("method/figures.csv", figures),
	};
	struct problems ps;
	struct err e = { 0 };
	problems_init(&ps, &w->a, LANG_EN);
	assert_true(instrument_load(&w->a, f, sizeof(f) / sizeof(*f), &ps, &w->in, &e));
	for (size_t i = 0; i < ps.n; i++) {
		if (ps.item[i].severity == SEVERITY_ERROR)
			print_message("%.*s\n", STR_ARG(ps.item[i].message));
	}
	assert_non_null(w->in);
}

static int set_up(void **state)
{
	static struct world w;
	static const struct str id[] = { { "C1", 2 }, { "C2", 2 }, { "C3", 2 }, { "C4", 2 } };
	static const char *const department[] = { "05", "05", "11", "11", "05", "99" };
	static const struct round_fact round[] = {
		{ .id = { "2022", 4 }, .year = 2022, .ordinal = 1 }
	};
	arena_init(&w.a, (size_t)1 << 30);
	load_instrument(&w);
	struct cluster_entry *entry = NEW(&w.a, 6, struct cluster_entry);
	for (size_t i = 0; i < 6; i++)
		entry[i] = (struct cluster_entry){ .id = str_fmt(&w.a, "C%zu", i + 1),
						   .department = str_of(department[i]),
						   .sector = STR("x"),
						   .until_day = INT32_MAX,
						   .active = true };
	const struct cluster_register clusters = { entry, 6, NULL, 0 };
	const struct fact_input in = { .instrument = w.in,
				       .round = round,
				       .n_rounds = 1,
				       .clusters = &clusters,
				       .answers = { answers(&w.a, w.in->form[FORM_CLUSTER]) },
				       .cluster = { id } };
	struct scores s;
	struct err e = { 0 };
	fact_tables_make(&w.a, &in, &w.tables);
	assert_true(score_clusters(&w.a, w.in, w.tables.table[TABLE_CLUSTER], NULL, &s, &e));
	score_join(&w.a, w.in, &s, &w.tables);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	arena_drop(&w->a);
	return 0;
}

#endif
