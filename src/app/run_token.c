/* SPDX-License-Identifier: GPL-3.0-or-later */
/* API tokens, as commands. */
#include "app/access_run.h"

static const char *const head[] = { "id",    "account",	   "email",	 "name",
				    "scope", "created_at", "expires_at" };
static const char *const head_es[] = { "ficha",	  "cuenta", "correo", "nombre",
				       "alcance", "desde",  "vence" };
static const bool is_number[] = { true, true, false, false, false, false, false };
enum { COLUMNS = sizeof(is_number) / sizeof(*is_number) };

bool run_token_list(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_account account = { .id = 0 };
	struct access_addresses address;
	struct stored_token *list;
	struct print_table t;
	size_t n;
	if (!call_store(c, &s, e) ||
	    (call_given(c, "--account") &&
	     !access_find_account(c, call_text(c, "--account"), &account, e)) ||
	    !store_list_tokens(s, c->a, account.id, &list, &n, e) ||
	    !access_addresses(c, s, &address, e))
		return false;
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, COLUMNS);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = print_int(c->a, list[i].id);
		cell[1] = print_int(c->a, list[i].account);
		cell[2] = access_address(&address, list[i].account);
		cell[3] = list[i].name;
		cell[4] = list[i].scope;
		cell[5] = list[i].created_at;
		cell[6] = list[i].expires_at;
	}
	print_table(c, &t);
	return true;
}

static const char *const made_head[] = { "id", "email", "token", "expires_at" };
static const char *const made_head_es[] = { "ficha", "correo", "secreto", "vence" };
static const bool made_number[] = { true, false, false, false };

bool run_token_create(struct call *c, struct err *e)
{
	struct print_table t;
	if (!access_must(c, do_create_token, e))
		return false;
	const struct access *x = access_of(c);
	if (call_given(c, "--dry-run")) {
		access_say_account(c, "recibiría la ficha", "would get the token");
		return true;
	}
	print_table_init(&t, c->a, print_head(c, made_head, made_head_es), made_number, 4);
	struct str *cell = print_table_row(&t);
	cell[0] = print_int(c->a, x->id);
	cell[1] = x->account.email;
	cell[2] = x->secret;
	cell[3] = x->expires_at;
	print_table(c, &t);
	buf_puts(&c->said, c->said_lang == LANG_ES
				   ? "Guarde la ficha ahora: no se vuelve a mostrar.\n"
				   : "Keep the token now: it is not shown again.\n");
	return true;
}

bool run_token_revoke(struct call *c, struct err *e)
{
	if (!access_must(c, do_revoke_token, e))
		return false;
	if (!call_given(c, "--dry-run"))
		buf_fmt(&c->said,
			c->said_lang == LANG_ES ? "Ficha %lld retirada.\n"
						: "Token %lld is revoked.\n",
			(long long)call_integer(c, "TOKEN", 0));
	return true;
}
