/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evidence.h"

#include <string.h>

/* ---- kinds ---- */

static bool begins(struct str bytes, const char *with, size_t n)
{
	return bytes.n >= n && memcmp(bytes.p, with, n) == 0;
}

/* What Office packs is a ZIP with files of known names, which stand in its directory as they
 * are. */
static const char *packed_kind(struct str bytes)
{
	size_t at;
	if (!str_find(bytes, STR("[Content_Types].xml"), &at))
		return NULL;
	if (str_find(bytes, STR("xl/workbook.xml"), &at))
		return "xlsx";
	return str_find(bytes, STR("word/document.xml"), &at) ? "docx" : NULL;
}

const char *evidence_kind(struct str bytes)
{
	if (begins(bytes, "%PDF-", 5))
		return "pdf";
	if (begins(bytes, "\x89PNG\r\n\x1a\n", 8))
		return "png";
	if (begins(bytes, "\xff\xd8\xff", 3))
		return "jpeg";
	return begins(bytes, "PK\x03\x04", 4) ? packed_kind(bytes) : NULL;
}

/* ---- which question ---- */

bool evidence_is_visible(const struct sheet *sheet, struct str question)
{
	const struct question *q = form_question(sheet->form, question);
	const size_t section = q ? form_section_at(sheet->form, q) : SIZE_MAX;
	if (!sheet->area.n)
		return true;
	if (section == SIZE_MAX || sheet->form->section[section].area == NO_AREA)
		return false;
	const size_t area = sheet->form->section[section].area;
	return str_eq(sheet->known->instrument->area[area].code, sheet->area);
}

static bool may_change(const struct sheet *sheet, struct str question, struct err *e)
{
	const struct question *q = form_question(sheet->form, question);
	const size_t section = q ? form_section_at(sheet->form, q) : SIZE_MAX;
	if (section != SIZE_MAX && sheet_may_answer(sheet, section))
		return true;
	return err_say(e, sheet->may_answer ? ERR_DENIED : ERR_CONFLICT,
		       "la evidencia de este formulario no se puede cambiar: ya se envió, la "
		       "ronda no recibe respuestas o su acceso es para otra área",
		       "the evidence of this form cannot be changed: it was sent, the round "
		       "takes no answers or your access is for another area");
}

/* ---- putting one there ---- */

struct evidence_deed *evidence_deed_of(const struct call *c)
{
	return c->prepared;
}

static bool refuse(struct call *c, const char *field, struct label why)
{
	struct evidence_deed *d = evidence_deed_of(c);
	d->refused = true;
	d->field = field;
	d->why = why;
	c->reply.status = 422;
	return true;
}

static bool start(struct call *c, struct evidence_deed **out, struct store **ret_s, struct err *e)
{
	struct evidence_deed *d = *out = NEW(c->a, 1, struct evidence_deed);
	struct questionnaire_key key;
	c->prepared = d;
	return call_store(c, ret_s, e) && sheet_key(c, *ret_s, FORM_CLUSTER, &key, e) &&
	       sheet_open(c, *ret_s, &key, &d->sheet, e);
}

static bool check_file(struct call *c, struct evidence_deed *d)
{
	const char *kind = evidence_kind(d->bytes);
	if (!kind)
		return refuse(c, "file",
			      (struct label){ { STR("el archivo no es PDF, PNG, JPEG, XLSX ni "
						    "DOCX; guárdelo en una de esas formas"),
						STR("the file is no PDF, PNG, JPEG, XLSX or DOCX; "
						    "save it as one of those") } });
	d->in.kind = str_of(kind);
	return true;
}

bool prepare_add_evidence(struct call *c, struct err *e)
{
	struct evidence_deed *d;
	struct store *s;
	const char *name;
	if (!start(c, &d, &s, e))
		return false;
	d->question = call_text(c, "--question");
	d->item = call_integer(c, "--item", 0);
	const struct question *q = form_question(d->sheet.form, d->question);
	if (!q || (q->repeat >= 0) != (d->item > 0))
		return refuse(c, "question",
			      (struct label){ { STR("elija una pregunta del formulario"),
						STR("choose a question of the form") } });
	if (!may_change(&d->sheet, d->question, e))
		return false;
	if (!call_given(c, "FILE"))
		return refuse(c, "file",
			      (struct label){ { STR("elija un archivo"), STR("choose a file") } });
	if (!call_file(c, "FILE", &name, &d->bytes, e))
		return false;
	d->in.question = q->name;
	d->in.item = d->item;
	d->in.name = str_of(name);
	return check_file(c, d);
}

/* What is wrong with the file, and not with the system, is for whoever sent it. */
static bool refuse_error(struct call *c, const struct err *why, struct err *e)
{
	if (why->code != ERR_LIMIT && why->code != ERR_CONFLICT) {
		*e = *why;
		return false;
	}
	return refuse(c, "file",
		      (struct label){ { str_dup(c->a, str_of(why->msg)),
					str_dup(c->a, str_of(err_text(why, true))) } });
}

bool do_add_evidence(struct call *c, struct err *e)
{
	struct evidence_deed *d = evidence_deed_of(c);
	struct store *s;
	struct err why = { 0 };
	if (d->refused)
		return true;
	return (call_store(c, &s, &why) && store_open_questionnaire(s, &d->sheet.key, &why) &&
		store_add_evidence(s, &d->sheet.key, &d->in, d->bytes, &d->number, &why)) ||
	       refuse_error(c, &why, e);
}

/* ---- taking one away ---- */

bool prepare_remove_evidence(struct call *c, struct err *e)
{
	struct evidence_deed *d;
	struct stored_evidence *list;
	struct store *s;
	size_t n;
	if (!start(c, &d, &s, e) || !store_list_evidence(s, c->a, &d->sheet.key, &list, &n, e))
		return false;
	d->number = call_integer(c, "NUMBER", 0);
	for (size_t i = 0; i < n; i++) {
		if (list[i].number != d->number || list[i].removed_at.n)
			continue;
		d->question = list[i].question;
		return may_change(&d->sheet, d->question, e);
	}
	return err_say(e, ERR_ABSENT, "el formulario no tiene la evidencia %lld, o se quitó",
		       "the form has no evidence %lld, or it was taken away",
		       (long long)d->number);
}

bool do_remove_evidence(struct call *c, struct err *e)
{
	const struct evidence_deed *d = evidence_deed_of(c);
	struct store *s;
	return call_store(c, &s, e) && store_remove_evidence(s, &d->sheet.key, d->number, e);
}
