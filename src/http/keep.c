/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/keep.h"

#include "base/hash.h"
#include "http/reply.h"
#include "store/account.h"

#define SHOWN_ONCE "shown-once" /* the type of what was kept without its answer */

bool keep_start(struct call *c, const struct request *in, const struct fields *f,
		struct keeping *out, struct err *e)
{
	const struct str header = request_header(in, "idempotency-key");
	const struct str key = header.n ? header : fields_value(f, "idempotency_key");
	*out = (struct keeping){ 0 };
	if (!key.n || !c->command->writes)
		return true;
	if (key.n > KEY_BYTES_MAX || !utf8_valid(key, NULL)) {
		c->blamed = "idempotency_key";
		return err_say(e, ERR_INPUT, "la clave de idempotencia pasa de %d bytes",
			       "the idempotency key is over %d bytes", KEY_BYTES_MAX);
	}
	struct sha256_state hash;
	sha256_start(&hash);
	sha256_add(&hash, c->caller.name);
	if (c->caller.kind == CALLER_NOBODY)
		sha256_add(&hash, c->caller.origin);
	sha256_add(&hash, key);
	out->name = sha256_hex(c->a, sha256_end(&hash));
	out->digest = fields_digest(c, in, f);
	return true;
}

static void give_again(struct call *c, const struct stored_reply *r, struct exchange *x)
{
	c->reply = (struct reply){ .status = (unsigned)r->status,
				   .type = r->type.n ? str_c(c->a, r->type) : NULL,
				   .location = r->location,
				   .bytes = r->body };
	x->out = (struct response){ 0 };
	reply_put(c, x);
	response_header(&x->out, "Idempotency-Replayed", STR("true"));
}

bool keep_find(struct call *c, const struct keeping *k, struct store *s, struct exchange *x,
	       bool *ret_again, struct err *e)
{
	struct stored_reply r;
	*ret_again = false;
	if (!k->name.n)
		return true;
	if (!store_find_reply(s, c->a, k->name, ret_again, &r, e))
		return false;
	if (!*ret_again)
		return true;
	c->blamed = "idempotency_key";
	if (!str_eq(r.request_hash, k->digest))
		return err_say(e, ERR_CONFLICT, "esa clave ya se usó para otra petición",
			       "that key was used for another request");
	if (str_is(r.type, SHOWN_ONCE))
		return err_say(e, ERR_CONFLICT,
			       "eso ya se hizo, y lo que mostró no se guarda: mire qué quedó y, si "
			       "hace falta, hágalo de nuevo con otra clave",
			       "that was done already, and what it showed is not kept: look at "
			       "what is there and, if need be, do it again under another key");
	c->blamed = NULL;
	give_again(c, &r, x);
	return true;
}

static struct str header_of(const struct exchange *x, const char *name)
{
	for (size_t i = 0; i < x->out.n_headers; i++) {
		if (str_is(x->out.header[i].name, name))
			return x->out.header[i].value;
	}
	return (struct str){ 0 };
}

bool keep_put(struct call *c, const struct keeping *k, struct store *s, const struct exchange *x,
	      struct err *e)
{
	if (!k->name.n)
		return true;
	struct stored_reply r = { .key = k->name,
				  .request_hash = k->digest,
				  .status = x->out.status,
				  .type = header_of(x, "Content-Type"),
				  .location = header_of(x, "Location"),
				  .body = x->out.body,
				  .at = c->now };
	if (c->reply.secret || c->reply.cookie == COOKIE_SET) {
		r.type = STR(SHOWN_ONCE);
		r.location = r.body = (struct str){ 0 };
	}
	return store_put_reply(s, &r, e);
}
