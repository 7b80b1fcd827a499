/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_file_is_what_its_bytes_say(void **state)
{
	static const struct {
		struct str bytes;
		const char *kind;
	} cases[] = {
		{ STR("%PDF-1.7\n"), "pdf" },
		{ STR("\x89PNG\r\n\x1a\n\0\0"), "png" },
		{ STR("\xff\xd8\xff\xe0"), "jpeg" },
		{ STR("PK\x03\x04..[Content_Types].xml..xl/workbook.xml"), "xlsx" },
		{ STR("PK\x03\x04..[Content_Types].xml..word/document.xml"), "docx" },
		{ STR("PK\x03\x04..evil.exe"), NULL },
		{ STR("[Content_Types].xml xl/workbook.xml"), NULL },
		{ STR("<!doctype html>"), NULL },
		{ STR("MZ"), NULL },
		{ STR("%PD"), NULL },
		{ STR(""), NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *kind = evidence_kind(cases[i].bytes);
		if (!cases[i].kind)
			assert_null(kind);
		else
			assert_string_equal(kind, cases[i].kind);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_what_its_bytes_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
