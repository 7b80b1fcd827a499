/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/evidence.h"

#include "store/fixture.h"

static const struct questionnaire_key k = { .round = { "2022", 4 },
					    .form = FORM_CLUSTER,
					    .cluster = { "C001", 4 } };

static bool add(struct fixture *x, const char *question, int64_t item, struct str bytes,
		int64_t *ret_number, struct err *e)
{
	const struct stored_evidence in = { .question = str_of(question),
					    .item = item,
					    .name = STR("acta.pdf"),
					    .kind = STR("pdf") };
	return store_add_evidence(x->s, &k, &in, bytes, ret_number, e);
}

static int64_t files_kept(struct fixture *x)
{
	struct stored_evidence *list;
	size_t n;
	int64_t kept = 0;
	GOOD(store_list_evidence(x->s, &x->a, &k, &list, &n, e));
	for (size_t i = 0; i < n; i++)
		kept += !list[i].removed_at.n;
	return kept;
}

/* Longer than a piece, with every byte in it. */
static struct str long_file(struct fixture *x, size_t n)
{
	char *p = NEW(&x->a, n, char);
	for (size_t i = 0; i < n; i++)
		p[i] = (char)(unsigned char)(i * 7 + i / 256);
	return (struct str){ p, n };
}

static void a_file_comes_back_byte_for_byte(void **state)
{
	struct fixture *x = *state;
	struct stored_evidence got;
	struct str bytes;
	int64_t one, two;
	const struct str file = long_file(x, (192 << 10) * 2 + 5);
	BAD(add(x, "G01", 0, STR("%PDF-1.7"), &one, e), ERR_ABSENT, "C001");
	GOOD(store_open_questionnaire(x->s, &k, e));
	GOOD(add(x, "G01", 0, file, &one, e));
	GOOD(add(x, "G01", 0, STR(""), &two, e));
	assert_int_equal(one, 1);
	assert_int_equal(two, 2);
	GOOD(store_get_evidence(x->s, &x->a, &k, one, &got, &bytes, e));
	assert_true(str_eq(bytes, file));
	assert_true(str_is(got.name, "acta.pdf") && got.n_bytes == (int64_t)file.n);
	GOOD(store_get_evidence(x->s, &x->a, &k, two, &got, &bytes, e));
	assert_int_equal(bytes.n, 0);
	BAD(store_get_evidence(x->s, &x->a, &k, 3, &got, &bytes, e), ERR_ABSENT, "3");
}

static void the_same_file_stands_once_beside_an_answer(void **state)
{
	struct fixture *x = *state;
	struct stored_evidence got;
	struct str bytes;
	int64_t here, there, item;
	GOOD(store_open_questionnaire(x->s, &k, e));
	GOOD(add(x, "G01", 0, STR("abc"), &here, e));
	BAD(add(x, "G01", 0, STR("abc"), &item, e), ERR_CONFLICT, "G01");
	GOOD(add(x, "A01", 0, STR("abc"), &there, e));
	GOOD(add(x, "G01", 2, STR("abc"), &item, e));
	GOOD(store_remove_evidence(x->s, &k, here, e));
	GOOD(store_get_evidence(x->s, &x->a, &k, there, &got, &bytes, e));
	assert_true(str_is(bytes, "abc"));
	GOOD(store_remove_evidence(x->s, &k, there, e));
	GOOD(store_remove_evidence(x->s, &k, item, e));
	BAD(store_remove_evidence(x->s, &k, item, e), ERR_ABSENT, "se quitó");
	assert_int_equal(files_kept(x), 0);
	GOOD(add(x, "G01", 0, STR("abc"), &here, e));
	assert_int_equal(here, 4);
	GOOD(store_get_evidence(x->s, &x->a, &k, here, &got, &bytes, e));
	assert_true(str_is(bytes, "abc"));
}

static void there_is_room_for_so_many_and_no_more(void **state)
{
	struct fixture *x = *state;
	int64_t number;
	GOOD(store_open_questionnaire(x->s, &k, e));
	for (int i = 0; i < EVIDENCE_OF_QUESTIONNAIRE_MAX; i++)
		GOOD(add(x, "G01", i / EVIDENCE_OF_QUESTION_MAX,
			 str_fmt(&x->a, "file %d", i), &number, e));
	BAD(add(x, "G01", 0, STR("more"), &number, e), ERR_LIMIT, "ya tiene 5");
	BAD(add(x, "A01", 0, STR("more"), &number, e), ERR_LIMIT, "ya tiene 50");
	BAD(add(x, "A01", 0, (struct str){ "", EVIDENCE_BYTES_MAX + 1 }, &number, e), ERR_LIMIT,
	    "10 MB");
	GOOD(store_remove_evidence(x->s, &k, 1, e));
	GOOD(add(x, "G01", 0, STR("more"), &number, e));
}

static void what_was_sent_keeps_its_evidence(void **state)
{
	struct fixture *x = *state;
	struct stored_evidence got;
	struct str bytes;
	int64_t number;
	GOOD(store_open_questionnaire(x->s, &k, e));
	GOOD(add(x, "G01", 0, STR("abc"), &number, e));
	GOOD(store_move_questionnaire(x->s, &k, 1u << QUESTIONNAIRE_DRAFT, QUESTIONNAIRE_SENT,
				      STR("Ana"), STR(""), NULL, e));
	BAD(add(x, "G01", 0, STR("def"), &number, e), ERR_CONFLICT, "envió");
	BAD(store_remove_evidence(x->s, &k, 1, e), ERR_CONFLICT, "envió");
	GOOD(store_get_evidence(x->s, &x->a, &k, 1, &got, &bytes, e));
	assert_true(str_is(bytes, "abc"));
}

static void a_damaged_file_is_told(void **state)
{
	struct fixture *x = *state;
	struct stored_evidence got;
	struct str bytes;
	int64_t number;
	GOOD(store_open_questionnaire(x->s, &k, e));
	GOOD(add(x, "G01", 0, STR("abc"), &number, e));
	fixture_harm(x, "UPDATE evidence_piece SET content = 'YWJk'");
	BAD(store_get_evidence(x->s, &x->a, &k, number, &got, &bytes, e), ERR_IO, "copia");
	fixture_harm(x, "UPDATE evidence_piece SET content = '***'");
	BAD(store_get_evidence(x->s, &x->a, &k, number, &got, &bytes, e), ERR_IO, "dañada");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_filled, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_comes_back_byte_for_byte),
		TEST(the_same_file_stands_once_beside_an_answer),
		TEST(there_is_room_for_so_many_and_no_more),
		TEST(what_was_sent_keeps_its_evidence),
		TEST(a_damaged_file_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
