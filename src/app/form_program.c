/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/form_program.h"

#include "app/cache.h"
#include "app/row.h"
#include "app/shelf.h"
#include "response/program.h"

enum { PROGRAM_BYTES_MAX = 8 << 20 };

struct wanted {
	const struct response_plan *plan;
	enum lang lang;
};

static bool make_program(void *user, struct arena *a, struct str *out, struct err *e)
{
	const struct wanted *w = user;
	struct buf b;
	buf_init(&b, a, PROGRAM_BYTES_MAX);
	response_program_put(&b, w->plan, w->lang);
	*out = buf_str(&b);
	return !b.over || err_say(e, ERR_LIMIT, "las reglas del formulario pasan de %d MiB",
				  "the rules of the form are over %d MiB", PROGRAM_BYTES_MAX >> 20);
}

bool run_form_program(struct call *c, struct err *e)
{
	struct store *s = NULL;
	const struct known_instrument *known;
	struct str form = call_text(c, "--form"), version = call_text(c, "ID@VERSION"),
		   id = str_cut(&version, '@');
	if (!version.p)
		return err_say(e, ERR_INPUT, "%.*s: nombre el instrumento como ID@VERSIÓN",
			       "%.*s: name the instrument as ID@VERSION", STR_ARG(id));
	if (!call_store(c, &s, e) || !cache_known(c, s, id, version, &known, e))
		return false;
	int which = str_is(form, "company") ? FORM_COMPANY : FORM_CLUSTER;
	struct wanted w = { known->plan[which][c->lang], c->lang };
	if (!w.plan)
		return err_say(e, ERR_ABSENT, "%.*s@%.*s no tiene formulario «%.*s»",
			       "%.*s@%.*s has no form \"%.*s\"", STR_ARG(id), STR_ARG(version),
			       STR_ARG(form));
	/* Not kept here: browsers keep it, and it is made in a few milliseconds. */
	struct shelved program;
	if (!shelf_get(NULL, c->a, STR("program"), STR(""), make_program, &w, &program, e))
		return false;
	if (str_eq(call_text(c, "--v"), sha256_hex(c->a, known->instrument->sha256)))
		c->reply.cache = CACHE_FOREVER;
	c->reply.type = "application/json";
	c->reply.bytes = program.bytes;
	c->reply.gzip = program.gzip;
	return true;
}
