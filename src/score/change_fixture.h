/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of change: two methods with bridges, and rounds made of answers written as JSON.
 * Include after cmocka.h. */
#ifndef SSME_SCORE_CHANGE_FIXTURE_H
#define SSME_SCORE_CHANGE_FIXTURE_H

#include "score/change.h"

/* ---- methods ---- */

struct sheets {
	const char *survey, *choices, *settings, *areas, *scores, *levels, *gates, *bridges,
		*indicators;
};

static const char fixture_levels[] = "code,label,label::en,cut\n"
				     "low,Bajo,Low,0\nmiddle,Medio,Middle,40\nhigh,Alto,High,70\n";

/* The earlier method: a choice, a number and a set. */
static const struct sheets sheets_old = {
	.survey = "type,name,label::es,label::en\nselect_one yn,R1,R1,R1\ninteger,R2,R2,R2\n"
		  "select_multiple few,R3,R3,R3\n",
	.choices = "list_name,name,label::es,label::en\nyn,a,Sí,Yes\nyn,b,No,No\n"
		   "few,x,X,X\nfew,y,Y,Y\n",
	.settings = "key,value\nid,toy\nversion,1\narea_missing_max,50\nareas_missing_max,1\n",
	.areas = "code,label,label::en,weight\nM,M,M,2\nN,N,N,1\n",
	.scores = "question,area,max,points,source\nR1,M,5,\"if(${R1} = 'a', 5, 0)\",x\n"
		  "R2,M,5,\"min(5, ${R2})\",x\nR3,N,2,count-selected(${R3}),x\n",
	.levels = fixture_levels,
	.indicators = "id,label,label::en,unit,decimals,form,formula,universe,note\n"
		      "F1,f,f,percent,0,cluster,share(${R1} = 'a'),,\n"
		      "F2,f,f,count,0,cluster,sum(${R2}),,\n"
		      "F4,f,f,points,1,cluster,mean(${score}),,\n",
};

/* The later one: R1 became Q1 with a step between, R2 is Q2, R3 is Q3 with one more option, Q4 is
 * new. */
static const struct sheets sheets_new = {
	.survey = "type,name,label::es,label::en\nselect_one abc,Q1,Q1,Q1\ninteger,Q2,Q2,Q2\n"
		  "select_multiple many,Q3,Q3,Q3\ninteger,Q4,Q4,Q4\n",
	.choices = "list_name,name,label::es,label::en\nabc,a,A,A\nabc,b,B,B\nabc,c,C,C\n"
		   "many,y,Y,Y\nmany,x,X,X\nmany,z,Z,Z\n",
	.settings = "key,value\nid,toy\nversion,2\narea_missing_max,50\nareas_missing_max,1\n",
	.areas = "code,label,label::en,weight\nA,A,A,3\nB,B,B,1.5\n",
	.scores = "question,area,max,points,source\n"
		  "Q1,A,5,\"if(${Q1} = 'a', 5, if(${Q1} = 'b', 2, 0))\",x\n"
		  "Q2,A,10,\"if(${Q2} = 99, 'NA', min(10, ${Q2}))\",x\n"
		  "Q3,B,3,count-selected(${Q3}),x\nQ4,B,7,\"min(7, ${Q4})\",x\n",
	.levels = fixture_levels,
	.gates = "level,condition,label,label::en\nhigh,${Q1} = 'a',Q1,Q1\nhigh,${Q4} > 0,Q4,Q4\n",
	.bridges = "item,round,old,relation,note,note::en\n"
		   "Q1,2018,\"if(${R1} = 'a', 'a', 'c')\",puente,Sin término medio,No middle\n"
		   "Q2,2018,${R2},igual,,\nQ3,2018,${R3},similar,Dos opciones,Two options\n"
		   "Q4,2018,,no,No se preguntaba,Not asked\n",
	.indicators = "id,label,label::en,unit,decimals,form,formula,universe,note\n"
		      "F1,f,f,percent,0,cluster,share(${Q1} = 'a'),,\n"
		      "F2,f,f,count,0,cluster,sum(${Q2}),,\n"
		      "F3,f,f,count,0,cluster,sum(${Q4}),,\n"
		      "F4,f,f,points,1,cluster,mean(${score}),,\n"
		      "F5,f,f,ratio,2,cluster,mean(${Q2}),,\n"
		      "F6,f,f,percent,1,cluster,\"100 * ratio(${Q2}, ${Q2} + ${Q4})\",,\n"
		      "F7,f,f,percent,1,cluster,\"100 * growth(${Q4}, ${Q2})\",,\n"
		      "F8,f,f,percent,1,cluster,\"wmean(${Q2}, ${Q4})\",${Q2} > 1,\n"
		      "F9,f,f,count,0,cluster,median(${Q2}),,\n"
		      "G1,f,f,count,0,cluster,count(${Q2} > 3),,\n"
		      "G2,f,f,list,0,cluster,counts(${Q1}),,\n"
		      "G3,f,f,ratio,2,cluster,figure('F2') div figure('G1'),,\n",
};

