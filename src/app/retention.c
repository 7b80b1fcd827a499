/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/retention.h"

#include <string.h>

#include "app/cache.h"
#include "app/catalogue.h"
#include "app/embedded.h"
#include "app/print.h"
#include "app/run.h"
#include "base/num.h"
#include "codec/sheet.h"
#include "store/audit.h"
#include "store/company.h"
#include "store/personal_request.h"

/* ---- the rules ---- */

static struct str day_before(struct arena *a, struct str now, int64_t days)
{
	struct date d = { 1970, 1, 1 };
	struct buf b;
	(void)!date_parse(str_sub(now, 0, 10), false, &d);
	buf_init(&b, a, 64);
	date_put(&b, date_from_days(date_days(d) - (int32_t)days));
	return buf_str(&b);
}

static bool read_rule(struct call *c, const struct sheet *sheet, size_t row,
		      struct retention_rule *out, struct err *e)
{
	*out = (struct retention_rule){
		.name = sheet_cell(sheet, row, sheet_column(sheet, "rule")),
		.what = { { sheet_cell(sheet, row, sheet_column(sheet, "what_es")),
			    sheet_cell(sheet, row, sheet_column(sheet, "what_en")) } },
		.why = { { sheet_cell(sheet, row, sheet_column(sheet, "why_es")),
			   sheet_cell(sheet, row, sheet_column(sheet, "why_en")) } },
	};
	if (!num_int(sheet_cell(sheet, row, sheet_column(sheet, "days")), &out->days) ||
	    out->days < 1 || out->days > RETENTION_DAYS_MAX)
		return err_say(e, ERR_INPUT,
			       "data/retention.csv: los días de «%.*s» van de 1 a %d",
			       "data/retention.csv: the days of \"%.*s\" are from 1 to %d",
			       STR_ARG(out->name), RETENTION_DAYS_MAX);
	out->before = day_before(c->a, c->now, out->days);
	return true;
}

bool retention_rules(struct call *c, struct retention_rule **ret_rule, size_t *ret_n,
		     struct err *e)
{
	struct str bytes;
	struct sheet sheet;
	if (!embedded_read(c->a, embedded_data, embedded_data_n, "retention.csv", &bytes, e) ||
	    !sheet_load(c->a, bytes, (struct str){ 0 }, RETENTION_RULES_MAX, &sheet, e))
		return false;
	struct retention_rule *rule = NEW(c->a, sheet.n_rows, struct retention_rule);
	for (size_t i = 0; i < sheet.n_rows; i++)
		if (!read_rule(c, &sheet, i, &rule[i], e))
			return false;
	*ret_rule = rule;
	*ret_n = sheet.n_rows;
	return true;
}

/* ---- what each does ---- */

static bool of_form(struct call *c, struct store *s, struct retention_rule *r,
		    const struct stored_round *round, int kind, struct err *e)
{
	const struct erasing what = { .round = round->id, .kind = kind, .why = "retention" };
	const struct instrument *in;
	int64_t n = 0;
	if (!cache_instrument(c, s, round->instrument_id, round->instrument_version, &in, e))
		return false;
	const struct form *const form[2] = { in->form[FORM_CLUSTER], in->form[FORM_COMPANY] };
	if (!store_erase_personal(s, &what, form, &n, e))
		return false;
	r->n += n;
	return true;
}

static bool of_signatures(struct call *c, struct store *s, struct retention_rule *r,
			  const struct stored_round *round, int unused, struct err *e)
{
	int64_t n = 0;
	(void)c;
	(void)unused;
	if (!store_erase_signatures(s, round->id, &n, e))
		return false;
	r->n += n;
	return true;
}

/* Rounds that were published before the rule's day. */
static bool of_rounds(struct call *c, struct store *s, struct retention_rule *r,
		      bool (*each)(struct call *, struct store *, struct retention_rule *,
				   const struct stored_round *, int, struct err *),
		      int kind, struct err *e)
{
	struct stored_round *round;
	size_t n;
	if (!store_list_round_heads(s, c->a, &round, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		const bool over = round[i].state == ROUND_PUBLISHED && round[i].published_at.n &&
				  str_cmp(round[i].published_at, r->before) < 0;
		if (over && !each(c, s, r, &round[i], kind, e))
			return false;
	}
	return true;
}

static bool of_accounts(struct call *c, struct store *s, struct retention_rule *r, struct err *e)
{
	int64_t *id;
	size_t n;
	if (!store_list_stale_accounts(s, c->a, r->before, &id, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!store_forget_account(s, id[i], e))
			return false;
	r->n = (int64_t)n;
	return true;
}

static bool carry_out(struct call *c, struct store *s, struct retention_rule *r, struct err *e)
{
	r->n = 0;
	if (str_is(r->name, "company_personal"))
		return of_rounds(c, s, r, of_form, FORM_COMPANY, e);
	if (str_is(r->name, "cluster_personal"))
		return of_rounds(c, s, r, of_form, FORM_CLUSTER, e);
	if (str_is(r->name, "signature"))
		return of_rounds(c, s, r, of_signatures, 0, e);
	if (str_is(r->name, "consent"))
		return store_tidy_consents(s, r->before, &r->n, e);
	if (str_is(r->name, "request"))
		return store_tidy_personal_requests(s, r->before, &r->n, e);
	if (str_is(r->name, "account"))
		return of_accounts(c, s, r, e);
	return err_say(e, ERR_INPUT, "data/retention.csv: la regla «%.*s» no existe",
		       "data/retention.csv: there is no rule \"%.*s\"", STR_ARG(r->name));
}

static bool note_rule(struct call *c, struct store *s, const struct retention_rule *r,
		      struct err *e)
{
	if (!r->n)
		return true;
	return store_note(s, "retention", r->name, STR(""),
			  str_fmt(c->a, "{\"before\":\"%.*s\",\"n\":%lld}", STR_ARG(r->before),
				  (long long)r->n),
			  "done", e);
}

bool retention_run(struct call *c, struct store *s, bool dry_run, struct retention_rule *rule,
		   size_t n, struct err *e)
{
	bool good = true;
	if (!store_begin(s, e))
		return false;
	for (size_t i = 0; good && i < n; i++)
		good = carry_out(c, s, &rule[i], e) && note_rule(c, s, &rule[i], e);
	return store_end(s, good && !dry_run, e) && good;
}

/* ---- the command ---- */

bool run_retention(struct call *c, struct err *e)
{
	static const char *const head[] = { "rule", "days", "before", "removed", "what", "why" };
	static const char *const head_es[] = { "regla",	    "días", "antes_de",
					       "retirados", "qué",  "por_qué" };
	static const bool is_number[] = { false, true, false, true, false, false };
	struct retention_rule *rule;
	struct print_table t;
	struct store *s;
	size_t n;
	if (!call_store(c, &s, e) || !retention_rules(c, &rule, &n, e) ||
	    !retention_run(c, s, call_given(c, "--dry-run"), rule, n, e))
		return false;
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, 6);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = rule[i].name;
		cell[1] = print_int(c->a, rule[i].days);
		cell[2] = rule[i].before;
		cell[3] = print_int(c->a, rule[i].n);
		cell[4] = label_in(&rule[i].what, c->lang);
		cell[5] = label_in(&rule[i].why, c->lang);
	}
	print_table(c, &t);
	return true;
}
