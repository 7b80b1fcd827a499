/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every page has around it, and how a deed leads to the next page. */
#include <string.h>

#include "os/random.h"
#include "page/inside.h"

enum { IDEMPOTENCY_BYTES = 16, NAV_MAX = 16 };

/* ---- words for what was just done ---- */

static const struct {
	const char *name;
	struct label words;
} done_sentences[] = {
#define DONE(name, es, en) { name, { { STR(es), STR(en) } } }
	DONE("guardado", "Guardado.", "Saved."),
	DONE("contrasena", "La contraseña nueva ya vale; sus demás sesiones se cerraron.",
	     "The new password holds; your other sessions were ended."),
	DONE("contrasena-fijada", "Su contraseña quedó guardada. Entre con ella.",
	     "Your password is saved. Sign in with it."),
	DONE("cartas-en-cola", "Las cartas quedaron en cola; salen solas.",
	     "The letters are queued; they go out by themselves."),
	DONE("carta-devuelta",
	     "Quedó anotado que la carta volvió; a ese correo ya no se escribe.",
	     "It is noted that the letter came back; nobody writes to that address any more."),
	DONE("correo-muerto",
	     "Ninguna carta es esa; el correo quedó marcado y ya no se le escribe.",
	     "No letter is that one; the address is marked and nobody writes to it any more."),
	DONE("retraso", "El informe solo avisa de un retraso: nada cambia.",
	     "The report only tells of a delay: nothing changes."),
	DONE("salida", "Salió. Hasta pronto.", "You are signed out. See you soon."),
	DONE("sesion-cerrada", "La sesión se cerró.", "The session was ended."),
	DONE("sesiones-cerradas", "Las demás sesiones se cerraron.",
	     "The other sessions were ended."),
	DONE("ficha-revocada", "La ficha ya no sirve.", "The token no longer works."),
	DONE("segundo-factor-quitado", "El segundo factor se quitó.",
	     "The second factor was removed."),
	DONE("cuenta-desactivada",
	     "La cuenta quedó desactivada; sus sesiones y fichas se cerraron.",
	     "The account is disabled; its sessions and tokens were ended."),
	DONE("cuenta-activada", "La cuenta quedó activa.", "The account is active."),
	DONE("rol-dado", "El rol quedó dado.", "The role was granted."),
	DONE("rol-quitado", "El rol se quitó.", "The role was revoked."),
	DONE("autorizacion-retirada", "La autorización quedó retirada y lo personal, borrado.",
	     "The authorisation is withdrawn, and what was personal is erased."),
	DONE("solicitud", "Recibimos su solicitud. La fecha de la respuesta está abajo.",
	     "Your request is here. The date of the answer stands below."),
	DONE("solicitud-por-confirmar",
	     "Le enviamos una carta: confirme desde ella que el correo es suyo.",
	     "We sent you a letter: confirm from it that the address is yours."),
	DONE("enlace-revocado", "El enlace ya no sirve.", "The link no longer works."),
	DONE("aceptado", "Quedó aceptado: cuenta en la ronda.",
	     "It is accepted: it counts in the round."),
	DONE("devuelto", "Quedó devuelto a quien responde.", "It is returned to who answers."),
	DONE("anulado", "Quedó anulado.", "It is annulled."),
	DONE("mensaje", "El mensaje se envió.", "The message was sent."),
	DONE("resuelta", "La pregunta quedó resuelta.", "The question is resolved."),
	DONE("muestra", "La muestra quedó sorteada.", "The sample is drawn."),
	DONE("puntos", "La lectura quedó guardada.", "The reading is kept."),
	DONE("errata", "La errata quedó publicada.", "The erratum is published."),
	DONE("por-corregir", "Guardado.", "Saved."),
	DONE("enviado", "El formulario se envió.", "The form was sent."),
	DONE("evidencia-quitada", "El archivo se quitó.", "The file was taken away."),
#undef DONE
};

struct str done_words(const struct call *c)
{
	for (size_t i = 0; i < sizeof(done_sentences) / sizeof(*done_sentences); i++)
		if (str_is(c->done, done_sentences[i].name))
			return label_in(&done_sentences[i].words, c->lang);
	return (struct str){ 0 };
}

