/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/num.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A small generator for the properties: the same numbers on every run (xorshift64*). */
static uint64_t chance(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 0x2545f4914f6cdd1du;
}

static void integers_are_read_whole_or_not_at_all(void **state)
{
	(void)state;
	const struct {
		const char *text;
		bool ok;
		int64_t value;
	} row[] = { { "0", true, 0 },
		    { "-7", true, -7 },
		    { "+7", true, 7 },
		    { "007", true, 7 },
		    { "-0", true, 0 },
		    { "123456789012345678", true, 123456789012345678 },
		    { "0000000000000000000000012", true, 12 },
		    { "9223372036854775807", true, INT64_MAX },
		    { "-9223372036854775808", true, INT64_MIN },
		    { "9223372036854775808", false, 0 },
		    { "-9223372036854775809", false, 0 },
		    { "99999999999999999999999", false, 0 },
		    { "", false, 0 },
		    { "-", false, 0 },
		    { "+", false, 0 },
		    { "+-1", false, 0 },
		    { "1 ", false, 0 },
		    { " 1", false, 0 },
		    { "1.0", false, 0 },
		    { "1e3", false, 0 },
		    { "0x10", false, 0 },
		    { "١", false, 0 } };
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		int64_t v = -99;
		assert_int_equal(num_int(str_of(row[i].text), &v), row[i].ok);
		assert_int_equal(v, row[i].ok ? row[i].value : -99);
	}
}

static void reals_are_read_by_their_grammar(void **state)
{
	(void)state;
	const char *const good[] = { "0",     "1",   "-1.5", "+2",    ".5",    "5.",
				     "-.5e1", "1e5", "1E-5", "1.e+2", "00.10", "123456789012345.6",
				     "0.1e0" };
	const char *const bad[] = { "",       "-",
				    "+",      ".",
				    "-.",     "e5",
				    ".e5",    "1e",
				    "1e+",    "1e5.",
				    "1,5",    "1 ",
				    " 1",     "inf",
				    "-inf",   "nan",
				    "0x1p3",  "1.2.3",
				    "--1",    "1e999",
				    "-1e400", "1.7976931348623159e308",
				    "1_000",  "1d5",
				    "1f" };
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		double v = -99;
		assert_true(num_real(str_of(good[i]), &v));
		assert_true(v == strtod(good[i], NULL));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		double v = -99;
		if (num_real(str_of(bad[i]), &v) || v != -99)
			fail_msg("accepted <%s>", bad[i]);
	}
	double v = 1;
	assert_true(num_real(STR("-0.0"), &v) && v == 0 && signbit(v));
	assert_true(num_real(STR("1e-999"), &v) && v == 0);
	assert_true(num_real(STR("0e999999999999"), &v) && v == 0);
}

/* Cases where a reader that rounds twice is wrong; expected bits by exact arithmetic. */
static void reals_are_rounded_once(void **state)
{
	(void)state;
	const struct {
		const char *text;
		double value;
	} row[] = { { "9007199254740993", 0x1p53 },
		    { "9007199254740993.00000000000000000000000000000000001",
		      0x1.0000000000001p53 },
		    { "2.2250738585072011e-308", 0x0.fffffffffffffp-1022 },
		    { "2.2250738585072012e-308", 0x1p-1022 },
		    { "4.9406564584124654e-324", 0x1p-1074 },
		    { "2.4703282292062327e-324", 0 },
		    { "2.4703282292062328e-324", 0x1p-1074 },
		    { "1.7976931348623157e308", 0x1.fffffffffffffp1023 },
		    { "1.7976931348623158e308", 0x1.fffffffffffffp1023 },
		    { "6.02214076e23", 0x1.fe185ca57c517p+78 },
		    { "8.5", 8.5 },
		    { "0.1", 0x1.999999999999ap-4 } };
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		double v = -99;
		assert_true(num_real(str_of(row[i].text), &v));
		if (v != row[i].value)
			fail_msg("%s: %a, want %a", row[i].text, v, row[i].value);
	}
	/* 2^53 + 1 exactly between two doubles, decided by a digit far away */
	ARENA_SCOPE(a, 1u << 20);
	for (size_t zeros = 700; zeros < 1200; zeros += 7) {
		char *text = NEW(&a, zeros + 20, char);
		memcpy(text, "9007199254740993.", 17);
		memset(text + 17, '0', zeros);
		double v = 0;
		assert_true(num_real((struct str){ text, 17 + zeros }, &v) && v == 0x1p53);
		text[17 + zeros] = '1';
		assert_true(num_real((struct str){ text, 18 + zeros }, &v) && v == 0x1p53 + 2);
		/* zeros in front say nothing */
		memset(text, '0', zeros);
		memcpy(text + zeros, "1.5", 3);
		assert_true(num_real((struct str){ text, zeros + 3 }, &v) && v == 1.5);
		text[0] = '.';
		text[zeros] = text[zeros + 1] = text[zeros + 2] = '0';
		memcpy(text + zeros, "e9", 2);
		assert_true(num_real((struct str){ text, zeros + 2 }, &v) && v == 0);
	}
}

