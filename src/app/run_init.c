/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/catalogue.h"
#include "app/input.h"
#include "app/run.h"
#include "app/sample.h"

bool run_init(struct call *c, struct err *e)
{
	bool sample = call_given(c, "--sample");
	if (sample && !sample_available())
		return err_say(e, ERR_ABSENT, "este programa se construyó sin las rondas de muestra",
			       "this program was built without the sample rounds");
	if (!store_init(c->folder, e))
		return false;
	buf_fmt(&c->said, c->lang == LANG_ES ? "Carpeta de datos lista: %s\n" : "The data folder is ready: %s\n", c->folder);
	if (!sample)
		return true;
	STORE_SCOPE struct store *s = NULL;
	return call_store(c, &s, e) && sample_load(c, s, e);
}
