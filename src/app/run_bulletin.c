/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/publication.h"
#include "app/run.h"

bool run_bulletin(struct call *c, struct err *e)
{
	STORE_SCOPE struct store *s = NULL;
	struct document d;
	struct str bytes;
	return call_store(c, &s, e) &&
	       publication_bulletin(c, s, call_text(c, "--round"), &d, e) &&
	       publication_render(c, &d, call_text(c, "--format"), &bytes, e) &&
	       call_deliver(c, bytes, e);
}
