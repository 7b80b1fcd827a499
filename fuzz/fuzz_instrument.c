/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an instrument.  The first byte says how they come: one file (a workbook, the
 * canonical form, a survey), or the sheets of a form and of a method separated by a byte 0x1f.
 * What is loaded must have a canonical form that loads again to the same instrument. */
#include <assert.h>
#include <string.h>

#include "instrument/instrument.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = {
	"cluster/survey.csv",   "cluster/choices.csv", "method/settings.csv",
	"method/areas.csv",     "method/scores.csv",   "method/levels.csv",
	"method/gates.csv",     "method/steps.csv",    "method/indicators.csv",
	"method/figures.csv",   "method/bridges.csv",  "method/published.csv",
	"cluster/settings.csv", "company/survey.csv",  "company/choices.csv",
	"company/settings.csv",
};
enum { N_PATHS = sizeof(paths) / sizeof(paths[0]) };

static size_t cut_files(struct str bytes, unsigned how, struct instrument_file *file)
{
	size_t n = 0;
	switch (how % 4) {
	case 0: file[n++] = (struct instrument_file){ STR("one.xlsx"), bytes }; return n;
	case 1: file[n++] = (struct instrument_file){ STR("survey.csv"), bytes }; return n;
	case 2:
		file[n++] = (struct instrument_file){ STR("survey.csv"), str_cut(&bytes, 0x1f) };
		file[n++] = (struct instrument_file){ STR("choices.csv"), bytes };
		return n;
	default: break;
	}
	while (bytes.p && n < N_PATHS) {
		file[n] = (struct instrument_file){ str_of(paths[n]), str_cut(&bytes, 0x1f) };
		n++;
	}
	return n;
}

static void load_again(struct arena *a, const struct instrument_file *file, size_t n,
		       const struct instrument *first)
{
	struct problems ps;
	struct err e = { 0 };
	struct buf b;
	const struct instrument *second;
	struct instrument_sheet *sheet;
	size_t n_sheets;
	buf_init(&b, a, 64u << 20);
	problems_init(&ps, a, LANG_EN);
	instrument_canonical(&b, file, n);
	const struct instrument_file canonical = { STR("canonical"), buf_str(&b) };
	bool ok = instrument_load(a, &canonical, 1, &ps, &second, &e);
	assert(ok && second);
	assert(memcmp(&first->sha256, &second->sha256, sizeof(first->sha256)) == 0);
	assert(first->n_indicators == second->n_indicators && first->n_items == second->n_items);
	ok = instrument_export_all(a, file, n, &sheet, &n_sheets, &e);
	assert(ok && n_sheets > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_SCOPE(a, (size_t)2 << 30);
	struct instrument_file file[N_PATHS];
	struct problems ps;
	struct err e = { 0 };
	struct buf b;
	const struct instrument *in = NULL;
	if (size < 1)
		return 0;
	size_t n = cut_files((struct str){ (const char *)data + 1, size - 1 }, data[0], file);
	problems_init(&ps, &a, data[0] & 4 ? LANG_ES : LANG_EN);
	if (!instrument_load(&a, file, n, &ps, &in, &e))
		return 0;
	buf_init(&b, &a, 64u << 20);
	problems_put_json(&b, &ps);
	assert((in != NULL) == (ps.n_errors == 0));
	if (in)
		load_again(&a, file, n, in);
	return 0;
}
