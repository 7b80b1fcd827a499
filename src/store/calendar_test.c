/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/calendar.h"

#include "store/fixture.h"

static int filled(void **state)
{
	if (fixture_filled(state) != 0)
		return -1;
	struct fixture *x = *state;
	fixture_register(x);
	store_actor(x->s, STR("ana@example.co"), STR("2024-07-01T05:00:00Z"));
	return 0;
}

static struct calendar look(struct fixture *x, const struct stored_round *r, const char *now)
{
	struct calendar k;
	calendar_of(&x->a, r, str_of(now), &k);
	return k;
}

static void days_are_those_of_colombia(void **state)
{
	struct fixture *x = *state;
	const struct stored_round r = { .id = STR("2024"),
					.from = STR("2024-07-01"),
					.to = STR("2024-09-30"),
					.state = ROUND_OPEN };
	struct calendar k = look(x, &r, "2024-07-01T04:59:59Z");
	assert_true(str_is(k.opens_at, "2024-07-01T05:00:00Z"));
	assert_true(str_is(k.closes_at, "2024-10-01T04:59:59Z"));
	assert_false(k.begun || k.takes_answers);
	k = look(x, &r, "2024-07-01T05:00:00Z");
	assert_true(k.begun && k.takes_answers);
	assert_int_equal(k.days_left, 92);
	k = look(x, &r, "2024-10-01T04:59:59Z");
	assert_true(k.takes_answers && !k.over);
	assert_int_equal(k.days_left, 1);
	k = look(x, &r, "2024-10-01T05:00:00Z");
	assert_true(k.over && !k.takes_answers);
	assert_int_equal(k.days_left, 0);
	BAD(calendar_must_take(&r, STR("2024-10-01T05:00:00Z"), e), ERR_CONFLICT, "cerró");
	BAD(calendar_must_take(&r, STR("2024-06-30T05:00:00Z"), e), ERR_CONFLICT, "desde");
	assert_true(str_is(calendar_day(&x->a, STR("2024-10-01T04:59:59Z")), "2024-09-30"));
}

static void a_round_goes_from_draft_to_review_and_can_be_extended(void **state)
{
	struct fixture *x = *state;
	struct stored_round r = fixture_round("2024", 2024);
	struct happening *h;
	size_t n;
	r.from = STR("2024-07-01");
	r.to = STR("2024-09-30");
	GOOD(store_draft_round(x->s, &r, e));
	BAD(store_draft_round(x->s, &r, e), ERR_CONFLICT, "ya existe");
	BAD(store_review_round(x->s, r.id, e), ERR_CONFLICT, "borrador");
	GOOD(store_plan_round(x->s, r.id, r.from, STR("2024-09-15"), e));
	BAD(store_plan_round(x->s, r.id, r.from, STR("2024-06-15"), e), ERR_INPUT, "anterior");
	GOOD(store_start_round(x->s, r.id, e));
	BAD(store_start_round(x->s, r.id, e), ERR_CONFLICT, "abierta");
	BAD(store_extend_round(x->s, r.id, STR("2024-10-15"), STR(" "), e), ERR_INPUT, "por qué");
	GOOD(store_review_round(x->s, r.id, e));
	GOOD(store_extend_round(x->s, r.id, STR("2024-10-15"), STR("faltan 12"), e));
	GOOD(store_get_round_head(x->s, &x->a, r.id, &r, e));
	assert_int_equal(r.state, ROUND_OPEN);
	assert_true(str_is(r.to, "2024-10-15"));
	GOOD(store_list_happenings(x->s, &x->a, "round", r.id, &h, &n, e));
	assert_int_equal(n, 5);
	assert_true(str_is(h[0].event, "extend") && str_is(h[0].note, "faltan 12"));
	assert_true(str_is(h[4].event, "draft"));
}

static void a_round_in_review_can_be_frozen(void **state)
{
	struct fixture *x = *state;
	struct stored_round r;
	GOOD(store_review_round(x->s, STR("2022"), e));
	GOOD(store_freeze_round(x->s, STR("2022"), fixture_hash(x, "2022"), e));
	GOOD(store_get_round_head(x->s, &x->a, STR("2022"), &r, e));
	assert_int_equal(r.state, ROUND_FROZEN);
	BAD(store_extend_round(x->s, r.id, STR("2030-01-01"), STR("x"), e), ERR_CONFLICT,
	    "congelada");
}

/* The fixture's register comes by a file: C001 is new, and C002 was renamed to it. */
enum { N_BEFORE = 2 };

