/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions of an account, as commands. */
#include "app/access_run.h"

static const char *const head[] = { "id",	  "second_factor", "created_at", "seen_at",
				    "expires_at", "origin",	   "agent" };
static const char *const head_es[] = { "sesión", "segundo_factor", "desde",	"última_vez",
				       "vence",	 "dirección",	   "navegador" };
static const bool is_number[] = { true, false, false, false, false, false, false };
enum { COLUMNS = sizeof(is_number) / sizeof(*is_number) };

bool run_session_list(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_account account;
	struct stored_session *list;
	struct print_table t;
	size_t n;
	if (!call_store(c, &s, e) ||
	    !access_find_account(c, call_text(c, "ACCOUNT"), &account, e) ||
	    !store_list_sessions(s, c->a, account.id, c->now, &list, &n, e))
		return false;
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, COLUMNS);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = print_int(c->a, list[i].id);
		cell[1] = list[i].half ? STR("owed") : STR("done");
		cell[2] = list[i].created_at;
		cell[3] = list[i].seen_at;
		cell[4] = list[i].expires_at;
		cell[5] = list[i].origin;
		cell[6] = list[i].agent;
	}
	print_table(c, &t);
	return true;
}

bool run_session_end(struct call *c, struct err *e)
{
	if (!access_must(c, do_end_sessions_of, e))
		return false;
	if (call_given(c, "--dry-run"))
		access_say_account(c, "sus sesiones terminarían", "its sessions would end");
	else
		access_say_account(c, "terminado", "ended");
	return true;
}
