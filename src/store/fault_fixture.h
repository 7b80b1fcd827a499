/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests of failing calls: writing verbs, each with every one of its calls of the database
 * failing in turn. */
#ifndef SSME_STORE_FAULT_FIXTURE_H
#define SSME_STORE_FAULT_FIXTURE_H

#include "store/fixture.h"

#include "store/db_fault.h"

struct fault_verb {
	const char *name;
	bool (*run)(struct fixture *x, struct err *e);
	bool (*before)(struct fixture *x, struct err *e); /* or NULL: makes the state it works on */
};

/* Whether the verbs that write by this statement stand in fault_round_test.c. */
static inline bool fault_of_round(const char *statement)
{
	static const char *const subject[] = { "answer_change", "company_key", "consent",
					       "contact",       "erratum",     "evidence",
					       "happening",     "mail",        "personal",
					       "questionnaire", "response_withdraw",
					       "review",        "round_days",  "round_draft",
					       "round_move",    "scoring" };
	for (size_t i = 0; i < sizeof(subject) / sizeof(*subject); i++) {
		if (str_starts(str_of(statement), subject[i]))
			return true;
	}
	return false;
}

/* What no verb runs in a transaction of the store's: how a store begins, copies of whole tables
 * (backup_test.c), receipts (postgres_loss_test.c). */
static inline bool fault_elsewhere(int statement)
{
	static const int outside[] = { STMT_migration_put, STMT_setting_put, STMT_audit_bind,
				       STMT_receipt_put, STMT_receipt_prune };
	for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
		if (outside[i] == statement)
			return true;
	}
	for (size_t i = 0; i < SQL_TABLES; i++) {
		if (sql_table[i].row == statement || sql_table[i].clear == statement)
			return true;
	}
	return false;
}

/* Every statement that writes belongs to a verb: of_round says to which of the two tests. */
static inline void fault_met_all(const bool met[static STMT_N], bool of_round)
{
	for (int i = 0; i < STMT_N; i++) {
		if (sql_statement[i].writes && !met[i] && !fault_elsewhere(i) &&
		    fault_of_round(sql_statement[i].name) == of_round)
			fail_msg("no verb here writes by %s", sql_statement[i].name);
	}
}

/* One fault; false: the verb made fewer calls and is done. */
static inline bool fault_strike(struct fixture *x, const struct fault_verb *v, struct db *reader,
				enum fault_moment moment, unsigned nth, struct str before)
{
	struct err e = { 0 };
	db_fault_set(x->s->db, moment, nth);
	if (v->run(x, &e))
		return false;
	if (e.code != ERR_IO || !strstr(e.msg, "a fault was asked for"))
		fail_msg("%s: fault %u is not what failed: %s", v->name, nth, e.msg);
	if (!str_eq(fixture_dump_of(x, reader), before))
		fail_msg("%s: fault %u changed what was there", v->name, nth);
	return true;
}

static inline void fault_loop(struct fixture *x, const struct fault_verb *v,
			      bool met[static STMT_N])
{
	struct err *e = &x->e;
	unsigned nth = 1;
	if (v->before && !v->before(x, e))
		fail_msg("before %s: %s", v->name, e->msg);
	x->s->db = db_fault(x->s->db, FAULT_BEFORE, 0);
	struct db *reader = fixture_reader(x);
	struct str before = fixture_dump_of(x, reader);
	while (fault_strike(x, v, reader, FAULT_BEFORE, nth, before)) {
		if (!fault_strike(x, v, reader, FAULT_AFTER, nth, before))
			fail_msg("%s: call %u is made or not", v->name, nth);
		if (++nth > 1000)
			fail_msg("%s does not end", v->name);
	}
	if (nth < 3) /* its own work and the audit's */
		fail_msg("%s: %u calls", v->name, nth - 1);
	assert_true(db_fault_calls(x->s->db) == nth - 1); /* the last round met every call */
	if (str_eq(fixture_dump_of(x, reader), before))
		fail_msg("%s changes nothing", v->name);
	db_fault_met(x->s->db, met);
	db_close(reader);
	fixture_close(x);
}

static inline void fault_each(const struct fault_verb *verb, size_t n, bool met[static STMT_N])
{
	for (size_t i = 0; i < n; i++) {
		void *one = NULL;
		assert_int_equal(fixture_filled(&one), 0);
		fault_loop(one, &verb[i], met);
		fixture_end(&one);
	}
}

#endif
