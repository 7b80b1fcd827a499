/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is over goes. */
#include <assert.h>

#include "base/date.h"
#include "store/access.h"

enum { KEPT_DAYS = 30 }; /* tokens and links that are over can be looked at so long */

/* The day so many days before an ISO 8601 time; it compares with times. */
static bool day_before(struct arena *a, struct str now, int days, struct str *out, struct err *e)
{
	struct date d;
	struct buf b;
	if (!date_parse(str_sub(now, 0, 10), false, &d))
		return err_say(e, ERR_INPUT,
			"no es una hora: %.*s",
			"no time: %.*s",
			STR_ARG(now));
	buf_init(&b, a, 64);
	date_put(&b, date_from_days(date_days(d) - days));
	*out = buf_str(&b);
	return true;
}

/* Each of these statements has one parameter, a time. */
static bool sweep(struct store *s, int statement, struct str time, int64_t *n, struct err *e)
{
	struct db_value arg[1] = { db_text(time) };
	int64_t gone;
	if (!access_count(s, statement, arg, &gone, e))
		return false;
	*n += gone;
	return true;
}

static_assert((int)P_session_tidy_N == 1 && (int)P_failure_tidy_N == 1 &&
		      (int)P_reply_tidy_N == 1 && (int)P_token_tidy_N == 1 &&
		      (int)P_link_tidy_sessions_N == 1 && (int)P_link_tidy_N == 1,
	      "sweep() gives one argument");

static bool tidy(struct store *s, struct str now, struct str replies_before, int64_t *n,
		 struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str long_ago;
	struct note after;
	if (!day_before(&a, now, KEPT_DAYS, &long_ago, e) ||
	    !sweep(s, STMT_session_tidy, now, n, e) ||
	    !sweep(s, STMT_failure_tidy, replies_before, n, e) ||
	    !sweep(s, STMT_reply_tidy, replies_before, n, e) ||
	    !sweep(s, STMT_token_tidy, long_ago, n, e) ||
	    !sweep(s, STMT_link_tidy_sessions, long_ago, n, e) ||
	    !sweep(s, STMT_link_tidy, long_ago, n, e))
		return false;
	if (!*n)
		return true;
	note_start(&after, &a);
	json_member_int(&after.json, "rows", *n);
	return store_audit(s, "tidy", STR(""), STR(""), note_end(&after), e);
}

bool store_tidy(struct store *s, struct str now, struct str replies_before, int64_t *ret_n,
		struct err *e)
{
	int64_t n = 0;
	if (!store_begun(s, e) || !store_done(s, tidy(s, now, replies_before, &n, e), e))
		return false;
	*ret_n = n;
	return true;
}
