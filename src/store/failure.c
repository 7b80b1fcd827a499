/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was tried in vain.  Kept by subject and second, so that the table does not grow with the
 * zeal of who tries. */
#include "store/access.h"

bool store_count_failures(struct store *s, struct str subject, struct str since,
			  struct str until, int64_t *ret_n, struct err *e)
{
	struct db_value arg[P_failure_count_N] = {
		[P_failure_count_subject] = db_text(subject),
		[P_failure_count_since] = db_text(since),
		[P_failure_count_until] = db_text(until),
	};
	return access_integer(s, STMT_failure_count, arg, ret_n, e);
}

bool store_add_failure(struct store *s, struct str subject, struct str at, struct err *e)
{
	struct db_value arg[P_failure_put_N] = {
		[P_failure_put_subject] = db_text(subject),
		[P_failure_put_at] = db_text(at),
	};
	return store_begun(s, e) &&
		store_done(s, db_run(s->db, STMT_failure_put, arg, NULL, NULL, e), e);
}

bool store_forget_failures(struct store *s, struct str subject, struct err *e)
{
	struct db_value arg[P_failure_forget_N] = { db_text(subject) };
	return store_begun(s, e) &&
		store_done(s, db_run(s->db, STMT_failure_forget, arg, NULL, NULL, e), e);
}
