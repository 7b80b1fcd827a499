/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accepted answers: put, read, counted, hashed. */
#include <assert.h>

#include "store/folder.h"
#include "store/inside.h"

/* ---- personal answers ---- */

struct sealing sealing_of(struct arena *a, const struct store *s, struct str round, int form,
			  const struct form *definition)
{
	struct sealing p = { .store = s, .round = round, .form = str_of(form_word(form)) };
	if (!definition)
		return p;
	p.name = NEW(a, definition->n_questions, struct str);
	for (size_t i = 0; i < definition->n_questions; i++) {
		if (definition->question[i].personal)
			p.name[p.n++] = definition->question[i].name;
	}
	return p;
}

bool pass_personal(const struct sealing *p, struct arena *a, bool opening, struct str cluster,
		   struct str company, struct str document, struct str *out, struct err *e)
{
	struct place at = { p->round, p->form, cluster, company };
	if (!p->n) {
		*out = document;
		return true;
	}
	if (!p->store->has_secret)
		return err_say(e, ERR_IO,
			"%s/%s: falta el secreto con que se guardan las respuestas personales; "
			"recupere una copia con: ssme restore ARCHIVO --force",
			"%s/%s: the secret of the personal answers is missing; bring back a "
			"backup with: ssme restore FILE --force",
			p->store->folder, SECRET_FILE);
	return (opening ? personal_open : personal_seal)(a, &p->store->secret, &at, p->name, p->n,
							 document, out, e) ||
		err_in(e, "%.*s %.*s", STR_ARG(cluster), STR_ARG(company));
}

/* ---- putting ---- */

static bool take_integer(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	*(int64_t *)user = column[0].integer;
	return true;
}

/* What one batch adds to the sums of an import. */
struct sums {
	int64_t n_answers, n_new, n_warnings, n_unexplained;
};

static bool know_last_import(struct store *s, struct err *e)
{
	return s->last_import_known ||
		(db_run(s->db, STMT_import_last, NULL, take_integer, &s->last_import, e) &&
		 (s->last_import_known = true));
}

static bool put_import(struct store *s, struct str round, int form, struct str source,
		       const struct sums *sums, struct err *e)
{
	struct db_value arg[P_import_put_N] = {
		[P_import_put_id] = db_integer(s->last_import + 1),
		[P_import_put_round] = db_text(round),
		[P_import_put_form] = db_text(str_of(form_word(form))),
		[P_import_put_source] = db_text(source),
		[P_import_put_actor] = db_text(str_of(s->actor)),
		[P_import_put_imported_at] = db_text(store_now(s)),
		[P_import_put_n_answers] = db_integer(sums->n_answers),
		[P_import_put_n_new] = db_integer(sums->n_new),
		[P_import_put_n_warnings] = db_integer(sums->n_warnings),
		[P_import_put_n_unexplained] = db_integer(sums->n_unexplained),
	};
	s->last_import++;
	return db_run(s->db, STMT_import_put, arg, NULL, NULL, e);
}

static bool begin_import(struct store *s, struct str round, int form, struct str source,
			 const struct sums *sums, struct err *e)
{
	struct running_import *i = &s->import;
	struct note after;
	if (!know_last_import(s, e) || !put_import(s, round, form, source, sums, e))
		return false;
	arena_rewind(&s->names, (struct arena_mark){ .head = NULL });
	*i = (struct running_import){ .going = true, .id = s->last_import, .form = form };
	i->round = str_dup(&s->names, round);
	i->source = str_dup(&s->names, source);
	note_start(&after, &s->names);
	json_member_string(&after.json, "form", str_of(form_word(form)));
	json_member_string(&after.json, "source", source);
	json_member_int(&after.json, "import", i->id);
	return store_audit(s, "import", round, STR(""), note_end(&after), e);
}

static bool add_sums(struct store *s, const struct sums *sums, struct err *e)
{
	struct db_value arg[P_import_add_N] = {
		[P_import_add_id] = db_integer(s->import.id),
		[P_import_add_n_answers] = db_integer(sums->n_answers),
		[P_import_add_n_new] = db_integer(sums->n_new),
		[P_import_add_n_warnings] = db_integer(sums->n_warnings),
		[P_import_add_n_unexplained] = db_integer(sums->n_unexplained),
	};
	return db_run(s->db, STMT_import_add, arg, NULL, NULL, e);
}

