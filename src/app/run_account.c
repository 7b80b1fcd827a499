/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts and their roles, as commands. */
#include "app/access_run.h"

/* ---- lists ---- */

static const char *const account_head[] = { "id",    "email",	"name",		 "lang",
					    "state", "roles",	"second_factor", "last_sign_in" };
static const char *const account_head_es[] = { "cuenta", "correo", "nombre",	     "idioma",
					       "estado", "roles",  "segundo_factor",
					       "última_entrada" };
static const bool account_number[] = { true, false, false, false, false, false, false, false };
enum { ACCOUNT_COLUMNS = sizeof(account_number) / sizeof(*account_number) };

/* "team manager:C001" */
static struct str roles_of(struct arena *a, int64_t account, const struct stored_grant *grant,
			   size_t n)
{
	struct buf b;
	buf_init(&b, a, 1 << 16);
	for (size_t i = 0; i < n; i++) {
		if (grant[i].account != account)
			continue;
		buf_fmt(&b, "%s%.*s", b.n ? " " : "", STR_ARG(grant[i].role));
		if (grant[i].object.n)
			buf_fmt(&b, ":%.*s", STR_ARG(grant[i].object));
	}
	return buf_str(&b);
}

bool run_account_list(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_account *list;
	struct stored_grant *grant;
	struct print_table t;
	size_t n, n_grants;
	if (!call_store(c, &s, e) || !store_list_accounts(s, c->a, &list, &n, e) ||
	    !store_list_grants(s, c->a, 0, &grant, &n_grants, e))
		return false;
	print_table_init(&t, c->a, print_head(c, account_head, account_head_es), account_number,
			 ACCOUNT_COLUMNS);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = print_int(c->a, list[i].id);
		cell[1] = list[i].email;
		cell[2] = list[i].name;
		cell[3] = list[i].lang;
		cell[4] = list[i].active ? STR("active") : STR("disabled");
		cell[5] = roles_of(c->a, list[i].id, grant, n_grants);
		cell[6] = list[i].totp_on ? STR("yes") : STR("no");
		cell[7] = list[i].seen_at;
	}
	print_table(c, &t);
	return true;
}

static const char *const role_head[] = { "account", "email",	  "role",
					 "object",  "granted_at", "granted_by" };
static const char *const role_head_es[] = { "cuenta", "correo",	  "rol",
					    "objeto", "desde",	  "por" };
static const bool role_number[] = { true, false, false, false, false, false };
enum { ROLE_COLUMNS = sizeof(role_number) / sizeof(*role_number) };

bool run_role_list(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_account account = { .id = 0 };
	struct access_addresses address;
	struct stored_grant *grant;
	struct print_table t;
	size_t n;
	if (!call_store(c, &s, e) ||
	    (call_given(c, "ACCOUNT") &&
	     !access_find_account(c, call_text(c, "ACCOUNT"), &account, e)) ||
	    !store_list_grants(s, c->a, account.id, &grant, &n, e) ||
	    !access_addresses(c, s, &address, e))
		return false;
	print_table_init(&t, c->a, print_head(c, role_head, role_head_es), role_number,
			 ROLE_COLUMNS);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = print_int(c->a, grant[i].account);
		cell[1] = access_address(&address, grant[i].account);
		cell[2] = grant[i].role;
		cell[3] = grant[i].object;
		cell[4] = grant[i].granted_at;
		cell[5] = grant[i].granted_by;
	}
	print_table(c, &t);
	return true;
}

/* ---- what is shown once ---- */

static const char *const invited_head[] = { "id", "email", "invitation", "expires_at" };
static const char *const invited_head_es[] = { "cuenta", "correo", "invitación", "vence" };
static const bool invited_number[] = { true, false, false, false };

static void print_invitation(struct call *c)
{
	const struct access *x = access_of(c);
	struct print_table t;
	print_table_init(&t, c->a, print_head(c, invited_head, invited_head_es), invited_number,
			 4);
	struct str *cell = print_table_row(&t);
	cell[0] = print_int(c->a, x->account.id);
	cell[1] = x->account.email;
	cell[2] = x->path;
	cell[3] = x->path.n ? x->expires_at : STR("");
	print_table(c, &t);
	if (x->path.n)
		buf_puts(&c->said,
			 c->said_lang == LANG_ES
				 ? "Envíe la invitación con la dirección del sitio delante. No se "
				   "vuelve a mostrar.\n"
				 : "Send the invitation with the site's address before it. It is "
				   "not shown again.\n");
}

static bool is_trial(const struct call *c)
{
	return call_given(c, "--dry-run");
}

/* ---- deeds ---- */

bool run_account_create(struct call *c, struct err *e)
{
	if (!access_must(c, do_create_account, e))
		return false;
	if (is_trial(c))
		access_say_account(c, "se crearía", "would be created");
	else
		print_invitation(c);
	return true;
}

bool run_account_invite(struct call *c, struct err *e)
{
	if (!access_must(c, do_invite_account, e))
		return false;
	if (is_trial(c))
		access_say_account(c, "recibiría una invitación nueva",
				   "would get a new invitation");
	else
		print_invitation(c);
	return true;
}

struct words {
	const char *es, *en;
};

/* A deed without a result of its own. */
static bool plain(struct call *c, bool (*deed)(struct call *, struct err *),
		  struct words done, struct words would, struct err *e)
{
	if (!access_must(c, deed, e))
		return false;
	const struct words *say = is_trial(c) ? &would : &done;
	access_say_account(c, say->es, say->en);
	return true;
}

bool run_account_change(struct call *c, struct err *e)
{
	return plain(c, do_change_account, (struct words){ "cambiada", "changed" },
		     (struct words){ "se cambiaría", "would be changed" }, e);
}

bool run_account_disable(struct call *c, struct err *e)
{
	return plain(c, do_disable_account,
		     (struct words){ "inactiva; sus sesiones y fichas terminaron",
				     "disabled; its sessions and tokens have ended" },
		     (struct words){ "quedaría inactiva, sin sesiones ni fichas",
				     "would be disabled, without sessions and tokens" },
		     e);
}

bool run_account_enable(struct call *c, struct err *e)
{
	return plain(c, do_enable_account, (struct words){ "activa", "enabled" },
		     (struct words){ "quedaría activa", "would be enabled" }, e);
}

bool run_account_password(struct call *c, struct err *e)
{
	return plain(c, do_set_password,
		     (struct words){ "contraseña puesta; sus sesiones terminaron",
				     "password set; its sessions have ended" },
		     (struct words){ "la contraseña sirve", "the password would do" }, e);
}

bool run_account_reset_second_factor(struct call *c, struct err *e)
{
	return plain(c, do_reset_totp,
		     (struct words){ "sin segundo factor hasta que ponga otro",
				     "without a second factor until another is set" },
		     (struct words){ "quedaría sin segundo factor",
				     "would be left without a second factor" },
		     e);
}

bool run_role_grant(struct call *c, struct err *e)
{
	return plain(c, do_grant, (struct words){ "rol dado", "role granted" },
		     (struct words){ "recibiría el rol", "would get the role" }, e);
}

bool run_role_revoke(struct call *c, struct err *e)
{
	return plain(c, do_revoke_grant, (struct words){ "rol retirado", "role revoked" },
		     (struct words){ "perdería el rol", "would lose the role" }, e);
}
