/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "instrument/grid.h"

#include <string.h>

/* Real surveys have some thousand rows, lists of choices some ten thousand.  Names are compared
 * with each other, so that the time of a check grows faster than the rows. */
enum { GRID_ROWS_MAX = 20000, GRID_CHOICES_MAX = 200000 };

static const char *const slot_names[SLOT_N] = {
	"cluster.survey",    "cluster.choices",  "cluster.settings", "company.survey",
	"company.choices",   "company.settings", "method.settings",  "method.areas",
	"method.scores",     "method.steps",     "method.levels",    "method.gates",
	"method.indicators", "method.figures",   "method.bridges",   "method.published",
	"method.rollups",
};

const char *slot_name(enum slot slot, bool plain)
{
	const char *name = slot_names[slot];
	return plain ? strchr(name, '.') + 1 : name;
}

/* ---- reading cells ---- */

int grid_column(const struct grid *g, const char *head)
{
	for (size_t c = 0; g->present && c < g->sheet.n_columns; c++)
		if (str_is(g->head[c], head))
			return (int)c;
	return -1;
}

size_t grid_rows(const struct grid *g)
{
	return g->present ? g->sheet.n_rows : 0;
}

struct str grid_cell(const struct grid *g, size_t row, const char *head)
{
	int column = grid_column(g, head);
	if (column < 0 || row >= g->sheet.n_rows)
		return (struct str){ "", 0 };
	return g->sheet.cell[row * g->sheet.n_columns + (size_t)column];
}

uint64_t grid_row_number(const struct grid *g, size_t row)
{
	return g->present && row < g->sheet.n_rows ? g->sheet.number[row] : 0;
}

/* Length of "HEAD::" when the column is a translation of head, else 0. */
static size_t translation_of(struct str column, const char *head)
{
	size_t n = strlen(head);
	return column.n > n + 2 && str_starts(column, head) && column.p[n] == ':' &&
			       column.p[n + 1] == ':'
		       ? n + 2
		       : 0;
}

struct label grid_label(const struct grid *g, size_t row, const char *head, enum lang base_lang)
{
	struct label label = { 0 };
	struct str other = { "", 0 };
	if (!g->present || row >= g->sheet.n_rows)
		return label;
	struct str plain = grid_cell(g, row, head);
	for (size_t c = 0; c < g->sheet.n_columns; c++) {
		size_t skip = translation_of(g->head[c], head);
		struct str language = str_sub(g->head[c], skip, g->head[c].n);
		struct str cell = g->sheet.cell[row * g->sheet.n_columns + c];
		if (!skip)
			continue;
		if (str_is(language, "es"))
			label.in[LANG_ES] = cell;
		else if (str_is(language, "en"))
			label.in[LANG_EN] = cell;
		else if (!other.n)
			other = cell;
	}
	if (!label.in[base_lang].n)
		label.in[base_lang] = plain;
	if (!label.in[LANG_ES].n && !label.in[LANG_EN].n)
		label.in[base_lang] = other;
	return label;
}

struct problem grid_place(struct arena *a, const struct grid *g, size_t row, const char *head,
			  enum severity severity, const char *rule)
{
	struct problem p = { .severity = severity,
			     .file = g->sheet.file,
			     .sheet = g->sheet.name,
			     .column = str_of(head),
			     .rule = rule };
	if (row == GRID_NO_ROW || !g->present)
		return p;
	p.row = (int64_t)grid_row_number(g, row);
	int column = head ? grid_column(g, head) : -1;
	for (size_t c = 0; head && column < 0 && c < g->sheet.n_columns; c++)
		if (translation_of(g->head[c], head))
			column = (int)c;
	if (column >= 0) {
		p.column = sheet_cell_name(a, (size_t)column, (uint64_t)p.row);
		p.value = g->sheet.cell[row * g->sheet.n_columns + (size_t)column];
	}
	return p;
}

/* ---- from files ---- */

struct raw_reader {
	struct arena *a;
	struct problems *ps;
	struct raw *raw;
	size_t n_found;
};

