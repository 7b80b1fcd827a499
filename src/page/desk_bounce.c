/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters that came back: by the report of a mail server, as a file or typed, or by hand. */
#include "page/desk_inside.h"

struct report {
	struct mail_report said;
	const char *field; /* that it came in */
	bool refused;
	struct err why;
};

static bool find_text(struct call *c, struct report *r, struct str *out, struct err *e)
{
	const char *name;
	r->field = call_given(c, "FILE") ? "file" : "report";
	*out = call_text(c, "--report");
	if (call_given(c, "FILE"))
		return call_file(c, "FILE", &name, out, e);
	return str_trim(*out).n ||
	       err_say(e, ERR_INPUT,
		       "pegue el texto del correo que volvió, o elija el archivo en que lo guardó",
		       "paste the text of the letter that came back, or choose the file that you "
		       "kept it in");
}

bool prepare_desk_report(struct call *c, struct err *e)
{
	struct report *r = NEW(c->a, 1, struct report);
	struct str text;
	c->prepared = r;
	if (find_text(c, r, &text, &r->why) && mail_report_read(c->a, text, &r->said, &r->why))
		return true;
	r->refused = true;
	if (!err_of_system(&r->why))
		return true;
	*e = r->why;
	return false;
}

static bool go_back(struct call *c, struct str round, const char *done)
{
	page_go(c, str_fmt(c->a, "/rondas/%.*s/correo", STR_ARG(round)), done);
	return true;
}

bool write_desk_report(struct call *c, struct err *e)
{
	const struct report *r = c->prepared;
	const struct str round = call_text(c, "--round");
	struct store *s;
	int64_t id = 0;
	if (r->refused) {
		*e = r->why;
		return desk_refused(c, desk_mail_again, r->field, e);
	}
	if (!r->said.failed)
		return go_back(c, round, "retraso");
	if (!call_store(c, &s, e))
		return false;
	if (!store_bounce_mail(s, r->said.message_id, r->said.address, r->said.words, &id, e))
		return desk_refused(c, desk_mail_again, r->field, e);
	return go_back(c, round, id ? "carta-devuelta" : "correo-muerto");
}

bool write_desk_bounce(struct call *c, struct err *e)
{
	const int64_t id = call_integer(c, "LETTER", 0);
	struct stored_mail m;
	struct store *s;
	return call_store(c, &s, e) && store_get_mail(s, c->a, id, &m, e) &&
	       store_bounce_letter(s, id, call_say(c, "anotado a mano", "noted by hand"), e) &&
	       go_back(c, m.round, "carta-devuelta");
}
