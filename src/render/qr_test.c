/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/qr.h"

enum { SIDE_MAX = 185 };

/* The modules of the drawing, read back from its path. */
struct modules {
	bool dark[SIDE_MAX][SIDE_MAX];
	int side;
};

static int number_at(struct str s, size_t *at)
{
	int v = 0;
	while (*at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9')
		v = v * 10 + s.p[(*at)++] - '0';
	return v;
}

static struct modules *read_drawing(struct arena *a, struct str svg)
{
	struct modules *m = NEW(a, 1, struct modules);
	size_t at, path;
	assert_true(str_find(svg, STR("viewBox=\"0 0 "), &at));
	at += 13;
	m->side = number_at(svg, &at);
	assert_true(str_find(svg, STR("#000000\" d=\""), &path));
	for (at = path + 12; svg.p[at] == 'M';) {
		at++;
		const int x = number_at(svg, &at);
		at++;
		const int y = number_at(svg, &at);
		at++; /* h */
		const int w = number_at(svg, &at);
		assert_true(x + w <= m->side && y < m->side && m->side <= SIDE_MAX);
		for (int i = 0; i < w; i++)
			m->dark[y][x + i] = true;
		while (svg.p[at++] != 'z')
			;
	}
	assert_int_equal(svg.p[at], '"');
	return m;
}

/* ISO/IEC 18004 §6.3.3: a dark ring of 7 by 7, a light one, a dark block of 3 by 3. */
static void check_finder(const struct modules *m, int x, int y)
{
	for (int i = 0; i < 7; i++) {
		for (int j = 0; j < 7; j++) {
			const int from_edge = (i < 6 - i ? i : 6 - i) < (j < 6 - j ? j : 6 - j)
						      ? (i < 6 - i ? i : 6 - i)
						      : (j < 6 - j ? j : 6 - j);
			assert_int_equal(m->dark[y + i][x + j], from_edge != 1);
		}
	}
}

static void a_code_has_its_finders_and_its_quiet_border(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, &a, 1 << 20);
	assert_true(render_qr(&a, STR("otpauth://totp/ssme:ana@example.org?secret=ABCDEFGH"),
			      STR("código \"QR\""), &b, &e));
	const struct modules *m = read_drawing(&a, buf_str(&b));
	const int inner = m->side - 2 * QR_QUIET_MODULES;
	assert_int_equal((inner - 17) % 4, 0); /* version v has 4 v + 17 modules */
	check_finder(m, QR_QUIET_MODULES, QR_QUIET_MODULES);
	check_finder(m, QR_QUIET_MODULES + inner - 7, QR_QUIET_MODULES);
	check_finder(m, QR_QUIET_MODULES, QR_QUIET_MODULES + inner - 7);
	for (int i = 0; i < m->side; i++)
		for (int j = 0; j < QR_QUIET_MODULES; j++)
			assert_false(m->dark[i][j] || m->dark[j][i] || m->dark[i][m->side - 1 - j]);
	for (int i = 0; i < inner - 16; i++) /* the timing pattern alternates */
		assert_int_equal(m->dark[QR_QUIET_MODULES + 6][QR_QUIET_MODULES + 8 + i],
				 i % 2 == 0);
}

static void the_alternative_is_escaped(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	struct buf b;
	struct err e = { 0 };
	size_t at;
	buf_init(&b, &a, 1 << 20);
	assert_true(render_qr(&a, STR("x"), STR("\"><script>"), &b, &e));
	assert_false(str_find(buf_str(&b), STR("<script"), &at));
}

static void what_cannot_be_coded_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	struct buf b;
	char *long_text = NEW(&a, QR_TEXT_BYTES_MAX + 1, char);
	for (size_t i = 0; i <= QR_TEXT_BYTES_MAX; i++)
		long_text[i] = 'x';
	struct err empty = { 0 }, over = { 0 }, zero = { 0 };
	buf_init(&b, &a, 1 << 20);
	assert_false(render_qr(&a, STR(""), STR("x"), &b, &empty));
	assert_int_equal(empty.code, ERR_INPUT);
	assert_false(render_qr(&a, STR("a\0b"), STR("x"), &b, &zero));
	assert_int_equal(zero.code, ERR_INPUT);
	assert_false(render_qr(&a, (struct str){ long_text, QR_TEXT_BYTES_MAX + 1 }, STR("x"), &b,
			       &over));
	assert_int_equal(over.code, ERR_LIMIT);
	assert_int_equal(b.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_has_its_finders_and_its_quiet_border),
		cmocka_unit_test(the_alternative_is_escaped),
		cmocka_unit_test(what_cannot_be_coded_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
