/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/input.h"

#include "codec/sheet.h"
#include "os/file.h"

/* Files of an instrument's folder while it is read. */
struct gathering {
	const struct call *c;
	const char *folder;
	struct instrument_file *file;
	size_t n;
};

static bool gather_file(struct gathering *g, struct str relative, struct err *e)
{
	if (g->n == INSTRUMENT_FILES_MAX)
		return err_say(e, ERR_LIMIT, "%s: más de %d archivos CSV",
		       "%s: over %d CSV files", g->folder, INSTRUMENT_FILES_MAX);
	struct str path = str_fmt(g->c->a, "%s/%.*s", g->folder, STR_ARG(relative));
	struct instrument_file *f = &g->file[g->n++];
	f->path = relative;
	return file_read(g->c->a, str_c(g->c->a, path), INSTRUMENT_BYTES_MAX, &f->bytes, e);
}

/* The CSV files of one folder; prefix is "" or "cluster/". */
static bool gather_folder(struct gathering *g, const char *prefix, struct err *e)
{
	struct str path = str_fmt(g->c->a, "%s/%s", g->folder, prefix);
	const char *folder = str_c(g->c->a, path);
	struct str *name;
	size_t n;
	if (!file_is_folder(folder))
		return true;
	if (!folder_list(g->c->a, folder, &name, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct str relative = str_fmt(g->c->a, "%s%.*s", prefix, STR_ARG(name[i]));
		if (str_ends(name[i], ".csv") && !gather_file(g, relative, e))
			return false;
	}
	return true;
}

static bool read_folder(struct gathering *g, struct err *e)
{
	static const char *const inside[] = { "", "cluster/", "company/", "method/" };
	for (size_t i = 0; i < sizeof(inside) / sizeof(*inside); i++) {
		if (!gather_folder(g, inside[i], e))
			return false;
	}
	return g->n > 0 ||
		err_say(e, ERR_INPUT,
			"%s: no hay en ella CSV de un instrumento; debería haber "
			"cluster/survey.csv, "
			"method/settings.csv, … o survey.csv",
			"%s: no CSV of an instrument in it; there should be cluster/survey.csv, "
			"method/settings.csv, … or survey.csv",
			g->folder);
}

bool input_instrument(struct call *c, const char *param, struct instrument_file **ret_files,
		      size_t *ret_n, struct err *e)
{
	const char *path = call_path(c, param);
	struct gathering g = { .c = c, .folder = path };
	g.file = NEW(c->a, INSTRUMENT_FILES_MAX, struct instrument_file);
	if (c->caller.kind == CALLER_OWNER && file_is_folder(path)) {
		if (!read_folder(&g, e))
			return false;
	} else {
		g.file[0].path = str_of(path);
		g.n = 1;
		if (!call_file(c, param, &path, &g.file[0].bytes, e))
			return false;
		if (g.file[0].bytes.n > INSTRUMENT_BYTES_MAX)
			return err_say(e, ERR_LIMIT, "%s: más de %d bytes", "%s: over %d bytes",
				       path, INSTRUMENT_BYTES_MAX);
	}
	*ret_files = g.file;
	*ret_n = g.n;
	return true;
}

/* ---- tables ---- */

enum { TABLE_ROWS_MAX = 5000000 };

bool input_has_sheet(const struct call *c, struct str bytes, struct str name)
{
	struct err ignored = { 0 };
	struct str *known;
	size_t n;
	if (!sheet_names(c->a, bytes, &known, &n, &ignored))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (name.n && str_eq(known[i], name))
			return true;
	}
	return false;
}

bool input_rows_of(const struct call *c, const char *name, struct str bytes,
		   struct response_rows *out, struct err *e)
{
	return input_sheet_of(c, name, bytes, (struct str){ 0 }, out, e);
}

bool input_sheet_of(const struct call *c, const char *name, struct str bytes, struct str wanted,
		    struct response_rows *out, struct err *e)
{
	struct sheet sheet;
	struct str from = input_has_sheet(c, bytes, wanted) ? wanted : (struct str){ 0 };
	if (!sheet_load(c->a, bytes, from, TABLE_ROWS_MAX, &sheet, e))
		return err_in(e, "%s", name);
	*out = (struct response_rows){ .head = sheet.head,
				       .n_columns = sheet.n_columns,
				       .cell = sheet.cell,
				       .number = sheet.number,
				       .n_rows = sheet.n_rows };
	return true;
}