/* Counts them in the running import when it is this one; else begins a new one with them. */
static bool count_in(struct store *s, struct str round, int form, struct str source,
		     const struct sums *sums, struct err *e)
{
	const struct running_import *i = &s->import;
	if (i->going && i->form == form && str_eq(i->round, round) && str_eq(i->source, source))
		return add_sums(s, sums, e);
	return begin_import(s, round, form, source, sums, e);
}

/* The last revision of one unit, and what of it counted before. */
struct before {
	int64_t revision, n_warnings, n_unexplained;
	bool counted;
};

static bool take_before(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	struct before *b = user;
	*b = (struct before){ .revision = column[C_response_last_revision].integer,
			      .counted = !column[C_response_last_withdrawn].integer };
	if (b->counted) {
		b->n_warnings = column[C_response_last_n_warnings].integer;
		b->n_unexplained = column[C_response_last_n_unexplained].integer;
	}
	return true;
}

/* Finds what counted before, and what in changes of the sums. */
static bool look_before(struct store *s, const struct sealing *p, const struct stored_answer *in,
			struct before *before, struct sums *sums, struct err *e)
{
	struct db_value key[P_response_last_N] = {
		[P_response_last_round] = db_text(p->round),
		[P_response_last_form] = db_text(p->form),
		[P_response_last_cluster] = db_text(in->cluster),
		[P_response_last_company] = db_text(in->company),
	};
	*before = (struct before){ .revision = 0 };
	if (!db_run(s->db, STMT_response_last, key, take_before, before, e))
		return false;
	sums->n_answers++;
	sums->n_new += !before->counted;
	sums->n_warnings += (int64_t)in->n_warnings - before->n_warnings;
	sums->n_unexplained += (int64_t)in->n_unexplained - before->n_unexplained;
	return true;
}

static bool put_one(struct store *s, const struct sealing *p, struct arena *a,
		    const struct stored_answer *in, int64_t revision, struct err *e)
{
	struct str document;
	if (!pass_personal(p, a, false, in->cluster, in->company, in->document, &document, e))
		return false;
	struct db_value arg[P_response_put_N] = {
		[P_response_put_round] = db_text(p->round),
		[P_response_put_form] = db_text(p->form),
		[P_response_put_cluster] = db_text(in->cluster),
		[P_response_put_company] = db_text(in->company),
		[P_response_put_revision] = db_integer(revision),
		[P_response_put_import] = db_integer(s->import.id),
		[P_response_put_n_warnings] = db_integer(in->n_warnings),
		[P_response_put_n_unexplained] = db_integer(in->n_unexplained),
		[P_response_put_document] = db_text(document),
	};
	return db_run(s->db, STMT_response_put, arg, NULL, NULL, e);
}

bool round_takes_answers(struct store *s, struct str round, struct err *e)
{
	enum round_state state;
	if (!round_state(s, round, &state, e))
		return false;
	return state == ROUND_OPEN || state == ROUND_REVIEW ||
		err_say(e, ERR_CONFLICT,
			"la ronda %.*s está %s%.0s y no recibe respuestas",
			"round %.*s is %.0s%s and takes no answers",
			STR_ARG(round), round_state_word(state, LANG_ES),
			round_state_word(state, LANG_EN));
}

static bool put_many(struct store *s, const struct sealing *p, struct arena *a, int form,
		     struct str source, const struct stored_answer *answer, size_t n,
		     struct err *e)
{
	struct sums sums = { 0 };
	if (!count_in(s, p->round, form, source, &sums, e))
		return false;
	struct arena_mark mark = arena_mark(a);
	for (size_t i = 0; i < n; i++) {
		struct before before;
		assert(form == FORM_COMPANY || !answer[i].company.n);
		if (!look_before(s, p, &answer[i], &before, &sums, e) ||
		    !put_one(s, p, a, &answer[i], before.revision + 1, e))
			return false;
		arena_rewind(a, mark);
	}
	return add_sums(s, &sums, e);
}

