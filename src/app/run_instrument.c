/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/input.h"
#include "app/measure.h"
#include "app/print.h"
#include "app/run.h"
#include "app/sheets.h"
#include "instrument/difference.h"
#include "os/file.h"

/* Reads and checks what is at PATH; *out is NULL when there are errors, which ps lists. */
static bool load(struct call *c, struct instrument_file **file, size_t *n, struct problems *ps,
		 const struct instrument **out, struct err *e)
{
	const char *path = call_path(c, "PATH");
	problems_init(ps, c->a, c->lang);
	ps->file = str_of(path);
	*out = NULL;
	if (!input_instrument(c, "PATH", file, n, e))
		return false;
	return instrument_load(c->a, *file, *n, ps, out, e) || err_in(e, "%s", path);
}

static void say_size(struct call *c, const struct instrument *in)
{
	size_t n = 0;
	for (int f = FORM_CLUSTER; f <= FORM_COMPANY; f++)
		n += in->form[f] ? in->form[f]->n_questions : 0;
	if (!in->has_method) {
		buf_fmt(&c->said,
			c->said_lang == LANG_ES ? "Formulario de %zu preguntas; no hay método.\n"
						: "A form of %zu questions; there is no method.\n",
			n);
		return;
	}
	buf_fmt(&c->said,
		c->said_lang == LANG_ES
			? "%.*s@%.*s: %zu preguntas, %zu áreas, %zu ítems puntuados, %zu "
			  "indicadores\n"
			: "%.*s@%.*s: %zu questions, %zu areas, %zu scored items, %zu indicators\n",
		STR_ARG(in->id), STR_ARG(in->version), n, in->n_areas, in->n_items,
		in->n_indicators);
}

bool run_instrument_check(struct call *c, struct err *e)
{
	struct instrument_file *file;
	size_t n;
	struct problems ps;
	const struct instrument *in;
	if (!load(c, &file, &n, &ps, &in, e))
		return false;
	if (in)
		say_size(c, in);
	call_problems(c, &ps);
	c->status = ps.n_errors ? 2 : 0;
	return true;
}

/* ---- publish ---- */

enum { CHANGES_NAMED = 5, CHANGES_BYTES_MAX = 4096 };

/* «method.areas G weight: 20 → 25; …» of the first few. */
static struct str changes_text(const struct call *c, const struct method_difference *d, size_t n)
{
	struct buf b;
	buf_init(&b, c->a, CHANGES_BYTES_MAX);
	for (size_t i = 0; i < n && i < CHANGES_NAMED; i++)
		buf_fmt(&b, "%s%.*s: %.*s → %.*s", i ? "; " : "", STR_ARG(d[i].place),
			STR_ARG(d[i].old_text), STR_ARG(d[i].new_text));
	if (n > CHANGES_NAMED)
		buf_fmt(&b, c->said_lang == LANG_ES ? "; y %zu más" : "; and %zu more",
			n - CHANGES_NAMED);
	return buf_str(&b);
}

/* The published version that this one stands beside: the one of the same name, else the one that it
 * says it replaces, else the last of its id.  NULL: it is the first. */
static const struct stored_instrument *earlier(const struct instrument *in,
					       const struct stored_instrument *list, size_t n)
{
	const struct stored_instrument *same_id = NULL, *replaced = NULL;
	for (size_t i = 0; i < n; i++) {
		struct str version = in->replaces, id = str_cut(&version, '@');
		if (str_eq(list[i].id, id) && version.p && str_eq(list[i].version, version))
			replaced = &list[i];
		if (!str_eq(list[i].id, in->id))
			continue;
		if (str_eq(list[i].version, in->version))
			return &list[i];
		same_id = &list[i];
	}
	return replaced ? replaced : same_id;
}

static bool refuse_same_version(const struct call *c, const struct instrument *in,
				const struct method_difference *d, size_t n, struct err *e)
{
	return err_say(
		e, ERR_CONFLICT,
		"%.*s@%.*s ya está publicado y no cambia (%.*s); dele una versión nueva, con "
		"replaces y reason",
		"%.*s@%.*s is published and does not change (%.*s); give it a new version, "
		"with replaces and reason",
		STR_ARG(in->id), STR_ARG(in->version), STR_ARG(changes_text(c, d, n)));
}

static bool refuse_unexplained(const struct call *c, const struct instrument *in,
			       const struct instrument *old_one, const struct method_difference *d,
			       size_t n, struct err *e)
{
	return err_say(
		e, ERR_INPUT,
		"%.*s@%.*s cambia números de %.*s@%.*s (%.*s): diga por qué en "
		"method.settings, con una fila reason (y en replaces, qué versión reemplaza)",
		"%.*s@%.*s changes numbers of %.*s@%.*s (%.*s): say why in method.settings, "
		"with a row reason (and in replaces, which version it replaces)",
		STR_ARG(in->id), STR_ARG(in->version), STR_ARG(old_one->id),
		STR_ARG(old_one->version), STR_ARG(changes_text(c, d, n)));
}

