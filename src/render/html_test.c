/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/fixture_test.h"
#include "render/render.h"

static struct render_assets assets_of(struct arena *a)
{
	return (struct render_assets){
		.style = fixture_file(a, "web/style.css"),
		.font = STR("wOF2"),
		.map_shapes = fixture_file(a, "data/department_shapes.json"),
	};
}

static struct str page_of(struct arena *a, const struct document *d)
{
	const struct render_assets assets = assets_of(a);
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, a, 4 << 20);
	if (!render_html_alone(d, &assets, a, &b, &e))
		fail_msg("%s", e.msg);
	return buf_str(&b);
}

static bool has(struct str s, const char *part)
{
	size_t at;
	return str_find(s, str_of(part), &at);
}

static size_t times(struct str s, const char *part)
{
	size_t n = 0, at;
	for (; str_find(s, str_of(part), &at); n++)
		s = str_sub(s, at + 1, s.n);
	return n;
}

static struct str linked_page_of(struct arena *a, const struct document *d)
{
	const struct str style[] = { STR("/static/1/style.css"), STR("/static/1/site.css") };
	const struct render_link top[] = { { STR("Inicio"), STR("/"), NULL },
					   { STR("English"), STR("/en?a=1&b=\"2\""), "en" } };
	const struct render_link file[] = { { STR("PDF <1>"), STR("/boletin/2022.pdf"), NULL } };
	const struct render_links links = { style, 2, top, 2, file, 1 };
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, a, 4 << 20);
	if (!render_html_linked(d, &links, fixture_file(a, "data/department_shapes.json"), a, &b,
				&e))
		fail_msg("%s", e.msg);
	return buf_str(&b);
}

static void the_page_says_the_document(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const struct str es = page_of(&a, fixture_document(&a, LANG_ES));
	const struct str en = page_of(&a, fixture_document(&a, LANG_EN));
	assert_true(has(es, "<html lang=\"es-CO\">") && has(en, "<html lang=\"en\">"));
	assert_true(has(es, "<h1>64 de 100 aglomeraciones productivas están consolidadas</h1>"));
	assert_true(has(es, "Ver como tabla") && has(en, "View as table"));
	assert_true(has(es, "<section id=\"gobernanza\" aria-label=\"Gobernanza\">"));
	assert_true(has(es, "<a href=\"#F13\">F13</a>–<a href=\"#F15\">F15</a>"));
	assert_true(has(es, "<tr id=\"F13\">"));
	assert_true(has(es, "base64,d09GMg==)"));
	assert_int_equal(times(es, "<figure"), 5);
	assert_int_equal(times(es, "<details>"), 1 + 5);
	assert_int_equal(times(es, "<h1>"), 1);
	assert_true(es.n < 200000);
}

static void the_page_keeps_a_strict_policy(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const struct str page = page_of(&a, fixture_document(&a, LANG_ES));
	assert_false(has(page_of(&a, fixture_report(&a, LANG_ES)), " style=\""));
	assert_false(has(page, "<script") || has(page, " style=\"") || has(page, "javascript:"));
	assert_false(has(page, "src=\"") || has(page, "http://") != has(page, "www.w3.org"));
	assert_int_equal(times(page, "<style>"), 1);
}

/* Every tag that opens is closed by its own name, and every id is used once. */
static void nests_well(struct arena *a, struct str page)
{
	struct str open[64];
	size_t depth = 0, i, end;
	assert_true(str_find(page, STR("<html"), &i));
	for (; i < page.n; i++) {
		if (page.p[i] != '<')
			continue;
		const struct str tag = str_sub(page, i + 1, page.n);
		assert_true(str_find(tag, STR(">"), &end));
		const bool closes = tag.p[0] == '/', alone = tag.p[end - 1] == '/';
		size_t n = closes;
		while (n < end && tag.p[n] != ' ' && tag.p[n] != '/')
			n++;
		const struct str name = str_sub(tag, closes, n - closes);
		if (str_is(name, "meta") || str_is(name, "br") || alone)
			continue;
		if (closes) {
			assert_true(depth > 0 && str_eq(open[depth - 1], name));
			depth--;
		} else {
			assert_true(depth < 64);
			open[depth++] = name;
		}
	}
	assert_int_equal(depth, 0);
	struct str rest = page;
	while (str_find(rest, STR(" id=\""), &i)) {
		rest = str_sub(rest, i + 5, rest.n);
		assert_true(str_find(rest, STR("\""), &end));
		const struct str wanted = str_fmt(a, " id=\"%.*s\"", (int)end, rest.p);
		assert_int_equal(times(page, wanted.p), 1);
	}
}

static void the_page_nests_well_and_ids_are_unique(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	nests_well(&a, page_of(&a, fixture_document(&a, LANG_ES)));
	nests_well(&a, page_of(&a, fixture_report(&a, LANG_ES)));
}

static void a_report_has_its_charts_and_cards(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const struct str page = page_of(&a, fixture_report(&a, LANG_ES));
	assert_int_equal(times(page, "<figure"), 7);
	assert_int_equal(times(page, "<svg"), 4 * 3 + 3 * 2);
	assert_int_equal(times(page, "<ul class=\"cards\">"), 1);
	assert_true(has(page, "<b>Aprobar el reglamento de funcionamiento</b>"));
	assert_true(has(page, "<strong>+1,1 puntos</strong>"));
	assert_true(has(page, "<b>Café del Sur</b> Huila</p>"));
}

