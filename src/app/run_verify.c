/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifying: a published document is made again from the store and held against the file. */
#include "app/print.h"
#include "app/publication.h"
#include "app/reporting.h"
#include "app/run.h"
#include "os/file.h"
#include "render/readback.h"

enum { DOCUMENT_BYTES_MAX = 256 << 20, SHOWN_CHARACTERS = 160 };

/* The document that the file says it is, computed now. */
static bool make_again(const struct call *c, struct store *s, const struct document_origin *o,
		       struct document *out, struct err *e)
{
	struct call same = *c;
	same.lang = o->lang;
	if (str_is(o->kind, "bulletin"))
		return publication_bulletin(&same, s, o->round, out, e);
	if (str_is(o->kind, "report"))
		return reporting_document(&same, s, o->round, o->cluster, out, e);
	return err_say(e, ERR_INPUT, "no se sabe comprobar un documento de la clase «%.*s»",
		       "documents of the kind \"%.*s\" cannot be verified", STR_ARG(o->kind));
}

/* ---- what it says ---- */

static const char *const head[] = { "place", "found", "computed" };
static const char *const head_es[] = { "lugar", "dice", "se calcula" };
static const bool is_number[] = { false, false, false };

static struct str shown(struct arena *a, struct str text)
{
	size_t at = 0;
	for (size_t n = 0; n < SHOWN_CHARACTERS && at < text.n; n++)
		(void)utf8_next(text, &at);
	return at < text.n ? str_fmt(a, "%.*s…", (int)at, text.p) : text;
}

static void add_row(struct print_table *t, struct str place, struct str found, struct str computed)
{
	struct str *cell = print_table_row(t);
	cell[0] = place;
	cell[1] = shown(t->a, found);
	cell[2] = shown(t->a, computed);
}

/* The frozen data must still be what was frozen. */
static bool compare_data(const struct call *c, struct store *s, struct str id,
			 struct print_table *t, bool *ret_frozen, struct err *e)
{
	struct stored_round round;
	const struct instrument *in;
	struct sha256 now;
	if (!store_get_round(s, c->a, id, &round, e) ||
	    !measure_instrument(c, s, round.instrument_id, round.instrument_version, &in, e))
		return false;
	*ret_frozen = round.data_sha256.n > 0;
	const struct form *const form[2] = { in->form[0], in->form[1] };
	if (!store_hash_round(s, c->a, id, form, &now, e))
		return false;
	struct str hex = sha256_hex(c->a, now);
	if (*ret_frozen && !str_eq(hex, round.data_sha256))
		add_row(t, call_say(c, "datos congelados", "frozen data"), round.data_sha256, hex);
	return true;
}

static void say_result(struct call *c, const struct readback *file, size_t n_rows, bool more,
		       bool frozen)
{
	bool es = c->said_lang == LANG_ES;
	const char *format = document_format_name[file->format];
	buf_fmt(&c->said,
		es ? "%.*s %.*s, %s: %zu pasajes, %zu diferencias%s\n"
		   : "%.*s %.*s, %s: %zu passages, %zu differences%s\n",
		STR_ARG(file->origin.kind), STR_ARG(file->origin.round), format, file->n, n_rows,
		!more ? ""
		: es  ? " y más"
		      : " and more");
	if (!frozen)
		buf_puts(&c->said,
			 es ? "La ronda no está congelada: sus datos aún pueden cambiar.\n"
			    : "The round is not frozen: its data may still change.\n");
}

bool run_verify(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct str bytes, again;
	struct readback file, computed;
	struct document d;
	struct print_table t;
	size_t n;
	bool more, frozen;
	const char *path = call_path(c, "FILE");
	if (!file_read(c->a, path, DOCUMENT_BYTES_MAX, &bytes, e))
		return false;
	if (!readback(bytes, c->lang, c->a, &file, e))
		return err_in(e, "%s", path);
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, 3);
	if (!call_store(c, &s, e) || !compare_data(c, s, file.origin.round, &t, &frozen, e) ||
	    !make_again(c, s, &file.origin, &d, e) ||
	    !publication_render(c, &d, str_of(document_format_name[file.format]), &again, e) ||
	    !readback(again, c->lang, c->a, &computed, e))
		return false;
	const struct readback_difference *found =
		readback_differences(c->a, &file, &computed, &n, &more);
	for (size_t i = 0; i < n; i++)
		add_row(&t, found[i].place, found[i].found, found[i].computed);
	if (t.n_rows || !call_wants(c, "text"))
		print_table(c, &t);
	say_result(c, &file, t.n_rows, more, frozen);
	c->status = t.n_rows ? 1 : 0;
	return true;
}
