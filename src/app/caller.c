/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who asks: from the cookie or the token of a request to an account or a link, its roles, and the
 * clusters that they reach. */
#include <sodium.h>

#include "app/access.h"
#include "os/clock.h"

/* ---- times ---- */

static bool two_digits(struct str s, size_t at, int max, int *out)
{
	unsigned tens = (unsigned)s.p[at] - '0', ones = (unsigned)s.p[at + 1] - '0';
	*out = (int)(10 * tens + ones);
	return tens <= 9 && ones <= 9 && *out <= max;
}

bool access_seconds(struct str iso, int64_t *out)
{
	struct date d;
	int hour, minute, second;
	if (iso.n != sizeof("2022-07-01T15:04:05Z") - 1 ||
	    !date_parse(str_sub(iso, 0, 10), false, &d) || iso.p[10] != 'T' || iso.p[13] != ':' ||
	    iso.p[16] != ':' || iso.p[19] != 'Z' || !two_digits(iso, 11, 23, &hour) ||
	    !two_digits(iso, 14, 59, &minute) || !two_digits(iso, 17, 60, &second))
		return false;
	*out = (int64_t)date_days(d) * 86400 + hour * 3600 + minute * 60 + second;
	return true;
}

struct str access_later(struct arena *a, struct str now, int64_t seconds)
{
	int64_t from = 0;
	(void)!access_seconds(now, &from);
	return clock_iso(a, from + seconds);
}

static struct str earlier(struct str a, struct str b)
{
	return str_cmp(a, b) < 0 ? a : b;
}

/* ---- grants ---- */

struct grants {
	struct store *s;
	struct arena *a;
	struct caller_grant *item;
	size_t n, cap;
	unsigned roles;
};

static void add_grant(struct grants *g, struct caller_grant one)
{
	if (g->n == g->cap) {
		size_t cap = g->cap ? 2 * g->cap : 8;
		g->item = arena_grow(g->a, g->item, g->n, cap, sizeof(*g->item));
		g->cap = cap;
	}
	g->item[g->n++] = one;
}

