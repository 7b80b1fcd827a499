/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Mis datos": what is held and why, one's own data as a file, and asking about them. */
#include "app/retention.h"
#include "page/company_inside.h"

enum { EXPORT_BYTES_MAX = 8 << 20 };

/* ---- the page ---- */

static void put_kinds(struct call *c, bool typed, struct template_personal *t)
{
	struct template_choice *out = NEW(c->a, PERSONAL_KINDS_N, struct template_choice);
	for (size_t i = 0; i < PERSONAL_KINDS_N; i++) {
		out[i].value = str_of(personal_kind_name((enum personal_kind)i));
		out[i].word = str_of(personal_kind_word((enum personal_kind)i, c->lang));
		out[i].chosen = typed ? str_eq(call_text(c, "--kind"), out[i].value) : i == 0;
	}
	t->kinds = out;
	t->n_kinds = PERSONAL_KINDS_N;
}

static bool put_rules(struct call *c, struct template_personal *t, struct err *e)
{
	struct retention_rule *rule;
	size_t n;
	if (!retention_rules(c, &rule, &n, e))
		return false;
	struct template_personal_rule *out = NEW(c->a, n, struct template_personal_rule);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct template_personal_rule){
			.what = label_in(&rule[i].what, c->lang),
			.why = label_in(&rule[i].why, c->lang),
			.days = rule[i].days,
		};
	t->rules = out;
	t->n_rules = n;
	return true;
}

static bool is_own(const struct call *c, const struct stored_request_of_person *r)
{
	if (c->caller.account && !c->caller.half)
		return r->account == c->caller.account;
	return c->caller.link && c->caller.n_grants && r->link == c->caller.link &&
	       str_eq(r->company, c->caller.grant[0].company);
}

static struct template_personal_row row_of(const struct call *c,
					   const struct stored_request_of_person *r)
{
	const int left = personal_days_left(r, c->now);
	return (struct template_personal_row){
		.id = r->id,
		.kind = str_of(personal_kind_word(r->kind, c->lang)),
		.received = r->received_at,
		.due = r->extended_on.n ? r->extended_on : r->due_on,
		.left = left < 0 ? -left : left,
		.late = left < 0,
		.answered = r->state == PERSONAL_ANSWERED,
		.unconfirmed = r->state == PERSONAL_UNCONFIRMED,
		.person = r->person,
		.words = r->words,
		.answer = r->answer,
	};
}

static bool put_requests(struct call *c, struct template_personal *t, struct err *e)
{
	struct stored_request_of_person *r;
	struct store *s;
	size_t n;
	if (!call_store(c, &s, e) || !store_list_personal_requests(s, c->a, &r, &n, e))
		return false;
	struct template_personal_row *row = NEW(c->a, n, struct template_personal_row);
	for (size_t i = 0; i < n; i++)
		if (is_own(c, &r[i]))
			row[t->n_rows++] = row_of(c, &r[i]);
	t->rows = row;
	return true;
}