static void warn_column(struct raw_reader *r, const struct grid *g, enum slot slot, size_t column,
			bool twice)
{
	struct str head = g->sheet.head[column];
	struct problem p = { .severity = SEVERITY_WARNING,
			     .file = g->sheet.file,
			     .sheet = g->sheet.name,
			     .row = 1,
			     .column = sheet_cell_name(r->a, column, 1),
			     .value = head };
	if (twice) {
		p.rule = "duplicate_column";
		problem_report(r->ps, p, "la columna «%.*s» está dos veces: se usa la primera",
			       "column \"%.*s\" is there twice: the first one is used",
			       STR_ARG(head));
		return;
	}
	p.rule = "unknown_column";
	struct str near = head_nearest(r->a, slot, head);
	if (near.n)
		p.suggestion = str_fmt(r->a,
				       r->ps->lang == LANG_ES ? "¿quiso decir «%.*s»?"
							      : "did you mean \"%.*s\"?",
				       STR_ARG(near));
	problem_report(r->ps, p, "no conozco la columna «%.*s»: no se usa",
		       "unknown column \"%.*s\": it is not used", STR_ARG(head));
}

static void name_heads(struct raw_reader *r, struct grid *g, enum slot slot)
{
	g->head = NEW(r->a, g->sheet.n_columns, struct str);
	for (size_t c = 0; c < g->sheet.n_columns; c++) {
		struct str head = g->sheet.head[c];
		struct str name = head_canonical(r->a, slot, head);
		bool twice = false;
		for (size_t i = 0; i < c; i++)
			twice |= name.n && str_eq(g->head[i], name);
		g->head[c] = twice ? (struct str){ "", 0 } : name;
		/* A column without a head is somebody's margin note. */
		if (head.n && !g->head[c].n)
			warn_column(r, g, slot, c, twice);
	}
}

static void read_sheet(struct raw_reader *r, enum slot slot, struct str file, struct str bytes,
		       struct str sheet)
{
	struct grid *g = &r->raw->grid[slot];
	struct err e = { 0 };
	struct problem p = { .severity = SEVERITY_ERROR,
			     .file = file,
			     .sheet = str_of(slot_name(slot, r->raw->plain)),
			     .rule = "syntax" };
	r->n_found++;
	if (g->present) {
		p.rule = "duplicate_sheet";
		problem_report(r->ps, p, "la hoja está dos veces", "the sheet is there twice");
		return;
	}
	bool choices = slot == SLOT_CLUSTER_CHOICES || slot == SLOT_COMPANY_CHOICES;
	size_t rows_max = choices ? GRID_CHOICES_MAX : GRID_ROWS_MAX;
	if (!sheet_load(r->a, bytes, sheet, rows_max, &g->sheet, &e)) {
		problem_report(r->ps, p, "no se puede leer: %s", "it cannot be read: %s", e.msg);
		return;
	}
	g->present = true;
	g->sheet.file = file;
	g->sheet.name = p.sheet;
	name_heads(r, g, slot);
}

/* SLOT_N: none. */
static enum slot find_slot(struct str name, bool plain)
{
	size_t end = plain ? SLOT_COMPANY_SURVEY : SLOT_N;
	for (size_t i = 0; i < end; i++)
		if (str_is(name, slot_name((enum slot)i, plain)))
			return (enum slot)i;
	return SLOT_N;
}

/* "./cluster/survey.csv" -> "cluster.survey"; empty: no sheet of CSV. */
static struct str name_of_path(struct arena *a, struct str path)
{
	if (str_starts(path, "./"))
		path = str_sub(path, 2, path.n);
	if (!str_ends(path, ".csv"))
		return (struct str){ "", 0 };
	struct str name = fold(a, str_sub(path, 0, path.n - 4));
	struct buf b;
	buf_init(&b, a, name.n + 1);
	for (size_t i = 0; i < name.n; i++)
		buf_putc(&b, name.p[i] == '/' ? '.' : name.p[i]);
	return buf_str(&b);
}

/* A sheet of ours gone astray is worth a word; read-me files and hidden ones are not. */
static void warn_sheet(struct raw_reader *r, struct str file, struct str sheet)
{
	struct str name[SLOT_N];
	size_t n = r->raw->plain ? SLOT_COMPANY_SURVEY : SLOT_N;
	for (size_t i = 0; i < n; i++)
		name[i] = str_of(slot_name((enum slot)i, r->raw->plain));
	if (str_starts(sheet, "_") || !sheet.n)
		return;
	struct problem p = {
		.severity = SEVERITY_WARNING, .file = file, .sheet = sheet, .rule = "unknown_sheet"
	};
	struct str near = fold_nearest(r->a, sheet, name, n);
	if (near.n)
		p.suggestion = str_fmt(r->a,
				       r->ps->lang == LANG_ES ? "¿quiso decir «%.*s»?"
							      : "did you mean \"%.*s\"?",
				       STR_ARG(near));
	problem_report(r->ps, p, "no conozco la hoja «%.*s»: no se usa",
		       "unknown sheet \"%.*s\": it is not used", STR_ARG(sheet));
}

