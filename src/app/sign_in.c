/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coming in by password and second factor, and going. */
#include <assert.h>
#include <string.h>

#include "app/access_inside.h"
#include "os/random.h"
#include "store/audit.h"

struct coming {
	struct access_subjects subjects;
	bool locked, good;
	struct stored_account account; /* its id is 0: there is none */
	struct str rehashed;           /* the password hashed anew, when its hash was old */
	struct str secret, hash;       /* of the new session */
	/* of the second factor: one of them */
	int64_t step;
	struct str recovery;
};

static const struct coming *coming_of(const struct access *x)
{
	assert(x->inside);
	return x->inside;
}

static bool make_session_secret(struct call *c, struct store *s, struct coming *in, struct err *e)
{
	in->secret = random_hex(c->a, TOKEN_BYTES);
	return store_token_hash(s, c->a, "session", in->secret, &in->hash, e);
}

/* ---- the password ---- */

static bool check_password(struct call *c, struct store *s, struct str email, struct coming *in,
			   struct err *e)
{
	struct str password = call_text(c, "--password");
	struct stored_account account = { 0 };
	bool found = false;
	if (!store_find_account(s, c->a, email, &found, &account, e))
		return false;
	/* As much work for an address without an account, or one that is switched off. */
	bool fits = password_fits(found && account.active ? account.password : STR(""), password);
	in->good = found && account.active && fits;
	in->account = account;
	if (!in->good)
		return true;
	if (password_is_old(account.password) &&
	    !password_hash(c->a, password, &in->rehashed, e))
		return false;
	return make_session_secret(c, s, in, e);
}

bool prepare_sign_in(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct coming *in = NEW(c->a, 1, struct coming);
	if (!access_start(c, &x, &s, e))
		return false;
	x->inside = in;
	struct str email = access_typed_email(c->a, call_text(c, "--email"));
	return access_subjects(c, s, email, &in->subjects, e) &&
	       access_is_locked(c, s, &in->subjects, &in->locked, e) &&
	       (in->locked || check_password(c, s, email, in, e));
}

/* Counted, noted, and refused.  An address without an account is not noted: people type their
 * password into the wrong field. */
static bool refuse_sign_in(struct call *c, struct store *s, const struct coming *in,
			   struct err *e)
{
	struct str about = in->account.id ? in->account.email : STR("-");
	if (!access_count_failure(c, s, &in->subjects, e) ||
	    !store_note(s, "sign in", about, STR(""), STR(""), "denied", e))
		return false;
	return access_refuse(c, "--password", ERR_DENIED,
			     STR("el correo o la contraseña no coinciden; revíselos y vuelva a "
				 "intentarlo"),
			     STR("the address and the password do not match; check them and try "
				 "again"));
}

/* Changed between the check and now? */
static bool is_still_so(struct store *s, struct arena *a, const struct stored_account *was,
			bool *ret_same, struct err *e)
{
	struct stored_account now;
	bool found = false;
	if (!store_find_account(s, a, was->email, &found, &now, e))
		return false;
	*ret_same = found && now.active && now.id == was->id &&
		str_eq(now.password, was->password) && now.totp_on == was->totp_on;
	return true;
}

static bool open_session(struct call *c, struct store *s, const struct coming *in,
			 struct access *x, struct err *e)
{
	const struct stored_account *account = &in->account;
	int64_t seconds = account->totp_on ? HALF_SESSION_SECONDS : SESSION_IDLE_SECONDS;
	const struct stored_session session = {
		.account = account->id,
		.hash = in->hash,
		.half = account->totp_on,
		.created_at = c->now,
		.seen_at = c->now,
		.expires_at = access_later(c->a, c->now, seconds),
		.origin = c->caller.origin,
		.agent = access_agent(c),
	};
	/* From here on it is known who acts. */
	store_actor_from(s, account->email, c->caller.origin, c->now);
	if (in->rehashed.n && !store_set_password(s, account->id, in->rehashed, 0, e))
		return false;
	if (!store_add_session(s, &session, &x->id, e) ||
	    (!session.half && !store_forget_failures(s, in->subjects.account, e)))
		return false;
	x->half = session.half;
	x->account = *account;
	access_set_cookie(c, in->secret,
			  session.half ? HALF_SESSION_SECONDS : SESSION_SECONDS);
	return true;
}

