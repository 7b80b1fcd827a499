/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One area of the form for somebody else, by a personal link. */
#include "page/form_inside.h"

enum { DELEGATE_DAYS_USUAL = 14 };

/* Whoever may send may hand out a part. */
static bool open_sheet(struct call *c, struct store **ret_s, struct sheet *out, struct err *e)
{
	return form_sheet(c, ret_s, out, e) &&
	       (out->may_send ||
		err_say(e, out->may_answer ? ERR_DENIED : ERR_CONFLICT,
			"este formulario no recibe más respuestas, o su acceso es para una sola "
			"área",
			"this form takes no more answers, or your access is for one area only"));
}

static bool is_own(const struct call *c, const struct sheet *sheet, const struct stored_link *k)
{
	return str_is(k->role, "contributor") && str_eq(k->cluster, sheet->key.cluster) &&
	       str_eq(k->round, sheet->key.round) && str_eq(k->created_by, c->caller.name);
}

static struct str area_words(const struct call *c, const struct sheet *sheet, struct str code)
{
	const struct instrument *in = sheet->known->instrument;
	for (size_t i = 0; i < in->n_areas; i++)
		if (str_eq(in->area[i].code, code))
			return label_in(&in->area[i].label, c->lang);
	return code;
}

static void put_guests(struct call *c, const struct sheet *sheet, const struct form_people *all,
		       struct template_form_delegate *t)
{
	struct template_form_guest *out = NEW(c->a, all->n, struct template_form_guest);
	t->guests = out;
	for (size_t i = 0; i < all->n; i++) {
		const struct stored_link *k = &all->link[i];
		if (!is_own(c, sheet, k))
			continue;
		out[t->n_guests++] = (struct template_form_guest){
			.id = k->id,
			.person = k->person,
			.area = area_words(c, sheet, k->area),
			.until = k->expires_at,
			.seen = k->seen_at,
			.revoked = k->revoked_at.n > 0 || str_cmp(k->expires_at, c->now) <= 0,
		};
	}
}

/* Areas that the form has a section of. */
static void put_areas(struct call *c, const struct sheet *sheet, struct str chosen,
		      struct template_form_delegate *t)
{
	struct template_choice *out = NEW(c->a, sheet->form->n_sections, struct template_choice);
	t->areas = out;
	for (size_t i = 0; i < sheet->form->n_sections; i++) {
		const size_t area = sheet->form->section[i].area;
		if (area == NO_AREA || !form_section_shown(sheet, i))
			continue;
		const struct str code = sheet->known->instrument->area[area].code;
		out[t->n_areas++] = (struct template_choice){
			.value = code,
			.word = form_section_title(c, sheet, i),
			.chosen = str_eq(code, chosen),
		};
	}
}

bool form_delegate_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	const bool typed = str_is(str_of(c->command->method), "POST");
	struct store *s;
	struct sheet sheet;
	struct form_people all;
	if (!open_sheet(c, &s, &sheet, e) || !form_people(c, s, sheet.key.round, &all, e))
		return false;
	struct template_form_delegate t = {
		.cluster = sheet.key.cluster,
		.name = sheet.cluster_name,
		.round = sheet.key.round,
		.person = typed ? call_text(c, "--person") : (struct str){ 0 },
		.days = typed ? call_integer(c, "--days", DELEGATE_DAYS_USUAL)
			      : DELEGATE_DAYS_USUAL,
		.fault = fault ? *fault : fault_none(),
	};
	put_areas(c, &sheet, typed ? call_text(c, "--area") : (struct str){ 0 }, &t);
	put_guests(c, &sheet, &all, &t);
	template_form_delegate(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_form_delegate(struct call *c, struct err *e)
{
	return form_delegate_again(c, NULL, e);
}

/* A parameter that the form does not ask for. */
static bool give(struct call *c, const char *name, struct str value, struct err *e)
{
	for (size_t i = 0; i < PARAMS_MAX && c->command->param[i].name; i++)
		if (str_is(str_of(name), c->command->param[i].name))
			return c->value[i].n || command_bind_value(c, i, value, e);
	return true;
}

bool prepare_form_delegate(struct call *c, struct err *e)
{
	struct store *s;
	struct sheet sheet;
	return open_sheet(c, &s, &sheet, e) && give(c, "--round", sheet.key.round, e) &&
	       give(c, "--role", STR("contributor"), e) && prepare_create_link(c, e);
}

static struct str back_path(struct call *c)
{
	return str_fmt(c->a, "/formulario/%.*s/delegar?round=%.*s",
		       STR_ARG(call_text(c, "--cluster")), STR_ARG(call_text(c, "--round")));
}

bool write_form_delegate(struct call *c, struct err *e)
{
	if (!do_create_link(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused) {
		const struct template_fault fault = fault_of(c, x);
		c->reply.status = 422;
		return form_delegate_again(c, &fault, e);
	}
	return show_secret(c,
			   str_fmt(c->a, "%.*s %.*s",
				   STR_ARG(call_say(c, "Enlace para", "Link for")),
				   STR_ARG(call_text(c, "--person"))),
			   call_say(c,
				    "Cópielo y envíelo a la persona, por un medio que solo ella "
				    "lea. Con él responde su área; no puede ver las demás ni "
				    "enviar.",
				    "Copy it and send it to the person, by a way that only they "
				    "read. With it they answer their area; they can neither "
				    "see the others nor send."),
			   whole_address(c, x->path), str_c(c->a, back_path(c)), e);
}

bool prepare_form_revoke(struct call *c, struct err *e)
{
	struct store *s;
	struct sheet sheet;
	if (!open_sheet(c, &s, &sheet, e) || !give(c, "--round", sheet.key.round, e) ||
	    !prepare_revoke_link(c, e))
		return false;
	return is_own(c, &sheet, &access_of(c)->link) ||
	       err_say(e, ERR_ABSENT, "ese enlace no lo hizo usted",
		       "that link was not made by you");
}

bool write_form_revoke(struct call *c, struct err *e)
{
	if (!do_revoke_link(c, e))
		return false;
	page_go(c, str_fmt(c->a, "%.*s&hecho=enlace-revocado", STR_ARG(back_path(c))), NULL);
	return true;
}
