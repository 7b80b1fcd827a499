/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts of others, for administrators. */
#include "base/fold.h"
#include "page/inside.h"

enum { ACCOUNTS_A_PAGE = 50 };

/* ---- the list ---- */

static struct str roles_of(struct call *c, const struct stored_grant *g, size_t n, int64_t account)
{
	struct buf b;
	buf_init(&b, c->a, 4096);
	for (size_t i = 0; i < n; i++) {
		enum role role;
		if (g[i].account != account || !role_of_name(g[i].role, &role))
			continue;
		buf_puts(&b, b.n ? ", " : "");
		buf_puts(&b, role_word(role, c->lang));
		if (g[i].object.n)
			buf_fmt(&b, " %.*s", STR_ARG(g[i].object));
	}
	return buf_str(&b);
}

static bool matches(struct call *c, const struct stored_account *a, struct str folded)
{
	size_t at;
	return !folded.n || str_find(fold(c->a, a->email), folded, &at) ||
	       str_find(fold(c->a, a->name), folded, &at);
}

/* Those that match, a page of them. */
static void put_accounts(struct call *c, const struct stored_account *a, size_t n,
			 const struct stored_grant *g, size_t n_grants,
			 struct template_accounts *t)
{
	const struct str folded = fold(c->a, t->find);
	const int64_t page = call_integer(c, "--page", 1);
	const int64_t first = (page - 1) * ACCOUNTS_A_PAGE;
	struct template_account_row *row = NEW(c->a, ACCOUNTS_A_PAGE, struct template_account_row);
	t->rows = row;
	for (size_t i = 0; i < n; i++) {
		if (!matches(c, &a[i], folded))
			continue;
		if (t->total++ < first || t->n_rows == ACCOUNTS_A_PAGE)
			continue;
		row[t->n_rows++] = (struct template_account_row){
			.id = a[i].id,
			.email = a[i].email,
			.name = a[i].name,
			.active = a[i].active,
			.waiting = !a[i].password_at.n,
			.roles = roles_of(c, g, n_grants, a[i].id),
			.seen = a[i].seen_at,
			.totp = a[i].totp_on,
		};
	}
	t->before = page - 1;
	t->after = first + ACCOUNTS_A_PAGE < t->total ? page + 1 : 0;
}

