/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a workbook.  As a ZIP hides its parts behind checksums, bytes that are no ZIP are
 * taken for the XML of the sheet inside a sound workbook: its shared texts have three entries, its
 * styles four. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "codec/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char *const part[][2] = {
	{ "_rels/.rels",
	  "<Relationships><Relationship Id=\"a\" Type=\"" REL "/officeDocument\" "
	  "Target=\"xl/workbook.xml\"/></Relationships>" },
	{ "xl/workbook.xml",
	  "<workbook xmlns:r=\"" REL "\"><sheets><sheet name=\"x\" r:id=\"a\"/>"
	  "</sheets></workbook>" },
	{ "xl/_rels/workbook.xml.rels",
	  "<Relationships><Relationship Id=\"a\" Type=\"" REL "/worksheet\" Target=\"sheet.xml\"/>"
	  "<Relationship Id=\"b\" Type=\"" REL "/sharedStrings\" Target=\"strings.xml\"/>"
	  "<Relationship Id=\"c\" Type=\"" REL
	  "/styles\" Target=\"styles.xml\"/></Relationships>" },
	{ "xl/strings.xml",
	  "<sst><si><t>uno</t></si><si><r><t>do</t></r><r><t>s</t></r></si>"
	  "<si><t/></si></sst>" },
	{ "xl/styles.xml",
	  "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
	  "<xf numFmtId=\"22\"/><xf numFmtId=\"20\"/></cellXfs></styleSheet>" },
};

/* A stored (not packed) ZIP with those parts and the given sheet; the caller frees it. */
static struct str workbook_of(const uint8_t *sheet, size_t size)
{
	zip_error_t ze;
	zip_stat_t st;
	zip_error_init(&ze);
	zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, &ze);
	zip_t *z = whole ? zip_open_from_source(whole, ZIP_TRUNCATE, &ze) : NULL;
	if (!z)
		abort();
	zip_source_keep(whole);
	for (size_t i = 0; i <= sizeof(part) / sizeof(*part); i++) {
		bool last = i == sizeof(part) / sizeof(*part);
		zip_source_t *s = last ? zip_source_buffer(z, sheet, size, 0)
				       : zip_source_buffer(z, part[i][1], strlen(part[i][1]), 0);
		zip_int64_t at = zip_file_add(z, last ? "xl/sheet.xml" : part[i][0], s, 0);
		if (at < 0 || zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0))
			abort();
	}
	if (zip_close(z) || zip_source_stat(whole, &st) || zip_source_open(whole))
		abort();
	char *p = malloc(st.size);
	if (!p || zip_source_read(whole, p, st.size) != (zip_int64_t)st.size)
		abort();
	zip_source_close(whole);
	zip_source_free(whole);
	return (struct str){ p, st.size };
}

static void read_rows(struct arena *a, struct str bytes, struct str name)
{
	SHEET_SCOPE struct sheet_source *s = NULL;
	struct err e = { 0 };
	uint64_t before = 0;
	bool end = false;
	if (!sheet_start(a, bytes, name, &s, &e)) {
		assert(e.code != ERR_NONE && e.msg[0]);
		return;
	}
	while (!end) {
		struct sheet_row row;
		if (!sheet_next(s, &row, &end, &e)) {
			assert(e.code != ERR_NONE && e.msg[0]);
			return;
		}
		if (end)
			return;
		assert(row.number > before && row.n <= SHEET_COLUMNS_MAX);
		before = row.number;
		for (size_t i = 0; i < row.n; i++)
			assert(utf8_valid(row.cell[i], NULL));
	}
}

static void read_book(struct str bytes)
{
	struct str *name;
	size_t n;
	struct err e = { 0 };
	ARENA_SCOPE(a, (size_t)1 << 30);
	if (!sheet_names(&a, bytes, &name, &n, &e)) {
		assert(e.code != ERR_NONE && e.msg[0]);
		return;
	}
	for (size_t i = 0; i < n && i < 4; i++)
		read_rows(&a, bytes, name[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size >= 2 && data[0] == 'P' && data[1] == 'K') {
		read_book((struct str){ (const char *)data, size });
		return 0;
	}
	struct str book = workbook_of(data, size);
	ARENA_SCOPE(a, (size_t)1 << 30);
	read_rows(&a, book, STR(""));
	free((void *)(uintptr_t)book.p);
	return 0;
}
