/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zip.h>

#include "codec/sheet.h"
#include "codec/xlsx_format.h"

struct part {
	const char *name, *text;
};

/* A ZIP of the given parts, in memory that the caller frees. */
static struct str zip_of(const struct part *part, size_t n)
{
	zip_error_t ze;
	zip_error_init(&ze);
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &ze);
	assert_non_null(source);
	zip_t *z = zip_open_from_source(source, ZIP_TRUNCATE, &ze);
	assert_non_null(z);
	zip_source_keep(source);
	for (size_t i = 0; i < n; i++) {
		zip_source_t *s = zip_source_buffer(z, part[i].text, strlen(part[i].text), 0);
		zip_int64_t at = zip_file_add(z, part[i].name, s, 0);
		assert_true(at >= 0);
		if (strcmp(part[i].name, "mimetype") == 0)
			assert_int_equal(
				zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0), 0);
	}
	assert_int_equal(zip_close(z), 0);
	zip_stat_t st;
	assert_int_equal(zip_source_stat(source, &st), 0);
	char *p = malloc(st.size);
	assert_non_null(p);
	assert_int_equal(zip_source_open(source), 0);
	assert_int_equal(zip_source_read(source, p, st.size), (zip_int64_t)st.size);
	zip_source_close(source);
	zip_source_free(source);
	return (struct str){ p, st.size };
}

#define NS \
	"xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" " \
	"xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

static const char rels[] =
	HEAD "<Relationships><Relationship Id=\"rId1\" Type=\"" REL "/officeDocument\" "
	     "Target=\"xl/workbook.xml\"/></Relationships>";
static const char workbook[] =
	HEAD "<workbook " NS "><workbookPr/><sheets>"
	     "<sheet name=\"cluster.survey\" sheetId=\"1\" r:id=\"rId1\"/>"
	     "<sheet name=\"method.areas\" sheetId=\"5\" r:id=\"rId2\"/></sheets></workbook>";
static const char workbook_1904[] =
	HEAD "<workbook " NS "><workbookPr date1904=\"1\"/><sheets>"
	     "<sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
static const char workbook_rels[] = HEAD
	"<Relationships>"
	"<Relationship Id=\"rId1\" Type=\"" REL "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
	"<Relationship Id=\"rId2\" Type=\"" REL
	"/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>"
	"<Relationship Id=\"rId3\" Type=\"" REL "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
	"<Relationship Id=\"rId4\" Type=\"" REL "/styles\" Target=\"styles.xml\"/></Relationships>";
static const char strings[] =
	HEAD "<sst " NS "><si><t>name</t></si><si><t xml:space=\"preserve\"> since </t></si>"
	     "<si><r><t>Cl\xc3\xba</t></r><r><rPr><b/></rPr><t>ster &amp; x</t></r><rPh sb=\"0\" "
	     "eb=\"1\"><t>NO</t></rPh></si></sst>";
static const char styles[] =
	HEAD "<styleSheet " NS "><numFmts>"
	     "<numFmt numFmtId=\"164\" formatCode=\"d\\ \\d\\e\\ mmmm;@\"/>"
	     "<numFmt numFmtId=\"165\" formatCode=\"#,##0 &quot;pesos del d\xc3\xad"
	     "a&quot;\"/></numFmts>"
	     "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
	     "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf "
	     "numFmtId=\"165\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>";
static const char sheet_1[] =
	HEAD "<worksheet " NS "><sheetData>"
	     "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>"
	     "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c><c r=\"B3\" s=\"1\"/><c r=\"C3\" "
	     "s=\"1\"><v>44743</v></c>"
	     "<c r=\"D3\"><v>0.10000000000000001</v></c><c r=\"E3\" t=\"b\"><v>1</v></c><c "
	     "r=\"F3\" t=\"e\"><v>#N/A</v></c></row>"
	     "<row r=\"4\"><c r=\"A4\" s=\"1\"/></row>"
	     "<row r=\"7\"><c t=\"inlineStr\"><is><r><t>dentro</t></r><r><t> de</t></r></is></c>"
	     "<c r=\"C7\" s=\"2\"><v>44743</v></c><c><f>1+1</f><v>1.5E+3</v></c><c "
	     "t=\"str\"><f>A1</f><v>007</v></c>"
	     "<c s=\"3\"><v>2500000</v></c><c s=\"4\"><v>44743.5</v></c></row>"
	     "</sheetData></worksheet>";