static void a_figure_says_its_bounds_and_its_warning(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	struct document *d = fixture_document(&a, LANG_ES);
	d->figure[15].has_bounds = true;
	d->figure[15].lower = 60;
	d->figure[15].upper = 77;
	d->figure[15].warning = STR("valor poco creíble");
	const struct str page = page_of(&a, d);
	assert_int_equal(times(page, "<br><small>con los que faltan, entre 60 y 77</small>"), 1);
	assert_int_equal(times(page, "<br><small>Advertencia: valor poco creíble</small>"), 1);
}

/* Every text of the document is an attack; none may get out of its place. */
static void no_text_can_become_markup(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const struct str evil =
		STR("\"'><script>alert(1)</script><x onload=\"y\" &amp;\x01 F16 \xc3\xb1");
	struct document *d = fixture_document(&a, LANG_ES);
	d->title = d->kicker = d->subtitle = d->round = d->method = d->program = d->notice = evil;
	d->method_sha256 = d->data_sha256 = evil;
	for (size_t i = 0; i < d->n_figures; i++) {
		struct figure_row *f = &d->figure[i];
		f->label = f->text = f->formula = f->universe = f->note = f->printed = evil;
		f->difference = f->list = evil;
		f->id = i ? f->id : evil;
	}
	for (size_t s = 0; s < d->n_sections; s++) {
		d->section[s].title = d->section[s].id = evil;
		for (size_t i = 0; i < d->section[s].n; i++) {
			struct block *k = &d->section[s].block[i];
			k->text = evil;
			for (size_t j = 0; j < k->n; j++) {
				if (k->item)
					k->item[j] = evil;
				if (k->tile)
					k->tile[j] = (struct tile){ evil, evil, evil, evil };
			}
			if (!k->chart)
				continue;
			struct chart *c = NEW(&a, 1, struct chart);
			*c = *k->chart;
			c->title = c->subtitle = c->source = c->alternative = evil;
			for (size_t j = 0; j < c->table.n_columns * c->table.n_rows; j++)
				c->table.cell[j] = evil;
			for (size_t n = 0; n < c->n_series; n++)
				for (size_t j = 0; j < c->series[n].n; j++)
					c->series[n].mark[j].label = c->series[n].mark[j].text =
						c->series[n].mark[j].detail = evil;
			k->chart = c;
		}
	}
	const struct str page = page_of(&a, d);
	assert_false(has(page, "<script") || has(page, "<x ") || has(page, "\x01"));
	assert_true(has(page, "&lt;script&gt;"));
	size_t quotes = times(page, "=\"\"'&gt;");
	assert_int_equal(quotes, 0);
}

static void the_same_document_gives_the_same_bytes(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	assert_true(str_eq(page_of(&a, fixture_document(&a, LANG_ES)),
			   page_of(&a, fixture_document(&a, LANG_ES))));
}

static void an_empty_document_is_a_page(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	assert_true(has(page_of(&a, &(struct document){ .lang = LANG_EN }), "</html>"));
}

static void what_does_not_fit_or_would_end_the_style_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const struct document *d = fixture_document(&a, LANG_ES);
	struct render_assets assets = assets_of(&a);
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, &a, 1000);
	assert_false(render_html_alone(d, &assets, &a, &b, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assets.style = STR("</style><script>");
	e = (struct err){ 0 };
	buf_init(&b, &a, 1 << 20);
	assert_false(render_html_alone(d, &assets, &a, &b, &e));
	assert_int_equal(e.code, ERR_INPUT);
}

/* What a server sends under a policy without 'unsafe-inline' is the same page. */
static void the_linked_page_has_the_same_body_and_no_style_of_its_own(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const struct document *d = fixture_document(&a, LANG_ES);
	const struct str alone = page_of(&a, d), linked = linked_page_of(&a, d);
	size_t from_alone, from_linked;
	assert_false(has(linked, "<style") || has(linked, "<script") || has(linked, " style="));
	assert_false(has(linked, "http-equiv") || has(linked, "base64"));
	assert_true(has(linked, "<link rel=\"stylesheet\" href=\"/static/1/style.css\">\n"
				"<link rel=\"stylesheet\" href=\"/static/1/site.css\">"));
	assert_true(has(linked, "<a href=\"/en?a=1&amp;b=&quot;2&quot;\" hreflang=\"en\" "
				"lang=\"en\">English</a>"));
	assert_true(has(linked, "<a href=\"/boletin/2022.pdf\">PDF &lt;1&gt;</a>"));
	assert_true(str_find(alone, STR("<nav"), &from_alone));
	assert_true(str_find(linked, STR("<nav"), &from_linked));
	assert_true(str_eq(str_sub(alone, from_alone, alone.n),
			   str_sub(linked, from_linked, linked.n)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_says_the_document),
		cmocka_unit_test(the_page_keeps_a_strict_policy),
		cmocka_unit_test(the_page_nests_well_and_ids_are_unique),
		cmocka_unit_test(a_report_has_its_charts_and_cards),
		cmocka_unit_test(a_figure_says_its_bounds_and_its_warning),
		cmocka_unit_test(no_text_can_become_markup),
		cmocka_unit_test(the_same_document_gives_the_same_bytes),
		cmocka_unit_test(an_empty_document_is_a_page),
		cmocka_unit_test(what_does_not_fit_or_would_end_the_style_is_refused),
		cmocka_unit_test(the_linked_page_has_the_same_body_and_no_style_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
