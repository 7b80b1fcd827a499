/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to writes that carried an Idempotency-Key, kept in the transaction of the write itself:
 * whoever sends the same request again gets the same answer, and nothing is done twice.
 *
 * The name under which an answer is kept is a hash of who asks and the key.  What shows a secret
 * once, or makes a session, is kept without its answer: sent again it is refused as done. */
#ifndef SSME_HTTP_KEEP_H
#define SSME_HTTP_KEEP_H

#include "app/command.h"
#include "http/bind.h"
#include "http/exchange.h"

enum { KEY_BYTES_MAX = 200 };

struct keeping {
	struct str name;   /* empty: the request carries no key */
	struct str digest; /* of the request */
};

/* Header Idempotency-Key or field idempotency_key.  ERR_INPUT, c->blamed: longer than
 * KEY_BYTES_MAX. */
bool keep_start(struct call *c, const struct request *in, const struct fields *f,
		struct keeping *out, struct err *e) MUST_CHECK;
/* Before the write.  *ret_again: x->out is the answer given then.  ERR_CONFLICT: the key was used
 * for another request, or its answer cannot be given again. */
bool keep_find(struct call *c, const struct keeping *k, struct store *s, struct exchange *x,
	       bool *ret_again, struct err *e) MUST_CHECK;
/* After it: x->out is its answer. */
bool keep_put(struct call *c, const struct keeping *k, struct store *s, const struct exchange *x,
	      struct err *e) MUST_CHECK;

#endif
