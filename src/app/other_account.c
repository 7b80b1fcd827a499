/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an administrator does about the accounts of others. */
#include <string.h>

#include "app/access_inside.h"

/* ---- names and addresses ---- */

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char byte = (unsigned char)s.p[i];
		if (byte < ' ' || byte == 0x7f)
			return true;
	}
	return false;
}

bool access_take_names(struct call *c, struct stored_account *out, bool *ret_good)
{
	struct str lang = access_text(c, "--language");
	if (!lang.n)
		lang = access_text(c, "--lang");
	*ret_good = true;
	if (access_given(c, "--name")) {
		struct str name = str_trim(access_text(c, "--name"));
		*ret_good = name.n && name.n <= PERSON_BYTES_MAX && !has_control(name);
		out->name = name;
	}
	if (lang.n)
		out->lang = lang;
	return *ret_good ||
	       access_refuse(c, "--name", ERR_INPUT,
			     STR("el nombre debe tener de 1 a 120 bytes, en una línea"),
			     STR("a name has 1 to 120 bytes, on one line"));
}

/* Printable ASCII, one @, something before it and a name with a point behind it.  Whether anybody
 * reads mail there only a message to it could tell. */
static bool is_address(struct str s)
{
	struct str rest = s, local = str_cut(&rest, '@');
	size_t point;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || strchr("\"(),:;<>[\\]", s.p[i]))
			return false;
	}
	return s.n <= EMAIL_BYTES_MAX && local.n && rest.n > 2 && !memchr(rest.p, '@', rest.n) &&
	       str_find(rest, STR("."), &point) && rest.p[0] != '.' && !str_ends(rest, ".");
}

static bool refuse_taken(struct call *c)
{
	return access_refuse(c, "--email", ERR_CONFLICT,
			     STR("ese correo ya tiene una cuenta; vea: ssme account list"),
			     STR("that address has an account already; see: ssme account list"));
}

static bool check_address(struct call *c, struct store *s, struct str email, bool *ret_good,
			  struct err *e)
{
	struct stored_account other;
	bool found = false;
	*ret_good = is_address(email);
	if (!*ret_good)
		return access_refuse(c, "--email", ERR_INPUT,
				     STR("no es un correo; escríbalo como nombre@ejemplo.co"),
				     STR("not an e-mail address; write it as name@example.co"));
	if (!store_find_account(s, c->a, email, &found, &other, e))
		return false;
	*ret_good = !found;
	return !found || refuse_taken(c);
}

/* ---- a new account ---- */

struct creating {
	struct stored_token invitation;
	enum role role;
	bool invited;
};

static bool check_new(struct call *c, struct store *s, struct access *x, enum role role,
		      bool *ret_good, struct err *e)
{
	struct stored_account *account = &x->account;
	struct str object = access_text(c, "--object");
	if (!check_address(c, s, account->email, ret_good, e) || !*ret_good)
		return x->refused;
	if (!access_take_names(c, account, ret_good) || !*ret_good)
		return true;
	return access_check_object(c, s, role, object, ret_good, e);
}

/* Hashes the password that was given, if any. */
static bool take_password(struct call *c, struct access *x, struct err *e)
{
	struct label why;
	struct str password = access_text(c, "--password");
	if (!password_good(&x->account, password, &why))
		return access_refuse_label(c, "--password", ERR_INPUT, &why);
	return password_hash(c->a, password, &x->account.password, e);
}

bool prepare_create_account(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct creating *in = NEW(c->a, 1, struct creating);
	bool good = false;
	if (!access_start(c, &x, &s, e))
		return false;
	x->inside = in;
	struct str email = access_typed_email(c->a, call_text(c, "--email"));
	x->account = (struct stored_account){ .email = email,
					      .lang = STR("es"),
					      .active = true,
					      .created_at = c->now };
	(void)!role_of_name(call_text(c, "--role"), &in->role);
	if (!check_new(c, s, x, in->role, &good, e) || !good)
		return good || x->refused;
	in->invited = !access_given(c, "--password");
	return in->invited ? access_make_invitation(c, s, x, &in->invitation, e)
			   : take_password(c, x, e);
}

