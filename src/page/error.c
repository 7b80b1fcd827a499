/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What could not be done, as a page: what happened and what to do. */
#include <string.h>

#include "page/inside.h"

enum { ERROR_PAGE_BYTES_MAX = 64 << 10, TYPED_PAGE_BYTES_MAX = 2 << 20 };

static const struct {
	unsigned status;
	struct label what, cure;
	bool says_why; /* the error's own words help whoever asked */
	enum err_code code; /* for errors of this code alone; ERR_NONE: of the status */
} errors[] = {
	{ 400,
	  { { STR("No entendimos lo que pidió"), STR("We did not understand the request") } },
	  { { STR("Vuelva a la página anterior y corrija lo que se nombra arriba."),
	      STR("Go back to the page before and mend what is named above.") } },
	  true,
	  ERR_NONE },
	{ 401,
	  { { STR("Hace falta entrar"), STR("You need to sign in") } },
	  { { STR("Entre con su correo y contraseña y vuelva a pedir la página."),
	      STR("Sign in with your address and password and ask for the page again.") } },
	  false,
	  ERR_NONE },
	{ 403,
	  { { STR("Esta página no es para su cuenta"), STR("This page is not for your account") } },
	  { { STR("Si la necesita para su trabajo, pida el rol a la administración del sitio."),
	      STR("If your work needs it, ask the site's administrators for the role.") } },
	  true,
	  ERR_NONE },
	{ 404,
	  { { STR("Aquí no hay nada"), STR("There is nothing here") } },
	  { { STR("Revise la dirección, o empiece desde el inicio."),
	      STR("Check the address, or begin at the start.") } },
	  true,
	  ERR_NONE },
	{ 405,
	  { { STR("Esta dirección no se usa así"), STR("This address is not used like that") } },
	  { { STR("Abra la página desde sus enlaces y botones."),
	      STR("Open the page by its links and buttons.") } },
	  false,
	  ERR_NONE },
	{ 409,
	  { { STR("Ya no se puede hacer"), STR("That can no longer be done") } },
	  { { STR("Abra de nuevo la página para ver cómo está ahora."),
	      STR("Open the page again to see how things stand now.") } },
	  true,
	  ERR_NONE },
	{ 413,
	  { { STR("Es demasiado grande"), STR("That is too large") } },
	  { { STR("Envíe menos de una vez."), STR("Send less at once.") } },
	  true,
	  ERR_NONE },
	{ 422,
	  { { STR("Hay algo por corregir"), STR("Something needs mending") } },
	  { { STR("Vuelva a la página anterior y corrija lo que se nombra arriba."),
	      STR("Go back to the page before and mend what is named above.") } },
	  true,
	  ERR_NONE },
	{ 429,
	  { { STR("Demasiadas peticiones seguidas"), STR("Too many requests in a row") } },
	  { { STR("Espere unos minutos e intente otra vez."),
	      STR("Wait a few minutes and try again.") } },
	  false,
	  ERR_NONE },
	{ 500,
	  { { STR("Algo falló de nuestro lado"), STR("Something failed on our side") } },
	  { { STR("No se guardó nada. Intente otra vez; si vuelve a pasar, avise a la "
		  "administración del sitio con la hora."),
	      STR("Nothing was saved. Try again; if it happens again, tell the site's "
		  "administrators the time.") } },
	  false,
	  ERR_NONE },
	{ 503,
	  { { STR("Hay mucha gente ahora mismo"), STR("There is a crowd right now") } },
	  { { STR("No se guardó nada. Espere unos segundos e intente otra vez."),
	      STR("Nothing was saved. Wait a few seconds and try again.") } },
	  false,
	  ERR_NONE },
	{ 503,
	  { { STR("El servidor no tiene dónde guardar"),
	      STR("The server has no room to save in") } },
	  { { STR("Lo que escribió sigue en la página anterior: vuelva a ella y envíelo cuando "
		  "haya espacio."),
	      STR("What you wrote is still on the page before: go back to it, and send it when "
		  "there is room.") } },
	  true,
	  ERR_FULL },
};

static size_t find_error(unsigned status, enum err_code code)
{
	const unsigned likely = status == 408 || status == 431 || status == 414 ? 413
				: status < 500					 ? 400
				: status == 503 || status == 504		 ? 503
										 : 500;
	size_t by_status = 0, by_likeness = 0;
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		if (errors[i].code != ERR_NONE && errors[i].code == code)
			return i;
		if (errors[i].code != ERR_NONE)
			continue;
		if (errors[i].status == status)
			by_status = i;
		if (errors[i].status == likely)
			by_likeness = i;
	}
	return errors[by_status].status == status ? by_status : by_likeness;
}

/* ---- words ---- */