/* ---- addresses ---- */

static const struct param *param_named(const struct command *row, struct str name, size_t *ret_at)
{
	for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++) {
		if (!str_is(name, row->param[i].name))
			continue;
		*ret_at = i;
		return &row->param[i];
	}
	return NULL;
}

/* The path of the row with the call's values in it; a form's is that of the page it stands on as
 * far as there is one. */
struct str frame_own_path(const struct call *c)
{
	struct buf b;
	buf_init(&b, c->a, 4096);
	if (!c->command || !c->command->route || str_starts(str_of(c->command->route), "/api/"))
		return STR("/");
	for (const char *p = c->command->route; *p;) {
		const char *end = *p == '{' ? strchr(p, '}') : NULL;
		size_t at;
		if (!end) {
			buf_putc(&b, *p++);
			continue;
		}
		const struct str name = { p + 1, (size_t)(end - p - 1) };
		if (!param_named(c->command, name, &at) || !c->value[at].n)
			return STR("/");
		buf_put(&b, c->value[at].text[0]);
		p = end + 1;
	}
	return b.over ? STR("/") : buf_str(&b);
}

static struct str base_of(const struct call *c)
{
	return c->lang == LANG_EN ? STR(PAGE_ENGLISH) : STR("");
}

void page_go(struct call *c, struct str path, const char *done)
{
	const struct str base = base_of(c);
	c->reply.status = 303;
	c->reply.location = str_fmt(c->a, "%.*s%.*s%s%s", STR_ARG(base), STR_ARG(path),
				    done ? "?hecho=" : "", done ? done : "");
}

/* ---- where this person may go ---- */

static const struct {
	const char *path;
	unsigned roles;
	struct label word;
} places[] = {
	{ "/formulario",
	  ROLE_CHAMBER | ROLE_MANAGER | ROLE_CONTRIBUTOR,
	  { { STR("Formularios"), STR("Forms") } } },
	{ "/rondas",
	  ROLE_ADMINISTRATOR | ROLE_TEAM | ROLE_REVIEWER | ROLE_ANALYST | ROLE_PUBLISHER,
	  { { STR("Rondas"), STR("Rounds") } } },
	{ "/revision",
	  ROLE_TEAM | ROLE_REVIEWER | ROLE_CHAMBER,
	  { { STR("Revisión"), STR("Review") } } },
	{ "/registro",
	  ROLE_ADMINISTRATOR | ROLE_TEAM | ROLE_REVIEWER | ROLE_ANALYST | ROLE_PUBLISHER,
	  { { STR("Registro"), STR("Register") } } },
	{ "/contactos", ROLE_TEAM | ROLE_CHAMBER, { { STR("Contactos"), STR("Contacts") } } },
	{ "/enlaces",
	  ROLE_ADMINISTRATOR | ROLE_TEAM | ROLE_CHAMBER,
	  { { STR("Enlaces"), STR("Links") } } },
	{ "/administracion/cuentas",
	  ROLE_ADMINISTRATOR,
	  { { STR("Cuentas"), STR("Accounts") } } },
	{ "/administracion/auditoria",
	  ROLE_ADMINISTRATOR,
	  { { STR("Auditoría"), STR("Audit") } } },
	{ "/administracion", ROLE_ADMINISTRATOR, { { STR("Servidor"), STR("Server") } } },
};

static void put_places(struct call *c, struct page_frame *f)
{
	struct template_nav_item *item = NEW(c->a, NAV_MAX, struct template_nav_item);
	const struct str here = str_of(c->command && c->command->route ? c->command->route : "");
	const unsigned roles = c->caller.half ? 0 : c->caller.roles;
	f->nav = item;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (!(places[i].roles & roles & ~(unsigned)ROLE_PUBLIC))
			continue;
		item[f->n_nav++] = (struct template_nav_item){
			.path = str_of(places[i].path),
			.label = label_in(&places[i].word, c->lang),
			.here = str_is(here, places[i].path) ||
				(!str_is(str_of(places[i].path), "/administracion") &&
				 str_starts(here, places[i].path)),
		};
	}
}

