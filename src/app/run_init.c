/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/catalogue.h"
#include "app/input.h"
#include "app/run.h"
#include "app/sample.h"

/* Nothing was published or opened in it yet: what an init --sample leaves that was cut off. */
static bool is_blank(struct store *s, struct arena *a, bool *ret_blank, struct err *e)
{
	struct stored_instrument *instrument;
	struct stored_round *round;
	size_t n_instruments, n_rounds;
	if (!store_list_instruments(s, a, &instrument, &n_instruments, e) ||
	    !store_list_rounds(s, a, &round, &n_rounds, e))
		return false;
	*ret_blank = !n_instruments && !n_rounds;
	return true;
}

/* Makes the store; one that is there already will do for the sample while it is blank. */
static bool make_store(struct call *c, bool sample, struct err *e)
{
	struct store *s = NULL;
	struct err again = { 0 };
	bool blank = false;
	if (store_init_at(c->folder, c->database, e))
		return true;
	if (!sample || e->code != ERR_CONFLICT || !call_store(c, &s, &again) ||
	    !is_blank(s, c->a, &blank, &again) || !blank)
		return false;
	*e = (struct err){ 0 };
	return true;
}

/* What init would meet: data that are there already, or a folder that cannot be looked into. */
static bool look_only(struct call *c, struct err *e)
{
	struct store *s = NULL;
	if (call_store(c, &s, e))
		return err_say(e, ERR_CONFLICT, "%s: ya tiene datos; no se cambia nada",
			       "%s: it has data already; nothing is changed", c->folder);
	if (e->code != ERR_ABSENT)
		return false;
	*e = (struct err){ 0 };
	return true;
}

bool run_init(struct call *c, struct err *e)
{
	bool sample = call_given(c, "--sample");
	if (sample && !sample_available())
		return err_say(e, ERR_ABSENT,
			       "este programa se construyó sin las rondas de muestra",
			       "this program was built without the sample rounds");
	if (call_given(c, "--dry-run"))
		return look_only(c, e);
	if (!make_store(c, sample, e))
		return false;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES ? "Carpeta de datos lista: %s\n"
					: "The data folder is ready: %s\n",
		c->folder);
	if (!sample)
		return true;
	struct store *s = NULL;
	return call_store(c, &s, e) && sample_load(c, s, e) &&
	       (!call_given(c, "--open") || sample_open(c, s, e));
}