bool do_create_account(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct err taken = { 0 };
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	struct creating *in = x->inside;
	if (!store_add_account(s, &x->account, &x->account.id, &taken)) {
		if (taken.code == ERR_CONFLICT)
			return refuse_taken(c);
		*e = taken;
		return false;
	}
	x->id = x->account.id;
	const struct stored_grant grant = { .account = x->id,
					    .role = str_of(role_name(in->role)),
					    .object = access_text(c, "--object"),
					    .granted_at = c->now,
					    .granted_by = c->caller.name };
	in->invitation.account = x->id;
	c->reply.secret = in->invited;
	return store_grant(s, &grant, e) &&
	       (!in->invited || access_keep_invitation(s, c->a, &in->invitation, e));
}

/* ---- changes ---- */

bool prepare_change_account(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool good;
	return access_start_on_account(c, &x, &s, e) && access_take_names(c, &x->account, &good);
}

/* The account as it is now, with the names of the deed. */
static bool change(struct call *c, bool active, struct err *e)
{
	struct access *x;
	struct store *s;
	struct stored_account now;
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	if (!store_get_account(s, c->a, x->account.id, &now, e))
		return false;
	now.name = x->account.name;
	now.lang = x->account.lang;
	now.active = active;
	if (!store_change_account(s, &now, e))
		return false;
	x->account.active = active;
	return true;
}

bool do_change_account(struct call *c, struct err *e)
{
	return change(c, access_of(c)->account.active, e);
}

bool access_check_last_administrator(struct call *c, struct store *s, int64_t account,
				     bool *ret_good, struct err *e)
{
	struct stored_account *list;
	struct stored_grant *grant;
	size_t n, n_grants;
	bool is_one = false;
	*ret_good = false;
	if (!store_list_accounts(s, c->a, &list, &n, e) ||
	    !store_list_grants(s, c->a, 0, &grant, &n_grants, e))
		return false;
	for (size_t g = 0; g < n_grants; g++) {
		if (!str_is(grant[g].role, role_name(ROLE_ADMINISTRATOR)))
			continue;
		is_one |= grant[g].account == account;
		for (size_t i = 0; i < n; i++)
			*ret_good |= list[i].id == grant[g].account && list[i].active &&
				list[i].id != account;
	}
	*ret_good |= !is_one;
	return *ret_good ||
	       access_refuse(c, "ACCOUNT", ERR_CONFLICT,
			     STR("es la última cuenta activa con rol de administración; dé ese rol "
				 "a otra antes"),
			     STR("it is the last active account with the role of administrator; "
				 "give that role to another first"));
}

bool prepare_disable_account(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool good;
	return access_start_on_account(c, &x, &s, e) &&
	       access_check_last_administrator(c, s, x->account.id, &good, e);
}

bool do_disable_account(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go, good;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (go && (!access_check_last_administrator(c, s, x->account.id, &good, e) || !good))
		return x->refused;
	return change(c, false, e);
}

bool prepare_enable_account(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	return access_start_on_account(c, &x, &s, e);
}

bool do_enable_account(struct call *c, struct err *e)
{
	return change(c, true, e);
}

/* ---- password and second factor ---- */

bool prepare_set_password(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	return access_start_on_account(c, &x, &s, e) && take_password(c, x, e);
}

bool do_set_password(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	return access_resume(c, &x, &s, &go, e) &&
	       (!go || store_set_password(s, x->account.id, x->account.password, 0, e));
}

bool prepare_reset_totp(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	return access_start_on_account(c, &x, &s, e);
}

bool do_reset_totp(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	return access_resume(c, &x, &s, &go, e) &&
	       (!go || store_set_totp(s, x->account.id, STR(""), e));
}

/* ---- sessions ---- */

bool prepare_end_sessions_of(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	return access_start_on_account(c, &x, &s, e);
}

bool do_end_sessions_of(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	int64_t id = access_given(c, "SESSION") ? call_integer(c, "SESSION", 0) : 0;
	return id ? store_end_session(s, x->account.id, id, e)
		  : store_end_sessions(s, x->account.id, c->caller.session, e);
}
