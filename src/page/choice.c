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

/* What a browser calls itself, in two words: "Firefox, Windows".  Each calls itself by the names of
 * those before it too, so the order decides. */
struct str agent_words(struct arena *a, struct str agent)
{
	static const char *const browser[][2] = {
		{ "Edg/", "Edge" },	   { "OPR/", "Opera" },	      { "Firefox/", "Firefox" },
		{ "Chrome/", "Chrome" },   { "CriOS/", "Chrome" },    { "Safari/", "Safari" },
		{ "curl/", "curl" },
	};
	static const char *const machine[][2] = {
		{ "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" },
		{ "Windows", "Windows" }, { "Mac OS", "macOS" },  { "Linux", "Linux" },
	};
	const char *first = NULL, *second = NULL;
	size_t at;
	for (size_t i = 0; !first && i < sizeof(browser) / sizeof(*browser); i++)
		first = str_find(agent, str_of(browser[i][0]), &at) ? browser[i][1] : NULL;
	for (size_t i = 0; !second && i < sizeof(machine) / sizeof(*machine); i++)
		second = str_find(agent, str_of(machine[i][0]), &at) ? machine[i][1] : NULL;
	if (!first)
		return str_sub(agent, 0, 80);
	return second ? str_fmt(a, "%s, %s", first, second) : str_of(first);
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
			.agent = agent_words(c->a, s[i].agent),
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
