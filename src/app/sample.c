/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sample.h"

#include "app/catalogue.h"
#include "app/importer.h"
#include "app/input.h"
#include "base/num.h"

/* Folders of instruments/ that are published, with the older one first. */
static const char *const shipped[] = { "ssme-2016/", "ssme/" };

bool sample_available(void)
{
	return embedded_sample_n > 0;
}

/* ---- instruments ---- */

static bool publish(struct call *c, struct store *s, const char *folder, struct err *e)
{
	struct instrument_file *file;
	const struct instrument *in;
	struct problems ps;
	struct buf canonical;
	size_t n;
	problems_init(&ps, c->a, c->lang);
	if (!embedded_files(c->a, embedded_instruments, embedded_instruments_n, folder, &file, &n,
			    e) ||
	    !instrument_load(c->a, file, n, &ps, &in, e))
		return err_in(e, "instruments/%s", folder);
	if (!in)
		return err_set(e, ERR_IO, "instruments/%s: %.*s", folder,
			       STR_ARG(ps.item[0].message));
	buf_init(&canonical, c->a, INSTRUMENT_BYTES_MAX);
	instrument_canonical(&canonical, file, n);
	return store_put_instrument(
		s,
		&(struct stored_instrument){ .id = in->id,
					     .version = in->version,
					     .sha256 = sha256_hex(c->a, in->sha256),
					     .canonical = buf_str(&canonical) },
		e);
}

/* ---- tables of the sample ---- */

static bool sample_rows(struct call *c, const char *name, struct response_rows *out, struct err *e)
{
	struct str bytes;
	return embedded_read(c->a, embedded_sample, embedded_sample_n, name, &bytes, e) &&
	       input_rows_of(c, name, bytes, out, e);
}

static bool refuse_problems(const struct problems *ps, const char *name, struct err *e)
{
	if (!ps->n_errors)
		return true;
	return err_set(e, ERR_IO, "sample %s row %lld %.*s: %.*s", name, (long long)ps->item[0].row,
		       STR_ARG(ps->item[0].column), STR_ARG(ps->item[0].message));
}

static bool load_register(struct call *c, struct store *s, struct err *e)
{
	const struct catalogues *catalogues;
	struct cluster_register r = { 0 };
	struct response_rows rows;
	struct problems ps;
	problems_init(&ps, c->a, c->lang);
	if (!catalogues_load(c->a, c->lang, &catalogues, e) ||
	    !sample_rows(c, "register.csv", &rows, e))
		return false;
	register_read(c->a, &rows, catalogues, &ps, &r);
	if (!refuse_problems(&ps, "register.csv", e) || !sample_rows(c, "lineage.csv", &rows, e))
		return false;
	lineage_read(c->a, &rows, &ps, &r);
	return refuse_problems(&ps, "lineage.csv", e) && store_put_register(s, &r, e);
}

static bool import_file(struct call *c, struct store *s, struct str round, int form,
			const struct response_repeat_file *repeat, size_t n_repeats, struct err *e)
{
	struct import_request q = {
		.round = round, .form = form, .repeat = repeat, .n_repeats = n_repeats
	};
	struct import_outcome outcome;
	struct problems ps;
	struct err absent = { 0 };
	problems_init(&ps, c->a, c->lang);
	q.name = str_c(c->a, str_fmt(c->a, "%.*s/%s.csv", STR_ARG(round),
				     form == FORM_COMPANY ? "company" : "cluster"));
	if (!embedded_read(c->a, embedded_sample, embedded_sample_n, q.name, &q.bytes, &absent))
		return form == FORM_COMPANY || err_set(e, ERR_IO, "%s", absent.msg);
	return import_answers(c, s, &q, &ps, &outcome, e) && refuse_problems(&ps, q.name, e);
}

/* The files ROUND/cluster.NAME.csv hold the rows of the repeat NAME. */
static bool find_repeats(struct call *c, struct str round, struct response_repeat_file *out,
			 size_t *ret_n, struct err *e)
{
	struct str prefix = str_fmt(c->a, "%.*s/cluster.", STR_ARG(round));
	*ret_n = 0;
	for (size_t i = 0; i < embedded_sample_n && *ret_n < IMPORT_REPEATS_MAX; i++) {
		struct str name = str_of(embedded_sample[i].name);
		if (!str_starts(name, str_c(c->a, prefix)) || name.n < prefix.n + sizeof("csv"))
			continue;
		struct response_repeat_file *r = &out[(*ret_n)++];
		r->repeat = str_sub(name, prefix.n, name.n - prefix.n - (sizeof(".csv") - 1));
		r->file = name;
		if (!sample_rows(c, embedded_sample[i].name, &r->rows, e))
			return false;
	}
	return true;
}

static bool load_answers(struct call *c, struct store *s, struct str round, struct err *e)
{
	struct response_repeat_file repeat[IMPORT_REPEATS_MAX];
	size_t n;
	return find_repeats(c, round, repeat, &n, e) &&
	       import_file(c, s, round, FORM_CLUSTER, repeat, n, e) &&
	       import_file(c, s, round, FORM_COMPANY, NULL, 0, e);
}

/* A row of rounds.csv: id, instrument, from, to. */
static bool load_round(struct call *c, struct store *s, const struct str *cell, struct err *e)
{
	struct stored_round r = { .id = cell[0],
				  .from = cell[2],
				  .to = cell[3],
				  .state = ROUND_OPEN,
				  .synthetic = true };
	struct str rest = cell[1];
	int64_t year = 0;
	r.instrument_id = str_cut(&rest, '@');
	r.instrument_version = rest;
	if (!num_int(str_sub(r.from, 0, 4), &year))
		return err_set(e, ERR_IO, "sample rounds.csv: %.*s has no year", STR_ARG(r.id));
	r.year = (int)year;
	return store_open_round(s, &r, e) && load_answers(c, s, r.id, e);
}

/* Frozen and published once all rounds are there. */
static bool close_round(struct call *c, struct store *s, struct str id, struct err *e)
{
	struct stored_round r;
	const struct instrument *in;
	struct sha256 h;
	if (!store_get_round(s, c->a, id, &r, e) ||
	    !measure_instrument(c, s, r.instrument_id, r.instrument_version, &in, e))
		return false;
	const struct form *const form[2] = { in->form[0], in->form[1] };
	return store_hash_round(s, c->a, id, form, &h, e) &&
	       store_freeze_round(s, id, sha256_hex(c->a, h), e) && store_publish_round(s, id, e);
}

static bool load_all(struct call *c, struct store *s, struct err *e)
{
	struct response_rows rounds;
	for (size_t i = 0; i < sizeof(shipped) / sizeof(*shipped); i++) {
		if (!publish(c, s, shipped[i], e))
			return false;
	}
	if (!load_register(c, s, e) || !sample_rows(c, "rounds.csv", &rounds, e))
		return false;
	if (rounds.n_columns < 4)
		return err_set(e, ERR_IO, "sample rounds.csv: four columns are needed");
	for (size_t i = 0; i < rounds.n_rows; i++) {
		const struct str *cell = &rounds.cell[i * rounds.n_columns];
		call_progress(c, i, rounds.n_rows);
		if (!load_round(c, s, cell, e) || !close_round(c, s, cell[0], e))
			return false;
	}
	return true;
}

bool sample_load(struct call *c, struct store *s, struct err *e)
{
	struct err ignored = { 0 };
	if (!store_begin(s, e))
		return false;
	if (!load_all(c, s, e)) {
		(void)!store_end(s, false, &ignored); /* the first error stays */
		return false;
	}
	return store_end(s, true, e);
}
