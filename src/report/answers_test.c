/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct answers_line lines[] = {
	{ STR("G01"), STR("¿Tiene asamblea?"), STR("Sí"), STR("") },
	{ STR("G02"), STR("¿Cuántos son?"), STR("90"), STR("hubo fusión") },
	{ STR("G03"), STR("¿Qué más?"), STR(""), STR("") },
};

static struct answers_request request(const struct answers_part *part, size_t n)
{
	return (struct answers_request){ .lang = LANG_ES,
					 .cluster = STR("C001"),
					 .cluster_name = STR("Café"),
					 .round = STR("2024"),
					 .state = STR("enviado"),
					 .signed_by = STR("Ana Gil"),
					 .sent_on = STR("2024-08-01"),
					 .date = STR("2024-08-01"),
					 .method = STR("ssme@2022.1"),
					 .part = part,
					 .n_parts = n };
}

static void every_question_stands_with_its_answer_and_reason(void **state)
{
	ARENA_SCOPE(a, 1 << 20);
	const struct answers_part part[] = { { STR("Gobernanza"), false, lines, 3 },
					     { STR("Proyecto, 1"), true, lines, 1 },
					     { STR("Impacto"), false, lines, 0 } };
	const struct answers_request in = request(part, 3);
	struct document d;
	(void)state;
	answers_document(&a, &in, &d);
	assert_int_equal(d.n_sections, 2);
	assert_int_equal(d.section[0].n, 4);
	assert_int_equal(d.section[0].block[2].level, 3);
	assert_int_equal(d.section[1].n, 1);
	const struct table *t = d.section[0].block[1].table;
	assert_int_equal(t->n_rows, 3);
	assert_true(str_is(t->cell[0], "G01 ¿Tiene asamblea?"));
	assert_true(str_is(t->cell[1], "Sí"));
	assert_true(str_is(t->cell[3], "90 · Motivo: hubo fusión"));
	assert_true(str_is(t->cell[5], "sin respuesta"));
	assert_true(str_is(d.title, "Respuestas de Café"));
	assert_true(str_is(d.subtitle,
			   "Clúster C001 · ronda 2024 · enviado · firmado por Ana Gil, "
			   "2024-08-01"));
}

static void the_hash_is_of_the_answers(void **state)
{
	ARENA_SCOPE(a, 1 << 20);
	struct answers_line other[] = { lines[0], lines[1], lines[2] };
	const struct answers_part one = { STR("Gobernanza"), false, lines, 3 };
	const struct answers_part two = { STR("Gobernanza"), false, other, 3 };
	const struct answers_request in = request(&one, 1), changed = request(&two, 1);
	struct document d, e;
	(void)state;
	answers_document(&a, &in, &d);
	answers_document(&a, &changed, &e);
	assert_true(str_eq(d.data_sha256, e.data_sha256));
	other[1].reason = STR("otra");
	answers_document(&a, &changed, &e);
	assert_false(str_eq(d.data_sha256, e.data_sha256));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_question_stands_with_its_answer_and_reason),
		cmocka_unit_test(the_hash_is_of_the_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
