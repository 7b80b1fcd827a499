/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may call a row, and for which clusters. */
#include <assert.h>
#include <string.h>

#include "app/command.h"

static const struct {
	const char *name;
	struct label word;
} roles[ROLES_N] = {
	{ "public", { { STR("público"), STR("public") } } },
	{ "administrator", { { STR("administración"), STR("administrator") } } },
	{ "team", { { STR("equipo nacional"), STR("national team") } } },
	{ "chamber", { { STR("cámara de comercio"), STR("chamber of commerce") } } },
	{ "manager", { { STR("gestor de clúster"), STR("cluster manager") } } },
	{ "contributor", { { STR("responsable de un área"), STR("area contributor") } } },
	{ "reviewer", { { STR("revisión"), STR("reviewer") } } },
	{ "analyst", { { STR("análisis"), STR("analyst") } } },
	{ "publisher", { { STR("publicación"), STR("publisher") } } },
	{ "company", { { STR("empresa"), STR("company") } } },
};

static size_t role_place(enum role r)
{
	assert(r && (r & (r - 1)) == 0);
	return (size_t)__builtin_ctz((unsigned)r);
}

const char *role_name(enum role r)
{
	return roles[role_place(r)].name;
}

const char *role_word(enum role r, enum lang lang)
{
	return roles[role_place(r)].word.in[lang].p;
}

bool role_of_name(struct str name, enum role *out)
{
	for (size_t i = 0; i < ROLES_N; i++) {
		if (!str_is(name, roles[i].name))
			continue;
		*out = (enum role)(1u << i);
		return true;
	}
	return false;
}

bool call_allowed(const struct command *cmd, const struct caller *who)
{
	return (cmd->roles & who->roles) != 0;
}

/* round: empty for any. */
static bool sees_in_round(const struct caller *who, unsigned allowed, struct str cluster,
			  struct str round)
{
	for (size_t i = 0; i < who->n_grants; i++) {
		const struct caller_grant *g = &who->grant[i];
		if ((g->role & allowed) && str_eq(g->cluster, cluster) &&
		    (!round.n || !g->round.n || str_eq(g->round, round)))
			return true;
	}
	return false;
}

bool caller_sees(const struct caller *who, unsigned allowed, struct str cluster)
{
	return (who->roles & allowed & ~(unsigned)ROLE_SCOPED) ||
		sees_in_round(who, allowed, cluster, (struct str){ 0 });
}

/* The round that the call is about, or empty. */
static struct str call_round(const struct call *c)
{
	for (size_t i = 0; i < PARAMS_MAX && c->command->param[i].name; i++) {
		if (strcmp(c->command->param[i].name, "--round") == 0 && c->value[i].n)
			return c->value[i].text[0];
	}
	return (struct str){ 0 };
}

bool call_in_scope(const struct call *c, struct err *e)
{
	const struct command *cmd = c->command;
	if (cmd->own || (c->caller.roles & cmd->roles & ~(unsigned)ROLE_SCOPED))
		return true;
	if (!cmd->object)
		return err_say(e, ERR_DENIED, "su rol solo alcanza a sus clústeres",
			       "your role reaches your own clusters only");
	const struct values *v = call_values(c, cmd->object);
	if (!v->n)
		return err_say(e, ERR_DENIED, "%s: diga cuál de sus clústeres",
			       "%s: say which of your clusters", cmd->object);
	for (size_t i = 0; i < v->n; i++) {
		if (!sees_in_round(&c->caller, cmd->roles, v->text[i], call_round(c)))
			return err_say(e, ERR_DENIED, "%s %.*s: no es uno de sus clústeres",
				       "%s %.*s: not one of your clusters", cmd->object,
				       STR_ARG(str_sub(v->text[i], 0, 64)));
	}
	return true;
}

const char *param_web_name(struct arena *a, const struct param *p)
{
	const char *name = p->name + strspn(p->name, "-");
	char *out = NEW(a, strlen(name) + 1, char);
	for (size_t i = 0; name[i]; i++) {
		char ch = name[i];
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch - 'A' + 'a');
		out[i] = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') ? ch : '_';
	}
	return out;
}
