/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every writing verb, with every one of its calls of the database failing in turn: the verb says
 * so, what was there stays as it was, and the verb works when it is tried again. */
#include "store/fixture.h"

#include "store/db_fault.h"

struct verb {
	const char *name;
	bool (*run)(struct fixture *x, struct err *e);
	bool (*before)(struct fixture *x, struct err *e); /* or NULL: makes the state it works on */
};

static bool put_instrument(struct fixture *x, struct err *e)
{
	struct stored_instrument in = x->stored;
	in.version = STR("2");
	return store_put_instrument(x->s, &in, e);
}

static bool put_register(struct fixture *x, struct err *e)
{
	struct cluster_entry c[] = { { .id = STR("C001"), .name = STR("Uno"), .active = true },
				     { .id = STR("C002"), .name = STR("Dos") } };
	struct lineage_entry l = { STR("2019"), STR("merge"), STR("C002"), STR("C001"), 0 };
	struct cluster_register r = { c, 2, &l, 1 };
	return store_put_register(x->s, &r, e);
}

static bool open_round(struct fixture *x, struct err *e)
{
	struct stored_round r = fixture_round("2023", 2023);
	return store_open_round(x->s, &r, e);
}

static bool put_answers(struct fixture *x, struct err *e)
{
	return fixture_put(x, "2022", 3, "a.csv", e);
}

/* As an import does it: many verbs, then all or nothing. */
static bool import_blocks(struct fixture *x, struct err *e)
{
	struct err ignored = { 0 };
	if (!store_begin(x->s, e))
		return false;
	if (fixture_put(x, "2022", 2, "a.csv", e) && fixture_put(x, "2022", 3, "a.csv", e))
		return store_end(x->s, true, e);
	(void)!store_end(x->s, false, &ignored);
	return false;
}

static bool freeze(struct fixture *x, struct err *e)
{
	return store_freeze_round(x->s, STR("2022"), STR("abc"), e);
}

static bool publish(struct fixture *x, struct err *e)
{
	return store_publish_round(x->s, STR("2022"), e);
}

static bool register_and_answers(struct fixture *x, struct err *e)
{
	return put_register(x, e) && put_answers(x, e);
}

static bool frozen(struct fixture *x, struct err *e)
{
	return register_and_answers(x, e) && freeze(x, e);
}

static const struct verb verbs[] = {
	{ "put instrument", put_instrument, NULL },
	{ "put register", put_register, NULL },
	{ "put register again", put_register, put_register },
	{ "open round", open_round, NULL },
	{ "put answers", put_answers, NULL },
	{ "put answers again", put_answers, put_answers },
	{ "import in blocks", import_blocks, register_and_answers },
	{ "freeze", freeze, register_and_answers },
	{ "publish", publish, frozen },
};

/* One fault; false: the verb made fewer calls and is done. */
static bool strike(struct fixture *x, const struct verb *v, enum fault_moment moment, unsigned nth)
{
	struct err e = { 0 };
	struct str before = fixture_dump(x);
	db_fault_set(x->s->db, moment, nth);
	bool good = v->run(x, &e);
	if (good)
		return false;
	assert_int_equal(e.code, ERR_IO);
	assert_non_null(strstr(e.msg, "a fault was asked for"));
	if (!str_eq(fixture_dump(x), before))
		fail_msg("%s: fault %u changed what was there", v->name, nth);
	return true;
}

static void loop(struct fixture *x, const struct verb *v, enum fault_moment moment)
{
	unsigned nth = 1;
	if (v->before)
		GOOD(v->before(x, e));
	x->s->db = db_fault(x->s->db, moment, 0);
	struct str before = fixture_dump(x);
	while (strike(x, v, moment, nth)) {
		assert_true(db_fault_calls(x->s->db) >= nth);
		if (++nth > 1000)
			fail_msg("%s does not end", v->name);
	}
	assert_true(nth >= 4);
	assert_true(db_fault_calls(x->s->db) == nth - 1); /* the last round met every call */
	assert_false(str_eq(fixture_dump(x), before));
	fixture_close(x);
}

static void every_fault_leaves_all_as_it_was(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		for (int moment = FAULT_BEFORE; moment <= FAULT_AFTER; moment++) {
			void *one = NULL;
			assert_int_equal(fixture_filled(&one), 0);
			loop(one, &verbs[i], (enum fault_moment)moment);
			fixture_end(&one);
		}
	}
}

/* ---- reading ---- */

static bool read_all(struct fixture *x, struct arena *a, struct err *e)
{
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	struct stored_instrument in, *ins;
	struct cluster_register r;
	struct stored_round round, *rounds;
	struct stored_answers answers;
	struct sha256 h;
	size_t n;
	return store_get_instrument(x->s, a, STR("mini"), STR("1"), &in, e) &&
		store_list_instruments(x->s, a, &ins, &n, e) &&
		store_get_register(x->s, a, &r, e) &&
		store_get_round_register(x->s, a, STR("2022"), &r, e) &&
		store_get_round(x->s, a, STR("2022"), &round, e) &&
		store_list_rounds(x->s, a, &rounds, &n, e) &&
		store_get_answers(x->s, a, STR("2022"), FORM_COMPANY, form[1], &answers, e) &&
		store_hash_round(x->s, a, STR("2022"), form, &h, e);
}

static void every_reading_says_when_it_failed(void **state)
{
	struct fixture *x = *state;
	GOOD(register_and_answers(x, e));
	x->s->db = db_fault(x->s->db, FAULT_BEFORE, 0);
	for (int moment = FAULT_BEFORE; moment <= FAULT_AFTER; moment++) {
		for (unsigned nth = 1;; nth++) {
			ARENA_SCOPE(a, 64 << 20);
			struct err e = { 0 };
			db_fault_set(x->s->db, (enum fault_moment)moment, nth);
			if (read_all(x, &a, &e)) {
				assert_true(nth > 15 && db_fault_calls(x->s->db) == nth - 1);
				break;
			}
			assert_int_equal(e.code, ERR_IO);
		}
	}
	db_fault_set(x->s->db, FAULT_BEFORE, 0);
	assert_int_equal(fixture_count(x, "2022"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_leaves_all_as_it_was),
		cmocka_unit_test_setup_teardown(every_reading_says_when_it_failed, fixture_filled,
						fixture_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
