/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of deeds: a page of it, and the whole of what a filter finds as a file. */
#include "base/num.h"
#include "page/escape.h"
#include "page/inside.h"
#include "store/audit.h"

enum { AUDIT_A_PAGE = 50, AUDIT_EXPORT_BYTES_MAX = 128 << 20, DEED_TEXT_BYTES_MAX = 240 };

static struct audit_filter filter_of(const struct call *c)
{
	return (struct audit_filter){
		.actor = call_text(c, "--actor"),
		.deed = call_text(c, "--deed"),
		.subject = call_text(c, "--subject"),
		.from = call_text(c, "--from"),
		.to = call_text(c, "--to"),
	};
}

/* ---- the page ---- */

/* An address of the same filter, with more behind it. */
static struct str address(struct call *c, const char *path, const struct audit_filter *f)
{
	const struct {
		const char *name;
		struct str value;
	} part[] = { { "actor", f->actor },
		     { "deed", f->deed },
		     { "subject", f->subject },
		     { "from", f->from },
		     { "to", f->to } };
	struct buf b;
	buf_init(&b, c->a, 8192);
	buf_puts(&b, path);
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		if (!part[i].value.n)
			continue;
		buf_fmt(&b, "&%s=", part[i].name);
		escape_url_query(&b, part[i].value);
	}
	return buf_str(&b);
}

static const struct template_choice *deed_choices(struct call *c, const struct str *deed, size_t n,
						  struct str chosen)
{
	struct template_choice *out = NEW(c->a, n, struct template_choice);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct template_choice){ deed[i], deed[i], str_eq(deed[i], chosen) };
	return out;
}

static struct str outcome_word(const struct call *c, struct str outcome)
{
	return str_is(outcome, "denied")   ? call_say(c, "negado", "denied")
	       : str_is(outcome, "failed") ? call_say(c, "falló", "failed")
					   : outcome;
}

static void put_rows(struct call *c, const struct audit_entry *a, size_t n,
		     const struct audit_filter *f, struct template_audit *t)
{
	struct template_audit_row *row = NEW(c->a, n, struct template_audit_row);
	t->rows = row;
	t->n_rows = n < AUDIT_A_PAGE ? n : AUDIT_A_PAGE;
	for (size_t i = 0; i < t->n_rows; i++)
		row[i] = (struct template_audit_row){
			.n = a[i].n,
			.at = a[i].at,
			.actor = a[i].actor,
			.origin = a[i].origin,
			.deed = a[i].deed,
			.subject = str_sub(a[i].subject, 0, DEED_TEXT_BYTES_MAX),
			.before = str_sub(a[i].before, 0, DEED_TEXT_BYTES_MAX),
			.after = str_sub(a[i].after, 0, DEED_TEXT_BYTES_MAX),
			.outcome = outcome_word(c, a[i].outcome),
			.bad = !str_is(a[i].outcome, "done"),
		};
	if (n > AUDIT_A_PAGE)
		t->older = address(c,
				   str_c(c->a,
					 str_fmt(c->a, "/administracion/auditoria?before=%lld",
						 (long long)a[AUDIT_A_PAGE - 1].n)),
				   f);
}

bool page_audit(struct call *c, struct err *e)
{
	struct audit_filter f = filter_of(c);
	struct template_audit t = {
		.actor = f.actor, .subject = f.subject, .from = f.from, .to = f.to
	};
	struct store *s;
	struct audit_entry *a;
	struct str *deed;
	size_t n;
	f.before_n = call_integer(c, "--before", 0);
	f.limit = AUDIT_A_PAGE + 1;
	if (!call_store(c, &s, e) || !store_list_audit(s, c->a, &f, &a, &n, e) ||
	    !store_list_deeds(s, c->a, &deed, &t.n_deeds, e))
		return false;
	t.deeds = deed_choices(c, deed, t.n_deeds, f.deed);
	t.csv = address(c, "/administracion/auditoria/exportar?file=csv", &f);
	t.jsonl = address(c, "/administracion/auditoria/exportar?file=jsonl", &f);
	put_rows(c, a, n, &f, &t);
	template_audit(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

/* ---- as a file ---- */

static void put_csv(struct buf *b, const struct audit_entry *a)
{
	const struct str text[] = { a->at,	a->actor, a->origin, a->deed, a->subject,
				    a->before, a->after, a->outcome, a->hash };
	num_put_int(b, a->n);
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++) {
		buf_putc(b, ',');
		esc_csv(b, text[i]);
	}
	buf_puts(b, "\r\n");
}

static void put_json(struct buf *b, const struct audit_entry *a)
{
	const struct {
		const char *name;
		struct str text;
	} part[] = { { "at", a->at },	      { "actor", a->actor },   { "origin", a->origin },
		     { "deed", a->deed },     { "subject", a->subject }, { "before", a->before },
		     { "after", a->after },   { "outcome", a->outcome }, { "hash", a->hash } };
	buf_puts(b, "{\"n\":");
	num_put_int(b, a->n);
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		buf_fmt(b, ",\"%s\":", part[i].name);
		esc_json(b, part[i].text);
	}
	buf_puts(b, "}\n");
}

bool page_audit_export(struct call *c, struct err *e)
{
	struct audit_filter f = filter_of(c);
	const bool csv = str_is(call_text(c, "--file"), "csv");
	struct store *s;
	struct audit_entry *a;
	struct buf b;
	size_t n;
	f.limit = AUDIT_ROWS_MAX;
	if (!call_store(c, &s, e) || !store_list_audit(s, c->a, &f, &a, &n, e))
		return false;
	buf_init(&b, c->a, AUDIT_EXPORT_BYTES_MAX);
	if (csv)
		buf_puts(&b, "n,at,actor,origin,deed,subject,before,after,outcome,hash\r\n");
	for (size_t i = 0; i < n; i++)
		csv ? put_csv(&b, &a[i]) : put_json(&b, &a[i]);
	if (b.over)
		return err_say(e, ERR_LIMIT, "la exportación pasa de %d MiB; filtre por días",
			       "the export is over %d MiB; filter by days",
			       AUDIT_EXPORT_BYTES_MAX >> 20);
	c->reply.bytes = buf_str(&b);
	c->reply.type = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
	c->reply.file_name = csv ? STR("audit.csv") : STR("audit.jsonl");
	return true;
}