static const char sheet_2[] =
	HEAD "<x:worksheet xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
	     "<x:sheetData><x:row><x:c><x:v>05</x:v></x:c></x:row></x:sheetData></x:worksheet>";

enum { RELS, WORKBOOK, WORKBOOK_RELS, STRINGS, STYLES, SHEET_1, SHEET_2, N_PARTS };
static const struct part whole[N_PARTS] = {
	{ "_rels/.rels", rels },
	{ "xl/workbook.xml", workbook },
	{ "xl/_rels/workbook.xml.rels", workbook_rels },
	{ "xl/sharedStrings.xml", strings },
	{ "xl/styles.xml", styles },
	{ "xl/worksheets/sheet1.xml", sheet_1 },
	{ "xl/worksheets/sheet2.xml", sheet_2 },
};

static void assert_cell(const struct sheet *s, size_t row, int column, const char *wanted)
{
	struct str got = sheet_cell(s, row, column);
	if (!str_is(got, wanted))
		fail_msg("row %zu column %d is «%.*s», not «%s»", row, column, STR_ARG(got),
			 wanted);
}

static struct err refused(struct str bytes)
{
	ARENA_SCOPE(a, 64u << 20);
	struct sheet s;
	struct err e = { 0 };
	assert_false(sheet_load(&a, bytes, STR(""), 1000, &s, &e));
	return e;
}

/* The workbook with one part changed. */
static struct err refused_with(int which, const char *text)
{
	struct part part[N_PARTS];
	memcpy(part, whole, sizeof(part));
	part[which].text = text;
	struct str bytes = zip_of(part, N_PARTS);
	struct err e = refused(bytes);
	free((void *)(uintptr_t)bytes.p);
	return e;
}

static void assert_says(struct err e, enum err_code code, const char *part)
{
	if (!strstr(e.msg, part))
		fail_msg("«%s» does not say «%s»", e.msg, part);
	assert_int_equal(e.code, code);
}