static const struct instrument *fixture_method(struct arena *a, const struct sheets *s)
{
	const struct {
		const char *path, *bytes;
	} sheet[] = {
		{ "cluster/survey.csv", s->survey },
		{ "cluster/choices.csv", s->choices },
		{ "method/settings.csv", s->settings },
		{ "method/areas.csv", s->areas },
		{ "method/scores.csv", s->scores },
		{ "method/levels.csv", s->levels },
		{ "method/gates.csv", s->gates },
		{ "method/bridges.csv", s->bridges },
		{ "method/indicators.csv", s->indicators },
	};
	struct instrument_file f[sizeof(sheet) / sizeof(*sheet)];
	size_t n = 0;
	for (size_t i = 0; i < sizeof(sheet) / sizeof(*sheet); i++) {
		if (sheet[i].bytes)
			f[n++] = (struct instrument_file){ str_of(sheet[i].path),
							   str_of(sheet[i].bytes) };
	}
	struct problems ps;
	struct err e = { 0 };
	const struct instrument *in = NULL;
	problems_init(&ps, a, LANG_EN);
	assert_true(instrument_load(a, f, n, &ps, &in, &e));
	for (size_t i = 0; i < ps.n; i++) {
		if (ps.item[i].severity == SEVERITY_ERROR)
			print_message("%.*s: %.*s\n", STR_ARG(ps.item[i].sheet),
				      STR_ARG(ps.item[i].message));
	}
	assert_non_null(in);
	return in;
}

/* ---- registers ---- */

/* Events "DAY EVENT FROM TO" with days as numbers, joined by semicolons. */
__attribute__((unused)) static struct cluster_register fixture_register(struct arena *a,
									const char *events)
{
	struct str rest = str_of(events);
	struct lineage_entry *l = NEW(a, 32, struct lineage_entry);
	size_t n = 0;
	while (rest.n) {
		struct str one = str_cut(&rest, ';');
		int64_t day;
		assert_true(num_int(str_word(&one), &day));
		l[n].day = (int32_t)day;
		l[n].event = str_word(&one);
		l[n].from = str_word(&one);
		l[n++].to = str_word(&one);
	}
	return (struct cluster_register){ .lineage = l, .n_lineage = n };
}

/* ---- rounds ---- */

enum { ANSWERS_MAX = 64 };
struct fixture_round {
	struct round_fact round;
	struct fact_tables tables;
	struct scores scores;
	struct round_side side;
	struct str cluster[ANSWERS_MAX], document[ANSWERS_MAX];
	size_t n;
};

static struct fixture_round *fixture_round(struct arena *a, const char *id, int year)
{
	struct fixture_round *r = NEW(a, 1, struct fixture_round);
	r->round = (struct round_fact){ .id = str_of(id), .year = year, .ordinal = 1 };
	return r;
}

static void fixture_answer(struct fixture_round *r, struct str cluster, struct str json)
{
	assert_true(r->n < ANSWERS_MAX);
	r->cluster[r->n] = cluster;
	r->document[r->n++] = json;
}

__attribute__((unused)) static void fixture_score(struct arena *a, struct fixture_round *r,
						  const struct instrument *in)
{
	static const struct cluster_register nobody = { 0 };
	const struct frame *answers = NULL;
	struct err e = { 0 };
	bool done = response_frame(a, in->form[FORM_CLUSTER], r->document, r->cluster, NULL, r->n,
				   NULL, &answers, &e);
	if (!done)
		print_message("%s\n", e.msg);
	assert_true(done);
	const struct fact_input input = { .instrument = in,
					  .round = &r->round,
					  .n_rounds = 1,
					  .clusters = &nobody,
					  .answers = { answers },
					  .cluster = { r->cluster } };
	fact_tables_make(a, &input, &r->tables);
	assert_true(score_clusters(a, in, r->tables.table[TABLE_CLUSTER], NULL, &r->scores, &e));
	score_join(a, in, &r->scores, &r->tables);
	r->side = (struct round_side){ &r->round, in, &r->tables, &r->scores };
}

/* "CLUSTER {...}" lines. */
__attribute__((unused)) static struct fixture_round *
fixture_answers(struct arena *a, const struct instrument *in, const char *id, int year,
		const char *lines)
{
	struct fixture_round *r = fixture_round(a, id, year);
	struct str rest = str_of(lines);
	while (rest.n) {
		struct str line = str_cut(&rest, '\n');
		struct str cluster = str_word(&line);
		fixture_answer(r, cluster, str_trim(line));
	}
	fixture_score(a, r, in);
	return r;
}

#endif
