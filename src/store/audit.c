/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of deeds.
 *
 * Invariants:
 *  1. rows are numbered 1, 2, 3 ... without a gap, and each holds the hash of the one before it;
 *  2. rows without a hash were written before there were hashes: they stand first, up to the number
 *     in the setting "audit_unchained", and get theirs before the next row is added;
 *  3. store.audit.known: what it says is the last row, as this transaction sees it. */
#include "store/audit.h"

#include <assert.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/utils.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/num.h"
#include "store/inside.h"

enum {
	PAGE_ROWS = 500, /* read at a time where all rows are passed */
	CLOCK_SLACK_S = 300, /* a clock may stand behind the last row by so much */
};

static const char first_link[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* ---- who and when ---- */

struct str text_begin(struct str text, size_t most)
{
	size_t n = text.n < most ? text.n : most;
	while (n < text.n && n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	return (struct str){ text.p, n };
}

static void keep_text(char *to, size_t size, struct str text)
{
	struct str begin = text_begin(text, size - 1);
	memcpy(to, begin.n ? begin.p : "", begin.n);
	to[begin.n] = '\0';
}

void store_actor_from(struct store *s, struct str actor, struct str origin, struct str now)
{
	keep_text(s->actor, sizeof(s->actor), actor);
	keep_text(s->origin, sizeof(s->origin), origin);
	keep_text(s->now, sizeof(s->now), now);
}

void store_actor(struct store *s, struct str actor, struct str now)
{
	store_actor_from(s, actor, STR(""), now);
}

struct str store_now(const struct store *s)
{
	return str_of(s->now);
}

/* ---- the hash of a row ---- */

/* The length in decimal digits and a colon, then the text. */
static void add_field(crypto_hash_sha256_state *state, struct str field)
{
	unsigned char length[24];
	size_t at = sizeof(length), rest = field.n;
	length[--at] = ':';
	do {
		length[--at] = (unsigned char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	crypto_hash_sha256_update(state, length + at, sizeof(length) - at);
	if (field.n)
		crypto_hash_sha256_update(state, (const unsigned char *)field.p, field.n);
}

/* hash: SHA256_HEX_N digits and a zero. */
static void bind_row(const char *before, const struct audit_entry *row, char *hash)
{
	crypto_hash_sha256_state state;
	unsigned char digest[SHA256_HEX_N / 2];
	char number[24];
	snprintf(number, sizeof(number), "%lld", (long long)row->n);
	const struct str field[] = { str_of(number), row->at,	  row->actor,
				     row->origin,    row->deed,	  row->subject,
				     row->before,    row->after,  row->outcome };
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)before, strlen(before));
	for (size_t i = 0; i < sizeof(field) / sizeof(*field); i++)
		add_field(&state, field[i]);
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(hash, SHA256_HEX_N + 1, digest, sizeof(digest));
}

/* ---- notes ---- */

void note_start(struct note *n, struct arena *a)
{
	buf_init(&n->text, a, 64u << 10);
	json_out(&n->json, &n->text);
	json_put_object(&n->json);
}

struct str note_end(struct note *n)
{
	json_end_object(&n->json);
	assert(!n->text.over);
	return buf_str(&n->text);
}

/* ---- reading rows ---- */

static_assert((int)C_audit_page_n == (int)C_audit_list_n &&
		      (int)C_audit_page_hash == (int)C_audit_list_hash,
	      "a page and a list have the same columns");

struct entries {
	struct arena *a;
	struct audit_entry *item;
	size_t n, cap;
};

/* What a row before the chain said of its deed in plain words. */
static struct str old_detail(struct arena *a, struct str detail)
{
	struct note n;
	if (!detail.n)
		return detail;
	note_start(&n, a);
	json_member_string(&n.json, "detail", detail);
	return note_end(&n);
}

static bool take_entry(void *user, const struct db_value *column, struct err *e)
{
	struct entries *l = user;
	(void)e;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		l->item = arena_grow(l->a, l->item, l->cap, cap, sizeof(*l->item));
		l->cap = cap;
	}
	struct audit_entry *row = &l->item[l->n++];
	*row = (struct audit_entry){
		.n = column[C_audit_page_n].integer,
		.at = str_dup(l->a, column[C_audit_page_at].text),
		.actor = str_dup(l->a, column[C_audit_page_actor].text),
		.origin = str_dup(l->a, column[C_audit_page_origin].text),
		.deed = str_dup(l->a, column[C_audit_page_deed].text),
		.subject = str_dup(l->a, column[C_audit_page_subject].text),
		.before = str_dup(l->a, column[C_audit_page_before].text),
		.after = str_dup(l->a, column[C_audit_page_after].text),
		.outcome = str_dup(l->a, column[C_audit_page_outcome].text),
		.hash = str_dup(l->a, column[C_audit_page_hash].text),
	};
	if (!row->hash.n)
		row->after = old_detail(l->a, row->after);
	return true;
}

static bool read_page(struct store *s, struct entries *l, int64_t behind, struct err *e)
{
	struct db_value arg[P_audit_page_N] = {
		[P_audit_page_behind] = db_integer(behind),
		[P_audit_page_rows] = db_integer(PAGE_ROWS),
	};
	return db_run(s->db, STMT_audit_page, arg, take_entry, l, e);
}

/* Number of the last row that may stand without a hash. */
static bool read_unchained(struct store *s, int64_t *out, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct db_value arg[P_setting_get_N] = { db_text(STR("audit_unchained")) };
	struct str text;
	bool found;
	if (!read_text(s->db, &a, STMT_setting_get, arg, &text, &found, e))
		return false;
	if (!found || !num_int(text, out))
		*out = 0;
	return true;
}

/* ---- adding a row ---- */

static bool keep_hash(struct store *s, const struct audit_entry *row, const char *hash,
		      struct err *e)
{
	struct db_value arg[P_audit_bind_N] = {
		[P_audit_bind_after] = db_text(row->after),
		[P_audit_bind_hash] = db_text(str_of(hash)),
		[P_audit_bind_n] = db_integer(row->n),
	};
	return db_run(s->db, STMT_audit_bind, arg, NULL, NULL, e);
}

/* Binds the old rows up to the number last; hash: that of the last of them. */
static bool bind_old_rows(struct store *s, int64_t last, char *hash, struct err *e)
{
	struct db_value done[P_setting_put_N] = {
		[P_setting_put_name] = db_text(STR("audit_unchained")),
		[P_setting_put_value] = db_text(STR("0")),
	};
	int64_t behind = 0;
	memcpy(hash, first_link, sizeof(first_link));
	while (behind < last) {
		ARENA_SCOPE(a, 64u << 20);
		struct entries page = { .a = &a };
		if (!read_page(s, &page, behind, e))
			return false;
		for (size_t i = 0; i < page.n && page.item[i].n <= last; i++) {
			bind_row(hash, &page.item[i], hash);
			if (!keep_hash(s, &page.item[i], hash, e))
				return false;
		}
		behind = page.n ? page.item[page.n - 1].n : last;
	}
	return db_run(s->db, STMT_setting_put, done, NULL, NULL, e);
}

static bool take_end(void *user, const struct db_value *column, struct err *e)
{
	struct audit_end *end = user;
	(void)e;
	end->n = column[C_audit_last_n].integer;
	keep_text(end->hash, sizeof(end->hash), column[C_audit_last_hash].text);
	return true;
}

static bool know_end(struct store *s, struct err *e)
{
	struct audit_end end = { .known = true };
	int64_t unchained;
	if (s->audit.known)
		return true;
	memcpy(end.hash, first_link, sizeof(first_link));
	if (!db_run(s->db, STMT_audit_last, NULL, take_end, &end, e))
		return false;
	if (!end.hash[0]) {
		if (!read_unchained(s, &unchained, e))
			return false;
		if (end.n <= unchained && !bind_old_rows(s, end.n, end.hash, e))
			return false;
	}
	s->audit = end;
	return true;
}

static bool know_deed(struct store *s, struct str deed, struct err *e)
{
	struct db_value arg[P_audit_deed_put_N] = { db_text(deed) };
	if (str_is(deed, s->audit.deed))
		return true;
	if (!db_run(s->db, STMT_audit_deed_put, arg, NULL, NULL, e))
		return false;
	keep_text(s->audit.deed, sizeof(s->audit.deed), deed);
	return true;
}

static bool put_row(struct store *s, const struct audit_entry *row, struct err *e)
{
	struct db_value arg[P_audit_put_N] = {
		[P_audit_put_n] = db_integer(row->n),
		[P_audit_put_at] = db_text(row->at),
		[P_audit_put_actor] = db_text(row->actor),
		[P_audit_put_origin] = db_text(row->origin),
		[P_audit_put_deed] = db_text(row->deed),
		[P_audit_put_subject] = db_text(row->subject),
		[P_audit_put_before] = db_text(row->before),
		[P_audit_put_after] = db_text(row->after),
		[P_audit_put_outcome] = db_text(row->outcome),
		[P_audit_put_hash] = db_text(row->hash),
	};
	return db_run(s->db, STMT_audit_put, arg, NULL, NULL, e);
}

/* what: deed, subject, before, after and outcome; the rest is filled in. */
static bool append(struct store *s, struct audit_entry what, struct err *e)
{
	char hash[SHA256_HEX_N + 1];
	if (!know_end(s, e) || !know_deed(s, what.deed, e))
		return false;
	what.n = s->audit.n + 1;
	what.at = store_now(s);
	what.actor = str_of(s->actor);
	what.origin = str_of(s->origin);
	bind_row(s->audit.hash, &what, hash);
	what.hash = str_of(hash);
	s->audit.known = false;
	if (!put_row(s, &what, e))
		return false;
	s->audit.n = what.n;
	memcpy(s->audit.hash, hash, sizeof(hash));
	s->audit.known = true;
	return true;
}

bool store_audit(struct store *s, const char *deed, struct str subject, struct str before,
		 struct str after, struct err *e)
{
	struct audit_entry what = { .deed = str_of(deed),
				    .subject = subject,
				    .before = before,
				    .after = after,
				    .outcome = STR("done") };
	return append(s, what, e);
}

bool store_note(struct store *s, const char *deed, struct str subject, struct str before,
		struct str after, const char *outcome, struct err *e)
{
	struct audit_entry what = { .deed = str_of(deed),
				    .subject = subject,
				    .before = before,
				    .after = after,
				    .outcome = str_of(outcome) };
	return store_begun(s, e) && store_done(s, append(s, what, e), e);
}

/* ---- lists ---- */

bool store_list_audit(struct store *s, struct arena *a, const struct audit_filter *f,
		      struct audit_entry **ret_list, size_t *ret_n, struct err *e)
{
	struct entries l = { .a = a };
	size_t limit = f->limit < AUDIT_ROWS_MAX ? f->limit : AUDIT_ROWS_MAX;
	struct db_value arg[P_audit_list_N] = {
		[P_audit_list_before_n] = db_integer(f->before_n ? f->before_n : INT64_MAX),
		[P_audit_list_actor] = db_text(f->actor),
		[P_audit_list_deed] = db_text(f->deed),
		[P_audit_list_subject] = db_text(f->subject),
		[P_audit_list_from_day] = db_text(f->from),
		[P_audit_list_to_day] = db_text(f->to.n ? f->to : STR("9999-12-31")),
		[P_audit_list_rows] = db_integer((int64_t)(limit ? limit : 1)),
	};
	if (!db_run(s->db, STMT_audit_list, arg, take_entry, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

struct deeds {
	struct arena *a;
	struct str *item;
	size_t n, cap;
};

static bool take_deed(void *user, const struct db_value *column, struct err *e)
{
	struct deeds *l = user;
	(void)e;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 32;
		l->item = arena_grow(l->a, l->item, l->cap, cap, sizeof(*l->item));
		l->cap = cap;
	}
	l->item[l->n++] = str_dup(l->a, column[C_audit_deed_list_deed].text);
	return true;
}

bool store_list_deeds(struct store *s, struct arena *a, struct str **ret_list, size_t *ret_n,
		      struct err *e)
{
	struct deeds l = { .a = a };
	if (!db_run(s->db, STMT_audit_deed_list, NULL, take_deed, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

/* ---- checking ---- */

struct checking {
	int64_t n, bad, last, unchained;
	char hash[SHA256_HEX_N + 1];
};

/* A row that does not fit is passed: the next one is measured by what it says. */
static void check_row(struct checking *c, const struct audit_entry *row)
{
	char hash[SHA256_HEX_N + 1];
	bool old = !row->hash.n && row->n <= c->unchained;
	bind_row(c->hash, row, hash);
	if (!c->bad && row->n != c->last + 1)
		c->bad = c->last + 1;
	if (!c->bad && !old && !str_is(row->hash, hash))
		c->bad = row->n;
	keep_text(c->hash, sizeof(c->hash), old ? str_of(hash) : row->hash);
	c->last = row->n;
	c->n++;
}

static bool check_all(struct store *s, struct checking *c, struct err *e)
{
	int64_t behind = INT64_MIN;
	size_t n;
	do {
		ARENA_SCOPE(a, 64u << 20);
		struct entries page = { .a = &a };
		if (!read_page(s, &page, behind, e))
			return false;
		for (size_t i = 0; i < page.n; i++)
			check_row(c, &page.item[i]);
		behind = c->last;
		n = page.n;
	} while (n == PAGE_ROWS);
	return true;
}

bool store_check_audit(struct store *s, struct arena *a, int64_t *ret_n, int64_t *ret_bad,
		       struct str *ret_last, struct err *e)
{
	struct checking c = { .n = 0 };
	struct err ignored = { 0 };
	memcpy(c.hash, first_link, sizeof(first_link));
	if (!db_begin(s->db, DB_READ, e))
		return false;
	bool good = read_unchained(s, &c.unchained, e) && check_all(s, &c, e);
	if (!db_end(s->db, good, good ? e : &ignored) || !good)
		return false;
	*ret_n = c.n;
	*ret_bad = c.bad;
	*ret_last = str_dup(a, str_of(c.hash));
	return true;
}

/* ---- what doctor says ---- */

static void say_chain(struct arena *a, enum lang lang, int64_t n, int64_t bad, struct str mend,
		      struct store_finding *out)
{
	bool spanish = lang == LANG_ES;
	long long number = (long long)(bad ? bad : n);
	struct str what;
	const char *es = bad ? "no concuerda con la anterior: alguien cambió, quitó o agregó filas"
			     : "filas concuerdan, cada una con la anterior",
		   *en = bad ? "does not fit the one before it: somebody changed, took or put rows"
			     : "rows fit, each the one before it";
	if (spanish)
		what = str_fmt(a, "registro: %s %lld %s", bad ? "la fila" : "las", number, es);
	else
		what = str_fmt(a, "audit: %s %lld %s", bad ? "row" : "the", number, en);
	*out = (struct store_finding){ bad != 0, what, bad ? mend : STR("") };
}

/* An ISO 8601 UTC text as seconds since 1970; false: it is none. */
static bool seconds_of(struct str at, int64_t *out)
{
	struct date day;
	int64_t hour, minute, second;
	if (at.n < 20 || !date_parse(str_sub(at, 0, 10), false, &day) ||
	    !num_int(str_sub(at, 11, 2), &hour) || !num_int(str_sub(at, 14, 2), &minute) ||
	    !num_int(str_sub(at, 17, 2), &second))
		return false;
	*out = (int64_t)date_days(day) * 86400 + hour * 3600 + minute * 60 + second;
	return true;
}

struct last_time {
	bool found;
	int64_t seconds;
};

static bool take_time(void *user, const struct db_value *column, struct err *e)
{
	struct last_time *t = user;
	(void)e;
	t->found = seconds_of(column[C_audit_last_at].text, &t->seconds);
	return true;
}

static bool look_at_clock(struct store *s, enum lang lang, struct store_finding *out,
			  struct err *e)
{
	struct last_time last = { .found = false };
	if (!db_run(s->db, STMT_audit_last, NULL, take_time, &last, e))
		return false;
	bool behind = last.found && (int64_t)time(NULL) + CLOCK_SLACK_S < last.seconds;
	const char *es = behind ? "reloj: está atrasado frente a la última fila del registro"
				: "reloj: no está atrasado frente al registro",
		   *en = behind ? "clock: it stands behind the last row of the audit"
				: "clock: it does not stand behind the audit";
	*out = (struct store_finding){ behind, str_of(lang == LANG_ES ? es : en),
				       behind ? STR("timedatectl set-ntp true") : STR("") };
	return true;
}

bool audit_examine(struct store *s, struct arena *a, enum lang lang, struct str mend,
		   struct store_finding *found, size_t *ret_n, struct err *e)
{
	int64_t n, bad;
	struct str last;
	if (!store_check_audit(s, a, &n, &bad, &last, e) || !look_at_clock(s, lang, &found[1], e))
		return false;
	say_chain(a, lang, n, bad, mend, &found[0]);
	*ret_n = AUDIT_FINDINGS_MAX;
	return true;
}
