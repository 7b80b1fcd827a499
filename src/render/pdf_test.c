/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <qpdf/qpdf-c.h>

#include "render/fixture_test.h"
#include "render/render.h"

static struct str pdf_of(struct arena *a, const struct document *d)
{
	const struct render_assets assets = { .map_shapes = fixture_file(
						      a, "data/department_shapes.json") };
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, a, RENDER_LIMIT_BYTES);
	if (!render_pdf(d, &assets, a, &b, &e))
		fail_msg("%s", e.msg);
	return buf_str(&b);
}

/* What the structure tree of a file holds. */
struct found {
	size_t figures, alternatives, heads, scopes, artifacts, tables, h1, sections, items;
	struct str alternative; /* of the first figure */
};

static bool is(qpdf_data q, qpdf_oh element, const char *role)
{
	return qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, element, "/S"), role);
}

static void look(qpdf_data q, struct arena *a, qpdf_oh element, struct found *f, int depth)
{
	assert_true(depth < 32);
	if (is(q, element, "/Figure") && qpdf_oh_has_key(q, element, "/Alt")) {
		const char *alt = qpdf_oh_get_utf8_value(q, qpdf_oh_get_key(q, element, "/Alt"));
		if (!f->alternatives++)
			f->alternative = str_dup(a, str_of(alt));
	}
	f->figures += is(q, element, "/Figure");
	f->heads += is(q, element, "/TH");
	f->scopes += is(q, element, "/TH") && qpdf_oh_has_key(q, element, "/A");
	f->artifacts += is(q, element, "/NonStruct");
	f->tables += is(q, element, "/Table");
	f->h1 += is(q, element, "/H1");
	f->sections += is(q, element, "/Sect");
	f->items += is(q, element, "/LI");
	const qpdf_oh kids = qpdf_oh_get_key(q, element, "/K");
	if (qpdf_oh_is_dictionary(q, kids))
		look(q, a, kids, f, depth + 1);
	for (int i = 0; qpdf_oh_is_array(q, kids) && i < qpdf_oh_get_array_n_items(q, kids); i++)
		if (qpdf_oh_is_dictionary(q, qpdf_oh_get_array_item(q, kids, i)))
			look(q, a, qpdf_oh_get_array_item(q, kids, i), f, depth + 1);
}

struct opened {
	qpdf_data q;
	int n_pages;
	struct found found;
};

static struct opened opened(struct arena *a, struct str pdf)
{
	struct opened o = { .q = qpdf_init() };
	qpdf_silence_errors(o.q);
	qpdf_set_attempt_recovery(o.q, QPDF_FALSE);
	assert_int_equal(qpdf_read_memory(o.q, "test", pdf.p, pdf.n, NULL), QPDF_SUCCESS);
	assert_int_equal(qpdf_check_pdf(o.q), QPDF_SUCCESS);
	o.n_pages = qpdf_get_num_pages(o.q);
	const qpdf_oh tree = qpdf_oh_get_key(o.q, qpdf_get_root(o.q), "/StructTreeRoot");
	look(o.q, a, tree, &o.found, 0);
	return o;
}

static void the_file_is_tagged_with_language_and_alternatives(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 256 << 20);
	const struct document *d = fixture_document(&a, LANG_ES);
	struct opened o = opened(&a, pdf_of(&a, d));
	const qpdf_oh root = qpdf_get_root(o.q);
	assert_string_equal(qpdf_oh_get_utf8_value(o.q, qpdf_oh_get_key(o.q, root, "/Lang")),
			    "es-CO");
	assert_true(qpdf_oh_has_key(o.q, root, "/Outlines"));
	assert_int_equal(o.found.h1, 1);
	assert_int_equal(o.found.figures, 5);
	assert_int_equal(o.found.alternatives, 5);
	assert_true(str_eq(o.found.alternative, d->section[0].block[0].chart->alternative));
	assert_int_equal(o.found.tables, 1);
	assert_int_equal(o.found.heads, 4 + 4); /* the head, the first cells of the rows */
	assert_int_equal(o.found.scopes, o.found.heads);
	assert_int_equal(o.found.sections, d->n_sections);
	assert_int_equal(o.found.items, 4);
	assert_int_equal(o.found.artifacts, 0);
	assert_in_range(o.n_pages, 3, 6);
	qpdf_cleanup(&o.q);
}

