/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns each cluster's dial until the instrument gives it the score it should have. */
#include <stdio.h>

#include "base/date.h"
#include "codec/sheet.h"
#include "os/file.h"
#include "sample.h"
#include "score/score.h"

enum { ROWS_MAX = 100000, STEPS = 12, FILES_MAX = 64, FILE_BYTES_MAX = 16 << 20 };
#define PASS_BYTES_MAX ((size_t)1 << 30)

/* What stays the same from pass to pass. */
struct steering {
	const struct instrument *instrument;
	struct cluster_register clusters;
	struct round_fact round;
	struct answer *x;
	size_t n;
};

static bool load_folder(struct arena *a, struct str folder, const char *part,
			struct instrument_file *file, size_t *n, struct err *e)
{
	struct str *name;
	size_t n_names;
	const char *path = path_join(a, str_c(a, folder), part);
	if (!folder_list(a, path, &name, &n_names, e))
		return false;
	for (size_t i = 0; i < n_names && *n < FILES_MAX; i++) {
		struct instrument_file *f = &file[(*n)++];
		f->path = str_fmt(a, "%s/%.*s", part, STR_ARG(name[i]));
		if (!file_read(a, path_join(a, path, name[i].p), FILE_BYTES_MAX, &f->bytes, e))
			return false;
	}
	return true;
}

static bool first_problem(const struct problems *ps, const char *what, struct err *e)
{
	for (size_t i = 0; i < ps->n; i++) {
		const struct problem *p = &ps->item[i];
		if (p->severity == SEVERITY_ERROR)
			return err_set(e, ERR_INPUT, "%s, row %lld, %.*s «%.*s»: %.*s", what,
				       (long long)p->row, STR_ARG(p->column), STR_ARG(p->value),
				       STR_ARG(p->message));
	}
	return !ps->n_errors || err_set(e, ERR_INPUT, "%s: errors", what);
}

static bool load_instrument(struct arena *a, struct str folder, const struct instrument **out,
			    struct err *e)
{
	struct instrument_file file[FILES_MAX];
	size_t n = 0;
	struct problems ps;
	problems_init(&ps, a, LANG_EN);
	return load_folder(a, folder, "cluster", file, &n, e) &&
		load_folder(a, folder, "company", file, &n, e) &&
		load_folder(a, folder, "method", file, &n, e) &&
		instrument_load(a, file, n, &ps, out, e) && first_problem(&ps, "instrument", e);
}

static bool read_rows(struct arena *a, struct str csv, struct response_rows *out, struct err *e)
{
	struct sheet s;
	if (!sheet_load(a, csv, STR(""), ROWS_MAX, &s, e))
		return false;
	*out = (struct response_rows){ s.head, s.n_columns, s.cell, s.number, s.n_rows };
	return true;
}

static bool load_register(struct arena *a, struct str csv, struct cluster_register *out,
			  struct err *e)
{
	static const struct catalogues none;
	struct response_rows rows;
	struct problems ps;
	problems_init(&ps, a, LANG_EN);
	if (!read_rows(a, csv, &rows, e))
		return false;
	register_read(a, &rows, &none, &ps, out);
	return first_problem(&ps, "register", e);
}

/* The answers as they would be written now, read as the program reads them. */
static bool read_answers(const struct steering *s, struct arena *a, struct response_block *out,
			 struct err *e)
{
	static const struct catalogues none;
	struct buf form, projects;
	struct response_rows rows;
	struct response_repeat_file repeat = { .repeat = STR("P01"), .file = STR("projects") };
	struct response_reader *reader;
	struct problems ps;
	const struct response_round round = { s->round.year, true, true, s->round.from,
					      s->round.to };
	buf_init(&form, a, TABLE_BYTES_MAX);
	buf_init(&projects, a, TABLE_BYTES_MAX);
	answers_put(s->x, s->n, a, &form, &projects);
	problems_init(&ps, a, LANG_EN);
	if (!read_rows(a, buf_str(&form), &rows, e) ||
	    !read_rows(a, buf_str(&projects), &repeat.rows, e) ||
	    !response_reader_make(a, s->instrument->form[FORM_CLUSTER], &none, DECIMAL_POINT, NULL,
				  &round, rows.head, rows.n_columns, &repeat, 1, &ps, &reader, e))
		return false;
	if (reader) {
		response_read(reader, a, &rows, &ps, out);
		response_finish(reader, &ps);
	}
	return first_problem(&ps, "answers", e);
}