static void any_digits_read_as_the_c_library_reads_them(void **state)
{
	(void)state;
	uint64_t seed = 2022;
	for (int i = 0; i < 200000; i++) {
		char text[64];
		size_t n = 0;
		uint64_t r = chance(&seed);
		unsigned whole = (unsigned)(r % 20), fraction = (unsigned)(r / 20 % 20);
		if (r & 1ull << 40)
			text[n++] = '-';
		for (unsigned k = 0; k < whole; k++)
			text[n++] = (char)('0' + chance(&seed) % 10);
		if (fraction || r & 1ull << 41)
			text[n++] = '.';
		for (unsigned k = 0; k < fraction; k++)
			text[n++] = (char)('0' + chance(&seed) % 10);
		if (r & 1ull << 42)
			n += (size_t)snprintf(text + n, 10, "e%d", (int)(r >> 48) % 300 - 150);
		text[n] = '\0';
		double v = 0, want = strtod(text, NULL);
		if (whole + fraction == 0)
			assert_false(num_real(str_of(text), &v));
		else if (!num_real(str_of(text), &v) || v != want)
			fail_msg("%s: %a, want %a", text, v, want);
	}
}

static void decimals_are_exact(void **state)
{
	(void)state;
	const struct {
		const char *text;
		int64_t mantissa;
		int scale; /* -1: refused */
	} row[] = { { "72.50", 7250, 2 },
		    { "-0.000001", -1, 6 },
		    { "999999999999999999", 999999999999999999, 0 },
		    { "0.123456789012345678", 123456789012345678, 18 },
		    { "1.000000000000000000000", 100000000000000000, 17 },
		    { "000000000000000000000000012", 12, 0 },
		    { ".5", 5, 1 },
		    { "1234567890123456789", 0, -1 },
		    { "0.1234567890123456789", 0, -1 },
		    { "1e2", 0, -1 },
		    { "", 0, -1 },
		    { "x", 0, -1 } };
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct decimal d = { 0, -1 };
		assert_int_equal(num_decimal(str_of(row[i].text), &d), row[i].scale >= 0);
		assert_int_equal(d.mantissa, row[i].mantissa);
		assert_int_equal(d.scale, row[i].scale);
	}
}

static void spanish_numbers_become_plain_or_are_refused(void **state)
{
	(void)state;
	const char *const row[][2] = {
		{ "1.234.567,89", "1234567.89" }, { "1.234", "1234" },	  { "12,5", "12.5" },
		{ "-1.000,50", "-1000.50" },	  { "1234,5", "1234.5" }, { ",5", "0.5" },
		{ "5,", "5" },			  { "+3", "3" },	  { "0,25", "0.25" },
		{ "1,5E3", "1.5E3" },		  { "123.456.789", "123456789" },
		{ "1.5", NULL },  { "12.34", NULL },	{ "0.123", NULL }, { "1234.567", NULL },
		{ "1..234", NULL }, { ".123", NULL },	{ "1.234.", NULL }, { "1,2,3", NULL },
		{ "1,234.5", NULL }, { ",", NULL },	{ "-", NULL },	   { "", NULL },
		{ "1.234,5.6", NULL }, { "a", NULL },	{ "1 000", NULL }, { "1.234567", NULL },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ARENA_SCOPE(a, 1u << 20);
		struct buf b;
		buf_init(&b, &a, 100);
		bool ok = num_from_comma(str_of(row[i][0]), &b);
		if (ok != (row[i][1] != NULL) || !str_eq(buf_str(&b), str_of(row[i][1])))
			fail_msg("<%s>: <%s>", row[i][0], b.p ? b.p : "");
	}
}

typedef void put_real(struct buf *b, double v);
static const char *written(struct arena *a, put_real *put, double v)
{
	struct buf b;
	buf_init(&b, a, 1000);
	put(&b, v);
	assert_false(b.over);
	return b.p;
}