static struct str asset(struct call *c, const char *name)
{
	const struct page_server *s = c->server;
	return s && s->asset ? s->asset(s->user, c->a, name)
			     : str_fmt(c->a, "/static/0/%s", name);
}

static bool opens(const struct call *c, const struct command *row, const char *route)
{
	return row->route && strcmp(row->route, route) == 0 && strcmp(row->method, "GET") == 0 &&
	       call_allowed(row, &c->caller);
}

static bool one_opens(const struct call *c, const struct command_rows *part, const char *route)
{
	for (size_t i = 0; i < part->n; i++) {
		if (opens(c, &part->row[i], route))
			return true;
	}
	return false;
}

bool page_may(const struct call *c, const char *route)
{
	for (size_t i = 0; i < n_page_parts; i++) {
		if (one_opens(c, page_parts[i], route))
			return true;
	}
	for (size_t i = 0; i < n_command_parts; i++) {
		if (one_opens(c, command_parts[i], route))
			return true;
	}
	return false;
}

/* A POST whose address is no page by itself: its form's page. */
static struct str page_path(const struct call *c)
{
	const struct str path = frame_own_path(c);
	const bool post = c->command && c->command->method &&
			  str_is(str_of(c->command->method), "POST");
	if (!post)
		return path;
	if (!form_of(c->command))
		return STR("/");
	if (str_starts(path, "/cuenta/segundo-factor"))
		return STR("/cuenta/segundo-factor");
	if (str_starts(path, "/cuenta"))
		return STR("/cuenta");
	return str_ends(path, "/roles") ? str_sub(path, 0, path.n - 6) : path;
}

static struct page_frame *make_frame(struct call *c)
{
	struct page_frame *f = NEW(c->a, 1, struct page_frame);
	const enum lang other = c->lang == LANG_EN ? LANG_ES : LANG_EN;
	f->lang = c->lang;
	f->base = base_of(c);
	f->csrf = c->caller.csrf;
	f->writer = c->caller.writer;
	f->path = page_path(c);
	f->style = asset(c, "style.css");
	f->site_style = asset(c, "site.css");
	f->person = c->caller.person;
	/* Who came by a personal link has no account: what is held on them is their own page. */
	f->own = c->caller.kind == CALLER_LINK ? STR("/mis-datos") : STR("/cuenta");
	f->other_code = str_of(lang_code(other));
	f->other_lang = str_fmt(c->a, "%.*s?lang=%s", STR_ARG(f->path), lang_code(other));
	f->done = done_words(c);
	put_places(c, f);
	return f;
}

const struct page_frame *frame_of_reader(struct call *c)
{
	return make_frame(c);
}

const struct page_frame *frame_here(struct call *c)
{
	struct page_frame *f = make_frame(c);
	f->idempotency = random_hex(c->a, IDEMPOTENCY_BYTES);
	return f;
}

const struct page_frame *frame_with_script(struct call *c, const char *name)
{
	struct page_frame *f = make_frame(c);
	f->idempotency = random_hex(c->a, IDEMPOTENCY_BYTES);
	f->script = asset(c, name);
	return f;
}

bool page_end(struct call *c, struct err *e)
{
	if (c->out.over || c->out.n > PAGE_BYTES_MAX)
		return err_say(e, ERR_LIMIT, "la página pasa de %d KiB; pida menos filas",
			       "the page is over %d KiB; ask for fewer rows",
			       PAGE_BYTES_MAX >> 10);
	c->reply.type = "text/html; charset=utf-8";
	return true;
}

/* ---- faults ---- */

struct template_fault fault_none(void)
{
	return (struct template_fault){ 0 };
}

struct template_fault fault_of(const struct call *c, const struct access *x)
{
	const struct param named = { .name = x->field ? x->field : "" };
	return (struct template_fault){
		.field = x->field ? str_of(param_web_name(c->a, &named)) : (struct str){ 0 },
		.why = label_in(&x->why, c->lang),
	};
}
