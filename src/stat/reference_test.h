/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reference numbers for tests: a folder of certified, published or independently computed values
 * that does not belong to the project.  Found through $SSME_REFERENCE, else ../shared/reference
 * beside the source; without it such a test says "skipped: no reference data".  Include after
 * cmocka.h. */
#ifndef SSME_STAT_REFERENCE_TEST_H
#define SSME_STAT_REFERENCE_TEST_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

/* Skips the test where there is no such folder.  To be called before memory is taken: it jumps. */
__attribute__((unused)) static void reference_needed(void)
{
	char path[4096];
	const char *folder = getenv("SSME_REFERENCE");
	snprintf(path, sizeof(path), "%s/values.csv", folder ? folder : "../shared/reference");
	FILE *f = fopen(path, "rb");
	if (!f) {
		print_message("skipped: no reference data\n");
		skip();
	}
	fclose(f);
}

/* The whole of a file in the folder. */
__attribute__((unused)) static struct str reference_file(struct arena *a, const char *name)
{
	const char *folder = getenv("SSME_REFERENCE");
	struct str path = str_fmt(a, "%s/%s", folder ? folder : "../shared/reference", name);
	FILE *f = fopen(path.p, "rb");
	if (!f)
		fail_msg("%s is not there", path.p);
	enum { MOST = 8 << 20 };
	char *p = NEW(a, MOST, char);
	size_t n = fread(p, 1, MOST, f);
	fclose(f);
	return (struct str){ p, n };
}

/* Next field of a CSV line: quotes are taken off, doubled ones inside do not occur here. */
__attribute__((unused)) static struct str reference_field(struct str *line)
{
	if (line->n && line->p[0] == '"') {
		*line = str_sub(*line, 1, line->n);
		struct str field = str_cut(line, '"');
		(void)str_cut(line, ',');
		return field;
	}
	return str_cut(line, ',');
}

/* Calls f for each row of a family of values.csv; skips the test where there is no such file. */
__attribute__((unused)) static size_t
reference_each(const char *family, void (*f)(struct str of_case, struct str quantity, double value))
{
	reference_needed();
	ARENA_SCOPE(a, 64u << 20);
	struct str text = reference_file(&a, "values.csv");
	size_t n = 0;
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (!str_is(reference_field(&line), family))
			continue;
		struct str of_case = reference_field(&line), quantity = reference_field(&line);
		double value = 0;
		assert_true(num_real(reference_field(&line), &value));
		f(of_case, quantity, value);
		n++;
	}
	assert_true(n > 0);
	return n;
}

/* Column of an input file by its place; n values, those missing ("NA") left out. */
__attribute__((unused)) static double *reference_column(struct arena *a, const char *name,
							size_t column, size_t *ret_n)
{
	struct str text = reference_file(a, name);
	double *v = NEW(a, 20000, double);
	size_t n = 0;
	(void)str_cut(&text, '\n');
	while (text.p && n < 20000) {
		struct str line = str_trim(str_cut(&text, '\n')), field = STR("");
		for (size_t i = 0; i <= column; i++)
			field = reference_field(&line);
		n += num_real(field, &v[n]);
	}
	*ret_n = n;
	return v;
}

/* -log10 of the relative error: how many digits agree, at most 16. */
__attribute__((unused)) static double digits_right(double got, double want)
{
	double off = fabs(got - want);
	if (off <= 0)
		return 16;
	double lre = -log10(want != 0 ? off / fabs(want) : off);
	return lre > 16 ? 16 : lre;
}

#define assert_close(got, want, relative)                                                          \
	do {                                                                                       \
		double got_ = (got), want_ = (want);                                               \
		double scale_ = fabs(want_) > 1e-300 ? fabs(want_) : 1;                            \
		if (!(fabs(got_ - want_) <= (relative) * scale_))                                  \
			fail_msg("%s = %.17g, want %.17g", #got, got_, want_);                     \
	} while (0)

#endif
