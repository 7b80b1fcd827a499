/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests of this room: a data folder of one's own with a small instrument and a round. */
#ifndef SSME_STORE_FIXTURE_H
#define SSME_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store/folder.h"
#include "store/inside.h"

#define GOOD(call)                                                                                 \
	do {                                                                                       \
		struct err *e = &x->e;                                                             \
		if (!(call))                                                                       \
			fail_msg("%s: %s", #call, e->msg);                                         \
	} while (0)
/* The call fails with code, and its message holds the word. */
#define BAD(call, err_code, word)                                                                  \
	do {                                                                                       \
		struct err *e = &x->e;                                                             \
		if (call)                                                                          \
			fail_msg("%s: it should have failed", #call);                              \
		if (e->code != (err_code) || !strstr(e->msg, word))                                \
			fail_msg("%s: not as expected: %d %s", #call, e->code, e->msg);            \
		*e = (struct err){ 0 };                                                            \
	} while (0)

struct fixture {
	struct arena a;
	struct err e;
	char root[64];       /* a folder that goes with everything in it */
	const char *folder;  /* the data folder in it */
	struct store *s;     /* NULL while closed */
	const struct instrument *in;
	struct stored_instrument stored;
};

static inline const char *fixture_path(struct fixture *x, const char *name)
{
	return folder_path(&x->a, x->root, name);
}

static inline int fixture_remove(const char *path, const struct stat *st, int type,
				 struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

/* survey: personal answers at the top and in a repeat. */
static inline void fixture_instrument(struct fixture *x)
{
	const struct instrument_file file[] = {
		{ STR("cluster/survey.csv"),
		  STR("type,name,label,ssme::personal\ntext,G01,Uno,\ninteger,A01,Dos,\n") },
		{ STR("cluster/settings.csv"), STR("form_id,version\ncluster,1\n") },
		{ STR("company/survey.csv"),
		  STR("type,name,label,ssme::personal\ntext,nombre,Nombre,yes\ninteger,B01,Dos,\n"
		      "begin_repeat,socio,Socio,\ntext,correo,Correo,yes\nend_repeat,,,\n") },
		{ STR("company/settings.csv"), STR("form_id,version\ncompany,1\n") },
		{ STR("method/settings.csv"), STR("key,value\nid,mini\nversion,1\n") },
		{ STR("method/areas.csv"), STR("code,label,label::en,weight\nA,A,A,100\n") },
		{ STR("method/scores.csv"),
		  STR("question,area,max,points,source\nA01,A,5,${A01},x\n") },
		{ STR("method/levels.csv"), STR("code,label,label::en,cut\nuno,Uno,One,0\n") },
	};
	size_t n = sizeof(file) / sizeof(*file);
	struct problems ps;
	struct buf b;
	problems_init(&ps, &x->a, LANG_ES);
	GOOD(instrument_load(&x->a, file, n, &ps, &x->in, e));
	if (!x->in)
		fail_msg("fixture: %.*s", STR_ARG(ps.item[0].message));
	buf_init(&b, &x->a, 1 << 20);
	instrument_canonical(&b, file, n);
	x->stored = (struct stored_instrument){ .id = STR("mini"), .version = STR("1"),
						.sha256 = sha256_hex(&x->a, x->in->sha256),
						.canonical = buf_str(&b) };
}

static inline void fixture_open(struct fixture *x)
{
	GOOD(store_open(x->folder, &x->s, e));
	store_actor(x->s, STR("cli"), STR("2022-07-01T15:04:05Z"));
}

static inline void fixture_close(struct fixture *x)
{
	store_close(x->s);
	x->s = NULL;
}

/* A folder, not yet a store in it. */
static inline int fixture_empty(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));
	if (!x)
		return -1;
	arena_init(&x->a, (size_t)1 << 30);
	/* Nothing here is about what a disk does after the power went: memory is quicker. */
	const char *root = access("/dev/shm", W_OK) == 0 ? "/dev/shm/ssme-store-XXXXXX"
							 : "/tmp/ssme-store-XXXXXX";
	memcpy(x->root, root, strlen(root) + 1);
	if (!mkdtemp(x->root))
		return -1;
	x->folder = fixture_path(x, "data");
	*state = x;
	return 0;
}

static inline struct stored_round fixture_round(const char *id, int year)
{
	return (struct stored_round){ .id = str_of(id),
				      .instrument_id = STR("mini"),
				      .instrument_version = STR("1"),
				      .year = year,
				      .synthetic = true };
}

/* An open store with the instrument and the round 2022. */
static inline int fixture_filled(void **state)
{
	if (fixture_empty(state) != 0)
		return -1;
	struct fixture *x = *state;
	struct stored_round r = fixture_round("2022", 2022);
	fixture_instrument(x);
	GOOD(store_init(x->folder, e));
	fixture_open(x);
	GOOD(store_put_instrument(x->s, &x->stored, e));
	GOOD(store_open_round(x->s, &r, e));
	return 0;
}

static inline int fixture_end(void **state)
{
	struct fixture *x = *state;
	store_close(x->s);
	nftw(x->root, fixture_remove, 16, FTW_DEPTH | FTW_PHYS);
	arena_drop(&x->a);
	free(x);
	return 0;
}

static inline void fixture_register(struct fixture *x)
{
	struct cluster_entry c[] = {
		{ .id = STR("C001"),
		  .name = STR("Café"),
		  .department = STR("17"),
		  .sector = STR("agro"),
		  .manager_kind = STR("camara"),
		  .chamber = STR("24"),
		  .since = STR("2012"),
		  .since_day = 15340,
		  .until_day = INT32_MAX,
		  .active = true },
		{ .id = STR("C002"),
		  .name = STR("Moda"),
		  .department = STR("05"),
		  .sector = STR("textil"),
		  .manager_kind = STR("camara"),
		  .chamber = STR("21"),
		  .since = STR("2015-03-01"),
		  .until = STR("2020"),
		  .since_day = 16495,
		  .until_day = 18262,
		  .active = false },
	};
	struct lineage_entry l = { STR("2019-01-01"), STR("rename"), STR("C002"), STR("C001"),
				   17897 };
	struct cluster_register r = { c, 2, &l, 1 };
	GOOD(store_put_register(x->s, &r, e));
}

static inline struct str fixture_company(struct fixture *x, size_t i)
{
	return str_fmt(&x->a,
		       "{\"nombre\":\"Ana Secreta "
		       "%zu\",\"B01\":%zu,\"socio\":[{\"correo\":\"ana%zu@secreto.co\"}]}",
		       i, i, i);
}

/* n company answers E0..., in one verb; those with i % 3 == 0 have a warning. */
static inline bool fixture_put(struct fixture *x, const char *round, size_t n, const char *source,
			       struct err *e)
{
	struct stored_answer *answer = NEW(&x->a, n, struct stored_answer);
	for (size_t i = 0; i < n; i++)
		answer[i] = (struct stored_answer){ .cluster = i % 2 ? STR("C002") : STR("C001"),
						    .company = str_fmt(&x->a, "E%04zu", i),
						    .document = fixture_company(x, i),
						    .n_warnings = i % 3 == 0,
						    .n_unexplained = i % 6 == 0 };
	return store_put_answers(x->s, str_of(round), FORM_COMPANY, x->in->form[FORM_COMPANY],
				 str_of(source), answer, n, e);
}

static inline struct str fixture_hash(struct fixture *x, const char *round)
{
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	struct sha256 h;
	GOOD(store_hash_round(x->s, &x->a, str_of(round), form, &h, e));
	return sha256_hex(&x->a, h);
}

static inline int64_t fixture_count(struct fixture *x, const char *round)
{
	int64_t n, warnings, unexplained;
	GOOD(store_count_answers(x->s, str_of(round), FORM_COMPANY, &n, &warnings, &unexplained,
				 e));
	return n;
}

/* How many faults doctor sees; the first is in *ret_first. */
static inline size_t fixture_faults(struct fixture *x, struct str *ret_first)
{
	struct store_finding *found;
	size_t n, n_faults = 0;
	GOOD(store_examine(&x->a, x->folder, LANG_EN, &found, &n, e));
	*ret_first = STR("");
	for (size_t i = 0; i < n; i++) {
		if (found[i].fault && !n_faults++)
			*ret_first = found[i].what;
	}
	return n_faults;
}

static inline void fixture_sound(struct fixture *x)
{
	struct str what;
	if (fixture_faults(x, &what))
		fail_msg("doctor: %.*s", STR_ARG(what));
}

static inline int fixture_dump_row(void *user, int n, char **value, char **name)
{
	(void)name;
	for (int i = 0; i < n; i++) {
		buf_puts(user, value[i] ? value[i] : "NULL");
		buf_putc(user, i + 1 < n ? '|' : '\n');
	}
	return 0;
}

/* Everything in the database, as another reader sees it. */
static inline struct str fixture_dump(struct fixture *x)
{
	/* each with as many columns as make its rows' order certain */
	static const char *const table[] = {
		"setting ORDER BY 1",	     "instrument ORDER BY 1, 2",
		"cluster ORDER BY 1",	     "lineage ORDER BY 1, 2, 3, 4",
		"round ORDER BY 1",	     "round_cluster ORDER BY 1, 2",
		"round_lineage ORDER BY 1, 2, 3, 4, 5",
		"import ORDER BY 1",	     "response ORDER BY 1, 2, 3, 4, 5",
		"published_request ORDER BY 1, 2",
		"audit_entry ORDER BY 1",    "audit_deed ORDER BY 1",
		"counter ORDER BY 1",	     "account ORDER BY 1",
		"account_role ORDER BY 1, 2, 3",
		"recovery_code ORDER BY 1, 2",
		"personal_link ORDER BY 1",  "session ORDER BY 1",
		"api_token ORDER BY 1",	     "failed_attempt ORDER BY 1, 2",
		"reply ORDER BY 1",
	};
	struct buf b;
	sqlite3 *db;
	buf_init(&b, &x->a, 256u << 20);
	assert_int_equal(sqlite3_open(folder_path(&x->a, x->folder, DATABASE_FILE), &db),
			 SQLITE_OK);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct str sql = str_fmt(&x->a, "SELECT * FROM %s", table[i]);
		if (sqlite3_exec(db, str_c(&x->a, sql), fixture_dump_row, &b, NULL) != SQLITE_OK)
			fail_msg("%s", sqlite3_errmsg(db));
	}
	sqlite3_close(db);
	assert_false(b.over);
	return buf_str(&b);
}

/* Whether a file under the root holds the text anywhere. */
static inline bool fixture_leaks(struct fixture *x, const char *name, const char *text)
{
	FILE *f = fopen(folder_path(&x->a, x->root, name), "rb");
	if (!f)
		return false;
	struct buf b;
	size_t at;
	char block[4096];
	buf_init(&b, &x->a, 64u << 20);
	for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
		buf_put(&b, (struct str){ block, n });
	fclose(f);
	return str_find(buf_str(&b), str_of(text), &at);
}

#endif
