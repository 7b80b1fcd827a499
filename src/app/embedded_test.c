/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/embedded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

/* The bytes of an entry; to be freed. */
static unsigned char *open_entry(const struct embedded *f)
{
	unsigned char *out = malloc(f->n_raw + 1);
	uLongf n = f->n_raw;
	assert_non_null(out);
	if (f->n == f->n_raw)
		memcpy(out, f->data, f->n);
	else
		assert_int_equal(uncompress(out, &n, f->data, f->n), Z_OK);
	assert_int_equal(n, f->n_raw);
	return out;
}

/* Fonts, and programs of pages, which are joined out of web/script. */
static bool is_made_while_building(const char *name)
{
	const size_t n = strlen(name);
	return strncmp(name, "fonts/", 6) == 0 || (n > 3 && strcmp(name + n - 3, ".js") == 0);
}

static void compare_with_folder(const char *folder, const struct embedded *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char path[512];
		if (is_made_while_building(list[i].name))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, list[i].name);
		FILE *in = fopen(path, "rbe");
		assert_non_null(in);
		unsigned char *kept = open_entry(&list[i]);
		unsigned char *real = malloc(list[i].n_raw + 2);
		assert_non_null(real);
		assert_int_equal(fread(real, 1, list[i].n_raw + 1, in), list[i].n_raw);
		assert_memory_equal(kept, real, list[i].n_raw);
		free(kept);
		free(real);
		fclose(in);
	}
}

/* Runs in the root of the source tree. */
static void every_entry_is_the_file_of_its_name(void **state)
{
	(void)state;
	compare_with_folder("data", embedded_data, embedded_data_n);
	compare_with_folder("instruments", embedded_instruments, embedded_instruments_n);
	compare_with_folder("web", embedded_web, embedded_web_n);
}

static void check_order(const struct embedded *list, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		assert_true(strcmp(list[i].name, list[i + 1].name) < 0);
	for (size_t i = 0; i < n; i++) {
		assert_true(list[i].n <= list[i].n_raw);
		assert_int_equal(list[i].data[list[i].n], 0);
	}
}

static void names_rise_and_bytes_end_in_zero(void **state)
{
	(void)state;
	check_order(embedded_data, embedded_data_n);
	check_order(embedded_instruments, embedded_instruments_n);
	check_order(embedded_web, embedded_web_n);
	check_order(embedded_sample, embedded_sample_n);
}

static void catalogues_and_instruments_are_there(void **state)
{
	(void)state;
	assert_true(embedded_data_n > 0);
	assert_true(embedded_instruments_n > 0);
}

/* WOFF2 begins with "wOF2"; the build leaves an empty file where it could not make a font. */
static void fonts_are_fonts(void **state)
{
	(void)state;
	size_t n_fonts = 0;
	for (size_t i = 0; i < embedded_web_n; i++) {
		if (strncmp(embedded_web[i].name, "fonts/", 6) != 0)
			continue;
		if (!embedded_web[i].n)
			skip();
		assert_memory_equal(embedded_web[i].data, "wOF2", 4);
		n_fonts++;
	}
	assert_int_equal(n_fonts, 2);
}

static void sample_rows_can_be_opened(void **state)
{
	(void)state;
	for (size_t i = 0; i < embedded_sample_n; i++)
		free(open_entry(&embedded_sample[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_is_the_file_of_its_name),
		cmocka_unit_test(names_rise_and_bytes_end_in_zero),
		cmocka_unit_test(catalogues_and_instruments_are_there),
		cmocka_unit_test(fonts_are_fonts),
		cmocka_unit_test(sample_rows_can_be_opened),
	};
	return cmocka_run_group_tests_name("embedded", tests, NULL, NULL);
}