bool do_sign_in(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go, locked = false, same = false;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	const struct coming *in = coming_of(x);
	/* Counted again: of many tries at once, those whose turn came later see the earlier. */
	if (!access_is_locked(c, s, &in->subjects, &locked, e))
		return false;
	if (locked || in->locked)
		return access_refuse_locked(c, "--password");
	if (in->good && !is_still_so(s, c->a, &in->account, &same, e))
		return false;
	return same ? open_session(c, s, in, x, e) : refuse_sign_in(c, s, in, e);
}

/* ---- the second factor ---- */

static bool read_code(struct call *c, struct store *s, struct coming *in, struct err *e)
{
	struct str code = call_text(c, "--code");
	int64_t now;
	bool good = access_seconds(c->now, &now) &&
		totp_step_of(in->account.totp_seed, code, now, &in->step);
	/* Whatever is no code of the authenticator may be a recovery code: the store knows. */
	return good || recovery_hash(c->a, s, code, &in->recovery, e);
}

bool prepare_second_factor(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct coming *in = NEW(c->a, 1, struct coming);
	if (!access_start(c, &x, &s, e))
		return false;
	x->inside = in;
	if (!c->caller.half || !c->caller.account)
		return err_say(e, ERR_DENIED, "entre primero con su correo y su contraseña",
			       "sign in with your address and password first");
	return store_get_account(s, c->a, c->caller.account, &in->account, e) &&
	       access_subjects(c, s, in->account.email, &in->subjects, e) &&
	       access_is_locked(c, s, &in->subjects, &in->locked, e) &&
	       (in->locked || (read_code(c, s, in, e) && make_session_secret(c, s, in, e)));
}

static bool refuse_code(struct call *c, struct store *s, const struct coming *in, struct err *e)
{
	if (!access_count_failure(c, s, &in->subjects, e) ||
	    !store_note(s, "second factor", in->account.email, STR(""), STR(""), "denied", e))
		return false;
	return access_refuse(c, "--code", ERR_DENIED,
			     STR("el código no es válido o ya se usó; espere el siguiente o use un "
				 "código de recuperación"),
			     STR("the code is not valid or was used already; wait for the next one "
				 "or use a recovery code"));
}

static bool complete_session(struct call *c, struct store *s, const struct coming *in,
			     struct access *x, struct err *e)
{
	struct str until = access_later(c->a, c->now, SESSION_IDLE_SECONDS);
	if (!store_complete_session(s, c->caller.session, in->hash, until, e) ||
	    !store_forget_failures(s, in->subjects.account, e))
		return false;
	x->account = in->account;
	access_set_cookie(c, in->secret, SESSION_SECONDS);
	return true;
}

bool do_second_factor(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go, locked = false, taken = false;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	const struct coming *in = coming_of(x);
	int64_t id = in->account.id;
	if (!access_is_locked(c, s, &in->subjects, &locked, e))
		return false;
	if (locked || in->locked)
		return access_refuse_locked(c, "--code");
	if (!(in->recovery.n ? store_take_recovery(s, id, in->recovery, &taken, e)
			     : store_take_totp_step(s, id, in->step, &taken, e)))
		return false;
	return taken ? complete_session(c, s, in, x, e) : refuse_code(c, s, in, e);
}

/* ---- going ---- */

bool prepare_sign_out(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	return access_start(c, &x, &s, e);
}

bool do_sign_out(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct err gone = { 0 };
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	access_clear_cookie(c);
	if (!c->caller.session ||
	    store_end_session(s, c->caller.account, c->caller.session, &gone) ||
	    gone.code == ERR_ABSENT)
		return true;
	*e = gone;
	return false;
}
