/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/fixture.h"

#include "store/review.h"

static const struct questionnaire_key key = { .round = { "2022", 4 },
					      .form = FORM_CLUSTER,
					      .cluster = { "C001", 4 } };

static struct review_message says(const char *question, const char *text, enum review_side side)
{
	return (struct review_message){ .question = str_of(question),
					.side = side,
					.text = str_of(text) };
}

static void add(struct fixture *x, struct review_message m)
{
	GOOD(store_add_review_message(x->s, &key, &m, e));
}

/* ---- threads ---- */

static void a_thread_is_open_until_somebody_resolves_it(void **state)
{
	struct fixture *x = *state;
	struct review_count *count;
	struct review_message *list;
	size_t n;
	GOOD(store_open_questionnaire(x->s, &key, e));
	add(x, says("A01", "¿De dónde sale este número?", REVIEW_ASKS));
	add(x, says("G01", "Falta el soporte", REVIEW_ASKS));
	add(x, says("A01", "Del censo de la cámara", REVIEW_ANSWERS));
	GOOD(store_count_review_threads(x->s, &x->a, STR("2022"), FORM_CLUSTER, &count, &n, e));
	assert_int_equal(n, 1);
	assert_int_equal(count[0].n_open, 2);
	assert_int_equal(count[0].n_answered, 1);
	struct review_message end = says("A01", "", REVIEW_ASKS);
	end.kind = REVIEW_RESOLVE;
	add(x, end);
	GOOD(store_count_review_threads(x->s, &x->a, STR("2022"), FORM_CLUSTER, &count, &n, e));
	assert_int_equal(count[0].n_open, 1);
	assert_int_equal(count[0].n_answered, 0);
	BAD(store_add_review_message(x->s, &key, &end, e), ERR_INPUT, "A01");
	GOOD(store_list_review_messages(x->s, &x->a, &key, &list, &n, e));
	assert_int_equal(n, 4);
	assert_int_equal(list[3].number, 4);
	assert_true(str_is(list[0].text, "¿De dónde sale este número?"));
	assert_int_equal(list[2].side, REVIEW_ANSWERS);
	assert_int_equal(list[3].kind, REVIEW_RESOLVE);
	assert_true(str_is(list[0].author, "cli"));
}

static void nothing_is_said_to_nobody_and_nothing_too_long(void **state)
{
	struct fixture *x = *state;
	struct review_message m = says("A01", "Hola", REVIEW_ASKS), none = says("A01", "", 0);
	static char long_text[REVIEW_TEXT_BYTES_MAX + 2];
	BAD(store_add_review_message(x->s, &key, &m, e), ERR_ABSENT, "C001");
	GOOD(store_open_questionnaire(x->s, &key, e));
	BAD(store_add_review_message(x->s, &key, &none, e), ERR_INPUT, "");
	memset(long_text, 'x', sizeof(long_text) - 1);
	m.text = str_of(long_text);
	BAD(store_add_review_message(x->s, &key, &m, e), ERR_LIMIT, "2048");
}

static void what_is_said_is_not_in_the_file(void **state)
{
	struct fixture *x = *state;
	static const char secret[] = "el correo es ana@ejemplo.co";
	fixture_needs_file(x);
	GOOD(store_open_questionnaire(x->s, &key, e));
	add(x, says("A01", secret, REVIEW_ASKS));
	fixture_close(x);
	char command[400];
	(void)snprintf(command, sizeof(command), "%s", folder_path(&x->a, x->folder, "ssme.db"));
	FILE *f = fopen(command, "rb");
	assert_non_null(f);
	static char bytes[1 << 21];
	const size_t n = fread(bytes, 1, sizeof(bytes), f);
	(void)fclose(f);
	assert_true(n > 0);
	assert_null(memmem(bytes, n, secret, sizeof(secret) - 1));
	fixture_open(x);
}

/* ---- double scoring ---- */

