/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nit.h"

/* Public NITs: DIAN 800.197.268-4, Bancolombia 890.903.938-8, Ecopetrol 899.999.068-1. */
static void public_nits_have_their_check_digit(void **state)
{
	(void)state;
	assert_int_equal(nit_check_digit(STR("800197268")), 4);
	assert_int_equal(nit_check_digit(STR("890903938")), 8);
	assert_int_equal(nit_check_digit(STR("899999068")), 1);
}

static void nits_are_read_with_and_without_marks(void **state)
{
	(void)state;
	const struct {
		const char *text, *digits;
		int check;
	} row[] = { { "890.903.938-8", "890903938", 8 },
		    { "890903938-8", "890903938", 8 },
		    { " 890 903 938 ", "890903938", -1 },
		    { "123456789012345", "123456789012345", -1 },
		    { "0", "0", -1 } };
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ARENA_SCOPE(a, 1u << 20);
		struct buf b;
		struct err e = { 0 };
		int check = 99;
		buf_init(&b, &a, 50);
		assert_true(nit_read(str_of(row[i].text), &b, &check, &e));
		assert_string_equal(b.p, row[i].digits);
		assert_int_equal(check, row[i].check);
	}
	const char *const bad[] = { "", " ", "-8", "89x", "890903938-", "890903938-88", "89-09-8",
				    "1234567890123456", "890/1" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ARENA_SCOPE(a, 1u << 20);
		struct buf b;
		struct err e = { 0 };
		int check = 99;
		buf_init(&b, &a, 50);
		assert_false(nit_read(str_of(bad[i]), &b, &check, &e));
		assert_int_equal(e.code, ERR_INPUT);
		assert_true(b.n == 0 && check == 99);
	}
}

/* 860.007.322-9 is typed in all these ways; a cédula of ten digits stays, whatever its last
 * digit (1.000.000.003 ends in what would be its check digit). */
static void one_holder_has_one_number_however_it_is_typed(void **state)
{
	(void)state;
	const struct {
		const char *text, *holder;
	} row[] = { { "860.007.322-9", "860007322" },	 { "860007322", "860007322" },
		    { "8600073229", "860007322" },	 { "860.007.322 9", "860007322" },
		    { "0860007322-9", "860007322" },	 { "00", "0" },
		    { "8600073228", "8600073228" },	 { "1.234.567.890", "1234567890" },
		    { "1.000.000.003", "1000000003" }, { "9-4", "9" } };
	assert_int_equal(nit_check_digit(STR("100000000")), 3);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ARENA_SCOPE(a, 1u << 20);
		struct str holder;
		struct err e = { 0 };
		assert_true(nit_holder(&a, str_of(row[i].text), &holder, &e));
		if (!str_is(holder, row[i].holder))
			fail_msg("%s: %.*s", row[i].text, (int)holder.n, holder.p);
	}
	ARENA_SCOPE(a, 1u << 20);
	struct str holder = STR("as it was");
	struct err e = { 0 };
	assert_false(nit_holder(&a, STR("89x"), &holder, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_true(str_is(holder, "as it was"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_nits_have_their_check_digit),
		cmocka_unit_test(nits_are_read_with_and_without_marks),
		cmocka_unit_test(one_holder_has_one_number_however_it_is_typed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
