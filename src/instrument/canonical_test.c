/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canonical form is the same for every way of writing down an instrument; exports load again.
 */
#include "codec/sheet.h"
#include "instrument/fixture.h"

#define SMALL "tests/data/instrument/small"

static struct str hash_of(struct fixture *x)
{
	return sha256_hex(x->a, fixture_good(x)->sha256);
}

static struct str canonical_of(struct fixture *x)
{
	struct buf b;
	buf_init(&b, x->a, 64u << 20);
	instrument_canonical(&b, x->file, x->n);
	assert_false(b.over);
	return buf_str(&b);
}

static void assert_same(struct fixture *x, struct str hash)
{
	struct str got = hash_of(x);
	if (!str_eq(got, hash))
		fail_msg("%.*s", STR_ARG(canonical_of(x)));
}

static void folder_workbook_and_canonical_form_are_one(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)1 << 30);
	struct fixture folder = fixture_folder(&arena, SMALL);
	struct str hash = hash_of(&folder);
	struct fixture book = { .a = &arena }, canonical = { .a = &arena };
	fixture_file(&book, "small.xlsx",
		     fixture_bytes(&arena, "tests/data/instrument/small.xlsx"));
	assert_same(&book, hash);
	fixture_file(&canonical, "stored", canonical_of(&folder));
	assert_same(&canonical, hash);
	assert_true(str_eq(canonical_of(&canonical), canonical.file[0].bytes));
	assert_true(str_eq(sha256_hex(&arena, sha256_of(canonical.file[0].bytes)), hash));
}

/* Columns from the last to the first, semicolons, CRLF, a BOM. */
static struct str turned(struct arena *a, struct str bytes)
{
	struct sheet s;
	struct err e = { 0 };
	struct buf b;
	buf_init(&b, a, 4u << 20);
	assert_true(sheet_load(a, bytes, (struct str){ "", 0 }, 100000, &s, &e));
	buf_puts(&b, "\xef\xbb\xbf");
	for (size_t row = 0; row <= s.n_rows; row++) {
		for (size_t c = s.n_columns; c-- > 0;) {
			struct str cell = row ? s.cell[(row - 1) * s.n_columns + c] : s.head[c];
			buf_putc(&b, '"');
			for (size_t i = 0; i < cell.n; i++) {
				if (cell.p[i] == '"')
					buf_putc(&b, '"');
				buf_putc(&b, cell.p[i]);
			}
			buf_puts(&b, c ? "\";" : "\"\r\n");
		}
	}
	return buf_str(&b);
}

static void order_of_columns_and_dress_do_not_matter(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)1 << 30);
	struct fixture x = fixture_folder(&arena, SMALL);
	struct str hash = hash_of(&x);
	for (size_t i = 0; i < x.n; i++)
		x.file[i].bytes = turned(&arena, x.file[i].bytes);
	for (size_t i = 0; i < x.n / 2; i++) {
		struct instrument_file swap = x.file[i];
		x.file[i] = x.file[x.n - 1 - i];
		x.file[x.n - 1 - i] = swap;
	}
	assert_same(&x, hash);
}

static void other_names_of_a_column_do_not_matter(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)1 << 30);
	struct fixture x = fixture_folder(&arena, SMALL);
	struct str hash = hash_of(&x);
	fixture_replace(&x, "cluster/survey.csv", "relevant", "Relevance");
	fixture_replace(&x, "cluster/survey.csv", "label::en", "label::English (en)");
	fixture_replace(&x, "cluster/choices.csv", "list_name", "list name");
	assert_same(&x, hash);
}

static void what_is_asked_and_counted_does_matter(void **state)
{
	(void)state;
	static const char *const change[][3] = {
		{ "cluster/survey.csv", "Bienvenida", "Bienvenidos" },
		{ "method/scores.csv", "'a', 5", "'a', 4.9" },
		{ "method/areas.csv", "Governance,60\nA,Actores,Actors,40",
		  "Governance,50\nA,Actores,Actors,50" },
		{ "method/settings.csv", "seed,7", "seed,8" },
		{ "cluster/choices.csv", "municipio,05266", "municipio,05267" },
	};
	ARENA_SCOPE(arena, (size_t)1 << 30);
	struct fixture x = fixture_folder(&arena, SMALL);
	struct str hash = hash_of(&x);
	for (size_t i = 0; i < sizeof(change) / sizeof(change[0]); i++) {
		struct fixture y = x;
		struct problems ps;
		fixture_replace(&y, change[i][0], change[i][1], change[i][2]);
		const struct instrument *in = fixture_load(&y, LANG_ES, &ps);
		assert_non_null(in);
		assert_false(str_eq(sha256_hex(&arena, in->sha256), hash));
	}
}