static bool score_answers(const struct steering *s, struct arena *a, struct scores *out,
			  struct err *e)
{
	static const struct catalogues none;
	struct response_block answers;
	struct fact_tables tables;
	if (!read_answers(s, a, &answers, e))
		return false;
	const struct fact_input in = { .instrument = s->instrument,
				       .round = &s->round,
				       .n_rounds = 1,
				       .clusters = &s->clusters,
				       .catalogues = &none,
				       .answers = { answers.frame, NULL },
				       .cluster = { answers.cluster, NULL } };
	fact_tables_make(a, &in, &tables);
	if (!score_clusters(a, s->instrument, tables.table[TABLE_CLUSTER], NULL, out, e))
		return false;
	return out->n == s->n || err_set(e, ERR_INPUT, "%zu scores of %zu clusters", out->n, s->n);
}

static int64_t distance(const struct answer *x, const struct cluster_score *got)
{
	int64_t far = got->micro - (int64_t)x->target * 10000;
	far = far < 0 ? -far : far;
	return got->categorizable && got->level[0] == x->level ? far : far + 1000000000;
}

/* Halves the range of each dial by what the score says; keeps the best seen. */
static bool turn(struct steering *s, struct err *e)
{
	int low[ANSWERS_MAX], high[ANSWERS_MAX], best[ANSWERS_MAX];
	int64_t least[ANSWERS_MAX];
	for (size_t i = 0; i < s->n; i++) {
		low[i] = DIAL_MIN;
		high[i] = DIAL_MAX;
		least[i] = INT64_MAX;
	}
	for (int step = 0; step < STEPS; step++) {
		ARENA_SCOPE(a, PASS_BYTES_MAX);
		struct scores got;
		for (size_t i = 0; i < s->n; i++)
			s->x[i].dial = (low[i] + high[i]) / 2;
		if (!score_answers(s, &a, &got, e))
			return false;
		for (size_t i = 0; i < s->n; i++) {
			int64_t far = distance(&s->x[i], &got.cluster[i]);
			if (far < least[i]) {
				least[i] = far;
				best[i] = s->x[i].dial;
			}
			if (got.cluster[i].micro < (int64_t)s->x[i].target * 10000)
				low[i] = s->x[i].dial;
			else
				high[i] = s->x[i].dial;
		}
	}
	for (size_t i = 0; i < s->n; i++) {
		s->x[i].dial = best[i];
		if (least[i] >= 1000000000)
			return err_set(e, ERR_INPUT,
				       "%s: no answers give cluster C%03u level %d (target %d, off "
				       "by %lld)",
				       s->round.id.p, s->x[i].cluster->number, s->x[i].level,
				       s->x[i].target, (long long)(least[i] - 1000000000));
	}
	return true;
}

bool answers_steer(struct str instrument_folder, struct str register_csv, struct answer *x,
		   size_t n, struct err *e)
{
	ARENA_SCOPE(a, PASS_BYTES_MAX);
	const struct round_plan *r = x->round;
	struct steering s = { .x = x,
			      .n = n,
			      .round = { .id = str_of(r->id), .year = r->year, .ordinal = 1 } };
	struct date from, to;
	if (!date_parse(str_of(r->from), false, &from) || !date_parse(str_of(r->to), false, &to))
		return err_set(e, ERR_INPUT, "round %s: no dates", r->id);
	s.round.has_from = s.round.has_to = true;
	s.round.from = date_days(from);
	s.round.to = date_days(to);
	return load_instrument(&a, instrument_folder, &s.instrument, e) &&
		load_register(&a, register_csv, &s.clusters, e) && turn(&s, e);
}
