/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coming in and going: password, second factor, invitation, personal link. */
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

/* ---- by password ---- */

bool sign_in_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	const struct template_sign_in t = { .email = c->command->param[0].name
							     ? call_text(c, "--email")
							     : (struct str){ 0 },
					    .fault = fault_or_none(fault) };
	template_sign_in(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_sign_in(struct call *c, struct err *e)
{
	if (c->caller.half) {
		page_go(c, STR("/entrar/codigo"), NULL);
		return true;
	}
	if (c->caller.session) {
		page_go(c, STR("/"), NULL);
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
	page_go(c, x->half ? STR("/entrar/codigo") : STR("/"), NULL);
	return true;
}

/* ---- second factor ---- */

bool code_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	const struct template_code t = { .fault = fault_or_none(fault) };
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
	page_go(c, STR("/"), NULL);
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
	const struct template_link t = {
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
		str_fmt(c->a, str_is(x->link.role, "company") ? "/empresa/%.*s" : "/formulario/%.*s",
			STR_ARG(x->link.cluster)),
		NULL);
	return true;
}
