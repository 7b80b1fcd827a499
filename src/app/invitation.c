/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first password, or a new one in place of a lost one, by an invitation.  An invitation is kept
 * as a token of its account whose scope no row knows. */
#include <assert.h>

#include "app/access_inside.h"
#include "os/random.h"

enum { DAY_SECONDS = 86400 };

/* ---- making ---- */

bool access_make_invitation(struct call *c, struct store *s, struct access *x,
			    struct stored_token *out, struct err *e)
{
	struct str secret = random_hex(c->a, TOKEN_BYTES);
	*out = (struct stored_token){
		.account = x->account.id,
		.name = STR("invitación"),
		.scope = STR("invitation"),
		.created_at = c->now,
		.expires_at = access_later(c->a, c->now, INVITATION_DAYS * DAY_SECONDS),
	};
	x->path = str_fmt(c->a, "/invitacion/%.*s", STR_ARG(secret));
	x->expires_at = out->expires_at;
	return store_token_hash(s, c->a, "invitation", secret, &out->hash, e);
}

static bool end_invitations(struct store *s, struct arena *a, int64_t account, struct err *e)
{
	struct stored_token *list;
	size_t n;
	if (!store_list_tokens(s, a, account, &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (access_is_invitation(&list[i]) &&
		    !store_revoke_token(s, account, list[i].id, e))
			return false;
	}
	return true;
}

bool access_keep_invitation(struct store *s, struct arena *a, const struct stored_token *in,
			    struct err *e)
{
	int64_t id;
	return end_invitations(s, a, in->account, e) && store_add_token(s, in, &id, e);
}

bool prepare_invite_account(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct stored_token *in = NEW(c->a, 1, struct stored_token);
	if (!access_start_on_account(c, &x, &s, e))
		return false;
	x->inside = in;
	if (!x->account.active)
		return access_refuse(c, "ACCOUNT", ERR_CONFLICT,
				     STR("la cuenta está inactiva; actívela primero"),
				     STR("the account is switched off; enable it first"));
	return access_make_invitation(c, s, x, in, e);
}

bool do_invite_account(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	c->reply.secret = go;
	return !go || access_keep_invitation(s, c->a, x->inside, e);
}

/* ---- following ---- */

/* *ret_found false: unknown, used, expired, or of an account that is switched off. */
static bool find_invitation(struct call *c, struct store *s, struct str token, bool *ret_found,
			    struct stored_token *ret_token, struct stored_account *ret_account,
			    struct err *e)
{
	struct str hash;
	*ret_found = false;
	if (token.n != 2 * TOKEN_BYTES)
		return true;
	if (!store_token_hash(s, c->a, "invitation", token, &hash, e) ||
	    !store_find_token(s, c->a, hash, c->now, ret_found, ret_token, e))
		return false;
	if (!*ret_found)
		return true;
	if (!store_get_account(s, c->a, ret_token->account, ret_account, e))
		return false;
	*ret_found = access_is_invitation(ret_token) && ret_account->active;
	return true;
}

bool access_look_invitation(struct call *c, struct str token, bool *ret_found,
			    struct stored_account *out, struct err *e)
{
	struct store *s = NULL;
	struct stored_token stored;
	return call_store(c, &s, e) &&
	       find_invitation(c, s, token, ret_found, &stored, out, e);
}

static bool refuse_invitation(struct call *c)
{
	return access_refuse(c, "--token", ERR_ABSENT,
			     STR("la invitación ya se usó o venció; pida otra a quien administra"),
			     STR("the invitation was used or has expired; ask an administrator for "
				 "another"));
}

bool prepare_accept_invitation(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct stored_token token;
	struct label why;
	struct str *hash = NEW(c->a, 1, struct str);
	struct str password = call_text(c, "--new-password");
	bool found;
	if (!access_start(c, &x, &s, e))
		return false;
	x->inside = hash;
	if (!find_invitation(c, s, call_text(c, "--token"), &found, &token, &x->account, e))
		return false;
	if (!found)
		return refuse_invitation(c);
	if (!password_good(&x->account, password, &why))
		return access_refuse_label(c, "--new-password", ERR_INPUT, &why);
	return password_hash(c->a, password, hash, e);
}

bool do_accept_invitation(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct stored_token token;
	bool go, found;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	if (!find_invitation(c, s, call_text(c, "--token"), &found, &token, &x->account, e))
		return false;
	if (!found)
		return refuse_invitation(c);
	struct str *hash = x->inside;
	store_actor_from(s, x->account.email, c->caller.origin, c->now);
	return store_set_password(s, x->account.id, *hash, 0, e) &&
	       end_invitations(s, c->a, x->account.id, e);
}
