/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests of this room: instruments read from folders, with a word changed here and there. */
#ifndef SSME_INSTRUMENT_FIXTURE_H
#define SSME_INSTRUMENT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "instrument/instrument.h"

enum { FIXTURE_FILES_MAX = 32 };
struct fixture {
	struct arena *a;
	struct instrument_file file[FIXTURE_FILES_MAX];
	size_t n;
};

static inline struct str fixture_bytes(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b;
	char block[4096];
	if (!f)
		return (struct str){ 0 };
	buf_init(&b, a, 64u << 20);
	for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
		buf_put(&b, (struct str){ block, n });
	(void)fclose(f);
	return buf_str(&b);
}

static inline void fixture_file(struct fixture *x, const char *path, struct str bytes)
{
	x->file[x->n++] = (struct instrument_file){ str_of(path), bytes };
}

/* The sheets that are there of an instrument's folder or of a plain form's. */
static inline struct fixture fixture_folder(struct arena *a, const char *folder)
{
	static const char *const path[] = {
		"survey.csv",           "choices.csv",
		"settings.csv",         "cluster/survey.csv",
		"cluster/choices.csv",  "cluster/settings.csv",
		"company/survey.csv",   "company/choices.csv",
		"company/settings.csv", "method/settings.csv",
		"method/areas.csv",     "method/scores.csv",
		"method/steps.csv",     "method/levels.csv",
		"method/gates.csv",     "method/indicators.csv",
		"method/figures.csv",   "method/bridges.csv",
		"method/published.csv", "method/rollups.csv",
	};
	struct fixture x = { .a = a };
	for (size_t i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
		struct str whole = str_fmt(a, "%s/%s", folder, path[i]);
		struct str bytes = fixture_bytes(a, str_c(a, whole));
		if (bytes.p)
			fixture_file(&x, path[i], bytes);
	}
	assert_true(x.n > 0);
	return x;
}

/* Every `from` in that file becomes `to`; at least one must be there. */
static inline void fixture_replace(struct fixture *x, const char *path, const char *from,
				   const char *to)
{
	for (size_t i = 0; i < x->n; i++) {
		struct instrument_file *f = &x->file[i];
		struct buf b;
		size_t at, n_changed = 0;
		struct str rest = f->bytes;
		if (!str_is(f->path, path))
			continue;
		buf_init(&b, x->a, 64u << 20);
		while (str_find(rest, str_of(from), &at)) {
			buf_put(&b, str_sub(rest, 0, at));
			buf_puts(&b, to);
			rest = str_sub(rest, at + str_of(from).n, rest.n);
			n_changed++;
		}
		buf_put(&b, rest);
		f->bytes = buf_str(&b);
		if (!n_changed)
			fail_msg("\"%s\" is not in %s", from, path);
		return;
	}
	fail_msg("no file %s", path);
}

static inline void fixture_remove(struct fixture *x, const char *path)
{
	for (size_t i = 0; i < x->n; i++)
		if (str_is(x->file[i].path, path))
			x->file[i] = x->file[--x->n];
}

static inline const struct instrument *fixture_load(struct fixture *x, enum lang lang,
						    struct problems *ps)
{
	const struct instrument *in = NULL;
	struct err e = { 0 };
	problems_init(ps, x->a, lang);
	if (!instrument_load(x->a, x->file, x->n, ps, &in, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(in == NULL, ps->n_errors > 0);
	return in;
}

/* As the above, without a problem. */
static inline const struct instrument *fixture_good(struct fixture *x)
{
	struct problems ps;
	const struct instrument *in = fixture_load(x, LANG_ES, &ps);
	if (ps.n_errors || ps.n_warnings) {
		struct buf b;
		buf_init(&b, x->a, 1u << 20);
		problems_put_text(&b, &ps);
		fail_msg("%s", b.p);
	}
	return in;
}

static inline const struct problem *fixture_problem(const struct problems *ps, const char *rule)
{
	for (size_t i = 0; i < ps->n; i++)
		if (str_is(str_of(ps->item[i].rule), rule))
			return &ps->item[i];
	return NULL;
}

/* Sheet and cell of the problem of that rule, or why there is none. */
static inline struct str fixture_cell(const struct problems *ps, const char *rule)
{
	const struct problem *p = fixture_problem(ps, rule);
	return p ? str_fmt(ps->a, "%.*s!%.*s", STR_ARG(p->sheet), STR_ARG(p->column))
		 : STR("no such problem");
}

#define assert_str(s, text) \
	do { \
		struct str got_ = (s); \
		if (!str_is(got_, (text))) \
			fail_msg("got \"%.*s\", wanted \"%s\"", STR_ARG(got_), (text)); \
	} while (0)

#endif
