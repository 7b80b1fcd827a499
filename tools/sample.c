/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <stdio.h>

#include "os/file.h"

/* What each round adds up to.  2022: what the bulletin prints.  2020: invented, somewhat below. */
static const struct round_plan plan_2020 = {
	.id = "2020", .instrument = "ssme@2022.1", .from = "2020-07-01", .to = "2020-09-30",
	.year = 2020, .n = 80,
	.entities = { 25310, 402, 318, 241, 187 },
	.size = { 18958, 4404, 1266, 682 },
	.seats = { 262, 34, 36, 28 }, .n_councils = 45,
	.actors = { 505, 71, 68, 76 },
	.universe = 371240, .universe_jobs = 2081400,
	.jobs = 268204, .jobs_before = 281110,
	.sales = { 66000000000, 118000000000, 99000000000 },
	.sales_before = 297350000000,
	.abroad_percent = { 31, 19, 11 }, .national_percent = 32,
	.purchases = { 3920, 2400, 960, 720 },
	.quota = { { 38, 16 }, { 38, 28 }, { 27, 15 }, { 17, 19 },
		   { 36, 18 }, { 53, 14 }, { 40, 27 } },
	.level = { 11, 36 },
};
static const struct round_plan plan_2022 = {
	.id = "2022", .instrument = "ssme@2022.1", .from = "2022-07-01", .to = "2022-09-30",
	.year = 2022, .n = 100,
	.entities = { 36249, 520, 404, 311, 244 },
	.size = { 26824, 6525, 1812, 1088 },
	.seats = { 390, 42, 38, 30 }, .n_councils = 62,
	.actors = { 740, 80, 80, 100 },
	.universe = 476504, .universe_jobs = 2709296,
	.jobs = 385502, .jobs_before = 360282,
	.sales = { 98000000000, 191000000000, 168000000000 },
	.sales_before = 384033613445,
	.abroad_percent = { 33, 21, 14 }, .national_percent = 33,
	.purchases = { 4600, 3100, 1300, 1000 },
	.quota = { { 52, 20 }, { 56, 34 }, { 41, 18 }, { 30, 24 },
		   { 56, 20 }, { 78, 13 }, { 64, 26 } },
	.level = { 6, 30 },
};
static const struct old_round {
	const char *id, *from, *to;
	int year;
	size_t n;
} old_round[] = { { "2016", "2016-07-01", "2016-09-30", 2016, 60 },
		  { "2018", "2018-07-01", "2018-09-30", 2018, 60 } };

/* Where the files go and what they come from. */
struct making {
	struct arena *a;
	const char *folder;
	struct str instrument;
	struct population *population;
	struct str register_csv;
};

static bool write_file(const struct making *m, const char *name, struct str bytes, struct err *e)
{
	return file_write(path_join(m->a, m->folder, name), bytes, e);
}

static bool write_table(const struct making *m, const char *round, const char *name,
			const struct table *t, struct err *e)
{
	struct buf b;
	buf_init(&b, m->a, TABLE_BYTES_MAX);
	table_put(t, &b);
	return write_file(m, str_c(m->a, str_fmt(m->a, "%s/%s", round, name)), buf_str(&b), e);
}

static bool make_round_folder(const struct making *m, const char *round, struct err *e)
{
	return folder_make(path_join(m->a, m->folder, round), e);
}

void answers_put(const struct answer *x, size_t n, struct arena *a, struct buf *form,
		 struct buf *projects)
{
	struct table answers, rows;
	table_start(&answers, a);
	table_start(&rows, a);
	for (size_t i = 0; i < n; i++)
		answer_put(&x[i], &answers, &rows);
	table_put(&answers, form);
	table_put(&rows, projects);
}

static bool make_old_round(const struct making *m, const struct old_round *r, struct err *e)
{
	const struct cluster *cluster[ANSWERS_MAX];
	struct table t;
	population_answering(m->population, r->year, r->n, cluster);
	table_start(&t, m->a);
	for (size_t i = 0; i < r->n; i++)
		old_answer_put(cluster[i], r->year, &t);
	return make_round_folder(m, r->id, e) && write_table(m, r->id, "cluster.csv", &t, e);
}

static bool make_round(const struct making *m, const struct round_plan *r, bool companies,
		       struct err *e)
{
	const struct cluster *cluster[ANSWERS_MAX];
	struct answer answer[ANSWERS_MAX];
	struct buf form, projects;
	struct table t;
	population_answering(m->population, r->year, r->n, cluster);
	answers_plan(r, cluster, answer);
	if (!answers_steer(m->instrument, m->register_csv, answer, r->n, e) ||
	    !make_round_folder(m, r->id, e))
		return false;
	buf_init(&form, m->a, TABLE_BYTES_MAX);
	buf_init(&projects, m->a, TABLE_BYTES_MAX);
	answers_put(answer, r->n, m->a, &form, &projects);
	const char *path = str_c(m->a, str_fmt(m->a, "%s/cluster.csv", r->id));
	const char *path_projects = str_c(m->a, str_fmt(m->a, "%s/cluster.P01.csv", r->id));
	if (!write_file(m, path, buf_str(&form), e) ||
	    !write_file(m, path_projects, buf_str(&projects), e))
		return false;
	if (!companies)
		return true;
	table_start(&t, m->a);
	companies_put(answer, r->n, &t);
	return write_table(m, r->id, "company.csv", &t, e);
}

static bool make_lists(struct making *m, struct err *e)
{
	struct buf clusters, lineage, rounds;
	buf_init(&clusters, m->a, TABLE_BYTES_MAX);
	buf_init(&lineage, m->a, TABLE_BYTES_MAX);
	buf_init(&rounds, m->a, TABLE_BYTES_MAX);
	population_put_register(m->population, &clusters);
	population_put_lineage(m->population, &lineage);
	buf_puts(&rounds, "id,instrument,from,to\r\n");
	for (size_t i = 0; i < sizeof(old_round) / sizeof(*old_round); i++)
		buf_fmt(&rounds, "%s,ssme@2016.1,%s,%s\r\n", old_round[i].id, old_round[i].from,
			old_round[i].to);
	buf_fmt(&rounds, "%s,%s,%s,%s\r\n", plan_2020.id, plan_2020.instrument, plan_2020.from,
		plan_2020.to);
	buf_fmt(&rounds, "%s,%s,%s,%s\r\n", plan_2022.id, plan_2022.instrument, plan_2022.from,
		plan_2022.to);
	m->register_csv = buf_str(&clusters);
	return write_file(m, "register.csv", buf_str(&clusters), e) &&
		write_file(m, "lineage.csv", buf_str(&lineage), e) &&
		write_file(m, "rounds.csv", buf_str(&rounds), e);
}

static bool make_all(const char *folder, const char *instrument, struct err *e)
{
	ARENA_SCOPE(a, (size_t)1 << 30);
	struct population population;
	struct making m = { .a = &a,
			    .folder = folder,
			    .instrument = str_of(instrument),
			    .population = &population };
	population_make(&population);
	if (!folder_make(folder, e) || !make_lists(&m, e))
		return false;
	for (size_t i = 0; i < sizeof(old_round) / sizeof(*old_round); i++) {
		if (!make_old_round(&m, &old_round[i], e))
			return false;
	}
	return make_round(&m, &plan_2020, false, e) && make_round(&m, &plan_2022, true, e);
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	if (argc != 3) {
		fprintf(stderr, "sample FOLDER INSTRUMENT\n");
		return 2;
	}
	if (make_all(argv[1], argv[2], &e))
		return 0;
	fprintf(stderr, "sample: %s\n", e.msg);
	return err_exit_status(e.code);
}
