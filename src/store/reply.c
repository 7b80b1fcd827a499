/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of the server that were given already.  A page or a document may hold what somebody
 * typed, so it is sealed, bound to its key. */
#include "store/access.h"

struct finding {
	struct arena *a;
	struct stored_reply *out;
	bool found;
};

static bool take_reply(void *user, const struct db_value *column, struct err *e)
{
	struct finding *f = user;
	(void)e;
	*f->out = (struct stored_reply){
		.request_hash = str_dup(f->a, column[C_reply_find_request_hash].text),
		.status = column[C_reply_find_status].integer,
		.type = str_dup(f->a, column[C_reply_find_type].text),
		.location = str_dup(f->a, column[C_reply_find_location].text),
		.body = str_dup(f->a, column[C_reply_find_body].text),
		.at = str_dup(f->a, column[C_reply_find_at].text),
	};
	f->found = true;
	return true;
}

bool store_find_reply(struct store *s, struct arena *a, struct str key, bool *ret_found,
		      struct stored_reply *out, struct err *e)
{
	struct stored_reply reply = { .status = 0 };
	struct finding f = { .a = a, .out = &reply };
	struct db_value arg[P_reply_find_N] = { db_text(key) };
	if (!db_run(s->db, STMT_reply_find, arg, take_reply, &f, e))
		return false;
	reply.key = key;
	if (f.found && !text_open(s, a, "reply", key, reply.body, &reply.body, e))
		return false;
	*ret_found = f.found;
	if (f.found)
		*out = reply;
	return true;
}

bool store_put_reply(struct store *s, const struct stored_reply *in, struct err *e)
{
	ARENA_SCOPE(a, (4u << 20) + 8 * in->body.n);
	struct str body;
	if (!text_seal(s, &a, "reply", in->key, in->body, &body, e))
		return false;
	struct db_value arg[P_reply_put_N] = {
		[P_reply_put_key] = db_text(in->key),
		[P_reply_put_request_hash] = db_text(in->request_hash),
		[P_reply_put_status] = db_integer(in->status),
		[P_reply_put_type] = db_text(in->type),
		[P_reply_put_location] = db_text(in->location),
		[P_reply_put_body] = db_text(body),
		[P_reply_put_at] = db_text(in->at.n ? in->at : store_now(s)),
	};
	return store_begun(s, e) &&
		store_done(s, db_run(s->db, STMT_reply_put, arg, NULL, NULL, e), e);
}