static void unknown_columns_are_left_out(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)1 << 30);
	struct fixture x = fixture_folder(&arena, SMALL);
	struct problems ps;
	struct str hash = hash_of(&x);
	fixture_replace(&x, "method/areas.csv", "code,label", "mi nota,code,label");
	fixture_replace(&x, "method/areas.csv", "G,Gob", "ojo,G,Gob");
	fixture_replace(&x, "method/areas.csv", "A,Act", ",A,Act");
	const struct instrument *in = fixture_load(&x, LANG_ES, &ps);
	assert_non_null(in);
	assert_int_equal(ps.n_warnings, 1);
	assert_true(str_eq(sha256_hex(&arena, in->sha256), hash));
}

/* ---- exports ---- */

static struct str as_csv(struct arena *a, const struct instrument_sheet *s)
{
	struct buf b;
	buf_init(&b, a, 4u << 20);
	for (size_t i = 0; i < s->n_rows * s->n_columns; i++) {
		buf_putc(&b, '"');
		for (size_t k = 0; k < s->cell[i].n; k++) {
			if (s->cell[i].p[k] == '"')
				buf_putc(&b, '"');
			buf_putc(&b, s->cell[i].p[k]);
		}
		buf_puts(&b, (i + 1) % s->n_columns ? "\"," : "\"\n");
	}
	return buf_str(&b);
}

static const struct instrument_sheet *sheet_named(const struct instrument_sheet *s, size_t n,
						  const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(s[i].name, name))
			return &s[i];
	return NULL;
}

static void the_whole_export_is_the_same_instrument(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)1 << 30);
	struct fixture x = fixture_folder(&arena, SMALL), again = { .a = &arena };
	struct instrument_sheet *sheet;
	size_t n;
	struct err e = { 0 };
	assert_true(instrument_export_all(&arena, x.file, x.n, &sheet, &n, &e));
	assert_int_equal(n, x.n);
	for (size_t i = 0; i < n; i++) {
		char *path = str_c(&arena, str_fmt(&arena, "%.*s.csv", STR_ARG(sheet[i].name)));
		*strchr(path, '.') = '/';
		fixture_file(&again, path, as_csv(&arena, &sheet[i]));
	}
	assert_same(&again, hash_of(&x));
}

static void a_form_goes_out_as_a_plain_xlsform(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)1 << 30);
	struct fixture x = fixture_folder(&arena, SMALL), stored = { .a = &arena },
		       form = { .a = &arena };
	struct instrument_sheet *sheet;
	size_t n;
	struct err e = { 0 };
	struct problems ps;
	fixture_file(&stored, "stored", canonical_of(&x));
	assert_true(instrument_export_form(&arena, stored.file, 1, FORM_CLUSTER, &sheet, &n, &e));
	assert_int_equal(n, 3);
	const struct instrument_sheet *survey = sheet_named(sheet, n, "survey");
	bool english = false, own = false;
	for (size_t c = 0; survey && c < survey->n_columns; c++) {
		english |= str_is(survey->cell[c], "label::English (en)");
		own |= str_is(survey->cell[c], "ssme::unit");
	}
	assert_true(english && own);
	for (size_t i = 0; i < n; i++)
		fixture_file(&form,
			     str_c(&arena, str_fmt(&arena, "%.*s.csv", STR_ARG(sheet[i].name))),
			     as_csv(&arena, &sheet[i]));
	const struct instrument *in = fixture_load(&form, LANG_ES, &ps);
	assert_non_null(in);
	assert_int_equal(ps.n_warnings, 0);
	assert_int_equal(in->form[0]->n_questions,
			 fixture_good(&x)->form[FORM_CLUSTER]->n_questions);
	fixture_remove(&x, "company/survey.csv");
	assert_false(instrument_export_form(&arena, x.file, x.n, FORM_COMPANY, &sheet, &n, &e));
	assert_int_equal(e.code, ERR_ABSENT);
}

/* The shipped forms use nothing in the columns of XLSForm that other tools lack. */
static void shipped_forms_are_portable(void **state)
{
	(void)state;
	static const char *const folder[] = { "instruments/ssme", "instruments/ssme-2016" };
	for (size_t i = 0; i < 2; i++) {
		ARENA_SCOPE(arena, (size_t)1 << 30);
		struct fixture x = fixture_folder(&arena, folder[i]);
		struct problems ps;
		assert_non_null(fixture_load(&x, LANG_ES, &ps));
		assert_null(fixture_problem(&ps, "not_portable"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folder_workbook_and_canonical_form_are_one),
		cmocka_unit_test(order_of_columns_and_dress_do_not_matter),
		cmocka_unit_test(other_names_of_a_column_do_not_matter),
		cmocka_unit_test(what_is_asked_and_counted_does_matter),
		cmocka_unit_test(unknown_columns_are_left_out),
		cmocka_unit_test(the_whole_export_is_the_same_instrument),
		cmocka_unit_test(a_form_goes_out_as_a_plain_xlsform),
		cmocka_unit_test(shipped_forms_are_portable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