bool personal_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	const bool typed = str_is(str_of(c->command->method), "POST");
	struct template_personal t = { .fault = fault ? *fault : fault_none() };
	t.known = (c->caller.account && !c->caller.half) || c->caller.link;
	t.company = c->caller.link && c->caller.n_grants &&
				    c->caller.grant[0].role == ROLE_COMPANY
			    ? c->caller.grant[0].cluster
			    : (struct str){ 0 };
	if (typed) {
		t.person = call_text(c, "--person");
		t.email = call_text(c, "--email");
		t.words = call_text(c, "--words");
	} else if (c->caller.account && !c->caller.half) {
		t.person = c->caller.person;
		t.email = c->caller.name;
	}
	put_kinds(c, typed, &t);
	if (!put_rules(c, &t, e) || (t.known && !put_requests(c, &t, e)))
		return false;
	template_personal(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_personal(struct call *c, struct err *e)
{
	return personal_again(c, NULL, e);
}

bool write_personal(struct call *c, struct err *e)
{
	struct access *x = access_of(c);
	if (x->path.n)
		x->secret = whole_address(c, x->path);
	if (!do_personal_request(c, e))
		return false;
	if (x->refused) {
		const struct template_fault fault = fault_of(c, x);
		c->reply.status = 422;
		return personal_again(c, &fault, e);
	}
	page_go(c, STR("/mis-datos"), x->path.n ? "solicitud-por-confirmar" : "solicitud");
	return true;
}

bool page_personal_export(struct call *c, struct err *e)
{
	struct buf b;
	buf_init(&b, c->a, EXPORT_BYTES_MAX);
	if (!personal_export(c, &b, e))
		return false;
	if (b.over)
		return err_say(e, ERR_LIMIT, "sus datos pasan de %d MiB; pídalos por escrito",
			       "your data are over %d MiB; ask for them in writing",
			       EXPORT_BYTES_MAX >> 20);
	c->reply.type = "application/json; charset=utf-8";
	c->reply.file_name = STR("mis-datos.json");
	buf_put(&c->out, buf_str(&b));
	return true;
}

/* ---- by letter ---- */

bool page_personal_confirm(struct call *c, struct err *e)
{
	const struct template_personal_confirm t = { .token = call_text(c, "--token") };
	template_personal_confirm(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool write_personal_confirm(struct call *c, struct err *e)
{
	if (!do_personal_confirm(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused)
		return err_say(e, x->code, "%.*s", "%.*s", STR_ARG(label_in(&x->why, c->lang)));
	page_go(c, STR("/mis-datos"), "solicitud");
	return true;
}

/* ---- for who answers ---- */

bool page_personal_desk(struct call *c, struct err *e)
{
	struct template_personal_desk t = { 0 };
	struct stored_request_of_person *r;
	struct store *s;
	size_t n;
	if (!call_store(c, &s, e) || !store_list_personal_requests(s, c->a, &r, &n, e))
		return false;
	struct template_personal_row *row = NEW(c->a, n, struct template_personal_row);
	for (size_t i = 0; i < n; i++) {
		row[i] = row_of(c, &r[i]);
		t.waiting += r[i].state != PERSONAL_ANSWERED;
	}
	t.rows = row;
	t.n_rows = n;
	template_personal_desk(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool personal_request_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct stored_request_of_person r;
	struct store *s;
	if (!call_store(c, &s, e) ||
	    !store_get_personal_request(s, c->a, call_integer(c, "REQUEST", 0), &r, e)) {
		c->blamed = "request";
		return false;
	}
	struct template_personal_request t = {
		.row = row_of(c, &r),
		.email = r.contact,
		.account = r.account,
		.round = r.round,
		.cluster = r.cluster,
		.company = r.company,
		.extension = r.extension,
		.outcome = r.outcome,
		.answered_at = r.answered_at,
		.answered_by = r.answered_by,
		.may_extend = r.state != PERSONAL_ANSWERED && !r.extended_on.n,
		.until = personal_due_extended(c->a, &r),
		.may_erase = r.account || r.company.n,
		.fault = fault ? *fault : fault_none(),
	};
	if (str_is(str_of(c->command->method), "POST"))
		t.words = call_text(c, "--words");
	template_personal_request(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_personal_request(struct call *c, struct err *e)
{
	return personal_request_again(c, NULL, e);
}

static bool after(struct call *c, struct err *e)
{
	const struct access *x = access_of(c);
	if (x->refused) {
		const struct template_fault fault = fault_of(c, x);
		c->reply.status = 422;
		return personal_request_again(c, &fault, e);
	}
	page_go(c,
		str_fmt(c->a, "/administracion/datos-personales/%lld",
			(long long)call_integer(c, "REQUEST", 0)),
		"guardado");
	return true;
}

bool write_personal_answer(struct call *c, struct err *e)
{
	return do_personal_answer(c, e) && after(c, e);
}

bool write_personal_extend(struct call *c, struct err *e)
{
	return do_personal_extend(c, e) && after(c, e);
}