/* As put_many(), in fewer statements: who answers over the web hands in one at a time. */
static bool put_lone(struct store *s, const struct sealing *p, struct arena *a, int form,
		     struct str source, const struct stored_answer *answer, struct err *e)
{
	struct before before;
	struct sums sums = { 0 };
	assert(form == FORM_COMPANY || !answer->company.n);
	return look_before(s, p, answer, &before, &sums, e) &&
		count_in(s, p->round, form, source, &sums, e) &&
		put_one(s, p, a, answer, before.revision + 1, e);
}

static bool put(struct store *s, struct str round, int form, const struct form *definition,
		struct str source, const struct stored_answer *answer, size_t n, struct err *e)
{
	/* A lone answer leaves its memory for the next one: taking it anew costs half the time. */
	ARENA_SCOPE(own, 1u << 30);
	struct arena *a = n == 1 ? &s->scratch : &own;
	arena_rewind(&s->scratch, (struct arena_mark){ .head = NULL });
	struct sealing p = sealing_of(a, s, round, form, definition);
	if (!round_takes_answers(s, round, e))
		return false;
	return n == 1 ? put_lone(s, &p, a, form, source, answer, e)
		      : put_many(s, &p, a, form, source, answer, n, e);
}

bool answer_revise(struct store *s, struct str round, int form, const struct form *definition,
		   struct str source, const struct stored_answer *answer, struct err *e)
{
	ARENA_SCOPE(a, 1u << 30);
	struct sealing p = sealing_of(&a, s, round, form, definition);
	return put_lone(s, &p, &a, form, source, answer, e);
}

bool store_put_answers(struct store *s, struct str round, int form, const struct form *definition,
		       struct str source, const struct stored_answer *answer, size_t n,
		       struct err *e)
{
	return store_begun(s, e) &&
	       store_done(s, put(s, round, form, definition, source, answer, n, e), e);
}

/* ---- withdrawing ---- */

static bool withdraw(struct store *s, struct str round, int form, struct str cluster,
		     struct str company, struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	const struct sealing p = sealing_of(&a, s, round, form, NULL);
	const struct stored_answer none = { .cluster = cluster, .company = company };
	struct before before;
	struct sums sums = { 0 };
	if (!round_takes_answers(s, round, e) || !look_before(s, &p, &none, &before, &sums, e))
		return false;
	if (!before.counted)
		return true;
	sums.n_answers = 0;
	sums.n_new = -1;
	struct db_value arg[P_response_withdraw_N] = {
		[P_response_withdraw_round] = db_text(round),
		[P_response_withdraw_form] = db_text(p.form),
		[P_response_withdraw_cluster] = db_text(cluster),
		[P_response_withdraw_company] = db_text(company),
		[P_response_withdraw_revision] = db_integer(before.revision),
		[P_response_withdraw_now] = db_text(store_now(s)),
	};
	return count_in(s, round, form, STR("annul"), &sums, e) &&
	       db_run(s->db, STMT_response_withdraw, arg, NULL, NULL, e);
}

bool store_withdraw_answer(struct store *s, struct str round, int form, struct str cluster,
			   struct str company, struct err *e)
{
	return store_begun(s, e) &&
	       store_done(s, withdraw(s, round, form, cluster, company, e), e);
}

/* ---- reading ---- */

static void response_key(struct db_value *arg, struct str round, int form)
{
	arg[P_response_list_round] = db_text(round);
	arg[P_response_list_form] = db_text(str_of(form_word(form)));
}

struct reading {
	struct arena *a;
	struct arena *scratch; /* what opening a document leaves behind; emptied after each */
	struct sealing p;
	struct stored_answers out;
	size_t cap;
	bool companies;
};

static void make_room(struct reading *r)
{
	size_t n = r->out.n, cap = r->cap ? 2 * r->cap : 1024;
	if (n < r->cap)
		return;
	r->out.cluster = arena_grow(r->a, r->out.cluster, n, cap, sizeof(struct str));
	r->out.document = arena_grow(r->a, r->out.document, n, cap, sizeof(struct str));
	if (r->companies)
		r->out.company = arena_grow(r->a, r->out.company, n, cap, sizeof(struct str));
	else
		r->out.warned = arena_grow(r->a, r->out.warned, n, cap, sizeof(*r->out.warned));
	r->cap = cap;
}

