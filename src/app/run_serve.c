/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/run.h"

bool run_serve(struct call *c, struct err *e)
{
	(void)c;
	return err_say(e, ERR_CONFLICT, "serve solo se llama desde la línea de comandos",
		       "serve is called from the command line only");
}
