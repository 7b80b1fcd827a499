/* SPDX-License-Identifier: GPL-3.0-or-later */
/* API tokens and personal links: ways in that are a secret alone. */
#include "app/access_inside.h"
#include "app/cache.h"
#include "os/random.h"

enum { DAY_SECONDS = 86400, COMPANY_BYTES_MAX = 64, COMPANY_LETTERS = 12 };

/* ---- tokens ---- */

/* Whose: --account's where the row has it, else the caller's. */
static bool start_token(struct call *c, struct access **ret_x, struct store **ret_s,
			struct err *e)
{
	if (!access_start(c, ret_x, ret_s, e))
		return false;
	if (access_given(c, "--account"))
		return access_find_account(c, access_text(c, "--account"), &(*ret_x)->account, e);
	return access_needs_account(c, e) &&
	       store_get_account(*ret_s, c->a, c->caller.account, &(*ret_x)->account, e);
}

/* The scopes given, each once, with a space between. */
static struct str join_scopes(struct call *c)
{
	static const char *const scope[] = { "read", "write", "metrics" };
	const struct values *given = call_values(c, "--scope");
	struct buf b;
	buf_init(&b, c->a, 64);
	for (size_t i = 0; i < sizeof(scope) / sizeof(*scope); i++) {
		bool wanted = false;
		for (size_t k = 0; k < given->n; k++)
			wanted |= str_is(given->text[k], scope[i]);
		if (wanted)
			buf_fmt(&b, "%s%s", b.n ? " " : "", scope[i]);
	}
	return buf_str(&b);
}

bool prepare_create_token(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct stored_token *in = NEW(c->a, 1, struct stored_token);
	if (!start_token(c, &x, &s, e))
		return false;
	x->inside = in;
	if (!x->account.active)
		return access_refuse(c, "--account", ERR_CONFLICT,
				     STR("la cuenta está inactiva; actívela primero"),
				     STR("the account is switched off; enable it first"));
	int64_t days = call_integer(c, "--days", TOKEN_DAYS_USUAL);
	*in = (struct stored_token){
		.account = x->account.id,
		.name = str_trim(call_text(c, "--name")),
		.scope = join_scopes(c),
		.created_at = c->now,
		.expires_at = access_later(c->a, c->now, days * DAY_SECONDS),
	};
	struct str hex = random_hex(c->a, TOKEN_BYTES);
	/* Who finds one in a file or a log knows by its beginning whose program it opens. */
	x->secret = str_fmt(c->a, "ssme_%.*s", STR_ARG(hex));
	x->expires_at = in->expires_at;
	if (!in->name.n)
		return access_refuse(c, "--name", ERR_INPUT,
				     STR("dé un nombre que diga para qué es la ficha"),
				     STR("give a name that says what the token is for"));
	return store_token_hash(s, c->a, "token", x->secret, &in->hash, e);
}

bool do_create_token(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	c->reply.secret = go;
	return !go || store_add_token(s, x->inside, &x->id, e);
}

bool prepare_revoke_token(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	return access_start(c, &x, &s, e);
}

bool do_revoke_token(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	int64_t whose = c->caller.roles & ROLE_ADMINISTRATOR ? 0 : c->caller.account;
	if (!whose && !(c->caller.roles & ROLE_ADMINISTRATOR))
		return access_needs_account(c, e);
	return !go || store_revoke_token(s, whose, call_integer(c, "TOKEN", 0), e);
}

/* ---- links ---- */

static bool check_role_of_link(struct call *c, const struct stored_link *link, bool *ret_good)
{
	bool contributor = str_is(link->role, role_name(ROLE_CONTRIBUTOR));
	bool company = str_is(link->role, role_name(ROLE_COMPANY));
	*ret_good = contributor == (link->area.n > 0);
	if (!*ret_good)
		return access_refuse(c, "--area", ERR_INPUT,
				     STR("el área va con el rol contributor, y solo con él"),
				     STR("an area goes with the role contributor, and only with "
					 "it"));
	*ret_good = company || !link->company.n;
	return *ret_good ||
	       access_refuse(c, "--company", ERR_INPUT,
			     STR("la empresa va con el rol company, y solo con él"),
			     STR("a company goes with the role company, and only with it"));
}

static bool check_things_of_link(struct call *c, struct store *s, const struct stored_link *link,
				 struct err *e)
{
	struct stored_round round;
	const struct instrument *in;
	bool good;
	if (!store_get_round_head(s, c->a, link->round, &round, e) ||
	    !access_check_cluster(c, s, "--cluster", link->cluster, &good, e))
		return false;
	if (!good || !link->area.n)
		return true;
	return cache_instrument(c, s, round.instrument_id, round.instrument_version, &in, e) &&
	       access_check_area(c, in, "--area", link->area, &good);
}