static void a_file_notes_what_is_new_and_what_differs(void **state)
{
	struct fixture *x = *state;
	struct cluster_register r;
	struct happening *h;
	size_t n;
	GOOD(store_get_register(x->s, &x->a, &r, e));
	GOOD(store_import_register(x->s, &r, STR("registro.csv"), e));
	GOOD(store_list_happenings(x->s, &x->a, "cluster", STR("C001"), &h, &n, e));
	assert_int_equal(n, N_BEFORE);
	assert_true(str_is(h[1].event, "add") && !h[1].before.n);
	assert_true(str_is(h[0].event, "rename"));
	struct cluster_entry some[2] = { r.cluster[0], r.cluster[1] };
	some[0].name = STR("Café de altura");
	some[1].id = STR("C777");
	const struct lineage_entry step[2] = {
		{ STR("2023-01-01"), STR("merge"), STR("C001"), STR("C777"), 19358 },
		{ STR("2023-01-01"), STR("merge"), STR("C001"), STR("C777"), 19358 },
	};
	const struct cluster_register next = { some, 2, step, 2 };
	GOOD(store_import_register(x->s, &next, STR("registro.csv"), e));
	GOOD(store_list_happenings(x->s, &x->a, "cluster", STR("C001"), &h, &n, e));
	assert_int_equal(n, N_BEFORE + 2);
	assert_true(str_is(h[0].event, "merge"));
	assert_true(str_is(h[1].before, "{\"name\":\"Café\"}"));
	assert_true(str_is(h[1].after, "{\"name\":\"Café de altura\"}"));
	assert_true(str_is(h[1].note, "registro.csv") && str_is(h[1].author, "ana@example.co"));
	GOOD(store_list_happenings(x->s, &x->a, "cluster", STR("C777"), &h, &n, e));
	assert_int_equal(n, 2);
}

static void a_change_of_a_cluster_tells_before_and_after(void **state)
{
	struct fixture *x = *state;
	struct cluster_entry c;
	struct happening *h;
	bool found;
	size_t n;
	GOOD(store_find_cluster(x->s, &x->a, STR("C001"), &found, &c, e));
	GOOD(store_change_cluster(x->s, &c, STR("nada"), e));
	GOOD(store_list_happenings(x->s, &x->a, "cluster", c.id, &h, &n, e));
	assert_int_equal(n, N_BEFORE);
	c.name = STR("Otro nombre");
	GOOD(store_change_cluster(x->s, &c, STR("se llama así"), e));
	GOOD(store_list_happenings(x->s, &x->a, "cluster", c.id, &h, &n, e));
	assert_int_equal(n, N_BEFORE + 1);
	assert_true(str_is(h[0].after, "{\"name\":\"Otro nombre\"}"));
	c.id = STR("C999");
	BAD(store_change_cluster(x->s, &c, STR(""), e), ERR_ABSENT, "C999");
	GOOD(store_add_cluster(x->s, &c, STR(""), e));
	BAD(store_add_cluster(x->s, &c, STR(""), e), ERR_CONFLICT, "C999");
}

static void a_step_of_the_lineage_is_noted_at_both_ends(void **state)
{
	struct fixture *x = *state;
	struct cluster_entry c;
	struct happening *h;
	bool found;
	size_t n;
	GOOD(store_find_cluster(x->s, &x->a, STR("C001"), &found, &c, e));
	c.id = STR("C900");
	GOOD(store_add_cluster(x->s, &c, STR(""), e));
	const struct lineage_entry l = { .date = STR("2024-01-01"),
					 .event = STR("merge"),
					 .from = STR("C001"),
					 .to = STR("C900") };
	GOOD(store_add_lineage(x->s, &l, STR("acta 12"), e));
	BAD(store_add_lineage(x->s, &l, STR("acta 12"), e), ERR_CONFLICT, "linaje");
	GOOD(store_list_happenings(x->s, &x->a, "cluster", STR("C001"), &h, &n, e));
	assert_true(n == N_BEFORE + 1 && str_is(h[0].event, "merge"));
	GOOD(store_list_happenings(x->s, &x->a, "cluster", STR("C900"), &h, &n, e));
	assert_true(n == 2 && str_is(h[0].note, "acta 12"));
	const struct lineage_entry bad = { .date = STR("2024-01-01"),
					   .event = STR("merge"),
					   .from = STR("C001"),
					   .to = STR("C901") };
	BAD(store_add_lineage(x->s, &bad, STR(""), e), ERR_ABSENT, "C901");
}

int main(void)
{
#define ON_A_STORE(test) cmocka_unit_test_setup_teardown(test, filled, fixture_end)
	const struct CMUnitTest tests[] = {
		ON_A_STORE(days_are_those_of_colombia),
		ON_A_STORE(a_round_goes_from_draft_to_review_and_can_be_extended),
		ON_A_STORE(a_round_in_review_can_be_frozen),
		ON_A_STORE(a_file_notes_what_is_new_and_what_differs),
		ON_A_STORE(a_change_of_a_cluster_tells_before_and_after),
		ON_A_STORE(a_step_of_the_lineage_is_noted_at_both_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
