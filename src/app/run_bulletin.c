/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/publication.h"
#include "app/run.h"

bool run_bulletin(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct document d;
	struct str bytes;
	if (!call_store(c, &s, e) ||
	    !publication_bulletin(c, s, call_text(c, "--round"), &d, e) ||
	    !publication_render(c, &d, call_text(c, "--format"), &bytes, e) ||
	    !call_deliver(c, bytes, e))
		return false;
	if (d.n_refused) {
		buf_fmt(&c->said,
			c->said_lang == LANG_ES ? "%u composiciones no cierran en 100 y no se "
						  "dibujaron; el boletín dice "
						  "cuáles.\n"
						: "%u compositions do not add up to 100 and were "
						  "not drawn; the bulletin "
						  "says which.\n",
			d.n_refused);
		c->status = 1;
	}
	return true;
}
