/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets going out again: to be written as CSV or XLSX by others. */
#include "instrument/load.h"

/* The names of languages that other tools show to people. */
static struct str spell_language(struct arena *a, struct str head)
{
	if (str_ends(head, "::es"))
		return str_fmt(a, "%.*sEspañol (es)", (int)(head.n - 2), head.p);
	if (str_ends(head, "::en"))
		return str_fmt(a, "%.*sEnglish (en)", (int)(head.n - 2), head.p);
	return head;
}

/* form: only columns that are known, languages spelt out; else all that have a head. */
static struct instrument_sheet sheet_out(struct arena *a, const struct grid *g, const char *name,
					 bool form)
{
	size_t n_rows = grid_rows(g) + 1, n_all = g->sheet.n_columns, n = 0;
	size_t *from = NEW(a, n_all, size_t);
	for (size_t c = 0; c < n_all; c++)
		if (form ? g->head[c].n : g->sheet.head[c].n)
			from[n++] = c;
	struct str *cell = NEW(a, n_rows * n, struct str);
	for (size_t i = 0; i < n; i++) {
		cell[i] = form ? spell_language(a, g->head[from[i]]) : g->sheet.head[from[i]];
		bool language = form && str_is(g->head[from[i]], "default_language");
		for (size_t row = 1; row < n_rows; row++) {
			struct str s = g->sheet.cell[(row - 1) * n_all + from[i]];
			if (language)
				s = str_is(head_language(a, s), "es")   ? STR("Español (es)")
				    : str_is(head_language(a, s), "en") ? STR("English (en)")
									: s;
			cell[row * n + i] = s;
		}
	}
	return (struct instrument_sheet){ str_of(name), n_rows, n, cell };
}

static bool read_raw(struct arena *a, const struct instrument_file *file, size_t n, struct raw *out,
		     struct err *e)
{
	struct problems ignored;
	problems_init(&ignored, a, LANG_ES);
	return raw_load(a, file, n, &ignored, out, e);
}

bool instrument_export_form(struct arena *a, const struct instrument_file *file, size_t n,
			    int which, struct instrument_sheet **ret_sheets, size_t *ret_n,
			    struct err *e)
{
	struct raw raw;
	size_t n_sheets = 0;
	if (!read_raw(a, file, n, &raw, e))
		return false;
	enum slot first = which == FORM_COMPANY ? SLOT_COMPANY_SURVEY : SLOT_CLUSTER_SURVEY;
	if (!raw.grid[first].present)
		return err_set(
			e, ERR_ABSENT,
			"el instrumento no tiene ese formulario (the instrument has no such form)");
	struct instrument_sheet *sheets = NEW(a, 3, struct instrument_sheet);
	for (size_t i = 0; i < 3; i++)
		if (raw.grid[first + i].present)
			sheets[n_sheets++] = sheet_out(a, &raw.grid[first + i],
						       slot_name((enum slot)i, true), true);
	*ret_sheets = sheets;
	*ret_n = n_sheets;
	return true;
}

bool instrument_export_all(struct arena *a, const struct instrument_file *file, size_t n,
			   struct instrument_sheet **ret_sheets, size_t *ret_n, struct err *e)
{
	struct raw raw;
	size_t n_sheets = 0;
	if (!read_raw(a, file, n, &raw, e))
		return false;
	struct instrument_sheet *sheets = NEW(a, SLOT_N, struct instrument_sheet);
	for (size_t i = 0; i < SLOT_N; i++)
		if (raw.grid[i].present)
			sheets[n_sheets++] = sheet_out(a, &raw.grid[i],
						       slot_name((enum slot)i, raw.plain), false);
	*ret_sheets = sheets;
	*ret_n = n_sheets;
	return true;
}
