/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In what words a letter is written. */
#include <string.h>

#include "app/catalogue.h"
#include "app/embedded.h"
#include "app/mail.h"

#define LABEL(es, en) { { STR(es), STR(en) } }
const struct mail_name mail_names[MAIL_NAMES_N] = {
	{ "invitation", LABEL("Invitación", "Invitation"), true },
	{ "reminder", LABEL("Recordatorio", "Reminder"), true },
	{ "returned", LABEL("Devuelto para corregir", "Returned for mending"), true },
	{ "accepted", LABEL("Aceptado", "Accepted"), false },
	{ "thanks", LABEL("Agradecimiento", "Thanks"), false },
};
static const char *const field_names[MAIL_FIELDS_N] = {
	[MAIL_PERSON] = "nombre", [MAIL_CLUSTER] = "cluster", [MAIL_LINK] = "enlace",
	[MAIL_CLOSES] = "cierre", [MAIL_DAYS] = "dias",	      [MAIL_ROUND] = "ronda",
	[MAIL_REASON] = "motivo",
};
enum { WORDING_BYTES_MAX = 64 << 10 };

const char *mail_field_name(enum mail_field f)
{
	return field_names[f];
}

const struct mail_name *mail_name_of(struct str name)
{
	for (size_t i = 0; i < MAIL_NAMES_N; i++) {
		if (str_is(name, mail_names[i].name))
			return &mail_names[i];
	}
	return NULL;
}

/* The first line of a shipped file is the subject, an empty one follows. */
static bool shipped(struct call *c, struct str name, struct str lang,
		    struct stored_mail_text *out, struct err *e)
{
	struct str bytes;
	const char *file = str_c(c->a, str_fmt(c->a, "mail/%.*s.%.*s.txt", STR_ARG(name),
					       STR_ARG(lang)));
	if (!embedded_read(c->a, embedded_data, embedded_data_n, file, &bytes, e))
		return false;
	const struct str subject = str_cut(&bytes, '\n');
	*out = (struct stored_mail_text){ .subject = str_trim(subject), .body = str_trim(bytes) };
	return true;
}

bool mail_wording(struct call *c, struct store *s, struct str name, struct str lang,
		  struct stored_mail_text *out, struct err *e)
{
	bool found;
	if (!mail_name_of(name))
		return err_say(e, ERR_ABSENT, "no hay ninguna carta %.*s; hay " MAIL_NAME_CHOICES,
			       "there is no letter %.*s; there is " MAIL_NAME_CHOICES,
			       STR_ARG(str_sub(name, 0, 40)));
	if (!store_find_mail_text(s, c->a, name, lang, &found, out, e))
		return false;
	return found || shipped(c, name, lang, out, e);
}

/* ---- fields ---- */

/* The field that begins at the brace at s.p[at]; *ret_end behind its closing brace. */
static bool field_at(struct str s, size_t at, enum mail_field *ret_field, size_t *ret_end)
{
	for (size_t i = 0; i < MAIL_FIELDS_N; i++) {
		const size_t n = strlen(field_names[i]);
		if (at + n + 1 < s.n && s.p[at + n + 1] == '}' &&
		    memcmp(s.p + at + 1, field_names[i], n) == 0) {
			*ret_field = (enum mail_field)i;
			*ret_end = at + n + 2;
			return true;
		}
	}
	return false;
}

void mail_fill(struct buf *out, struct str text, const struct mail_fields *fields)
{
	for (size_t at = 0; at < text.n;) {
		enum mail_field field;
		if (text.p[at] == '{' && field_at(text, at, &field, &at))
			buf_put(out, fields->value[field]);
		else
			buf_putc(out, text.p[at++]);
	}
}

static bool check_fields(struct str text, bool *seen_link, struct err *e)
{
	for (size_t at = 0; at < text.n; at++) {
		enum mail_field field;
		if (text.p[at] != '{' && text.p[at] != '}')
			continue;
		if (text.p[at] == '{' && field_at(text, at, &field, &at)) {
			*seen_link |= field == MAIL_LINK;
			at--;
			continue;
		}
		return err_say(e, ERR_INPUT,
			       "«%.*s» no es un campo; use {nombre} {cluster} {enlace} {cierre} "
			       "{dias} {ronda} {motivo}",
			       "\"%.*s\" is no field; use {nombre} {cluster} {enlace} {cierre} "
			       "{dias} {ronda} {motivo}",
			       STR_ARG(str_sub(text, at, 20)));
	}
	return true;
}

bool mail_wording_check(const struct mail_name *name, const struct stored_mail_text *text,
			struct err *e)
{
	bool in_subject = false, in_body = false;
	size_t at;
	if (!str_trim(text->subject).n || !str_trim(text->body).n)
		return err_say(e, ERR_INPUT, "escriba el asunto y el texto",
			       "write the subject and the text");
	if (str_find(text->subject, STR("\n"), &at) || str_find(text->subject, STR("\r"), &at))
		return err_say(e, ERR_INPUT, "el asunto va en una sola línea",
			       "the subject is one line");
	if (!check_fields(text->subject, &in_subject, e) ||
	    !check_fields(text->body, &in_body, e))
		return false;
	if (in_subject)
		return err_say(e, ERR_INPUT,
			       "el enlace no va en el asunto, donde se ve; quite {enlace}",
			       "the link does not belong into the subject, where anybody sees it; "
			       "take {enlace} out");
	return in_body || !name->links ||
	       err_say(e, ERR_INPUT, "falta {enlace} en el texto: sin él nadie puede entrar",
		       "{enlace} is missing in the text: nobody could come in without it");
}
