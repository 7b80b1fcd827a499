/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form of 2016 and 2018: smaller, and with no printed figure to meet. */
#include "sample.h"

struct old_writing {
	const struct cluster *c;
	int year, dial;
	struct table *t;
	struct arena *a;
};

static int grade(const struct old_writing *w, const char *item)
{
	return grade_of(w->c, w->year, w->dial, item);
}

static unsigned lasting(const struct old_writing *w, unsigned n, const char *item)
{
	return draw(n, w->c->number, 0, item);
}

static void put_number(const struct old_writing *w, const char *item, int64_t v)
{
	table_cell(w->t, item, "%lld", (long long)v);
}

static void put_letter(const struct old_writing *w, const char *item, int n)
{
	int g = grade(w, item);
	table_cell(w->t, item, "%c",
		   n == 2             ? (g >= 450 ? 'a' : 'b')
			   : g >= 600 ? 'a'
			   : g >= 300 ? 'b'
				      : 'c');
}

static void put_some(const struct old_writing *w, const char *item, const char *names, int n)
{
	int k = grade(w, item) * (n + 1) / 1001;
	table_cell(w->t, item, "%s",
		   k ? choose(w->a, names, (unsigned)k, 80, false, w->c->number, (unsigned)w->year,
			      item)
		     : "ninguna");
}

static void put_management(const struct old_writing *w)
{
	put_letter(w, "GI01", 3);
	put_number(w, "GI02", grade(w, "GI02") * 4 / 1000);
	put_letter(w, "GI03", 3);
	put_letter(w, "GI04", 2);
	put_number(w, "GI05", grade(w, "GI05") * 6 / 1000);
	put_letter(w, "GI06", 3);
	put_letter(w, "GI07", 3);
	put_letter(w, "GI08", 3);
	if (lasting(w, 100, "GI09 silent") < 8)
		table_cell(w->t, "GI09", "%s", "");
	else
		put_number(w, "GI09", 20000000 + (int64_t)lasting(w, 500, "GI09") * 1000000);
	put_number(w, "GI10", grade(w, "GI10") * 60 / 1000);
	put_letter(w, "GI11", 3);
	put_letter(w, "GI12", 2);
}

static void put_projects(const struct old_writing *w, int64_t companies)
{
	int64_t shared = grade(w, "PR02") * 6 / 1000;
	put_number(w, "PR01", shared + lasting(w, 4, "PR01"));
	put_number(w, "PR02", shared);
	put_number(w, "PR03", companies * (3 + grade(w, "PR03") * 70 / 1000) / 100);
	put_some(w, "PR04",
		 "idi capacitacion mercados_internacionales mercados_nacionales inteligencia "
		 "encadenamientos financiacion",
		 7);
	put_number(w, "PR05", grade(w, "PR05") * 4 / 1000);
}

static void put_sales(const struct old_writing *w, int64_t sales)
{
	if (lasting(w, 100, "EP05 silent") < 7) {
		table_cell(w->t, "EP05_anterior", "ND");
		table_cell(w->t, "EP05_ultimo", "ND");
		return;
	}
	put_number(w, "EP05_anterior", sales * 1000 / (960 + grade(w, "EP05") * 200 / 1000));
	put_number(w, "EP05_ultimo", sales);
}

/* Sales of the same scale as those of 2022, so that rounds stand beside each other. */
static void put_companies(const struct old_writing *w, int64_t companies)
{
	int64_t large = companies * lasting(w, 5, "large") / 100,
		medium = companies * (3 + lasting(w, 6, "medium")) / 100;
	int64_t small = companies * (12 + lasting(w, 12, "small")) / 100;
	int64_t jobs = companies * (8 + lasting(w, 6, "jobs")),
		sales = jobs * (600 + lasting(w, 700, "sales")) * 1000;
	put_number(w, "EP01", companies);
	put_number(w, "EP02", 2 + lasting(w, 16, "EP02"));
	put_number(w, "EP03_micro", companies - small - medium - large);
	put_number(w, "EP03_pequena", small);
	put_number(w, "EP03_mediana", medium);
	put_number(w, "EP03_grande", large);
	put_number(w, "EP04", companies * (2 + grade(w, "EP04") * 65 / 1000) / 100);
	put_sales(w, sales);
	put_number(w, "EP06_anterior", jobs * 1000 / (975 + grade(w, "EP06") * 90 / 1000));
	put_number(w, "EP06_ultimo", jobs);
	put_letter(w, "EP07", 2);
	put_number(w, "EP08", grade(w, "EP08") * 36 / 1000);
}

static void put_context(const struct old_writing *w, int64_t companies)
{
	int64_t region = companies + companies * lasting(w, 900, "CR01") / 60;
	put_some(w, "EN01", "competitividad codecti cuee sena", 4);
	put_number(w, "EN02", grade(w, "EN02") * 4 / 1000);
	put_number(w, "EN03", grade(w, "EN03") * 4 / 1000);
	put_number(w, "EN04", 2 + draw(4, w->c->number, (unsigned)w->year, "EN04"));
	put_letter(w, "EN05", 3);
	put_number(w, "CR01", region);
	put_number(w, "CR02", region * (3 + lasting(w, 6, "CR02")));
	put_some(w, "CR03", "empleo encadenamientos agenda ambiente inversion", 5);
	put_number(w, "CR04", grade(w, "CR04") * 14 / 1000);
	put_letter(w, "CR05", 3);
}

void old_answer_put(const struct cluster *c, int year, struct table *t)
{
	ARENA_SCOPE(a, 1 << 20);
	struct old_writing w = { c, year, (int)c->maturity * 3 / 4 - 20 + (year - 2016) * 30, t,
				 &a };
	int64_t companies = 18 + lasting(&w, 260, "companies") +
		(year - 2016) * (int64_t)lasting(&w, 9, "companies more");
	table_cell(t, "cluster", "C%03u", c->number);
	table_cell(t, "ID01", "%s", c->place->department);
	table_cell(t, "ID02", "%s", sector_name[c->product->sector]);
	table_cell(t, "ID03", "%d", c->since);
	table_cell(t, "ID04", "%c", c->manager);
	put_management(&w);
	put_projects(&w, companies);
	put_companies(&w, companies);
	put_context(&w, companies);
	table_end_row(t);
}
