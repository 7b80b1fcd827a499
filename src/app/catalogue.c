/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalogue.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "codec/sheet.h"

/* ---- embedded files ---- */

static bool unpack(struct arena *a, const struct embedded *f, struct str *out, struct err *e)
{
	if (f->n == f->n_raw) {
		*out = (struct str){ (const char *)f->data, f->n };
		return true;
	}
	char *raw = NEW(a, f->n_raw + 1, char);
	uLongf n = f->n_raw;
	if (uncompress((Bytef *)raw, &n, f->data, f->n) != Z_OK || n != f->n_raw)
		return err_say(e, ERR_IO, "%s: dañado dentro del programa; vuelva a instalarlo",
		       "%s: damaged inside the program; install it again", f->name);
	*out = (struct str){ raw, n };
	return true;
}

bool embedded_read(struct arena *a, const struct embedded *folder, size_t n, const char *name,
		   struct str *out, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(folder[i].name, name) == 0)
			return unpack(a, &folder[i], out, e);
	}
	return err_say(e, ERR_ABSENT, "%s: no es parte de este programa",
		       "%s: not part of this program", name);
}

bool embedded_files(struct arena *a, const struct embedded *folder, size_t n, const char *prefix,
		    struct instrument_file **ret_files, size_t *ret_n, struct err *e)
{
	struct instrument_file *file = NEW(a, n, struct instrument_file);
	size_t found = 0, skip = strlen(prefix);
	for (size_t i = 0; i < n; i++) {
		if (strncmp(folder[i].name, prefix, skip) != 0)
			continue;
		file[found].path = str_of(folder[i].name + skip);
		if (!unpack(a, &folder[i], &file[found].bytes, e))
			return false;
		found++;
	}
	*ret_files = file;
	*ret_n = found;
	return true;
}

/* ---- catalogues ---- */

enum { CATALOGUE_ROWS_MAX = 100000 };

#define ELECTORAL_ES \
	"los códigos de la Registraduría (DIVIPOLE) se parecen pero son otros: use los de la " \
	"DIVIPOLA del DANE"
#define ELECTORAL_EN \
	"the electoral registry's codes (DIVIPOLE) look alike but differ: use those of DANE's " \
	"DIVIPOLA"

static const struct source {
	const char *name, *file;
	const char *lookalike[LANG_N];
} source[] = {
	{ "departments", "departments.csv", { ELECTORAL_ES, ELECTORAL_EN } },
	{ "municipalities", "municipalities.csv", { ELECTORAL_ES, ELECTORAL_EN } },
	{ "ciiu_divisions", "ciiu_divisions.csv", { "", "" } },
	{ "chambers", "chambers.csv", { "", "" } },
};
enum { N_SOURCES = sizeof(source) / sizeof(*source) };

/* Length of every code, or 0 when they differ. */
static unsigned common_length(const struct dictionary *d)
{
	for (size_t i = 1; i < d->n; i++) {
		if (d->name[i].n != d->name[0].n)
			return 0;
	}
	return d->n ? (unsigned)d->name[0].n : 0;
}

struct code {
	struct str code, name;
};

static int by_code(const void *x, const void *y)
{
	const struct code *a = x, *b = y;
	return str_cmp(a->code, b->code);
}

static bool read_codes(struct arena *a, const struct source *src, struct dictionary *out,
		       struct err *e)
{
	struct str bytes;
	struct sheet sheet;
	if (!embedded_read(a, embedded_data, embedded_data_n, src->file, &bytes, e) ||
	    !sheet_load(a, bytes, (struct str){ 0 }, CATALOGUE_ROWS_MAX, &sheet, e))
		return err_in(e, "data/%s", src->file);
	struct code *code = NEW(a, sheet.n_rows, struct code);
	for (size_t i = 0; i < sheet.n_rows; i++)
		code[i] = (struct code){ sheet_cell(&sheet, i, sheet_column(&sheet, "code")),
					 sheet_cell(&sheet, i, sheet_column(&sheet, "name")) };
	qsort(code, sheet.n_rows, sizeof(*code), by_code);
	*out = (struct dictionary){ .n = sheet.n_rows,
				    .name = NEW(a, sheet.n_rows, struct str),
				    .label = NEW(a, sheet.n_rows, struct label) };
	for (size_t i = 0; i < out->n; i++) {
		out->name[i] = code[i].code;
		out->label[i].in[LANG_ES] = code[i].name;
	}
	return true;
}

bool catalogues_load(struct arena *a, enum lang lang, const struct catalogues **out, struct err *e)
{
	struct catalogue *item = NEW(a, N_SOURCES, struct catalogue);
	for (size_t i = 0; i < N_SOURCES; i++) {
		item[i].name = str_of(source[i].name);
		item[i].lookalike = str_of(source[i].lookalike[lang]);
		if (!read_codes(a, &source[i], &item[i].codes, e))
			return false;
		item[i].digits = common_length(&item[i].codes);
	}
	struct catalogues *all = NEW(a, 1, struct catalogues);
	*all = (struct catalogues){ item, N_SOURCES };
	*out = all;
	return true;
}
