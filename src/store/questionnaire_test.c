/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/questionnaire.h"

#include "store/fixture.h"

#define EQUAL(got, want)                                                                           \
	do {                                                                                       \
		struct str g = (got);                                                              \
		if (!str_is(g, want))                                                              \
			fail_msg("got '%.*s', wanted '%s'", STR_ARG(g), want);                     \
	} while (0)

/* A questionnaire of the round 2022. */
static struct questionnaire_key key(const char *cluster, const char *company)
{
	return (struct questionnaire_key){ .round = STR("2022"),
					   .form = *company ? FORM_COMPANY : FORM_CLUSTER,
					   .cluster = str_of(cluster),
					   .company = str_of(company) };
}

static struct answer_change change(const char *question, const char *value)
{
	return (struct answer_change){ .question = str_of(question), .value = str_of(value) };
}

static const struct form *form_of_key(const struct fixture *x, const struct questionnaire_key *k)
{
	return x->in->form[k->form];
}

static bool add(struct fixture *x, const struct questionnaire_key *k, const char *question,
		const char *value, struct err *e)
{
	struct answer_change c = change(question, value);
	return store_add_changes(x->s, k, form_of_key(x, k), &c, 1, NULL, e);
}

static struct stored_questionnaire head(struct fixture *x, const struct questionnaire_key *k)
{
	struct stored_questionnaire q = { 0 };
	bool found = false;
	GOOD(store_find_questionnaire(x->s, &x->a, k, &found, &q, e));
	assert_true(found);
	return q;
}

static void what_is_opened_twice_is_there_once(void **state)
{
	struct fixture *x = *state;
	const struct questionnaire_key k = key("C001", "");
	struct stored_questionnaire *list, q;
	size_t n;
	bool found = true;
	GOOD(store_find_questionnaire(x->s, &x->a, &k, &found, &q, e));
	assert_false(found);
	BAD(add(x, &k, "G01", "a", e), ERR_ABSENT, "C001");
	GOOD(store_open_questionnaire(x->s, &k, e));
	GOOD(add(x, &k, "G01", "a", e));
	GOOD(store_open_questionnaire(x->s, &k, e));
	GOOD(store_list_questionnaires(x->s, &x->a, STR("2022"), FORM_CLUSTER, &list, &n, e));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].state, QUESTIONNAIRE_DRAFT);
	assert_int_equal(list[0].n_changes, 1);
	EQUAL(list[0].last_question, "G01");
	EQUAL(list[0].opened_at, "2022-07-01T15:04:05Z");
}

static void every_change_stays_in_its_order(void **state)
{
	struct fixture *x = *state;
	const struct questionnaire_key k = key("C001", "");
	struct answer_change batch[] = { change("G01", "b"), change("A01", "x 1") }, *all;
	const struct questionnaire_progress progress = { 9, 2, 7, 1, 0, 0 };
	size_t n;
	GOOD(store_open_questionnaire(x->s, &k, e));
	GOOD(add(x, &k, "G01", "a", e));
	batch[1].mark = MARK_CONFIRMED;
	batch[1].reason = STR("así es");
	GOOD(store_add_changes(x->s, &k, form_of_key(x, &k), batch, 2, &progress, e));
	assert_int_equal(batch[1].number, 3);
	GOOD(store_list_changes(x->s, &x->a, &k, form_of_key(x, &k), &all, &n, e));
	assert_int_equal(n, 3);
	EQUAL(all[0].value, "a");
	EQUAL(all[1].value, "b");
	EQUAL(all[2].value, "x 1");
	EQUAL(all[2].reason, "así es");
	EQUAL(all[2].author, "cli");
	assert_int_equal(all[2].mark, MARK_CONFIRMED);
	assert_int_equal(all[2].number, 3);
	assert_int_equal(head(x, &k).progress.n_owed, 7);
	assert_int_equal(head(x, &k).n_changes, 3);
}

static void personal_values_are_sealed_and_open_again(void **state)
{
	struct fixture *x = *state;
	const struct questionnaire_key k = key("C001", "E1");
	struct answer_change one = change("nombre", "Ana \"Secreta\""), *all;
	size_t n;
	one.reason = STR("porque sí");
	GOOD(store_open_questionnaire(x->s, &k, e));
	GOOD(store_add_changes(x->s, &k, form_of_key(x, &k), &one, 1, NULL, e));
	GOOD(add(x, &k, "B01", "12", e));
	GOOD(store_list_changes(x->s, &x->a, &k, form_of_key(x, &k), &all, &n, e));
	EQUAL(all[0].value, "Ana \"Secreta\"");
	EQUAL(all[0].reason, "porque sí");
	EQUAL(all[1].value, "12");
	/* Without the form's definition nobody opens them. */
	GOOD(store_list_changes(x->s, &x->a, &k, NULL, &all, &n, e));
	assert_false(str_find(all[0].value, STR("Secreta"), &n));
	EQUAL(all[0].reason, "");
}

