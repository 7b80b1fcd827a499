/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all deeds of access have in common: their state, refusals, cookies, counting of failures. */
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "app/access_inside.h"
#include "base/num.h"

/* ---- the state of a deed ---- */

struct access *access_of(const struct call *c)
{
	assert(c->prepared);
	return &((struct access_state *)c->prepared)->access;
}

bool access_start(struct call *c, struct access **ret_x, struct store **ret_s, struct err *e)
{
	c->prepared = NEW(c->a, 1, struct access_state);
	*ret_x = access_of(c);
	return call_store(c, ret_s, e);
}

static bool wants_no_change(const struct call *c)
{
	return access_given(c, "--dry-run");
}

bool access_resume(struct call *c, struct access **ret_x, struct store **ret_s, bool *ret_go,
		   struct err *e)
{
	struct access_state *state = c->prepared;
	*ret_x = access_of(c);
	if (state->refused_by_run)
		(*ret_x)->refused = false;
	c->reply.status = (*ret_x)->refused ? 422 : 0;
	c->reply.cookie = COOKIE_KEEP;
	*ret_go = !(*ret_x)->refused && !wants_no_change(c);
	state->refused_by_run = *ret_go; /* of whatever is refused from here on */
	return call_store(c, ret_s, e);
}

bool access_refuse_label(struct call *c, const char *field, enum err_code code,
			 const struct label *why)
{
	struct access *x = access_of(c);
	x->refused = true;
	x->field = field;
	x->code = code;
	x->why = *why;
	c->reply.status = 422;
	return true;
}

bool access_refuse(struct call *c, const char *field, enum err_code code, struct str es,
		   struct str en)
{
	const struct label why = { { es, en } };
	return access_refuse_label(c, field, code, &why);
}

/* ---- parameters ---- */

static const struct values *values_of(const struct call *c, const char *name)
{
	for (size_t i = 0; i < PARAMS_MAX && c->command->param[i].name; i++) {
		if (strcmp(c->command->param[i].name, name) == 0)
			return &c->value[i];
	}
	return NULL;
}

struct str access_text(const struct call *c, const char *name)
{
	const struct values *v = values_of(c, name);
	return v && v->n ? v->text[0] : (struct str){ 0 };
}

bool access_given(const struct call *c, const char *name)
{
	const struct values *v = values_of(c, name);
	return v && v->n;
}

/* ---- accounts ---- */

bool access_needs_account(const struct call *c, struct err *e)
{
	return (c->caller.kind == CALLER_ACCOUNT && c->caller.account && !c->caller.half) ||
	       err_say(e, ERR_DENIED, "entre primero con su cuenta",
		       "sign in with your account first");
}

struct str access_typed_email(struct arena *a, struct str typed)
{
	struct str trimmed = str_trim(typed);
	char *out = NEW(a, trimmed.n + 1, char);
	for (size_t i = 0; i < trimmed.n; i++) {
		char ch = trimmed.p[i];
		out[i] = ch >= 'A' && ch <= 'Z' ? (char)(ch - 'A' + 'a') : ch;
	}
	return (struct str){ out, trimmed.n };
}

bool access_find_account(struct call *c, struct str name, struct stored_account *out,
			 struct err *e)
{
	struct store *s = NULL;
	int64_t id;
	bool found = false;
	if (!call_store(c, &s, e))
		return false;
	if (num_int(name, &id))
		return store_get_account(s, c->a, id, out, e);
	if (!store_find_account(s, c->a, access_typed_email(c->a, name), &found, out, e))
		return false;
	return found ||
	       err_say(e, ERR_ABSENT, "no hay ninguna cuenta %.*s; vea: ssme account list",
		       "there is no account %.*s; see: ssme account list",
		       STR_ARG(str_sub(name, 0, 100)));
}

bool access_start_on_account(struct call *c, struct access **ret_x, struct store **ret_s,
			     struct err *e)
{
	return access_start(c, ret_x, ret_s, e) &&
	       access_find_account(c, access_text(c, "ACCOUNT"), &(*ret_x)->account, e);
}

/* ---- cookies ---- */

void access_set_cookie(struct call *c, struct str secret, int64_t seconds)
{
	c->reply.cookie = COOKIE_SET;
	c->reply.cookie_value = secret;
	c->reply.cookie_seconds = seconds;
}

void access_clear_cookie(struct call *c)
{
	c->reply.cookie = COOKIE_CLEAR;
}

enum { AGENT_BYTES_MAX = 200 };

struct str access_agent(const struct call *c)
{
	struct str agent = str_sub(c->agent, 0, AGENT_BYTES_MAX);
	while (agent.n && !utf8_valid(agent, NULL))
		agent.n--;
	return agent;
}

/* ---- failures ---- */

/* One network counts as one: of IPv6 whoever has an address has the /64 around it. */
static struct str network_of(struct arena *a, struct str origin)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	unsigned char byte[sizeof(struct in6_addr)];
	if (inet_pton(AF_INET6, str_c(a, origin), byte) != 1)
		return origin;
	if (memcmp(byte, mapped, sizeof(mapped)) == 0) /* an IPv4 address in IPv6's dress */
		return str_fmt(a, "%u.%u.%u.%u", byte[12], byte[13], byte[14], byte[15]);
	struct buf b;
	buf_init(&b, a, 64);
	for (size_t i = 0; i < 8; i++)
		buf_fmt(&b, "%02x", byte[i]);
	return buf_str(&b);
}

bool access_subjects(struct call *c, struct store *s, struct str email,
		     struct access_subjects *out, struct err *e)
{
	struct str account = str_fmt(c->a, "account:%.*s", STR_ARG(email));
	*out = (struct access_subjects){ 0 };
	if (!store_token_hash(s, c->a, "address", account, &out->account, e))
		return false;
	if (!c->caller.origin.n)
		return true;
	struct str network = network_of(c->a, c->caller.origin);
	struct str origin = str_fmt(c->a, "origin:%.*s", STR_ARG(network));
	return store_token_hash(s, c->a, "address", origin, &out->origin, e);
}

bool access_is_locked(struct call *c, struct store *s, const struct access_subjects *who,
		      bool *ret_locked, struct err *e)
{
	struct str since = access_later(c->a, c->now, -LOCK_WINDOW_S);
	/* Failures that lie further ahead are of a clock that was set back since: they would shut
	 * the account for as long as it was. */
	struct str until = access_later(c->a, c->now, LOCK_WINDOW_S);
	int64_t n_account = 0, n_origin = 0;
	if (!store_count_failures(s, who->account, since, until, &n_account, e) ||
	    (who->origin.n && !store_count_failures(s, who->origin, since, until, &n_origin, e)))
		return false;
	*ret_locked = n_account >= LOCK_FAILURES || n_origin >= LOCK_ORIGIN_FAILURES;
	return true;
}

bool access_count_failure(struct call *c, struct store *s, const struct access_subjects *who,
			  struct err *e)
{
	return store_add_failure(s, who->account, c->now, e) &&
	       (!who->origin.n || store_add_failure(s, who->origin, c->now, e));
}

bool access_refuse_locked(struct call *c, const char *field)
{
	static_assert(LOCK_WINDOW_S == 600, "the sentence says how long");
	return access_refuse(c, field, ERR_LIMIT,
			     STR("demasiados intentos fallidos; espere diez minutos y vuelva a "
				 "intentarlo"),
			     STR("too many failed attempts; wait ten minutes and try again"));
}