static bool take_answer(void *user, const struct db_value *column, struct err *e)
{
	struct reading *r = user;
	struct str cluster = column[C_response_list_cluster].text,
		   company = column[C_response_list_company].text;
	struct arena_mark mark = arena_mark(r->scratch);
	struct str document;
	if (!pass_personal(&r->p, r->scratch, true, cluster, company,
			   column[C_response_list_document].text, &document, e))
		return false;
	make_room(r);
	size_t i = r->out.n;
	/* The companies of one cluster follow each other and share its name. */
	bool same = i && str_eq(r->out.cluster[i - 1], cluster);
	r->out.cluster[i] = same ? r->out.cluster[i - 1] : str_dup(r->a, cluster);
	if (r->companies)
		r->out.company[i] = str_dup(r->a, company);
	else
		r->out.warned[i] = (struct warned){ column[C_response_list_n_warnings].integer,
						    column[C_response_list_n_unexplained].integer };
	r->out.document[i] = str_dup(r->a, document);
	arena_rewind(r->scratch, mark);
	r->out.n_warnings += column[C_response_list_n_warnings].integer;
	r->out.n_unexplained += column[C_response_list_n_unexplained].integer;
	r->out.n++;
	return true;
}

bool store_get_answers(struct store *s, struct arena *a, struct str round, int form,
		       const struct form *definition, struct stored_answers *out, struct err *e)
{
	ARENA_SCOPE(scratch, 1u << 30);
	struct reading r = { .a = a,
			     .scratch = &scratch,
			     .p = sealing_of(a, s, round, form, definition),
			     .companies = form == FORM_COMPANY };
	struct db_value arg[P_response_list_N];
	enum round_state state;
	response_key(arg, round, form);
	if (!round_state(s, round, &state, e) ||
	    !db_run(s->db, STMT_response_list, arg, take_answer, &r, e))
		return false;
	*out = r.out;
	return true;
}

struct one_answer {
	struct arena *a;
	struct sealing p;
	struct stored_answer *out; /* its ids are given */
	bool found;
};

static bool take_one(void *user, const struct db_value *column, struct err *e)
{
	struct one_answer *r = user;
	struct str document;
	r->found = true;
	if (!pass_personal(&r->p, r->a, true, r->out->cluster, r->out->company,
			   column[C_response_get_document].text, &document, e))
		return false;
	r->out->document = str_dup(r->a, document);
	r->out->n_warnings = (uint32_t)column[C_response_get_n_warnings].integer;
	r->out->n_unexplained = (uint32_t)column[C_response_get_n_unexplained].integer;
	return true;
}

bool store_find_answer(struct store *s, struct arena *a, struct str round, int form,
		       const struct form *definition, struct str cluster, struct str company,
		       bool *ret_found, struct stored_answer *out, struct err *e)
{
	struct stored_answer found = { .cluster = cluster, .company = company };
	struct one_answer r = { .a = a, .p = sealing_of(a, s, round, form, definition),
				.out = &found };
	struct db_value arg[P_response_get_N] = {
		[P_response_get_round] = db_text(round),
		[P_response_get_form] = db_text(str_of(form_word(form))),
		[P_response_get_cluster] = db_text(cluster),
		[P_response_get_company] = db_text(company),
	};
	if (!db_run(s->db, STMT_response_get, arg, take_one, &r, e))
		return false;
	*ret_found = r.found;
	if (r.found)
		*out = found;
	return true;
}

static bool take_sums(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	*(struct sums *)user = (struct sums){
		.n_new = column[C_import_sums_n_new].integer,
		.n_warnings = column[C_import_sums_n_warnings].integer,
		.n_unexplained = column[C_import_sums_n_unexplained].integer,
	};
	return true;
}

bool store_count_answers(struct store *s, struct str round, int form, int64_t *ret_n,
			 int64_t *ret_warnings, int64_t *ret_unexplained, struct err *e)
{
	struct sums sums = { 0 };
	struct db_value arg[P_import_sums_N] = {
		[P_import_sums_round] = db_text(round),
		[P_import_sums_form] = db_text(str_of(form_word(form))),
	};
	if (!db_run(s->db, STMT_import_sums, arg, take_sums, &sums, e))
		return false;
	*ret_n = sums.n_new;
	*ret_warnings = sums.n_warnings;
	*ret_unexplained = sums.n_unexplained;
	return true;
}

/* ---- the hash of a round's data ---- */

