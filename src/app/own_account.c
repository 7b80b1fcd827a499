/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people do about their own account: names, password, second factor, sessions. */
#include "app/access_inside.h"

/* ---- looking ---- */

static size_t without_invitations(struct stored_token *token, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (!access_is_invitation(&token[i]))
			token[kept++] = token[i];
	}
	return kept;
}

bool access_look_self(struct call *c, struct access_self *out, struct err *e)
{
	struct store *s = NULL;
	struct access_self self = { .recovery_left = 0 };
	struct stored_session *session;
	struct stored_token *token;
	struct stored_grant *grant;
	int64_t id = c->caller.account;
	if (!access_needs_account(c, e) || !call_store(c, &s, e) ||
	    !store_get_account(s, c->a, id, &self.account, e) ||
	    !store_list_sessions(s, c->a, id, c->now, &session, &self.n_sessions, e) ||
	    !store_list_tokens(s, c->a, id, &token, &self.n_tokens, e) ||
	    !store_list_grants(s, c->a, id, &grant, &self.n_grants, e) ||
	    !store_count_recovery(s, id, &self.recovery_left, e))
		return false;
	self.session = session;
	self.token = token;
	self.n_tokens = without_invitations(token, self.n_tokens);
	self.grant = grant;
	self.totp_begun = self.account.totp_seed.n && !self.account.totp_on;
	if (self.totp_begun)
		self.totp = totp_describe(c->a, self.account.totp_seed, self.account.email);
	*out = self;
	return true;
}

/* Every deed here is about the caller's account, as it is now. */
static bool start_on_self(struct call *c, struct access **ret_x, struct store **ret_s,
			  struct err *e)
{
	return access_needs_account(c, e) && access_start(c, ret_x, ret_s, e) &&
	       store_get_account(*ret_s, c->a, c->caller.account, &(*ret_x)->account, e);
}

/* ---- names ---- */

bool prepare_change_self(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool good;
	return start_on_self(c, &x, &s, e) && access_take_names(c, &x->account, &good);
}

bool do_change_self(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	return access_resume(c, &x, &s, &go, e) && (!go || store_change_account(s, &x->account, e));
}

/* ---- what needs the present password ---- */

struct with_password {
	struct access_subjects subjects;
	bool locked, fits;
	struct str hash; /* of the new password */
};

static bool check_present(struct call *c, struct store *s, const struct access *x,
			  struct with_password *in, struct err *e)
{
	if (!access_subjects(c, s, x->account.email, &in->subjects, e) ||
	    !access_is_locked(c, s, &in->subjects, &in->locked, e))
		return false;
	in->fits = !in->locked &&
		password_fits(x->account.password, call_text(c, "--password"));
	return true;
}

static bool start_with_password(struct call *c, struct access **ret_x,
				struct with_password **ret_in, struct err *e)
{
	struct store *s;
	if (!start_on_self(c, ret_x, &s, e))
		return false;
	(*ret_x)->inside = *ret_in = NEW(c->a, 1, struct with_password);
	return check_present(c, s, *ret_x, *ret_in, e);
}

/* *ret_go: the present password was right, and nobody has changed it since. */
static bool resume_with_password(struct call *c, struct access **ret_x, struct store **ret_s,
				 bool *ret_go, struct err *e)
{
	struct stored_account now;
	bool locked = false;
	if (!access_resume(c, ret_x, ret_s, ret_go, e))
		return false;
	if (!*ret_go)
		return true;
	const struct with_password *in = (*ret_x)->inside;
	if (!access_is_locked(c, *ret_s, &in->subjects, &locked, e) ||
	    !store_get_account(*ret_s, c->a, (*ret_x)->account.id, &now, e))
		return false;
	*ret_go = false;
	if (locked || in->locked)
		return access_refuse_locked(c, "--password");
	if (in->fits && str_eq(now.password, (*ret_x)->account.password)) {
		*ret_go = true;
		return true;
	}
	return access_count_failure(c, *ret_s, &in->subjects, e) &&
	       access_refuse(c, "--password", ERR_DENIED,
			     STR("la contraseña actual no es esa; escríbala de nuevo"),
			     STR("that is not the present password; type it again"));
}

bool prepare_change_password(struct call *c, struct err *e)
{
	struct access *x;
	struct with_password *in;
	struct label why;
	struct str password = call_text(c, "--new-password");
	if (!start_with_password(c, &x, &in, e))
		return false;
	if (!in->fits)
		return true;
	if (!password_good(&x->account, password, &why))
		return access_refuse_label(c, "--new-password", ERR_INPUT, &why);
	return password_hash(c->a, password, &in->hash, e);
}

