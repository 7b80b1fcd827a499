/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/access_run.h"

#include <string.h>

static const char *web_name(const struct call *c, const char *field)
{
	for (size_t i = 0; field && i < PARAMS_MAX && c->command->param[i].name; i++) {
		if (strcmp(c->command->param[i].name, field) == 0)
			return param_web_name(c->a, &c->command->param[i]);
	}
	return NULL;
}

/* Over the web the writer has opened a transaction; on the command line the deed's verbs are made
 * one here. */
static bool in_one_transaction(struct call *c, bool (*deed)(struct call *, struct err *),
			       struct err *e)
{
	struct store *s = NULL;
	struct err ignored = { 0 };
	if (c->caller.kind != CALLER_OWNER)
		return deed(c, e);
	if (!call_store(c, &s, e) || !store_begin(s, e))
		return false;
	bool good = deed(c, e);
	return store_end(s, good, good ? e : &ignored) && good;
}

bool access_must(struct call *c, bool (*deed)(struct call *, struct err *), struct err *e)
{
	if (!in_one_transaction(c, deed, e))
		return false;
	const struct access *x = access_of(c);
	if (!x->refused)
		return true;
	c->reply.status = 0; /* by the error */
	c->blamed = web_name(c, x->field);
	const char *place = x->field ? x->field : "", *colon = x->field ? ": " : "";
	return err_say(e, x->code, "%s%s%s%.0s", "%s%s%.0s%s", place, colon,
		       str_c(c->a, x->why.in[LANG_ES]), str_c(c->a, x->why.in[LANG_EN]));
}

void access_say_account(struct call *c, const char *es, const char *en)
{
	const struct stored_account *account = &access_of(c)->account;
	buf_fmt(&c->said, "%.*s: %s\n", STR_ARG(account->email),
		c->said_lang == LANG_ES ? es : en);
}

bool access_addresses(struct call *c, struct store *s, struct access_addresses *out,
		      struct err *e)
{
	struct stored_account *list;
	if (!store_list_accounts(s, c->a, &list, &out->n, e))
		return false;
	out->item = list;
	return true;
}

struct str access_address(const struct access_addresses *all, int64_t account)
{
	for (size_t i = 0; i < all->n; i++) {
		if (all->item[i].id == account)
			return all->item[i].email;
	}
	return STR("");
}