static void a_report_is_tagged_too(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 256 << 20);
	const struct document *d = fixture_report(&a, LANG_ES);
	struct opened o = opened(&a, pdf_of(&a, d));
	assert_int_equal(o.found.h1, 1);
	assert_int_equal(o.found.figures, 7);
	assert_int_equal(o.found.alternatives, 7);
	assert_int_equal(o.found.sections, d->n_sections);
	assert_int_equal(o.found.artifacts, 0);
	assert_in_range(o.n_pages, 2, 4);
	qpdf_cleanup(&o.q);
}

/* Running foot and grounds are artifacts in the content of every page. */
static void running_heads_are_artifacts(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 256 << 20);
	struct opened o = opened(&a, pdf_of(&a, fixture_document(&a, LANG_EN)));
	for (int i = 0; i < o.n_pages; i++) {
		unsigned char *data;
		size_t n;
		assert_int_equal(qpdf_oh_get_page_content_data(o.q, qpdf_get_page_n(o.q, (size_t)i),
							       &data, &n),
				 QPDF_SUCCESS);
		assert_non_null(memmem(data, n, "/Artifact BMC", 13));
		assert_null(memmem(data, n, "NonStruct", 9));
		free(data);
	}
	qpdf_cleanup(&o.q);
}

static void the_same_document_gives_the_same_bytes(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 256 << 20);
	const struct str one = pdf_of(&a, fixture_document(&a, LANG_ES));
	const struct str two = pdf_of(&a, fixture_document(&a, LANG_ES));
	assert_true(str_eq(one, two));
	assert_true(str_starts(one, "%PDF-1.7") && one.n < 200000);
}

static void an_empty_document_is_a_file(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	struct opened o = opened(&a, pdf_of(&a, &(struct document){ .title = STR("x") }));
	assert_int_equal(o.n_pages, 1);
	qpdf_cleanup(&o.q);
}

/* Texts and rows taller than a page, a table of many rows, words longer than a line. */
static void what_is_larger_than_a_page_is_spread_over_pages(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 512 << 20);
	struct buf text;
	buf_init(&text, &a, 1 << 20);
	for (int i = 0; i < 3000; i++)
		buf_puts(
			&text,
			i % 100 ? "palabra ñandú "
				: "supercalifragilisticoespialidoso-que-no-cabe-en-una-celda");
	struct table t = { .n_columns = 3,
			   .n_rows = 120,
			   .head = NEW(&a, 3, struct str),
			   .is_number = NEW(&a, 3, bool),
			   .cell = NEW(&a, 360, struct str) };
	for (size_t i = 0; i < 360; i++)
		t.cell[i] = i == 7 ? buf_str(&text) : STR("celda");
	t.head[0] = t.head[1] = t.head[2] = STR("Columna");
	struct block block[] = { { .kind = BLOCK_PARAGRAPH, .text = buf_str(&text) },
				 { .kind = BLOCK_TABLE, .table = &t, .text = STR("Tabla larga") } };
	struct section section = { .block = block, .n = 2, .title = STR("Largo") };
	const struct document d = { .title = STR("Largo"), .section = &section, .n_sections = 1 };
	struct opened o = opened(&a, pdf_of(&a, &d));
	assert_in_range(o.n_pages, 8, 40);
	assert_int_equal(o.found.heads, 3 + 120);
	qpdf_cleanup(&o.q);
}

static void what_does_not_fit_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 256 << 20);
	const struct render_assets none = { 0 };
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, &a, 2000);
	assert_false(render_pdf(fixture_document(&a, LANG_ES), &none, &a, &b, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_is_tagged_with_language_and_alternatives),
		cmocka_unit_test(a_report_is_tagged_too),
		cmocka_unit_test(running_heads_are_artifacts),
		cmocka_unit_test(the_same_document_gives_the_same_bytes),
		cmocka_unit_test(an_empty_document_is_a_file),
		cmocka_unit_test(what_is_larger_than_a_page_is_spread_over_pages),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