static void reals_are_written_short(void **state)
{
	(void)state;
	const struct {
		double v;
		const char *text;
	} row[] = { { 0, "0" },
		    { -0.0, "0" },
		    { 0.1, "0.1" },
		    { 72, "72" },
		    { -2.5, "-2.5" },
		    { 0.1 + 0.2, "0.30000000000000004" },
		    { 1e300, "1e+300" },
		    { 5e-324, "5e-324" },
		    { 1.0 / 3, "0.3333333333333333" },
		    { 1e-7, "1e-07" },
		    { 1e21, "1e+21" },
		    { 9007199254740991.0, "9007199254740991" },
		    { 0.00001, "0.00001" },
		    { -1.5e-10, "-1.5e-10" },
		    { 123456.789, "123456.789" },
		    { 2.2250738585072014e-308, "2.2250738585072014e-308" },
		    { 1.7976931348623157e308, "1.7976931348623157e+308" },
		    { 63.550736, "63.550736" } };
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ARENA_SCOPE(a, 1u << 20);
		assert_string_equal(written(&a, num_put_real, row[i].v), row[i].text);
	}
}

/* How many digits of its own a number has. */
static size_t significant(const char *text)
{
	size_t n = 0, zeros = 0;
	for (; *text && *text != 'e'; text++) {
		if (*text < '0' || *text > '9' || (n == 0 && *text == '0'))
			continue;
		zeros = *text == '0' ? zeros + 1 : 0;
		n++;
	}
	return n - zeros;
}

static void what_is_written_reads_back_and_is_not_longer_than_needed(void **state)
{
	(void)state;
	uint64_t seed = 64;
	ARENA_SCOPE(a, 1u << 20);
	struct arena_mark m = arena_mark(&a);
	for (int i = 0; i < 100000; i++) {
		uint64_t bits = chance(&seed);
		double v;
		memcpy(&v, &bits, sizeof(v));
		if (i % 2) /* as people's numbers are: few decimals */
			v = (double)((int64_t)bits >> 30) / (double)(1 + i % 4 * 333 + i % 1000);
		if (i % 3 == 0)
			v = round(v * 100) / 100;
		if (!isfinite(v))
			continue;
		const char *text = written(&a, num_put_real, v);
		double again = 0;
		if (!num_real(str_of(text), &again) || again != v)
			fail_msg("%a was written %s", v, text);
		char fifteen[64], sixteen[64];
		snprintf(fifteen, sizeof(fifteen), "%.14e", v);
		snprintf(sixteen, sizeof(sixteen), "%.15e", v);
		size_t most = strtod(fifteen, NULL) == v ? significant(fifteen) :
			      strtod(sixteen, NULL) == v ? 16 :
							   17;
		if (significant(text) > most)
			fail_msg("%a was written %s", v, text);
		arena_rewind(&a, m);
	}
}

static void fixed_decimals_round_half_away_from_zero(void **state)
{
	(void)state;
	const struct {
		double v;
		int decimals;
		const char *text;
	} row[] = { { 0.5, 0, "1" },
		    { -0.5, 0, "-1" },
		    { 2.5, 0, "3" },
		    /* the double lies below 1.005: its shortest form decides */
		    { 1.005, 2, "1.01" },
		    { 2.675, 2, "2.68" },
		    { 0.49, 0, "0" },
		    { -0.4, 0, "0" },
		    { 9.995, 2, "10.00" },
		    { 99.5, 0, "100" },
		    { 0.05, 1, "0.1" },
		    { 0.04, 1, "0.0" },
		    { 72, 2, "72.00" },
		    { 1e15, 1, "1000000000000000.0" },
		    { 0.000001, 6, "0.000001" },
		    { 0.0000005, 6, "0.000001" },
		    { 1e-300, 12, "0.000000000000" },
		    { 123.456, 1, "123.5" },
		    { 1e22, 0, "10000000000000000000000" },
		    { -0.0, 1, "0.0" } };
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ARENA_SCOPE(a, 1u << 20);
		struct buf b;
		buf_init(&b, &a, 1000);
		num_put_fixed(&b, row[i].v, row[i].decimals);
		assert_string_equal(b.p, row[i].text);
	}
}

static void integers_and_micro_points_are_written_in_full(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct buf b;
	buf_init(&b, &a, 1000);
	num_put_int(&b, INT64_MIN);
	buf_putc(&b, ' ');
	num_put_int(&b, INT64_MAX);
	buf_putc(&b, ' ');
	num_put_int(&b, 0);
	buf_putc(&b, ' ');
	num_put_micro(&b, 63550736);
	buf_putc(&b, ' ');
	num_put_micro(&b, 72000000);
	buf_putc(&b, ' ');
	num_put_micro(&b, -500000);
	buf_putc(&b, ' ');
	num_put_micro(&b, 1);
	buf_putc(&b, ' ');
	num_put_micro(&b, 0);
	buf_putc(&b, ' ');
	num_put_micro(&b, INT64_MIN);
	assert_string_equal(
		b.p,
		"-9223372036854775808 9223372036854775807 0 63.550736 72 -0.5 0.000001 0 "
		"-9223372036854.775808");
}