bool page_accounts(struct call *c, struct err *e)
{
	struct template_accounts t = { .find = call_text(c, "--find") };
	struct store *s;
	struct stored_account *a;
	struct stored_grant *g;
	size_t n, n_grants;
	if (!call_store(c, &s, e) || !store_list_accounts(s, c->a, &a, &n, e) ||
	    !store_list_grants(s, c->a, 0, &g, &n_grants, e))
		return false;
	put_accounts(c, a, n, g, n_grants, &t);
	template_accounts(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

/* ---- a new one ---- */

static bool is_post(const struct call *c)
{
	return str_is(str_of(c->command->method), "POST");
}

bool new_account_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct template_new_account t = { .fault = fault ? *fault : fault_none() };
	const bool typed = is_post(c);
	if (typed) {
		t.email = call_text(c, "--email");
		t.name = call_text(c, "--name");
		t.object = call_text(c, "--object");
	}
	t.langs = lang_choices(c, typed ? call_text(c, "--lang") : STR("es"), &t.n_langs);
	t.roles = role_choices(c, ACCESS_ROLE_CHOICES,
			       typed ? call_text(c, "--role") : STR("manager"), &t.n_roles);
	template_new_account(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_new_account(struct call *c, struct err *e)
{
	return new_account_again(c, NULL, e);
}

static bool show_invitation(struct call *c, struct err *e)
{
	const struct access *x = access_of(c);
	return show_secret(
		c,
		str_fmt(c->a, "%.*s %.*s",
			STR_ARG(call_say(c, "Invitación para", "Invitation for")),
			STR_ARG(x->account.email)),
		call_say(c,
			 "Envíe esta dirección a la persona, por un medio que solo ella lea. Con "
			 "ella elige su contraseña.",
			 "Send this address to the person, by a way that only they read. They "
			 "choose their password with it."),
		whole_address(c, x->path),
		str_c(c->a, str_fmt(c->a, "/administracion/cuentas/%lld",
				    (long long)x->account.id)),
		e);
}

bool write_new_account(struct call *c, struct err *e)
{
	if (!do_create_account(c, e))
		return false;
	const struct access *x = access_of(c);
	if (!x->refused)
		return show_invitation(c, e);
	const struct template_fault fault = fault_of(c, x);
	c->reply.status = 422;
	return new_account_again(c, &fault, e);
}

/* ---- one account ---- */

static bool route_ends(const struct call *c, const char *end)
{
	return str_ends(str_of(c->command->route), end);
}

static void put_typed(struct call *c, struct template_account *t)
{
	const bool of_role = is_post(c) && route_ends(c, "/roles");
	const bool of_name = is_post(c) && route_ends(c, "{ACCOUNT}");
	if (of_role)
		t->object = call_text(c, "--object");
	if (of_name && call_given(c, "--name"))
		t->name = call_text(c, "--name");
	t->roles = role_choices(c, ACCESS_ROLE_CHOICES,
				of_role ? call_text(c, "--role") : STR("manager"), &t->n_roles);
}

bool account_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct stored_account a;
	struct stored_session *session;
	struct stored_grant *g;
	struct store *s;
	struct template_account t = { .fault = fault ? *fault : fault_none() };
	if (!call_store(c, &s, e) || !access_find_account(c, call_text(c, "ACCOUNT"), &a, e) ||
	    !store_list_grants(s, c->a, a.id, &g, &t.n_grants, e) ||
	    !store_list_sessions(s, c->a, a.id, c->now, &session, &t.n_sessions, e))
		return false;
	t.id = a.id;
	t.email = a.email;
	t.name = a.name;
	t.active = a.active;
	t.waiting = !a.password_at.n;
	t.totp = a.totp_on;
	t.since = a.created_at;
	t.seen = a.seen_at;
	t.langs = lang_choices(c, a.lang, &t.n_langs);
	t.grants = grant_rows(c, g, t.n_grants);
	t.sessions = session_rows(c, session, t.n_sessions);
	put_typed(c, &t);
	template_account(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_account(struct call *c, struct err *e)
{
	return account_again(c, NULL, e);
}

/* Goes back to the account, or shows it with what was wrong. */
static bool after(struct call *c, const char *done, struct err *e)
{
	const struct access *x = access_of(c);
	if (x->refused) {
		const struct template_fault fault = fault_of(c, x);
		c->reply.status = 422;
		return account_again(c, &fault, e);
	}
	page_go(c,
		str_fmt(c->a, "/administracion/cuentas/%lld", (long long)x->account.id), done);
	return true;
}

bool write_account(struct call *c, struct err *e)
{
	return do_change_account(c, e) && after(c, "guardado", e);
}

bool write_disable(struct call *c, struct err *e)
{
	return do_disable_account(c, e) && after(c, "cuenta-desactivada", e);
}

bool write_enable(struct call *c, struct err *e)
{
	return do_enable_account(c, e) && after(c, "cuenta-activada", e);
}

bool write_invite(struct call *c, struct err *e)
{
	if (!do_invite_account(c, e))
		return false;
	return access_of(c)->refused ? after(c, NULL, e) : show_invitation(c, e);
}

bool write_reset_second(struct call *c, struct err *e)
{
	return do_reset_totp(c, e) && after(c, "segundo-factor-quitado", e);
}

bool write_end_sessions(struct call *c, struct err *e)
{
	return do_end_sessions_of(c, e) && after(c, "sesiones-cerradas", e);
}

bool write_grant(struct call *c, struct err *e)
{
	return do_grant(c, e) && after(c, "rol-dado", e);
}

bool write_revoke_grant(struct call *c, struct err *e)
{
	return do_revoke_grant(c, e) && after(c, "rol-quitado", e);
}