struct hashing {
	struct sha256_state state;
	struct sealing p;
	struct arena *a;
	struct arena_mark mark;
};

static bool hash_answer(void *user, const struct db_value *column, struct err *e)
{
	struct hashing *h = user;
	struct str cluster = column[C_response_list_cluster].text,
		   company = column[C_response_list_company].text;
	struct str document;
	if (!pass_personal(&h->p, h->a, true, cluster, company,
			   column[C_response_list_document].text, &document, e))
		return false;
	sha256_add(&h->state, cluster);
	sha256_add(&h->state, company);
	sha256_add(&h->state, document);
	arena_rewind(h->a, h->mark);
	return true;
}

static bool hash_form(struct store *s, struct hashing *h, struct str round, int form,
		      const struct form *definition, struct err *e)
{
	struct db_value arg[P_response_list_N];
	response_key(arg, round, form);
	h->p = sealing_of(h->a, s, round, form, definition);
	h->mark = arena_mark(h->a);
	sha256_add(&h->state, str_of(form_word(form)));
	return db_run(s->db, STMT_response_list, arg, hash_answer, h, e);
}

static void hash_cluster(struct hashing *h, const struct cluster_entry *c)
{
	const struct str field[] = { c->id,	 c->name,  c->department, c->sector,
				     c->manager_kind, c->chamber, c->since,	    c->until };
	for (size_t i = 0; i < sizeof(field) / sizeof(*field); i++)
		sha256_add(&h->state, field[i]);
	sha256_add(&h->state, c->active ? STR("yes") : STR("no"));
}

static bool has_answered(struct store *s, struct str round, struct str cluster, bool *out,
			 struct err *e)
{
	int64_t found = 0;
	for (int form = FORM_CLUSTER; form <= FORM_COMPANY && !found; form++) {
		struct db_value arg[P_response_of_cluster_N] = {
			[P_response_of_cluster_round] = db_text(round),
			[P_response_of_cluster_form] = db_text(str_of(form_word(form))),
			[P_response_of_cluster_cluster] = db_text(cluster),
		};
		if (!db_run(s->db, STMT_response_of_cluster, arg, take_integer, &found, e))
			return false;
	}
	*out = found != 0;
	return true;
}

static int32_t last_day(const struct stored_round *round)
{
	struct round_fact fact = { .id = round->id, .year = round->year };
	struct date to;
	fact.has_to = round->to.n && date_parse(round->to, false, &to);
	fact.to = fact.has_to ? date_days(to) : 0;
	return round_end(&fact);
}

/* The round's register: what was in it by its dates, and who answered all the same.  What is added
 * for later rounds changes nothing here. */
static bool hash_register(struct store *s, struct hashing *h, const struct stored_round *round,
			  struct err *e)
{
	struct cluster_register r;
	if (!round_register(s, h->a, round->id, round->state, &r, e))
		return false;
	sha256_add(&h->state, STR("register"));
	for (size_t i = 0; i < r.n; i++) {
		bool counts = register_in_round(&r.cluster[i], last_day(round));
		if (!counts && !has_answered(s, round->id, r.cluster[i].id, &counts, e))
			return false;
		if (counts)
			hash_cluster(h, &r.cluster[i]);
	}
	return true;
}

static bool hash_round(struct store *s, struct arena *a, struct str id,
		       const struct form *const form[2], struct sha256 *out, struct err *e)
{
	struct hashing h = { .a = a };
	struct stored_round round;
	sha256_start(&h.state);
	if (!store_get_round(s, a, id, &round, e) ||
	    !hash_form(s, &h, id, FORM_CLUSTER, form[FORM_CLUSTER], e) ||
	    !hash_form(s, &h, id, FORM_COMPANY, form[FORM_COMPANY], e) ||
	    !hash_register(s, &h, &round, e))
		return false;
	*out = sha256_end(&h.state);
	return true;
}

bool store_hash_round(struct store *s, struct arena *a, struct str round,
		      const struct form *const form[2], struct sha256 *out, struct err *e)
{
	struct err ignored = { 0 };
	if (!db_begin(s->db, DB_READ, e))
		return false;
	bool good = hash_round(s, a, round, form, out, e);
	return db_end(s->db, good, good ? e : &ignored) && good;
}