static void points_are_given_to_the_sample_and_the_last_ones_count(void **state)
{
	struct fixture *x = *state;
	const struct str cluster[] = { STR("C002"), STR("C001") };
	struct scoring in[] = { { .cluster = STR("C001"), .question = STR("A01"), .quarters = 3 },
				{ .cluster = STR("C001"),
				  .question = STR("G01"),
				  .quarters = SCORING_NONE } };
	struct scoring foreign = { .cluster = STR("C009"), .question = STR("A01") };
	struct scoring *list;
	struct sampled *drawn;
	size_t n;
	GOOD(store_add_sample(x->s, STR("2022"), cluster, 2, 7, e));
	GOOD(store_add_sample(x->s, STR("2022"), cluster, 1, 8, e));
	GOOD(store_list_sample(x->s, &x->a, STR("2022"), &drawn, &n, e));
	assert_int_equal(n, 2);
	assert_true(str_is(drawn[0].cluster, "C001"));
	assert_int_equal(drawn[1].seed, 7);
	BAD(store_add_scorings(x->s, STR("2022"), &foreign, 1, e), ERR_CONFLICT, "C009");
	GOOD(store_add_scorings(x->s, STR("2022"), in, 2, e));
	in[0].quarters = 1;
	GOOD(store_add_scorings(x->s, STR("2022"), in, 1, e));
	GOOD(store_list_scorings(x->s, &x->a, STR("2022"), STR(""), STR(""), &list, &n, e));
	assert_int_equal(n, 2);
	assert_int_equal(list[0].quarters, 1);
	assert_int_equal(list[1].quarters, SCORING_NONE);
	GOOD(store_list_scorings(x->s, &x->a, STR("2022"), STR("C001"), STR("ana"), &list, &n, e));
	assert_int_equal(n, 0);
}

/* ---- errata ---- */

static struct str round_hash(struct fixture *x)
{
	struct stored_round r;
	GOOD(store_get_round(x->s, &x->a, STR("2022"), &r, e));
	return r.data_sha256;
}

static void freeze(struct fixture *x)
{
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	struct sha256 h;
	GOOD(store_hash_round(x->s, &x->a, STR("2022"), form, &h, e));
	GOOD(store_freeze_round(x->s, STR("2022"), sha256_hex(&x->a, h), e));
}

static void an_erratum_makes_a_revision_and_a_hash_and_keeps_what_was(void **state)
{
	struct fixture *x = *state;
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	struct stored_answer answer = { .cluster = STR("C001"),
					.document = STR("{\"G01\":\"x\",\"A01\":2}") };
	const struct stored_erratum in = { .cluster = STR("C001"), .question = STR("A01"),
					   .before = STR("2"),	    .after = STR("3"),
					   .reason = STR("Error de digitación") };
	struct stored_erratum *list;
	struct stored_answers now;
	int64_t number = 0;
	size_t n;
	GOOD(store_put_answers(x->s, STR("2022"), FORM_CLUSTER, form[0], STR("x"), &answer, 1, e));
	BAD(store_put_erratum(x->s, STR("2022"), form, &in, &answer, &number, e), ERR_CONFLICT,
	    "2022");
	freeze(x);
	const struct str before = round_hash(x);
	answer.document = STR("{\"G01\":\"x\",\"A01\":3}");
	GOOD(store_put_erratum(x->s, STR("2022"), form, &in, &answer, &number, e));
	assert_int_equal(number, 1);
	GOOD(store_list_errata(x->s, &x->a, STR("2022"), &list, &n, e));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].revision, 2);
	assert_true(str_eq(list[0].data_before, before));
	assert_true(str_eq(list[0].data_after, round_hash(x)));
	assert_false(str_eq(list[0].data_before, list[0].data_after));
	GOOD(store_get_answers(x->s, &x->a, STR("2022"), FORM_CLUSTER, form[0], &now, e));
	assert_int_equal(now.n, 1);
	assert_true(str_eq(now.document[0], answer.document));
	struct sha256 h;
	GOOD(store_hash_round(x->s, &x->a, STR("2022"), form, &h, e));
	assert_true(str_eq(list[0].data_after, sha256_hex(&x->a, h)));
}

static void an_erratum_of_nobody_changes_nothing(void **state)
{
	struct fixture *x = *state;
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	const struct stored_answer answer = { .cluster = STR("C001"), .document = STR("{}") };
	const struct stored_erratum in = { .cluster = STR("C001"), .question = STR("A01"),
					   .reason = STR("x") };
	int64_t number = 0;
	freeze(x);
	const struct str before = round_hash(x);
	BAD(store_put_erratum(x->s, STR("2022"), form, &in, &answer, &number, e), ERR_ABSENT,
	    "C001");
	assert_true(str_eq(before, round_hash(x)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_filled, fixture_end)
	const struct CMUnitTest tests[] = {
		TEST(a_thread_is_open_until_somebody_resolves_it),
		TEST(nothing_is_said_to_nobody_and_nothing_too_long),
		TEST(what_is_said_is_not_in_the_file),
		TEST(points_are_given_to_the_sample_and_the_last_ones_count),
		TEST(an_erratum_makes_a_revision_and_a_hash_and_keeps_what_was),
		TEST(an_erratum_of_nobody_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