/* Every byte of a value at its limit may need six in what is sealed. */
static void the_longest_value_is_kept_and_a_longer_one_refused(void **state)
{
	struct fixture *x = *state;
	const struct questionnaire_key k = key("C001", "E1");
	char *text = NEW(&x->a, ANSWER_BYTES_MAX + 1, char);
	struct answer_change c = change("nombre", ""), *all;
	size_t n;
	memset(text, 1, ANSWER_BYTES_MAX + 1);
	GOOD(store_open_questionnaire(x->s, &k, e));
	c.value = c.reason = (struct str){ text, ANSWER_BYTES_MAX };
	GOOD(store_add_changes(x->s, &k, form_of_key(x, &k), &c, 1, NULL, e));
	c.value.n++;
	BAD(store_add_changes(x->s, &k, form_of_key(x, &k), &c, 1, NULL, e), ERR_LIMIT, "8192");
	GOOD(store_list_changes(x->s, &x->a, &k, form_of_key(x, &k), &all, &n, e));
	assert_int_equal(n, 1);
	assert_true(str_eq(all[0].value, c.reason) && str_eq(all[0].reason, c.reason));
}

static bool move(struct fixture *x, const struct questionnaire_key *k, unsigned from,
		 enum questionnaire_state to, struct err *e)
{
	return store_move_questionnaire(x->s, k, from, to, STR("Ana Gómez"), STR("nota"), NULL, e);
}

static void it_goes_from_state_to_state_and_says_how(void **state)
{
	struct fixture *x = *state;
	const struct questionnaire_key k = key("C001", "");
	const unsigned writing = 1u << QUESTIONNAIRE_DRAFT | 1u << QUESTIONNAIRE_RETURNED;
	struct questionnaire_event *event;
	size_t n;
	GOOD(store_open_questionnaire(x->s, &k, e));
	BAD(move(x, &k, 1u << QUESTIONNAIRE_SENT, QUESTIONNAIRE_ACCEPTED, e), ERR_CONFLICT,
	    "borrador");
	GOOD(move(x, &k, writing, QUESTIONNAIRE_SENT, e));
	EQUAL(head(x, &k).signed_by, "Ana Gómez");
	EQUAL(head(x, &k).sent_at, "2022-07-01T15:04:05Z");
	EQUAL(head(x, &k).decided_at, "");
	BAD(add(x, &k, "G01", "a", e), ERR_CONFLICT, "enviado");
	GOOD(move(x, &k, 1u << QUESTIONNAIRE_SENT, QUESTIONNAIRE_RETURNED, e));
	GOOD(add(x, &k, "G01", "a", e));
	GOOD(store_list_questionnaire_events(x->s, &x->a, &k, &event, &n, e));
	assert_int_equal(n, 2);
	assert_int_equal(event[1].state, QUESTIONNAIRE_RETURNED);
	EQUAL(event[1].note, "nota");
	EQUAL(event[1].author, "cli");
	assert_int_equal(event[1].number, 2);
}

static void a_frozen_round_takes_nothing(void **state)
{
	struct fixture *x = *state;
	const struct questionnaire_key k = key("C001", ""), late = key("C002", "");
	struct stored_questionnaire *list;
	size_t n;
	GOOD(store_open_questionnaire(x->s, &k, e));
	GOOD(store_freeze_round(x->s, STR("2022"), fixture_hash(x, "2022"), e));
	BAD(add(x, &k, "G01", "a", e), ERR_CONFLICT, "congelada");
	BAD(store_open_questionnaire(x->s, &late, e), ERR_CONFLICT, "congelada");
	GOOD(store_open_questionnaire(x->s, &k, e));
	GOOD(store_list_questionnaires_of(x->s, &x->a, STR("C001"), &list, &n, e));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].n_changes, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_filled, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_opened_twice_is_there_once),
		TEST(every_change_stays_in_its_order),
		TEST(personal_values_are_sealed_and_open_again),
		TEST(the_longest_value_is_kept_and_a_longer_one_refused),
		TEST(it_goes_from_state_to_state_and_says_how),
		TEST(a_frozen_round_takes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