bool do_change_password(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	if (!resume_with_password(c, &x, &s, &go, e))
		return false;
	const struct with_password *in = x->inside;
	return !go || store_set_password(s, x->account.id, in->hash, c->caller.session, e);
}

bool prepare_stop_totp(struct call *c, struct err *e)
{
	struct access *x;
	struct with_password *in;
	return start_with_password(c, &x, &in, e);
}

bool do_stop_totp(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	return resume_with_password(c, &x, &s, &go, e) &&
	       (!go || store_set_totp(s, x->account.id, STR(""), e));
}

/* ---- the second factor ---- */

static bool refuse_totp_on(struct call *c)
{
	return access_refuse(c, NULL, ERR_CONFLICT,
			     STR("ya tiene un segundo factor; quítelo antes de poner otro"),
			     STR("there is a second factor already; take it off before setting "
				 "another"));
}

bool prepare_begin_totp(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct str *seed = NEW(c->a, 1, struct str);
	if (!start_on_self(c, &x, &s, e))
		return false;
	x->inside = seed;
	*seed = totp_seed(c->a);
	return !x->account.totp_on || refuse_totp_on(c);
}

bool do_begin_totp(struct call *c, struct err *e)
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
	struct str *seed = x->inside;
	return now.totp_on ? refuse_totp_on(c) : store_set_totp(s, x->account.id, *seed, e);
}

struct confirming {
	struct access_subjects subjects;
	bool guarded; /* a second factor is on: its codes are guessed at here as at the sign-in */
	bool fits;
	struct str hash[RECOVERY_CODES];
	int64_t step;
};

static bool refuse_totp_code(struct call *c)
{
	return access_refuse(c, "--code", ERR_INPUT,
			     STR("el código no es el de ahora; mire que el reloj del teléfono esté "
				 "en hora y escriba el siguiente"),
			     STR("that is not the present code; see that the phone's clock is "
				 "right and type the next one"));
}

/* A wrong code of a factor that is on counts: whoever took over an open session could otherwise try
 * them all, and have recovery codes. */
static bool refuse_confirming(struct call *c, struct store *s, const struct confirming *in,
			      struct err *e)
{
	return (!in->guarded || access_count_failure(c, s, &in->subjects, e)) &&
	       refuse_totp_code(c);
}

bool prepare_confirm_totp(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct confirming *in = NEW(c->a, 1, struct confirming);
	int64_t now;
	if (!start_on_self(c, &x, &s, e))
		return false;
	x->inside = in;
	if (!x->account.totp_seed.n)
		return access_refuse(c, "--code", ERR_CONFLICT,
				     STR("empiece primero: pida la clave para su teléfono"),
				     STR("begin first: ask for the key for your phone"));
	in->guarded = x->account.totp_on;
	if (!access_subjects(c, s, x->account.email, &in->subjects, e))
		return false;
	in->fits = access_seconds(c->now, &now) &&
		totp_step_of(x->account.totp_seed, call_text(c, "--code"), now, &in->step);
	if (!in->fits)
		return true;
	x->n_recovery = RECOVERY_CODES;
	return recovery_make(c->a, s, x->recovery, in->hash, e);
}

bool do_confirm_totp(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct stored_account now;
	bool go, locked = false;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	const struct confirming *in = x->inside;
	if (!store_get_account(s, c->a, x->account.id, &now, e) ||
	    (in->guarded && !access_is_locked(c, s, &in->subjects, &locked, e)))
		return false;
	if (locked)
		return access_refuse_locked(c, "--code");
	if (!in->fits || !str_eq(now.totp_seed, x->account.totp_seed) ||
	    in->step <= now.totp_last_step)
		return refuse_confirming(c, s, in, e);
	c->reply.secret = true;
	return store_confirm_totp(s, x->account.id, in->step, in->hash, RECOVERY_CODES, e);
}

/* ---- sessions ---- */

bool prepare_end_session(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	return start_on_self(c, &x, &s, e);
}

bool do_end_session(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	int64_t id = call_integer(c, "SESSION", 0);
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (go && id == c->caller.session)
		access_clear_cookie(c);
	return !go || store_end_session(s, x->account.id, id, e);
}

bool prepare_end_others(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	return start_on_self(c, &x, &s, e);
}

bool do_end_others(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	return access_resume(c, &x, &s, &go, e) &&
	       (!go || store_end_sessions(s, x->account.id, c->caller.session, e));
}