/* A changed weight, cut or formula needs a new version that says why. */
static bool check_version(struct call *c, struct store *s, const struct instrument *in,
			  struct err *e)
{
	struct stored_instrument *list;
	const struct instrument *old_one;
	size_t n_list, n;
	if (!store_list_instruments(s, c->a, &list, &n_list, e))
		return false;
	const struct stored_instrument *before = earlier(in, list, n_list);
	if (!before)
		return true;
	if (!measure_instrument(c, s, before->id, before->version, &old_one, e))
		return false;
	const struct method_difference *d = method_differences(c->a, old_one, in, &n);
	if (!n)
		return true;
	if (str_eq(before->id, in->id) && str_eq(before->version, in->version))
		return refuse_same_version(c, in, d, n, e);
	if (!in->reason.n)
		return refuse_unexplained(c, in, old_one, d, n, e);
	if (str_eq(in->reason, old_one->reason))
		buf_fmt(&c->said,
			c->said_lang == LANG_ES ? "Cambian números de %.*s@%.*s (%.*s) y la razón "
						  "(reason) es la misma "
						  "de entonces: ¿es la de este cambio?\n"
						: "Numbers of %.*s@%.*s change (%.*s) and the "
						  "reason is the one given "
						  "then: is it that of this change?\n",
			STR_ARG(before->id), STR_ARG(before->version),
			STR_ARG(changes_text(c, d, n)));
	return true;
}

static bool refuse_form(const struct call *c, struct err *e)
{
	return err_say(e, ERR_INPUT,
		       "%s: un formulario sin método no se puede publicar; agregue "
		       "method/settings.csv y las demás hojas del método",
		       "%s: a form without a method cannot be published; add method/settings.csv "
		       "and the other sheets of the method",
		       call_path(c, "PATH"));
}

bool run_instrument_publish(struct call *c, struct err *e)
{
	struct instrument_file *file;
	size_t n;
	struct problems ps;
	const struct instrument *in;
	struct store *s = NULL;
	if (!load(c, &file, &n, &ps, &in, e))
		return false;
	call_problems(c, &ps);
	if (!in) {
		c->status = 2;
		return true;
	}
	if (!in->has_method)
		return refuse_form(c, e);
	struct buf canonical;
	buf_init(&canonical, c->a, INSTRUMENT_BYTES_MAX);
	instrument_canonical(&canonical, file, n);
	if (canonical.over)
		return err_say(e, ERR_LIMIT, "%s: más de %d bytes",
		       "%s: over %d bytes", call_path(c, "PATH"), INSTRUMENT_BYTES_MAX);
	const struct stored_instrument stored = { .id = in->id,
						  .version = in->version,
						  .sha256 = sha256_hex(c->a, in->sha256),
						  .canonical = buf_str(&canonical) };
	if (!call_store(c, &s, e) || !check_version(c, s, in, e) ||
	    (!call_given(c, "--dry-run") && !store_put_instrument(s, &stored, e)))
		return false;
	say_size(c, in);
	return true;
}

/* ---- list and export ---- */

static const char *const list_head[] = { "instrument", "published_at", "sha256" };
static const char *const list_head_es[] = { "instrumento", "publicado", "sha256" };
static const bool list_number[] = { false, false, false };

bool run_instrument_list(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_instrument *list;
	size_t n;
	if (!call_store(c, &s, e) || !store_list_instruments(s, c->a, &list, &n, e))
		return false;
	struct print_table t;
	print_table_init(&t, c->a, print_head(c, list_head, list_head_es), list_number, 3);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = str_fmt(c->a, "%.*s@%.*s", STR_ARG(list[i].id), STR_ARG(list[i].version));
		cell[1] = list[i].published_at;
		cell[2] = list[i].sha256;
	}
	print_table(c, &t);
	return true;
}

bool run_instrument_export(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_instrument stored;
	struct instrument_sheet *sheet;
	size_t n;
	struct str form = call_text(c, "--form"), version = call_text(c, "ID@VERSION"),
		   id = str_cut(&version, '@');
	if (!version.p)
		return err_say(e, ERR_INPUT, "%.*s: nombre el instrumento como ID@VERSIÓN",
		       "%.*s: name the instrument as ID@VERSION", STR_ARG(id));
	if (!call_store(c, &s, e) || !store_get_instrument(s, c->a, id, version, &stored, e))
		return false;
	const struct instrument_file file = { .path = STR("canonical"), .bytes = stored.canonical };
	int which = str_is(form, "company") ? FORM_COMPANY : FORM_CLUSTER;
	if (form.n ? !instrument_export_form(c->a, &file, 1, which, &sheet, &n, e)
		   : !instrument_export_all(c->a, &file, 1, &sheet, &n, e))
		return err_in(e, "%.*s@%.*s", STR_ARG(id), STR_ARG(version));
	return sheets_deliver(c, sheet, n, e);
}