static void local_forms_follow_the_language(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct buf b;
	buf_init(&b, &a, 1000);
	num_put_local(&b, LANG_ES, 96.12, 1);
	buf_putc(&b, ' ');
	num_put_local(&b, LANG_EN, 96.12, 1);
	buf_putc(&b, ' ');
	num_put_local(&b, LANG_ES, -1234567.891, 2);
	buf_putc(&b, ' ');
	num_put_local_int(&b, LANG_ES, 476504);
	buf_putc(&b, ' ');
	num_put_local_int(&b, LANG_EN, -476504);
	buf_putc(&b, ' ');
	num_put_local_int(&b, LANG_ES, 999);
	buf_putc(&b, ' ');
	num_put_local_int(&b, LANG_ES, 1000000);
	buf_putc(&b, ' ');
	num_put_local(&b, LANG_ES, 999999.96, 1);
	assert_string_equal(b.p,
			    "96,1 96.1 −1.234.567,89 476.504 −476,504 999 1.000.000 1.000.000,0");
}

static void pesos_are_told_in_words(void **state)
{
	(void)state;
	const struct {
		int64_t pesos;
		int decimals;
		const char *es, *en;
	} row[] = {
		{ 0, 1, "0 pesos", "0 pesos" },
		{ 1, 1, "1 peso", "1 peso" },
		{ 999999, 1, "999.999 pesos", "999,999 pesos" },
		{ 1000000, 1, "1 millón de pesos", "1 million pesos" },
		{ 1250000, 1, "1,3 millones de pesos", "1.3 million pesos" },
		{ 457000000000, 0, "457 mil millones de pesos", "457 billion pesos" },
		{ 1000000000, 2, "mil millones de pesos", "1 billion pesos" },
		{ 999960000, 1, "mil millones de pesos", "1 billion pesos" },
		{ 999940000, 1, "999,9 millones de pesos", "999.9 million pesos" },
		{ 960000000, 0, "960 millones de pesos", "960 million pesos" },
		{ 1200000000000, 1, "1,2 billones de pesos", "1.2 trillion pesos" },
		{ 999999999999, 3, "1 billón de pesos", "1 trillion pesos" },
		{ -2500000, 1, "−2,5 millones de pesos", "−2.5 million pesos" },
		{ INT64_MAX, 0, "9.223.372 billones de pesos", "9,223,372 trillion pesos" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ARENA_SCOPE(a, 1u << 20);
		struct buf es, en;
		buf_init(&es, &a, 1000);
		buf_init(&en, &a, 1000);
		num_put_pesos_words(&es, LANG_ES, row[i].pesos, row[i].decimals);
		num_put_pesos_words(&en, LANG_EN, row[i].pesos, row[i].decimals);
		assert_string_equal(es.p, row[i].es);
		assert_string_equal(en.p, row[i].en);
	}
}

static void quotients_round_half_away_from_zero(void **state)
{
	(void)state;
	assert_int_equal(num_round_div(7, 2), 4);
	assert_int_equal(num_round_div(-7, 2), -4);
	assert_int_equal(num_round_div(10, 4), 3);
	assert_int_equal(num_round_div(9, 4), 2);
	assert_int_equal(num_round_div(-9, 4), -2);
	assert_int_equal(num_round_div(0, 5), 0);
	assert_int_equal(num_round_div((__int128)INT64_MAX * 1000 + 499, 1000), INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_read_whole_or_not_at_all),
		cmocka_unit_test(reals_are_read_by_their_grammar),
		cmocka_unit_test(reals_are_rounded_once),
		cmocka_unit_test(any_digits_read_as_the_c_library_reads_them),
		cmocka_unit_test(decimals_are_exact),
		cmocka_unit_test(spanish_numbers_become_plain_or_are_refused),
		cmocka_unit_test(reals_are_written_short),
		cmocka_unit_test(what_is_written_reads_back_and_is_not_longer_than_needed),
		cmocka_unit_test(fixed_decimals_round_half_away_from_zero),
		cmocka_unit_test(integers_and_micro_points_are_written_in_full),
		cmocka_unit_test(local_forms_follow_the_language),
		cmocka_unit_test(pesos_are_told_in_words),
		cmocka_unit_test(quotients_round_half_away_from_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
