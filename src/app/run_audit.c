/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of deeds, as commands. */
#include "app/print.h"
#include "app/run.h"
#include "codec/json.h"
#include "store/audit.h"

enum { LIMIT_USUAL = 100 };

static const char *const head[] = { "n",       "at",	 "actor", "origin",  "deed",
				    "subject", "before", "after", "outcome", "hash" };
static const char *const head_es[] = { "n",	 "cuándo", "quién",   "desde",	   "hecho",
				       "sobre", "antes",  "después", "resultado", "huella" };
static const bool is_number[] = { true,	 false, false, false, false,
				  false, false, false, false, false };
enum { COLUMNS = sizeof(is_number) / sizeof(*is_number) };

/* Rows of the first versions hold a plain text where now an object stands. */
static void put_json(struct json_out *o, const char *key, struct str text)
{
	json_put_key(o, str_of(key));
	if (!text.n)
		json_put_null(o);
	else if (text.p[0] == '{')
		json_put_raw(o, text);
	else
		json_put_string(o, text);
}

static void put_entry(struct json_out *o, const struct audit_entry *in)
{
	json_put_object(o);
	json_member_int(o, "n", in->n);
	json_member_string(o, "at", in->at);
	json_member_string(o, "actor", in->actor);
	json_member_string(o, "origin", in->origin);
	json_member_string(o, "deed", in->deed);
	json_member_string(o, "subject", in->subject);
	put_json(o, "before", in->before);
	put_json(o, "after", in->after);
	json_member_string(o, "outcome", in->outcome);
	json_member_string(o, "hash", in->hash);
	json_end_object(o);
}

static void print_json(struct call *c, const struct audit_entry *list, size_t n, bool lines)
{
	struct json_out o;
	json_out(&o, &c->out);
	if (!lines)
		json_put_array(&o);
	for (size_t i = 0; i < n; i++) {
		if (lines)
			json_out(&o, &c->out);
		put_entry(&o, &list[i]);
		if (lines)
			buf_putc(&c->out, '\n');
	}
	if (!lines) {
		json_end_array(&o);
		buf_putc(&c->out, '\n');
	}
}

static void print_rows(struct call *c, const struct audit_entry *list, size_t n)
{
	struct print_table t;
	/* The hashes are for programs. */
	size_t n_columns = call_wants(c, "csv") ? COLUMNS : COLUMNS - 1;
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, n_columns);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		const struct audit_entry *in = &list[i];
		const struct str text[] = { print_int(c->a, in->n), in->at,	in->actor,
					    in->origin,		    in->deed,	in->subject,
					    in->before,		    in->after,	in->outcome,
					    in->hash };
		for (size_t k = 0; k < n_columns; k++)
			cell[k] = text[k];
	}
	print_table(c, &t);
}

bool run_audit_list(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct audit_entry *list;
	size_t n;
	const struct audit_filter filter = {
		.actor = call_text(c, "--actor"),
		.deed = call_text(c, "--deed"),
		.subject = call_text(c, "--subject"),
		.from = call_text(c, "--from"),
		.to = call_text(c, "--to"),
		.before_n = call_integer(c, "--before", 0),
		.limit = (size_t)call_integer(c, "--limit", LIMIT_USUAL),
	};
	if (!call_store(c, &s, e) || !store_list_audit(s, c->a, &filter, &list, &n, e))
		return false;
	if (call_wants(c, "json") || call_wants(c, "lines"))
		print_json(c, list, n, call_wants(c, "lines"));
	else
		print_rows(c, list, n);
	return true;
}

static const char *const check_head[] = { "rows", "state", "first_bad", "last_hash" };
static const char *const check_head_es[] = { "filas", "estado", "primera_mala",
					     "última_huella" };
static const bool check_number[] = { true, false, true, false };

bool run_audit_check(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct print_table t;
	struct str last;
	int64_t n, bad;
	if (!call_store(c, &s, e) || !store_check_audit(s, c->a, &n, &bad, &last, e))
		return false;
	print_table_init(&t, c->a, print_head(c, check_head, check_head_es), check_number, 4);
	struct str *cell = print_table_row(&t);
	cell[0] = print_int(c->a, n);
	cell[1] = bad ? STR("broken") : STR("whole");
	cell[2] = bad ? print_int(c->a, bad) : STR("");
	cell[3] = last;
	print_table(c, &t);
	c->status = bad != 0;
	return true;
}
