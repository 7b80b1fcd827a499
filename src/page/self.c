/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One's own account. */
#include "page/inside.h"
#include "render/qr.h"

/* ---- the page ---- */

static bool is_route(const struct call *c, const char *route)
{
	return c->command && c->command->route && str_is(str_of(c->command->route), route);
}

static void put_tokens(struct call *c, const struct access_self *me, struct template_self *t)
{
	struct template_api_token *out = NEW(c->a, me->n_tokens, struct template_api_token);
	for (size_t i = 0; i < me->n_tokens; i++)
		out[i] = (struct template_api_token){
			.id = me->token[i].id,
			.name = me->token[i].name,
			.scope = me->token[i].scope,
			.until = me->token[i].expires_at,
			.seen = me->token[i].seen_at,
		};
	t->tokens = out;
	t->n_tokens = me->n_tokens;
}

static void put_scopes(struct call *c, bool again, struct template_self *t)
{
	static const struct {
		const char *name;
		struct label word;
	} scopes[] = {
		{ "read", { { STR("leer"), STR("read") } } },
		{ "write", { { STR("escribir"), STR("write") } } },
		{ "metrics", { { STR("ver las métricas del servidor"),
				 STR("see the server's metrics") } } },
	};
	enum { N = sizeof(scopes) / sizeof(*scopes) };
	struct template_choice *out = NEW(c->a, N, struct template_choice);
	for (size_t i = 0; i < N; i++) {
		out[i].value = str_of(scopes[i].name);
		out[i].word = label_in(&scopes[i].word, c->lang);
		const struct values *v = again ? call_values(c, "--scope") : NULL;
		for (size_t j = 0; v && j < v->n; j++)
			out[i].chosen = out[i].chosen || str_eq(v->text[j], out[i].value);
	}
	out[0].chosen = again ? out[0].chosen : true;
	t->scopes = out;
	t->n_scopes = N;
}

/* What was typed in the form that comes back. */
static void put_typed(struct call *c, struct template_self *t)
{
	const bool of_name = is_route(c, "/cuenta") && c->command->param[0].name;
	const bool of_token = is_route(c, "/cuenta/fichas");
	if (of_name && call_given(c, "--name"))
		t->name = call_text(c, "--name");
	t->days = TOKEN_DAYS_USUAL;
	if (of_token) {
		t->token_name = call_text(c, "--name");
		t->days = call_integer(c, "--days", TOKEN_DAYS_USUAL);
		if (str_is(t->fault.field, "name"))
			t->fault.field = STR("token_name");
	}
	put_scopes(c, of_token, t);
}

bool self_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct access_self me;
	struct template_self t = { .fault = fault ? *fault : fault_none() };
	if (!access_look_self(c, &me, e))
		return false;
	t.email = me.account.email;
	t.name = me.account.name;
	t.langs = lang_choices(c, me.account.lang, &t.n_langs);
	t.grants = grant_rows(c, me.grant, me.n_grants);
	t.n_grants = me.n_grants;
	t.sessions = session_rows(c, me.session, me.n_sessions);
	t.n_sessions = me.n_sessions;
	t.others = me.n_sessions > 1;
	t.totp = me.account.totp_on;
	t.recovery_left = me.recovery_left;
	put_tokens(c, &me, &t);
	put_typed(c, &t);
	template_self(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_self(struct call *c, struct err *e)
{
	return self_again(c, NULL, e);
}

/* ---- deeds ---- */

/* Goes on, or shows the form again. */
static bool after(struct call *c, form_again *again, const char *path, const char *done,
		  struct err *e)
{
	const struct access *x = access_of(c);
	if (x->refused) {
		const struct template_fault fault = fault_of(c, x);
		c->reply.status = 422;
		return again(c, &fault, e);
	}
	page_go(c, str_of(path), done);
	return true;
}

bool write_self(struct call *c, struct err *e)
{
	if (!do_change_self(c, e))
		return false;
	if (!access_of(c)->refused)
		c->lang = str_is(call_text(c, "--lang"), "en") ? LANG_EN : LANG_ES;
	return after(c, self_again, "/cuenta", "guardado", e);
}

bool write_password(struct call *c, struct err *e)
{
	return do_change_password(c, e) && after(c, self_again, "/cuenta", "contrasena", e);
}

bool write_end_session(struct call *c, struct err *e)
{
	const bool own = call_integer(c, "SESSION", 0) == c->caller.session;
	return do_end_session(c, e) && after(c, self_again, own ? "/" : "/cuenta",
					     own ? "salida" : "sesion-cerrada", e);
}

bool write_end_others(struct call *c, struct err *e)
{
	return do_end_others(c, e) && after(c, self_again, "/cuenta", "sesiones-cerradas", e);
}

bool write_token(struct call *c, struct err *e)
{
	if (!do_create_token(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused)
		return after(c, self_again, "/cuenta", NULL, e);
	return show_secret(c, call_say(c, "La ficha está lista", "The token is ready"),
			   call_say(c,
				    "Cópiela ahora en su programa, en el encabezado "
				    "«Authorization: Bearer».",
				    "Copy it into your program now, in the header “Authorization: "
				    "Bearer”."),
			   x->secret, "/cuenta", e);
}

bool write_revoke_token(struct call *c, struct err *e)
{
	return do_revoke_token(c, e) && after(c, self_again, "/cuenta", "ficha-revocada", e);
}

/* ---- second factor ---- */

static bool draw_code(struct call *c, struct str uri, struct svg *out, struct err *e)
{
	struct buf b;
	buf_init(&b, c->a, 64 << 10);
	if (!render_qr(c->a, uri,
		       call_say(c, "Código QR de la clave; la misma está escrita debajo.",
				"QR code of the key; the same is written below."),
		       &b, e))
		return false;
	*out = svg_written(&b);
	return true;
}

bool second_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct access_self me;
	if (!access_look_self(c, &me, e))
		return false;
	struct template_second t = {
		.on = me.account.totp_on,
		.begun = me.totp_begun && !me.account.totp_on,
		.typed = me.totp.typed,
		.recovery_left = me.recovery_left,
		.fault = fault ? *fault : fault_none(),
	};
	if (t.begun && !draw_code(c, me.totp.uri, &t.qr, e))
		return false;
	template_second(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_second(struct call *c, struct err *e)
{
	return second_again(c, NULL, e);
}

bool write_second_begin(struct call *c, struct err *e)
{
	return do_begin_totp(c, e) && after(c, second_again, "/cuenta/segundo-factor", NULL, e);
}

bool write_second_confirm(struct call *c, struct err *e)
{
	if (!do_confirm_totp(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused)
		return after(c, second_again, "/cuenta/segundo-factor", NULL, e);
	struct template_once *code = NEW(c->a, x->n_recovery, struct template_once);
	for (size_t i = 0; i < x->n_recovery; i++)
		code[i].code = x->recovery[i];
	const struct template_recovery t = { code, x->n_recovery };
	template_recovery(&c->out, frame_here(c), &t);
	c->reply.secret = true;
	return page_end(c, e);
}

bool write_second_stop(struct call *c, struct err *e)
{
	return do_stop_totp(c, e) &&
	       after(c, second_again, "/cuenta/segundo-factor", "segundo-factor-quitado", e);
}
