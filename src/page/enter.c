/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coming in and going: password, second factor, invitation, personal link. */
#include <string.h>

#include "page/escape.h"
#include "page/inside.h"

static struct template_fault fault_or_none(const struct template_fault *f)
{
	return f ? *f : fault_none();
}

static struct template_fault refused(struct call *c)
{
	c->reply.status = 422;
	return fault_of(c, access_of(c));
}

/* ---- where from ---- */

/* The page of a form that somebody was answering when the session ended; empty: none.  Nothing else
 * is gone back to: an address of others could look like one of ours. */
static struct str back_of(const struct call *c)
{
	struct str back = { 0 };
	for (size_t i = 0; i < PARAMS_MAX && c->command->param[i].name; i++)
		if (str_is(str_of(c->command->param[i].name), "--back"))
			back = call_text(c, "--back");
	if (str_starts(back, PAGE_ENGLISH "/"))
		back = str_sub(back, strlen(PAGE_ENGLISH), back.n);
	return str_starts(back, "/formulario/") ? back : (struct str){ 0 };
}

static void go_back(struct call *c)
{
	const struct str back = back_of(c);
	page_go(c, back.n ? back : STR("/"), NULL);
}

/* The second factor, which goes back there too. */
static void go_on_to_code(struct call *c)
{
	const struct str back = back_of(c);
	struct buf b;
	buf_init(&b, c->a, 2048);
	buf_puts(&b, "/entrar/codigo");
	if (back.n) {
		buf_puts(&b, "?back=");
		escape_url_query(&b, back);
	}
	page_go(c, buf_str(&b), NULL);
}

/* ---- by password ---- */

bool sign_in_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	const bool sent = str_is(str_of(c->command->method), "POST");
	const struct template_sign_in t = { .email = sent ? call_text(c, "--email")
							  : (struct str){ 0 },
					    .back = back_of(c),
					    .fault = fault_or_none(fault) };
	template_sign_in(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_sign_in(struct call *c, struct err *e)
{
	if (c->caller.half) {
		go_on_to_code(c);
		return true;
	}
	if (c->caller.session) {
		go_back(c);
		return true;
	}
	return sign_in_again(c, NULL, e);
}

bool write_sign_in(struct call *c, struct err *e)
{
	if (!do_sign_in(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused) {
		const struct template_fault fault = refused(c);
		return sign_in_again(c, &fault, e);
	}
	/* From here on in the language of the account. */
	if (!x->half && x->account.lang.n)
		c->lang = str_is(x->account.lang, "en") ? LANG_EN : LANG_ES;
	if (x->half)
		go_on_to_code(c);
	else
		go_back(c);
	return true;
}

/* ---- second factor ---- */

bool code_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	const struct template_code t = { .back = back_of(c), .fault = fault_or_none(fault) };
	template_code(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_code(struct call *c, struct err *e)
{
	if (c->caller.half)
		return code_again(c, NULL, e);
	page_go(c, c->caller.session ? STR("/") : STR("/entrar"), NULL);
	return true;
}

bool write_code(struct call *c, struct err *e)
{
	if (!do_second_factor(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused) {
		const struct template_fault fault = refused(c);
		return code_again(c, &fault, e);
	}
	if (x->account.lang.n)
		c->lang = str_is(x->account.lang, "en") ? LANG_EN : LANG_ES;
	go_back(c);
	return true;
}

bool write_sign_out(struct call *c, struct err *e)
{
	if (!do_sign_out(c, e))
		return false;
	page_go(c, STR("/"), "salida");
	return true;
}

/* ---- what is not good any more ---- */

static bool show_gone(struct call *c, struct str what, struct str cure, struct err *e)
{
	const struct template_gone t = { what, cure };
	c->reply.status = 404;
	template_gone(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

static bool invitation_gone(struct call *c, struct err *e)
{
	return show_gone(c,
			 call_say(c, "Esta invitación ya no sirve",
				  "This invitation no longer works"),
			 call_say(c,
				  "Se usó, venció o se reemplazó por otra. Si ya tiene contraseña, "
				  "entre; si no, pida otra a la administración del sitio.",
				  "It was used, expired or was replaced by another. If you have a "
				  "password, sign in; if not, ask the site's administrators for "
				  "another invitation."),
			 e);
}

static bool link_gone(struct call *c, struct err *e)
{
	return show_gone(c, call_say(c, "Este enlace ya no sirve", "This link no longer works"),
			 call_say(c,
				  "Venció, se revocó, o la dirección quedó incompleta al copiarla. "
				  "Pida otro a quien se lo envió.",
				  "It expired, was revoked, or the address was cut when copied. "
				  "Ask whoever sent it for another."),
			 e);
}

/* ---- invitation ---- */

bool invitation_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct stored_account account;
	bool found;
	if (!access_look_invitation(c, call_text(c, "--token"), &found, &account, e))
		return false;
	if (!found)
		return invitation_gone(c, e);
	const struct template_invitation t = { .token = call_text(c, "--token"),
					       .email = account.email,
					       .name = account.name,
					       .fault = fault_or_none(fault) };
	template_invitation(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_invitation(struct call *c, struct err *e)
{
	return invitation_again(c, NULL, e);
}

bool write_invitation(struct call *c, struct err *e)
{
	if (!do_accept_invitation(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused && x->code == ERR_ABSENT)
		return invitation_gone(c, e);
	if (x->refused) {
		const struct template_fault fault = refused(c);
		return invitation_again(c, &fault, e);
	}
	page_go(c, STR("/entrar"), "contrasena-fijada");
	return true;
}

/* ---- personal link ---- */

static struct str cluster_name(struct call *c, struct store *s, struct str id)
{
	struct cluster_register r;
	struct err ignored = { 0 };
	if (!store_get_register(s, c->a, &r, &ignored))
		return id;
	const struct cluster_entry *k = register_find(&r, id);
	return k && k->name.n ? k->name : id;
}

static struct str role_words(const struct call *c, struct str name)
{
	enum role role;
	return role_of_name(name, &role) ? str_of(role_word(role, c->lang)) : name;
}

bool page_link(struct call *c, struct err *e)
{
	struct stored_link k;
	struct store *s;
	bool found;
	if (!access_look_link(c, call_text(c, "--token"), &found, &k, e) || !call_store(c, &s, e))
		return false;
	if (!found)
		return link_gone(c, e);
	/* Who is here by it already goes on with the same answers. */
	if (str_is(k.role, role_name(ROLE_COMPANY)) && c->caller.kind == CALLER_LINK &&
	    c->caller.link == k.id) {
		page_go(c, str_fmt(c->a, "/empresa/%.*s", STR_ARG(k.cluster)), NULL);
		return true;
	}
	const struct template_link t = {
		.open = str_is(k.role, role_name(ROLE_COMPANY)) && !k.company.n,
		.token = call_text(c, "--token"),
		.person = k.person,
		.role = role_words(c, k.role),
		.round = k.round,
		.cluster = k.cluster,
		.cluster_name = cluster_name(c, s, k.cluster),
		.area = k.area,
		.company = k.company,
		.until = k.expires_at,
	};
	template_link(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool write_link(struct call *c, struct err *e)
{
	if (!do_follow_link(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused)
		return link_gone(c, e);
	page_go(c,
		str_fmt(c->a,
			str_is(x->link.role, "company") ? "/empresa/%.*s" : "/formulario/%.*s",
			STR_ARG(x->link.cluster)),
		NULL);
	return true;
}
