/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists to choose from, and rows that several pages show. */
#include "page/inside.h"

const struct template_choice *role_choices(struct call *c, const char *names, struct str chosen,
					   size_t *ret_n)
{
	struct template_choice *out = NEW(c->a, ROLES_N, struct template_choice);
	struct str rest = str_of(names);
	*ret_n = 0;
	while (rest.p && *ret_n < ROLES_N) {
		const struct str name = str_cut(&rest, '|');
		enum role role;
		out[(*ret_n)++] = (struct template_choice){
			.value = name,
			.word = role_of_name(name, &role) ? str_of(role_word(role, c->lang)) : name,
			.chosen = str_eq(name, chosen),
		};
	}
	return out;
}

const struct template_choice *lang_choices(struct call *c, struct str chosen, size_t *ret_n)
{
	struct template_choice *out = NEW(c->a, LANG_N, struct template_choice);
	out[LANG_ES] = (struct template_choice){ STR("es"), STR("Español"),
						 !str_is(chosen, "en") };
	out[LANG_EN] = (struct template_choice){ STR("en"), STR("English"), str_is(chosen, "en") };
	*ret_n = LANG_N;
	return out;
}

const struct template_grant *grant_rows(struct call *c, const struct stored_grant *g, size_t n)
{
	struct template_grant *out = NEW(c->a, n, struct template_grant);
	for (size_t i = 0; i < n; i++) {
		enum role role;
		const bool known = role_of_name(g[i].role, &role);
		out[i] = (struct template_grant){
			.role = g[i].role,
			.role_word = known ? str_of(role_word(role, c->lang)) : g[i].role,
			.object = g[i].object,
			.since = str_sub(g[i].granted_at, 0, 10),
		};
	}
	return out;
}

const struct template_session *session_rows(struct call *c, const struct stored_session *s,
					    size_t n)
{
	struct template_session *out = NEW(c->a, n, struct template_session);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct template_session){
			.id = s[i].id,
			.here = s[i].id == c->caller.session,
			.origin = s[i].origin,
			.agent = str_sub(s[i].agent, 0, 80),
			.since = s[i].created_at,
			.seen = s[i].seen_at,
		};
	return out;
}

bool show_secret(struct call *c, struct str what, struct str why, struct str text,
		 const char *back, struct err *e)
{
	const struct template_secret t = {
		.what = what,
		.why = why,
		.text = text,
		.until = access_of(c)->expires_at,
		.back = str_of(back),
	};
	template_secret(&c->out, frame_here(c), &t);
	c->reply.secret = true;
	return page_end(c, e);
}

struct str whole_address(const struct call *c, struct str path)
{
	const struct page_server *s = c->server;
	return s ? str_fmt(c->a, "%.*s%.*s", STR_ARG(s->public_url), STR_ARG(path)) : path;
}