static bool add_chamber(struct grants *g, struct str chamber, struct err *e)
{
	struct str *cluster;
	size_t n;
	if (!store_chamber_clusters(g->s, g->a, chamber, &cluster, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		add_grant(g, (struct caller_grant){ .role = ROLE_CHAMBER, .cluster = cluster[i] });
	return true;
}

/* A role without scope is a bit; one with scope is a bit and a grant for each of its clusters.  A
 * role that this program does not know gives nothing. */
static bool add_stored(struct grants *g, const struct stored_grant *in, struct err *e)
{
	enum role role;
	if (!role_of_name(in->role, &role) || role == ROLE_PUBLIC || role == ROLE_COMPANY)
		return true;
	struct caller_grant one = { .role = role, .cluster = in->object };
	g->roles |= role;
	if (role == ROLE_CHAMBER)
		return add_chamber(g, in->object, e);
	if (role == ROLE_CONTRIBUTOR) {
		one.area = in->object;
		one.cluster = str_cut(&one.area, '/');
	}
	if (role & ROLE_SCOPED)
		add_grant(g, one);
	return true;
}

static bool load_grants(struct store *s, struct arena *a, int64_t account, struct caller *who,
			struct err *e)
{
	struct grants g = { .s = s, .a = a };
	struct stored_grant *list;
	size_t n;
	if (!store_list_grants(s, a, account, &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!add_stored(&g, &list[i], e))
			return false;
	}
	who->roles |= g.roles;
	who->grant = g.item;
	who->n_grants = g.n;
	return true;
}

/* ---- sessions ---- */

struct caller caller_nobody(struct arena *a, struct str origin)
{
	return (struct caller){ .kind = CALLER_NOBODY,
				.name = STR("-"),
				.origin = str_dup(a, origin),
				.roles = ROLE_PUBLIC };
}

struct str csrf_of(struct arena *a, struct str session_token)
{
	static const char purpose[] = "ssme form token";
	unsigned char out[16], key[crypto_generichash_BYTES];
	char hex[2 * sizeof(out) + 1];
	/* A key has at most 64 bytes: that of the token is its hash. */
	crypto_generichash(key, sizeof(key), (const unsigned char *)session_token.p,
			   session_token.n, NULL, 0);
	crypto_generichash(out, sizeof(out), (const unsigned char *)purpose, sizeof(purpose) - 1,
			   key, sizeof(key));
	return str_dup(a, str_of(sodium_bin2hex(hex, sizeof(hex), out, sizeof(out))));
}

/* False and who as it was: switched off. */
static bool be_account(struct store *s, struct arena *a, const struct stored_session *in,
		       struct caller *who, bool *ret_known, struct err *e)
{
	struct stored_account account;
	*ret_known = false;
	if (!store_get_account(s, a, in->account, &account, e))
		return false;
	if (!account.active)
		return true;
	who->kind = CALLER_ACCOUNT;
	who->name = account.email;
	who->person = account.name;
	who->account = account.id;
	who->half = in->half;
	*ret_known = true;
	return in->half || load_grants(s, a, account.id, who, e);
}

static bool be_link(struct store *s, struct arena *a, const struct stored_session *in,
		    struct str now, struct caller *who, bool *ret_known, struct err *e)
{
	struct stored_link link;
	enum role role;
	*ret_known = false;
	if (!store_get_link(s, a, in->link, &link, e))
		return false;
	if (link.revoked_at.n || (link.expires_at.n && str_cmp(link.expires_at, now) <= 0) ||
	    !role_of_name(link.role, &role) || !(role & ROLE_SCOPED) || role == ROLE_CHAMBER)
		return true;
	struct caller_grant *grant = NEW(a, 1, struct caller_grant);
	*grant = (struct caller_grant){ .role = role,
					.cluster = link.cluster,
					.area = link.area,
					.company = link.company.n ? link.company
								  : in->company,
					.round = link.round };
	who->kind = CALLER_LINK;
	who->name = str_fmt(a, "link %lld", (long long)link.id);
	who->person = link.person;
	who->link = link.id;
	who->roles |= role;
	who->grant = grant;
	who->n_grants = 1;
	*ret_known = true;
	return true;
}

bool caller_of_session(struct store *s, struct arena *a, struct str token, struct str origin,
		       struct str now, struct caller *out, bool *ret_touch, struct err *e)
{
	struct caller who = caller_nobody(a, origin);
	struct stored_session session;
	struct str hash;
	bool found = false, known = false;
	*ret_touch = false;
	*out = who;
	if (!token.n || token.n > 4 * TOKEN_BYTES)
		return true;
	if (!store_token_hash(s, a, "session", token, &hash, e) ||
	    !store_find_session(s, a, hash, now, &found, &session, e))
		return false;
	if (!found)
		return true;
	struct err gone = { 0 };
	if (!(session.account ? be_account(s, a, &session, &who, &known, &gone)
			      : be_link(s, a, &session, now, &who, &known, &gone))) {
		if (gone.code == ERR_ABSENT)
			return true;
		*e = gone;
		return false;
	}
	if (!known)
		return true;
	who.session = session.id;
	who.csrf = csrf_of(a, token);
	if (!store_token_hash(s, a, "writer", who.name, &who.writer, e))
		return false;
	who.session_until = session.half
		? session.expires_at
		: access_later(a, session.created_at,
			       session.link ? LINK_SESSION_SECONDS : SESSION_SECONDS);
	*ret_touch = !session.half &&
		str_cmp(access_later(a, session.seen_at, SESSION_TOUCH_SECONDS), now) <= 0;
	*out = who;
	return true;
}

bool caller_touch(struct store *s, const struct caller *who, struct str now, struct err *e)
{
	ARENA_SCOPE(a, 1 << 16);
	if (who->token)
		return store_touch_token(s, who->token, now, e);
	if (!who->session)
		return true;
	struct str idle = access_later(&a, now, SESSION_IDLE_SECONDS);
	return store_touch_session(s, who->session, now, earlier(idle, who->session_until), e);
}

/* ---- API tokens ---- */

static bool has_word(struct str words, const char *wanted)
{
	for (struct str word = str_word(&words); word.n; word = str_word(&words)) {
		if (str_is(word, wanted))
			return true;
	}
	return false;
}

static bool refuse_token(struct err *e)
{
	return err_say(e, ERR_DENIED, "ficha desconocida, vencida o de una cuenta inactiva",
		       "token unknown, expired, or of an account that is switched off");
}

static bool be_token(struct store *s, struct arena *a, const struct stored_token *token,
		     struct caller *who, struct err *e)
{
	struct stored_account account;
	if (!store_get_account(s, a, token->account, &account, e))
		return false;
	if (!account.active)
		return refuse_token(e);
	who->kind = CALLER_TOKEN;
	who->name = str_fmt(a, "token %lld of %.*s", (long long)token->id, STR_ARG(account.email));
	who->person = account.name;
	who->account = account.id;
	who->token = token->id;
	return load_grants(s, a, account.id, who, e);
}

bool caller_of_token(struct store *s, struct arena *a, struct str token, const char *scope,
		     struct str origin, struct str now, struct caller *out, bool *ret_touch,
		     struct err *e)
{
	struct caller who = caller_nobody(a, origin);
	struct stored_token stored;
	struct str hash;
	bool found = false;
	if (!token.n || token.n > 4 * TOKEN_BYTES)
		return refuse_token(e);
	if (!store_token_hash(s, a, "token", token, &hash, e) ||
	    !store_find_token(s, a, hash, now, &found, &stored, e))
		return false;
	if (!found || access_is_invitation(&stored))
		return refuse_token(e);
	if (!scope || !has_word(stored.scope, scope))
		return err_say(e, ERR_DENIED, "la ficha no tiene el alcance que esto pide%s%s",
			       "the token does not have the scope that this asks for%s%s",
			       scope ? ": " : "", scope ? scope : "");
	if (!be_token(s, a, &stored, &who, e))
		return false;
	*ret_touch = !stored.seen_at.n ||
		str_cmp(access_later(a, stored.seen_at, TOKEN_TOUCH_SECONDS), now) <= 0;
	*out = who;
	return true;
}

bool access_is_invitation(const struct stored_token *t)
{
	return str_is(t->scope, "invitation");
}
