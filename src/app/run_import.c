/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/importer.h"
#include "app/input.h"
#include "app/run.h"
#include "os/file.h"

/* --repeat NAME=FILE */
static bool read_repeats(struct call *c, struct response_repeat_file *out, size_t *ret_n,
			 struct err *e)
{
	const struct values *given = call_values(c, "--repeat");
	/* they name files of the machine: over the web a workbook brings its repeats as sheets */
	if (given->n && c->caller.kind != CALLER_OWNER) {
		c->blamed = "repeat";
		return err_say(
			e, ERR_INPUT,
			"--repeat es de la línea de comandos; envíe un .xlsx con una hoja por "
			"cada grupo repetido",
			"--repeat is for the command line; send an .xlsx with a sheet for each "
			"repeat");
	}
	if (given->n > IMPORT_REPEATS_MAX)
		return err_say(e, ERR_LIMIT, "--repeat: más de %d archivos",
		       "--repeat: over %d files", IMPORT_REPEATS_MAX);
	for (size_t i = 0; i < given->n; i++) {
		struct str rest = given->text[i];
		out[i].repeat = str_cut(&rest, '=');
		if (!rest.n)
			return err_say(e, ERR_INPUT, "--repeat %.*s: dé NOMBRE=ARCHIVO",
		       "--repeat %.*s: give NAME=FILE", STR_ARG(given->text[i]));
		out[i].file = rest;
		const char *path = str_c(c->a, rest);
		struct str bytes;
		if (!file_read_or_stdin(c->a, path, CALL_STDIN_BYTES_MAX, &bytes, e) ||
		    !input_sheet_of(c, path, bytes, out[i].repeat, &out[i].rows, e))
			return false;
	}
	*ret_n = given->n;
	return true;
}

static void report(struct call *c, const struct import_request *q, const struct import_outcome *o,
		   const struct problems *ps)
{
	call_problems(c, ps);
	buf_fmt(&c->said,
		c->said_lang == LANG_ES
			? "filas leídas: %llu, respuestas guardadas: %llu, celdas corregidas: "
			  "%llu%s\n"
			: "rows read: %llu, answers stored: %llu, cells mended: %llu%s\n",
		(unsigned long long)o->n_rows,
		(unsigned long long)(o->kept && !q->dry_run ? o->n_accepted : 0),
		(unsigned long long)o->n_mended, q->dry_run ? " (--dry-run)" : "");
	if (ps->n_errors)
		c->status = o->kept ? 1 : 2;
}

bool run_import(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct response_repeat_file repeat[IMPORT_REPEATS_MAX];
	struct import_request q = {
		.round = call_text(c, "--round"),
		.form = str_is(call_text(c, "--form"), "company") ? FORM_COMPANY : FORM_CLUSTER,
		.repeat = repeat,
		.mark = str_is(call_text(c, "--decimal"), "comma") ? DECIMAL_COMMA : DECIMAL_POINT,
		.partial = call_given(c, "--partial"),
		.dry_run = call_given(c, "--dry-run"),
	};
	struct import_outcome outcome;
	struct problems ps;
	problems_init(&ps, c->a, c->lang);
	if (!call_store(c, &s, e) || !call_file(c, "FILE", &q.name, &q.bytes, e) ||
	    !read_repeats(c, repeat, &q.n_repeats, e))
		return false;
	ps.file = str_of(q.name);
	if (!import_answers(c, s, &q, &ps, &outcome, e))
		return false;
	report(c, &q, &outcome, &ps);
	return true;
}