bool prepare_create_link(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool good;
	if (!access_start(c, &x, &s, e))
		return false;
	int64_t days = call_integer(c, "--days", LINK_DAYS_USUAL);
	struct str secret = random_hex(c->a, LINK_BYTES);
	x->link = (struct stored_link){
		.role = call_text(c, "--role"),
		.round = call_text(c, "--round"),
		.cluster = call_text(c, "--cluster"),
		.area = access_text(c, "--area"),
		.company = access_text(c, "--company"),
		.person = str_trim(call_text(c, "--person")),
		.created_at = c->now,
		.created_by = c->caller.name,
		.expires_at = access_later(c->a, c->now, days * DAY_SECONDS),
	};
	x->path = str_fmt(c->a, "/enlace/%.*s", STR_ARG(secret));
	x->expires_at = x->link.expires_at;
	if (!check_role_of_link(c, &x->link, &good) || !good)
		return true;
	return check_things_of_link(c, s, &x->link, e) &&
	       store_token_hash(s, c->a, "link", secret, &x->link.hash, e);
}

bool do_create_link(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	c->reply.secret = go;
	if (!go)
		return true;
	if (!store_add_link(s, &x->link, &x->id, e))
		return false;
	x->link.id = x->id;
	return true;
}

bool prepare_revoke_link(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct str cluster = access_text(c, "--cluster");
	if (!access_start(c, &x, &s, e) ||
	    !store_get_link(s, c->a, call_integer(c, "LINK", 0), &x->link, e))
		return false;
	return !cluster.n || str_eq(cluster, x->link.cluster) ||
	       err_say(e, ERR_ABSENT, "el clúster %.*s no tiene ese enlace",
		       "cluster %.*s has no such link", STR_ARG(str_sub(cluster, 0, 64)));
}

bool do_revoke_link(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	return access_resume(c, &x, &s, &go, e) &&
	       (!go || store_revoke_link(s, x->link.id, e));
}

/* ---- following a link ---- */

struct following {
	struct stored_session session;
	struct str secret;
	int64_t seconds;
};

static bool find_link(struct call *c, struct store *s, struct str token, bool *ret_found,
		      struct stored_link *out, struct err *e)
{
	struct str hash;
	*ret_found = false;
	if (token.n != 2 * LINK_BYTES)
		return true;
	return store_token_hash(s, c->a, "link", token, &hash, e) &&
	       store_find_link(s, c->a, hash, c->now, ret_found, out, e);
}

bool access_look_link(struct call *c, struct str token, bool *ret_found, struct stored_link *out,
		      struct err *e)
{
	struct store *s = NULL;
	return call_store(c, &s, e) && find_link(c, s, token, ret_found, out, e);
}

static bool refuse_link(struct call *c)
{
	return access_refuse(c, "--token", ERR_ABSENT,
			     STR("el enlace ya no sirve: venció o se retiró; pida otro a quien se "
				 "lo envió"),
			     STR("the link is not good any more: it expired or was revoked; ask "
				 "whoever sent it for another"));
}

/* A day, or less when the link itself ends before. */
static int64_t seconds_of(const struct call *c, const struct stored_link *link)
{
	int64_t now, end;
	if (!access_seconds(c->now, &now) || !access_seconds(link->expires_at, &end) ||
	    end - now > LINK_SESSION_SECONDS)
		return LINK_SESSION_SECONDS;
	return end - now;
}

/* A company that nobody else is: the tax number comes later, sealed, with its answers. */
static struct str fresh_company(struct arena *a)
{
	static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; /* 32, no look-alikes */
	unsigned char chance[COMPANY_LETTERS];
	struct buf b;
	buf_init(&b, a, 64);
	random_bytes(chance, sizeof(chance));
	buf_putc(&b, 'W');
	for (size_t i = 0; i < sizeof(chance); i++)
		buf_putc(&b, letters[chance[i] % 32]);
	return buf_str(&b);
}

bool prepare_follow_link(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct following *in = NEW(c->a, 1, struct following);
	bool found;
	if (!access_start(c, &x, &s, e))
		return false;
	x->inside = in;
	if (!find_link(c, s, call_text(c, "--token"), &found, &x->link, e))
		return false;
	if (!found)
		return refuse_link(c);
	in->secret = random_hex(c->a, TOKEN_BYTES);
	in->seconds = seconds_of(c, &x->link);
	in->session = (struct stored_session){
		.link = x->link.id,
		.created_at = c->now,
		.seen_at = c->now,
		.expires_at = access_later(c->a, c->now, in->seconds),
		.origin = c->caller.origin,
		.agent = access_agent(c),
	};
	if (str_is(x->link.role, role_name(ROLE_COMPANY)) && !x->link.company.n)
		in->session.company = fresh_company(c->a);
	return store_token_hash(s, c->a, "session", in->secret, &in->session.hash, e);
}

bool do_follow_link(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go, found;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	const struct following *in = x->inside;
	if (!find_link(c, s, call_text(c, "--token"), &found, &x->link, e))
		return false;
	if (!found)
		return refuse_link(c);
	struct str actor = str_fmt(c->a, "link %lld", (long long)x->link.id);
	store_actor_from(s, actor, c->caller.origin, c->now);
	if (!store_add_session(s, &in->session, &x->id, e) ||
	    !store_touch_link(s, x->link.id, c->now, e))
		return false;
	access_set_cookie(c, in->secret, in->seconds);
	return true;
}
