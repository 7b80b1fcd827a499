/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "app/account.h"

/* RFC 6238, appendix B: the seed "12345678901234567890", SHA-1; the last six of its
 * eight digits. */
static const char seed[] = "3132333435363738393031323334353637383930";
static const struct {
	int64_t at_s;
	const char *code;
} vector[] = {
	{ 59, "287082" },	  { 1111111109, "081804" },  { 1111111111, "050471" },
	{ 1234567890, "005924" }, { 2000000000, "279037" },  { 20000000000, "353130" },
};
enum { VECTORS = sizeof(vector) / sizeof(*vector) };

static void codes_are_those_of_the_standard(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		char code[TOTP_DIGITS + 1];
		int64_t step = -1;
		assert_true(totp_code(str_of(seed), vector[i].at_s / TOTP_STEP_SECONDS, code));
		assert_string_equal(code, vector[i].code);
		assert_true(totp_step_of(str_of(seed), str_of(vector[i].code), vector[i].at_s,
					 &step));
		assert_int_equal(step, vector[i].at_s / TOTP_STEP_SECONDS);
	}
}

static void one_step_around_now_is_taken_and_no_more(void **state)
{
	(void)state;
	struct str code = str_of(vector[1].code);
	const int64_t at = vector[1].at_s, step = at / TOTP_STEP_SECONDS;
	int64_t got = -1;
	assert_true(totp_step_of(str_of(seed), code, at + TOTP_STEP_SECONDS, &got));
	assert_int_equal(got, step);
	assert_true(totp_step_of(str_of(seed), code, at - TOTP_STEP_SECONDS, &got));
	assert_int_equal(got, step);
	got = -1;
	assert_false(totp_step_of(str_of(seed), code, at + 2 * TOTP_STEP_SECONDS, &got));
	assert_false(totp_step_of(str_of(seed), code, at - 2 * TOTP_STEP_SECONDS, &got));
	assert_int_equal(got, -1);
}

static void what_is_typed_must_be_six_digits(void **state)
{
	(void)state;
	static const char *const bad[] = { "",	      "28708",	 "2870822", "28708a", "-87082",
					   "２８７０８２", "287082x", "287 0822" };
	int64_t step;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(totp_step_of(str_of(seed), str_of(bad[i]), 59, &step));
	assert_true(totp_step_of(str_of(seed), STR("287 082"), 59, &step));
	assert_false(totp_step_of(STR("3132"), STR("287082"), 59, &step));
	assert_false(totp_step_of(STR(""), STR("287082"), 59, &step));
}

static void authenticators_get_the_seed_in_base_32(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 16);
	struct totp_words w = totp_describe(&a, str_of(seed), STR("ana+1@ejemplo.co"));
	/* RFC 4648 of the twenty bytes, by coreutils' base32 */
	assert_string_equal(str_c(&a, w.typed), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
	assert_string_equal(str_c(&a, w.uri),
			    "otpauth://totp/ssme:ana%2B1@ejemplo.co?"
			    "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ssme");
}

static void seeds_are_new_each_time(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 16);
	struct str one = totp_seed(&a), other = totp_seed(&a);
	assert_int_equal(one.n, 2 * TOTP_SEED_BYTES);
	assert_false(str_eq(one, other));
}

int main(void)
{
	const struct CMUnitTest test[] = {
		cmocka_unit_test(codes_are_those_of_the_standard),
		cmocka_unit_test(one_step_around_now_is_taken_and_no_more),
		cmocka_unit_test(what_is_typed_must_be_six_digits),
		cmocka_unit_test(authenticators_get_the_seed_in_base_32),
		cmocka_unit_test(seeds_are_new_each_time),
	};
	return cmocka_run_group_tests(test, NULL, NULL);
}
