/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bulletin of a round, served: made once, kept under all that it depends on.
 *
 * What is published is public data and the same for all; a visitor's browser may keep it and asks
 * again each time.  What is not published is for those who make it and is kept by nobody. */
#include "app/publication.h"
#include "base/hash.h"
#include "page/inside.h"

enum packing { PACKED_HTML, PACKED_PDF, PACKED_XLSX };
static const struct {
	const char *name, *type;
} packing[] = {
	[PACKED_HTML] = { "html", "text/html; charset=utf-8" },
	[PACKED_PDF] = { "pdf", "application/pdf" },
	[PACKED_XLSX] = { "xlsx",
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
};

static enum packing packing_asked(const struct call *c)
{
	const struct str route = str_of(c->command->route);
	return str_ends(route, ".pdf")	  ? PACKED_PDF
	       : str_ends(route, ".xlsx") ? PACKED_XLSX
					  : PACKED_HTML;
}

static const struct page_server *server_of(const struct call *c)
{
	return c->server;
}

static struct shelf *shelf_of(const struct call *c)
{
	return c->server ? server_of(c)->shelf : NULL;
}

/* ---- names on the shelf ---- */

static struct str alias_of(const struct call *c, struct str round, const char *what)
{
	return str_fmt(c->a, "%.*s %s %s", STR_ARG(round), lang_code(c->lang), what);
}

static struct str name_of(const struct call *c, struct str key, const char *what)
{
	return str_fmt(c->a, "bulletin-%s-%s-%.*s", lang_code(c->lang), what, STR_ARG(key));
}

/* The page links to style sheets whose addresses change with them. */
static struct str page_key(struct call *c, struct str key, const struct page_frame *f)
{
	return sha256_hex(c->a, sha256_of(str_fmt(c->a, "%.*s|%.*s|%.*s|%.*s", STR_ARG(key),
						  STR_ARG(f->style), STR_ARG(f->site_style),
						  STR_ARG(f->base))));
}

/* ---- making ---- */

struct order {
	struct call *c;
	struct store *s;
	struct str round;
	enum packing as;
	const struct page_frame *frame;
	bool has_document;
	struct document document; /* made by the first that needs it */
};

static bool need_document(struct order *o, struct err *e)
{
	if (!o->has_document && !publication_bulletin(o->c, o->s, o->round, &o->document, e))
		return false;
	o->has_document = true;
	return true;
}

static bool make_page(struct order *o, struct str *out, struct err *e)
{
	struct call *c = o->c;
	const struct page_frame *f = o->frame;
	const struct str style[] = { f->style, f->site_style };
	const struct render_link top[] = {
		{ call_say(c, "Inicio", "Start"), str_fmt(c->a, "%.*s/", STR_ARG(f->base)), NULL },
		{ call_say(c, "English", "Español"), f->other_lang,
		  c->lang == LANG_ES ? "en" : "es" },
	};
	const struct render_link file[] = {
		{ STR("PDF"),
		  str_fmt(c->a, "%.*s%.*s.pdf", STR_ARG(f->base), STR_ARG(f->path)), NULL },
		{ STR("Excel"),
		  str_fmt(c->a, "%.*s%.*s.xlsx", STR_ARG(f->base), STR_ARG(f->path)), NULL },
	};
	const struct render_links links = { style, 2, top, 2, file, 2 };
	return publication_linked(c, &o->document, &links, out, e);
}

static bool make_bulletin(void *user, struct arena *a, struct str *out, struct err *e)
{
	struct order *o = user;
	(void)a; /* the call's, in which all of it is made */
	if (!need_document(o, e))
		return false;
	return o->as == PACKED_HTML ? make_page(o, out, e)
				    : publication_render(o->c, &o->document,
							 str_of(packing[o->as].name), out, e);
}

static bool make_finding(void *user, struct arena *a, struct str *out, struct err *e)
{
	struct order *o = user;
	if (!need_document(o, e))
		return false;
	*out = finding_write(a, &o->document);
	return true;
}

/* ---- the first page ---- */

static bool newest_published(struct call *c, struct store *s, struct str *out, struct err *e)
{
	struct stored_round *r;
	size_t n;
	if (!store_list_rounds(s, c->a, &r, &n, e))
		return false;
	while (n && r[n - 1].state != ROUND_PUBLISHED)
		n--;
	*out = n ? r[n - 1].id : (struct str){ 0 };
	return true;
}

static bool keep_finding(struct call *c, struct order *o, struct str key, struct err *e)
{
	struct shelved k;
	return shelf_get(shelf_of(c), c->a, name_of(c, key, "finding"),
			 alias_of(c, o->round, "finding"), make_finding, o, &k, e);
}

bool page_warm(struct call *c, struct err *e)
{
	struct store *s;
	struct str round, key;
	if (!call_store(c, &s, e) || !newest_published(c, s, &round, e) ||
	    !publication_key(c, s, round, &key, e))
		return false;
	for (enum lang lang = 0; round.n && key.n && lang < LANG_N; lang++) {
		struct order o = { .c = c, .s = s, .round = round };
		c->lang = lang;
		if (!keep_finding(c, &o, key, e))
			return false;
	}
	return true;
}

static bool make_nothing(void *user, struct arena *a, struct str *out, struct err *e)
{
	(void)user;
	(void)a;
	(void)out;
	return err_say(e, ERR_ABSENT, "todavía no se ha hecho", "not made yet");
}

bool bulletin_finding(struct call *c, struct store *s, struct str round, struct finding *out)
{
	const struct str alias = alias_of(c, round, "finding");
	struct shelved kept;
	struct str key;
	struct err ignored = { 0 };
	if (shelf_known(shelf_of(c), alias, &kept))
		return finding_read(kept.bytes, out);
	if (!publication_key(c, s, round, &key, &ignored) || !key.n)
		return false;
	if (shelf_get(shelf_of(c), c->a, name_of(c, key, "finding"), alias, make_nothing, NULL,
		      &kept, &ignored))
		return finding_read(kept.bytes, out);
	if (c->server && server_of(c)->soon)
		server_of(c)->soon(server_of(c)->user, page_warm);
	return false;
}

/* ---- rows ---- */

static void reply_with(struct call *c, struct str round, const struct shelved *k, bool published)
{
	const enum packing as = packing_asked(c);
	c->reply.bytes = k->bytes;
	c->reply.gzip = k->gzip;
	c->reply.type = packing[as].type;
	c->reply.cache = published ? CACHE_REVALIDATE : CACHE_NEVER;
	c->reply.tag = published ? k->tag : (struct str){ 0 };
	if (as != PACKED_HTML)
		c->reply.file_name = str_fmt(c->a, c->lang == LANG_ES ? "boletin-%.*s.%s"
								      : "bulletin-%.*s.%s",
					     STR_ARG(round), packing[as].name);
}

bool bulletin_at_once(struct call *c)
{
	const struct str round = call_text(c, "--round");
	struct shelved k;
	if (!shelf_known(shelf_of(c), alias_of(c, round, packing[packing_asked(c)].name), &k))
		return false;
	reply_with(c, round, &k, true);
	return true;
}

struct prepared {
	struct shelved document;
	bool published;
};

/* The same words whether the round does not exist or is not for this caller. */
static bool find_round(struct call *c, struct store *s, struct str id, struct stored_round *out,
		       struct err *e)
{
	const unsigned makers = ROLE_ADMINISTRATOR | ROLE_TEAM | ROLE_REVIEWER | ROLE_ANALYST |
				ROLE_PUBLISHER;
	struct err why = { 0 };
	const bool found = store_get_round(s, c->a, id, out, &why);
	if (!found && why.code != ERR_ABSENT) {
		*e = why;
		return false;
	}
	if (found && (out->state == ROUND_PUBLISHED || (c->caller.roles & makers)))
		return true;
	c->blamed = "round";
	return err_say(e, ERR_ABSENT, "no hay un boletín publicado de la ronda %.*s",
		       "there is no published bulletin of round %.*s", STR_ARG(id));
}

bool prepare_bulletin(struct call *c, struct err *e)
{
	struct prepared *p = NEW(c->a, 1, struct prepared);
	struct order *o = NEW(c->a, 1, struct order);
	struct stored_round r;
	struct str key;
	o->c = c;
	o->round = call_text(c, "--round");
	o->as = packing_asked(c);
	o->frame = frame_here(c);
	if (!call_store(c, &o->s, e) || !find_round(c, o->s, o->round, &r, e) ||
	    !publication_key(c, o->s, o->round, &key, e))
		return false;
	p->published = r.state == ROUND_PUBLISHED && key.n;
	c->prepared = p;
	const char *name = packing[o->as].name;
	if (!key.n) { /* it may change with the next answer: made for this call alone */
		return shelf_get(NULL, c->a, STR("-"), STR(""), make_bulletin, o, &p->document, e);
	}
	return shelf_get(shelf_of(c), c->a,
			 name_of(c, o->as == PACKED_HTML ? page_key(c, key, o->frame) : key, name),
			 p->published ? alias_of(c, o->round, name) : STR(""), make_bulletin, o,
			 &p->document, e) &&
	       (o->as != PACKED_HTML || !p->published || keep_finding(c, o, key, e));
}

bool page_bulletin(struct call *c, struct err *e)
{
	const struct prepared *p = c->prepared;
	(void)e;
	reply_with(c, call_text(c, "--round"), &p->document, p->published);
	return true;
}