/* The parameter as whoever fills in a form knows it: "--lang" and «lang» become words. */
static struct str by_label(struct call *c, struct str text)
{
	for (size_t i = 0; c->command && i < PARAMS_MAX && c->command->param[i].name; i++) {
		const struct param *p = &c->command->param[i];
		const struct str quoted = str_fmt(c->a, c->lang == LANG_EN ? "\"%s\"" : "«%s»",
						  param_web_name(c->a, p));
		const struct str name = str_of(p->name);
		size_t at, n = quoted.n;
		if (!str_find(text, quoted, &at)) {
			n = name.n;
			if (!str_find(text, name, &at))
				continue;
		}
		return str_fmt(c->a, c->lang == LANG_EN ? "%.*s\"%.*s\"%.*s" : "%.*s«%.*s»%.*s",
			       (int)at, text.p, STR_ARG(label_in(&p->help, c->lang)),
			       STR_ARG(str_sub(text, at + n, text.n)));
	}
	return text;
}

/* Messages begin small and have no full stop, for they follow the name of a file or command; a page
 * says a sentence. */
static struct str sentence(struct call *c, struct str text)
{
	static const char ends[] = ".!?:";
	struct buf b;
	if (!text.n)
		return text;
	buf_init(&b, c->a, text.n + 2);
	const char first = text.p[0];
	buf_putc(&b, first >= 'a' && first <= 'z' ? (char)(first - 'a' + 'A') : first);
	buf_put(&b, str_sub(text, 1, text.n));
	if (!memchr(ends, text.p[text.n - 1], sizeof(ends) - 1))
		buf_putc(&b, '.');
	return buf_str(&b);
}

static struct str words_of(struct call *c, const struct err *e)
{
	return sentence(c, by_label(c, str_of(err_text(e, c->lang == LANG_EN))));
}

static void fresh_out(struct call *c)
{
	buf_init(&c->out, c->a, ERROR_PAGE_BYTES_MAX + PAGE_BYTES_MAX);
	c->reply.bytes = c->reply.gzip = c->reply.file_name = (struct str){ 0 };
	c->reply.cache = CACHE_NEVER;
}

/* A value that cannot be read, of a row that is a form: the form again, with the fault beside its
 * field. */
static bool show_form(struct call *c, const struct err *e)
{
	form_again *again = form_of(c->command);
	struct err late = { 0 };
	if (!again || !c->blamed)
		return false;
	const struct template_fault fault = {
		.field = str_of(c->blamed),
		.why = words_of(c, e),
	};
	fresh_out(c);
	if (!again(c, &fault, &late) || c->out.over)
		return false;
	c->reply.status = 422;
	return true;
}

/* ---- what was typed before the session ended ---- */

/* The fields go on in a form of their own, which whoever typed them sends when they have come in
 * again.  Nobody else does: the seal says who was shown the form, and another's cannot be made. */
static void show_typed(struct call *c, unsigned status)
{
	const struct str now = c->caller.writer;
	struct template_typed_field *field = NEW(c->a, c->n_typed + 1, struct template_typed_field);
	struct template_typed t = {
		.path = frame_own_path(c),
		.fields = field,
		.n_fields = c->n_typed,
		.signed_in = now.n > 0,
		.same = now.n && str_eq(now, c->typed_writer),
	};
	for (size_t i = 0; i < c->n_typed; i++)
		field[i] = (struct template_typed_field){ c->typed[i].name, c->typed[i].value };
	buf_init(&c->out, c->a, TYPED_PAGE_BYTES_MAX);
	c->reply.bytes = c->reply.gzip = c->reply.file_name = (struct str){ 0 };
	c->reply.cache = CACHE_NEVER;
	struct page_frame frame = *frame_here(c);
	frame.writer = c->typed_writer;
	if (!t.same)
		frame.csrf = (struct str){ 0 }; /* else it would be saved as somebody else's */
	template_typed(&c->out, &frame, &t);
	c->reply.status = status;
	c->reply.type = "text/html; charset=utf-8";
}

void page_error(struct call *c, unsigned status, const struct err *e)
{
	if (c->n_typed && c->typed_writer.n) {
		show_typed(c, status);
		return;
	}
	const bool of_values = status == 400 || status == 409 || status == 413 || status == 422;
	if (of_values && e->code != ERR_NONE && show_form(c, e))
		return;
	const size_t at = find_error(status, e->code);
	const struct template_error t = {
		.status = (int64_t)status,
		.what = label_in(&errors[at].what, c->lang),
		.why = errors[at].says_why ? words_of(c, e) : (struct str){ 0 },
		.cure = label_in(&errors[at].cure, c->lang),
		.sign_in = status == 401,
	};
	fresh_out(c);
	template_error(&c->out, frame_here(c), &t);
	c->reply.status = status;
	c->reply.type = "text/html; charset=utf-8";
}
