/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/fixture.h"

static const struct str names[] = { STR("nombre"), STR("correo") };
static const struct place place = { STR("2022"), STR("company"), STR("C001"), STR("E1") };

static bool seal(struct arena *a, const struct secret *s, struct str document, struct str *out,
		 struct err *e)
{
	return personal_seal(a, s, &place, names, 2, document, out, e);
}

static bool open_at(struct arena *a, const struct secret *s, const struct place *at,
		    struct str document, struct str *out, struct err *e)
{
	return personal_open(a, s, at, names, 2, document, out, e);
}

static void what_was_sealed_opens_byte_by_byte(void **state)
{
	(void)state;
	static const struct str document[] = {
		STR("{}"),
		STR("{\"B01\":1}"),
		STR("{\"nombre\":\"Ana \\u00e9 \\\"x\\\"\",\"B01\":1}"),
		STR("{ \"B01\" : [1, {\"a\":2}] ,\t\"nombre\" :  \"Ana\" , \"x\":null}\n"),
		STR("{\"nombre\":null,\"correo\":12.50,\"nombre__reason\":\"porque\",\"s\":[{"
		    "\"correo\":\"a@b\"},"
		    "{\"correo\":[\"x\",{\"y\":1}]},{}]}"),
		STR("{\"nombre\":\"\"}"),
	};
	ARENA_SCOPE(a, 1 << 24);
	struct err e = { 0 };
	struct secret s;
	size_t at;
	secret_make(&s);
	for (size_t i = 0; i < sizeof(document) / sizeof(*document); i++) {
		struct str sealed, opened;
		assert_true(seal(&a, &s, document[i], &sealed, &e));
		assert_false(str_find(sealed, STR("Ana"), &at));
		assert_false(str_find(sealed, STR("porque"), &at));
		assert_false(str_find(sealed, STR("12.50"), &at));
		assert_false(str_find(sealed, STR("\"y\""), &at));
		assert_true(str_eq(sealed, document[i]) == (i < 2));
		assert_true(open_at(&a, &s, &place, sealed, &opened, &e));
		assert_true(str_eq(opened, document[i]));
	}
}

static void two_seals_of_one_value_differ(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct err e = { 0 };
	struct secret s;
	struct str one = STR(""), two = STR("");
	secret_make(&s);
	assert_true(seal(&a, &s, STR("{\"nombre\":\"Ana\"}"), &one, &e) &&
		    seal(&a, &s, STR("{\"nombre\":\"Ana\"}"), &two, &e));
	assert_false(str_eq(one, two));
}

static void it_opens_only_unchanged_at_its_place_with_its_secret(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 26);
	struct err e = { 0 };
	struct secret s, other;
	struct str sealed, out = STR("untouched");
	secret_make(&s);
	secret_make(&other);
	assert_true(seal(&a, &s, STR("{\"nombre\":\"Ana\"}"), &sealed, &e));
	struct place elsewhere[] = { place, place, place, place };
	elsewhere[0].round = STR("2021");
	elsewhere[1].form = STR("cluster");
	elsewhere[2].cluster = STR("C00");
	elsewhere[3].company = STR("1E1"); /* C00 and 1E1 written together are C001 and E1 */
	for (size_t i = 0; i < 4; i++) {
		assert_false(open_at(&a, &s, &elsewhere[i], sealed, &out, &e));
		assert_int_equal(e.code, ERR_IO);
		e = (struct err){ 0 };
	}
	assert_false(open_at(&a, &other, &place, sealed, &out, &e));
	for (size_t i = 11; i < sealed.n - 2; i++) { /* behind {"nombre":" */
		char *changed = str_c(&a, sealed);
		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		e = (struct err){ 0 };
		assert_false(open_at(&a, &s, &place, str_of(changed), &out, &e));
	}
	e = (struct err){ 0 };
	/* never sealed */
	assert_false(open_at(&a, &s, &place, STR("{\"nombre\":\"Ana\"}"), &out, &e));
	e = (struct err){ 0 };
	assert_false(open_at(&a, &s, &place, STR("{\"nombre\":7}"), &out, &e));
	assert_true(str_is(out, "untouched"));
}

static void only_json_is_sealed(void **state)
{
	(void)state;
	static const char *const broken[] = { "", "{", "{\"nombre\":}", "{\"nombre\":\"Ana\"",
					      "{\"nombre\":\"Ana\"}x" };
	ARENA_SCOPE(a, 1 << 24);
	struct secret s;
	secret_make(&s);
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		struct err e = { 0 };
		struct str out = STR("untouched");
		assert_false(seal(&a, &s, str_of(broken[i]), &out, &e));
		assert_int_equal(e.code, ERR_INPUT);
		assert_false(strstr(e.msg, "Ana") != NULL);
		assert_true(str_is(out, "untouched"));
	}
}

static void a_secret_is_64_digits_and_has_a_check(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct secret s, again, other;
	secret_make(&s);
	secret_make(&other);
	struct str text = secret_text(&a, &s);
	assert_true(secret_read(text, &again));
	assert_string_equal(again.check, s.check);
	assert_memory_equal(again.byte, s.byte, SECRET_BYTES);
	assert_string_not_equal(other.check, s.check);
	assert_int_equal(strlen(s.check), SECRET_CHECK_N);
	assert_null(strstr(s.check, str_c(&a, str_sub(text, 0, 8))));
	assert_false(secret_read(str_sub(text, 0, 63), &again));
	assert_false(secret_read(
		STR("zz00000000000000000000000000000000000000000000000000000000000000"), &again));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_opens_byte_by_byte),
		cmocka_unit_test(two_seals_of_one_value_differ),
		cmocka_unit_test(it_opens_only_unchanged_at_its_place_with_its_secret),
		cmocka_unit_test(only_json_is_sealed),
		cmocka_unit_test(a_secret_is_64_digits_and_has_a_check),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