static void cells_of_every_kind(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	struct str bytes = zip_of(whole, N_PARTS);
	struct sheet s;
	struct err e = { 0 };
	if (!sheet_load(&a, bytes, STR("cluster.survey"), 100, &s, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(s.n_rows, 2);
	assert_int_equal(s.n_columns, 7);
	assert_true(str_is(s.head[0], "name"));
	assert_true(str_is(s.head[1], ""));
	assert_true(str_is(s.head[2], "since"));
	assert_int_equal(s.number[0], 3);
	assert_int_equal(s.number[1], 7);
	assert_cell(&s, 0, 0, "Clúster & x");
	assert_cell(&s, 0, 1, "");
	assert_cell(&s, 0, 2, "2022-07-01");
	assert_cell(&s, 0, 3, "0.1");
	assert_cell(&s, 0, 4, "TRUE");
	assert_cell(&s, 0, 5, "#N/A");
	assert_cell(&s, 1, 0, "dentro de");
	assert_cell(&s, 1, 2, "2022-07-01");
	assert_cell(&s, 1, 3, "1500");
	assert_cell(&s, 1, 4, "007");
	assert_cell(&s, 1, 5, "2500000");
	assert_cell(&s, 1, 6, "2022-07-01T12:00:00");
	free((void *)(uintptr_t)bytes.p);
}

static void sheets_by_name(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	struct str bytes = zip_of(whole, N_PARTS), *name;
	size_t n;
	struct err e = { 0 };
	assert_true(sheet_names(&a, bytes, &name, &n, &e));
	assert_int_equal(n, 2);
	assert_true(str_is(name[0], "cluster.survey") && str_is(name[1], "method.areas"));
	struct sheet s;
	assert_true(sheet_load(&a, bytes, STR("method.areas"), 100, &s, &e));
	assert_int_equal(s.n_rows, 0);
	assert_int_equal(s.n_columns, 1);
	assert_true(str_is(s.head[0], "5"));
	assert_false(sheet_load(&a, bytes, STR("method.levels"), 100, &s, &e));
	assert_says(e, ERR_ABSENT, "«method.levels»");
	free((void *)(uintptr_t)bytes.p);
}

static void dates_of_the_1904_system(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	struct part part[N_PARTS];
	memcpy(part, whole, sizeof(part));
	part[WORKBOOK].text = workbook_1904;
	struct str bytes = zip_of(part, N_PARTS);
	struct sheet s;
	struct err e = { 0 };
	assert_true(sheet_load(&a, bytes, STR(""), 100, &s, &e));
	/* the 1904 system counts 1462 days less: 44743 there is 46205 here */
	assert_cell(&s, 0, 2, "2026-07-02");
	free((void *)(uintptr_t)bytes.p);
}

static void formats(void **state)
{
	(void)state;
	assert_int_equal(xlsx_format_custom(STR("dd/mm/yyyy")), XLSX_DATE);
	assert_int_equal(xlsx_format_custom(STR("[$-240A]d\" de \"mmmm\" de \"yyyy;@")), XLSX_DATE);
	assert_int_equal(xlsx_format_custom(STR("yyyy-mm-dd hh:mm")), XLSX_DATE_TIME);
	assert_int_equal(xlsx_format_custom(STR("[h]:mm:ss")), XLSX_TIME);
	assert_int_equal(xlsx_format_custom(STR("mmm-yy")), XLSX_DATE);
	assert_int_equal(xlsx_format_custom(STR("#,##0.00;[Red]-#,##0.00")), XLSX_NUMBER);
	assert_int_equal(xlsx_format_custom(STR("0.00E+00")), XLSX_NUMBER);
	assert_int_equal(xlsx_format_custom(STR("General")), XLSX_NUMBER);
	assert_int_equal(xlsx_format_custom(STR("\"d\\\"a\"0")), XLSX_NUMBER);
	assert_int_equal(xlsx_format_custom(STR("0\\")), XLSX_NUMBER);
	assert_int_equal(xlsx_format_custom(STR("[Red")), XLSX_NUMBER);
	assert_int_equal(xlsx_format_builtin(14), XLSX_DATE);
	assert_int_equal(xlsx_format_builtin(47), XLSX_TIME);
	assert_int_equal(xlsx_format_builtin(4), XLSX_NUMBER);
}

static void numbers_as_people_typed_them(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	assert_true(str_is(xlsx_number_text(&a, STR("96.099999999999994"), XLSX_NUMBER, false),
			   "96.1"));
	assert_true(str_is(xlsx_number_text(&a, STR("457000000000"), XLSX_NUMBER, false),
			   "457000000000"));
	assert_true(str_is(xlsx_number_text(&a, STR("-3"), XLSX_NUMBER, false), "-3"));
	assert_true(str_is(xlsx_number_text(&a, STR("60"), XLSX_DATE, false), "60") ||
		    str_is(xlsx_number_text(&a, STR("60"), XLSX_DATE, false), "1900-02-28") ||
		    str_is(xlsx_number_text(&a, STR("60"), XLSX_DATE, false), "1900-03-01"));
	assert_true(str_is(xlsx_number_text(&a, STR("61"), XLSX_DATE, false), "1900-03-01"));
	assert_true(str_is(xlsx_number_text(&a, STR("-1"), XLSX_DATE, false), "-1"));
	assert_true(str_is(xlsx_number_text(&a, STR("0.5"), XLSX_TIME, false), "12:00:00"));
	assert_true(str_is(xlsx_number_text(&a, STR("44743.99999999"), XLSX_DATE_TIME, false),
			   "2022-07-02"));
	assert_true(str_is(xlsx_number_text(&a, STR("n/d"), XLSX_DATE, false), "n/d"));
}

static void damaged_books(void **state)
{
	(void)state;
	struct str bytes = zip_of(whole, N_PARTS);
	assert_says(refused(str_sub(bytes, 0, bytes.n - 40)), ERR_INPUT, "cortado");
	assert_says(refused(str_sub(bytes, 0, bytes.n / 2)), ERR_INPUT, "cortado");
	free((void *)(uintptr_t)bytes.p);
	bytes = zip_of(whole, 3);
	assert_says(refused(bytes), ERR_INPUT, "falta una parte");
	free((void *)(uintptr_t)bytes.p);
	const struct part word = { "word/document.xml", "<w/>" };
	bytes = zip_of(&word, 1);
	assert_says(refused(bytes), ERR_INPUT, "no un libro de Excel");
	free((void *)(uintptr_t)bytes.p);
	const struct part ods = { "mimetype", "application/vnd.oasis.opendocument.spreadsheet" };
	bytes = zip_of(&ods, 1);
	assert_says(refused(bytes), ERR_INPUT, ".xlsx");
	free((void *)(uintptr_t)bytes.p);
	assert_says(refused_with(SHEET_1, "<worksheet><sheetData><row r=\"1\"><c><v>1</v>"),
		    ERR_INPUT, "bien formado");
	assert_says(refused_with(SHEET_1,
				 "<worksheet><sheetData><row><c "
				 "t=\"s\"><v>99</v></c></row></sheetData></worksheet>"),
		    ERR_INPUT, "fila 1: una celda apunta");
	assert_says(refused_with(SHEET_1,
				 "<worksheet><sheetData><row r=\"5\"/><row "
				 "r=\"5\"/></sheetData></worksheet>"),
		    ERR_INPUT, "orden");
	assert_says(refused_with(SHEET_1,
				 "<worksheet><sheetData><row><c "
				 "r=\"XFD1\"><v>1</v></c></row></sheetData></worksheet>"),
		    ERR_LIMIT, "columnas");
	assert_says(refused_with(SHEET_1,
				 "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c "
				 "\"&a;&a;&a;\">]><worksheet>&c;</worksheet>"),
		    ERR_INPUT, "entidades");
	assert_says(refused_with(STRINGS, "<!DOCTYPE x [<!ENTITY a \"b\">]><sst/>"), ERR_INPUT,
		    "entidades");
}

static void bombs(void **state)
{
	(void)state;
	size_t n = 8u << 20;
	char *text = malloc(n + 1);
	assert_non_null(text);
	memset(text, ' ', n);
	text[n] = '\0';
	memcpy(text, "<worksheet>", 11);
	assert_says(refused_with(SHEET_1, text), ERR_LIMIT, "desmedido");
	/* one tag of 6 MiB that does not repeat itself */
	memcpy(text, "<sst a=\"", 8);
	uint32_t r = 1;
	for (size_t i = 8; i < n; i++) {
		r = r * 1664525u + 1013904223u;
		text[i] = (char)('a' + (r >> 24) % 26);
	}
	text[n - 3] = '"', text[n - 2] = '/', text[n - 1] = '>';
	assert_says(refused_with(STRINGS, text), ERR_LIMIT, "etiqueta");
	free(text);
}

int main(void)
{
	const struct CMUnitTest test[] = {
		cmocka_unit_test(cells_of_every_kind),
		cmocka_unit_test(sheets_by_name),
		cmocka_unit_test(dates_of_the_1904_system),
		cmocka_unit_test(formats),
		cmocka_unit_test(numbers_as_people_typed_them),
		cmocka_unit_test(damaged_books),
		cmocka_unit_test(bombs),
	};
	return cmocka_run_group_tests(test, NULL, NULL);
}
