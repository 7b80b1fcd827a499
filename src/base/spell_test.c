/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/spell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void amounts_are_said_as_people_say_them(void **state)
{
	static const struct {
		int64_t n;
		const char *es, *en;
	} cases[] = {
		{ 0, "cero pesos", "zero pesos" },
		{ 1, "un peso", "one peso" },
		{ 21, "veintiún pesos", "twenty-one pesos" },
		{ 31, "treinta y un pesos", "thirty-one pesos" },
		{ 100, "cien pesos", "one hundred pesos" },
		{ 101, "ciento un pesos", "one hundred one pesos" },
		{ 1000, "mil pesos", "one thousand pesos" },
		{ 21000, "veintiún mil pesos", "twenty-one thousand pesos" },
		{ 100000, "cien mil pesos", "one hundred thousand pesos" },
		{ 1000000, "un millón de pesos", "one million pesos" },
		{ 1000001, "un millón un pesos", "one million one pesos" },
		{ 2016516, "dos millones dieciséis mil quinientos dieciséis pesos",
		  "two million sixteen thousand five hundred sixteen pesos" },
		{ 1200004001, "mil doscientos millones cuatro mil un pesos",
		  "one billion two hundred million four thousand one pesos" },
		{ 1000000000000, "un billón de pesos", "one trillion pesos" },
		{ -700, "menos setecientos pesos", "minus seven hundred pesos" },
		{ INT64_MAX,
		  "nueve trillones doscientos veintitrés mil trescientos setenta y dos billones "
		  "treinta y seis mil ochocientos cincuenta y cuatro millones setecientos setenta "
		  "y cinco mil ochocientos siete pesos",
		  "nine quintillion two hundred twenty-three quadrillion three hundred seventy-two "
		  "trillion thirty-six billion eight hundred fifty-four million seven hundred "
		  "seventy-five thousand eight hundred seven pesos" },
	};
	ARENA_SCOPE(a, 1 << 20);
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf es, en;
		buf_init(&es, &a, 1024);
		buf_init(&en, &a, 1024);
		spell_pesos(&es, LANG_ES, cases[i].n);
		spell_pesos(&en, LANG_EN, cases[i].n);
		assert_string_equal(es.p, cases[i].es);
		assert_string_equal(en.p, cases[i].en);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts_are_said_as_people_say_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
