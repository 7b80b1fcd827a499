/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Personal links, as commands. */
#include "app/access_run.h"

static const char *const head[] = { "id",     "role",	    "round",	  "cluster",
				    "area",   "company",    "person",	  "created_at",
				    "created_by", "expires_at", "revoked_at", "seen_at" };
static const char *const head_es[] = { "enlace", "rol",	     "ronda",	"clúster",
				       "área",	 "empresa",  "persona", "desde",
				       "por",	 "vence",    "retirado", "última_vez" };
static const bool is_number[] = { true,	 false, false, false, false, false,
				  false, false, false, false, false, false };
enum { COLUMNS = sizeof(is_number) / sizeof(*is_number) };

static void put_link(struct call *c, struct print_table *t, const struct stored_link *link)
{
	struct str *cell = print_table_row(t);
	const struct str text[] = { print_int(c->a, link->id), link->role,	 link->round,
				    link->cluster,	       link->area,	 link->company,
				    link->person,	       link->created_at, link->created_by,
				    link->expires_at,	       link->revoked_at, link->seen_at };
	for (size_t i = 0; i < COLUMNS; i++)
		cell[i] = text[i];
}

bool run_link_list(struct call *c, struct err *e)
{
	struct store *s = NULL;
	const struct values *cluster = call_values(c, "--cluster");
	struct stored_link *list;
	struct print_table t;
	size_t n;
	if (!call_store(c, &s, e) ||
	    !store_list_links(s, c->a, call_text(c, "--round"), &list, &n, e))
		return false;
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, COLUMNS);
	for (size_t i = 0; i < n; i++) {
		bool wanted = !cluster->n;
		for (size_t k = 0; k < cluster->n; k++)
			wanted |= str_eq(cluster->text[k], list[i].cluster);
		if (wanted)
			put_link(c, &t, &list[i]);
	}
	print_table(c, &t);
	return true;
}

static const char *const made_head[] = { "id", "link", "expires_at" };
static const char *const made_head_es[] = { "enlace", "dirección", "vence" };
static const bool made_number[] = { true, false, false };

bool run_link_create(struct call *c, struct err *e)
{
	struct print_table t;
	if (!access_must(c, do_create_link, e))
		return false;
	const struct access *x = access_of(c);
	if (call_given(c, "--dry-run"))
		return true;
	print_table_init(&t, c->a, print_head(c, made_head, made_head_es), made_number, 3);
	struct str *cell = print_table_row(&t);
	cell[0] = print_int(c->a, x->id);
	cell[1] = x->path;
	cell[2] = x->expires_at;
	print_table(c, &t);
	buf_puts(&c->said, c->said_lang == LANG_ES
				   ? "Envíe el enlace con la dirección del sitio delante. No se "
				     "vuelve a mostrar.\n"
				   : "Send the link with the site's address before it. It is not "
				     "shown again.\n");
	return true;
}

bool run_link_revoke(struct call *c, struct err *e)
{
	if (!access_must(c, do_revoke_link, e))
		return false;
	if (!call_given(c, "--dry-run"))
		buf_fmt(&c->said,
			c->said_lang == LANG_ES
				? "Enlace %lld retirado; sus sesiones terminaron.\n"
				: "Link %lld is revoked; its sessions have ended.\n",
			(long long)access_of(c)->link.id);
	return true;
}