static struct str sheet_plain_name(struct arena *a, struct str name)
{
	return fold(a, str_trim(name));
}

static bool read_workbook(struct raw_reader *r, const struct instrument_file *file, struct err *e)
{
	struct str *name;
	size_t n;
	bool whole = false;
	if (!sheet_names(r->a, file->bytes, &name, &n, e))
		return err_in(e, "%.*s", STR_ARG(file->path));
	for (size_t i = 0; i < n; i++)
		whole |= find_slot(sheet_plain_name(r->a, name[i]), false) != SLOT_N;
	r->raw->plain = !whole;
	for (size_t i = 0; i < n; i++) {
		enum slot slot = find_slot(sheet_plain_name(r->a, name[i]), !whole);
		if (slot != SLOT_N)
			read_sheet(r, slot, file->path, file->bytes, name[i]);
		else
			warn_sheet(r, file->path, name[i]);
	}
	return true;
}

static void read_folder(struct raw_reader *r, const struct instrument_file *file, size_t n)
{
	bool whole = false;
	for (size_t i = 0; i < n; i++)
		whole |= find_slot(name_of_path(r->a, file[i].path), false) != SLOT_N;
	r->raw->plain = !whole;
	for (size_t i = 0; i < n; i++) {
		struct str name = name_of_path(r->a, file[i].path);
		enum slot slot = find_slot(name, !whole);
		if (slot != SLOT_N)
			read_sheet(r, slot, file[i].path, file[i].bytes, (struct str){ "", 0 });
		else
			warn_sheet(r, file[i].path, name);
	}
}

/* "ssme-instrument 1\n", then for each sheet "[NAME] BYTES\n" and so many bytes of CSV. */
static bool read_canonical(struct raw_reader *r, const struct instrument_file *file, struct err *e)
{
	struct str rest = file->bytes;
	(void)str_cut(&rest, '\n');
	r->raw->plain = true;
	while (rest.p && rest.n) {
		struct str line = str_cut(&rest, '\n');
		struct str name = str_cut(&line, ']');
		int64_t n_bytes;
		name = str_sub(name, 1, name.n);
		enum slot slot = find_slot(name, false);
		if (slot != SLOT_N)
			r->raw->plain = false;
		else if (r->raw->plain)
			slot = find_slot(name, true);
		if (slot == SLOT_N || !num_int(str_trim(line), &n_bytes) || n_bytes < 0 ||
		    !rest.p || (size_t)n_bytes > rest.n)
			return err_set(e, ERR_INPUT, "%.*s: not a whole canonical instrument",
				       STR_ARG(file->path));
		read_sheet(r, slot, file->path, str_sub(rest, 0, (size_t)n_bytes),
			   (struct str){ "", 0 });
		rest = str_sub(rest, (size_t)n_bytes, rest.n);
	}
	return true;
}

static bool is_workbook(const struct instrument_file *file)
{
	enum sheet_kind kind;
	struct err ignored = { 0 };
	return sheet_kind_of(file->bytes, &kind, &ignored) && kind != SHEET_CSV;
}

bool raw_load(struct arena *a, const struct instrument_file *file, size_t n, struct problems *ps,
	      struct raw *out, struct err *e)
{
	struct raw raw = { 0 };
	struct raw_reader r = { .a = a, .ps = ps, .raw = &raw };
	if (n == 1 && is_workbook(file)) {
		if (!read_workbook(&r, file, e))
			return false;
	} else if (n == 1 && str_starts(file->bytes, "ssme-instrument 1\n")) {
		if (!read_canonical(&r, file, e))
			return false;
	} else {
		read_folder(&r, file, n);
	}
	if (!r.n_found)
		return err_set(e, ERR_INPUT,
			       ps->lang == LANG_ES ? "no hay hojas de un instrumento: se espera "
						     "una carpeta con cluster/survey.csv y "
						     "method/*.csv, un libro .xlsx con esas hojas "
						     "(cluster.survey, …) o un XLSForm "
						     "(survey, choices, settings)"
						   : "no sheet of an instrument: a folder with "
						     "cluster/survey.csv and method/*.csv, an "
						     ".xlsx with those sheets (cluster.survey, …) "
						     "or an XLSForm (survey, choices, "
						     "settings) is expected");
	*out = raw;
	return true;
}
