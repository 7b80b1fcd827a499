/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom to write to about a round, and the letters. */
#include "app/invite.h"

#include <assert.h>

#include "app/access.h"
#include "base/num.h"
#include "os/clock.h"
#include "os/random.h"

enum { DAY_SECONDS = 86400, MESSAGE_ID_BYTES = 16, HOST_BYTES_MAX = 200 };

struct str invite_group_word(struct str group, enum lang lang)
{
	static const struct {
		const char *name;
		struct label word;
	} words[] = {
		{ "not-invited", { { STR("sin invitación"), STR("not invited") } } },
		{ "unopened", { { STR("no ha abierto"), STR("not opened") } } },
		{ "started", { { STR("en borrador"), STR("started") } } },
		{ "stuck", { { STR("detenido"), STR("stuck") } } },
		{ "returned", { { STR("devuelto"), STR("returned") } } },
		{ "sent", { { STR("enviado"), STR("sent") } } },
		{ "accepted", { { STR("aceptado"), STR("accepted") } } },
		{ "all", { { STR("todos"), STR("all") } } },
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (str_is(group, words[i].name))
			return label_in(&words[i].word, lang);
	}
	return group;
}

/* ---- whom ---- */

struct search {
	struct call *c;
	struct store *s;
	struct str name, group;
	bool force;
	struct cluster_register clusters;
	const struct stored_contact *contact;
	size_t n_contacts;
	const struct stored_questionnaire *head;
	size_t n_heads;
	struct invite *out;
};

static const struct stored_questionnaire *head_of(const struct search *k, struct str cluster)
{
	for (size_t i = 0; i < k->n_heads; i++) {
		if (str_eq(k->head[i].key.cluster, cluster))
			return &k->head[i];
	}
	return NULL;
}

static bool is_stuck(struct call *c, const struct stored_questionnaire *h)
{
	const struct str last = h->saved_at.n ? h->saved_at : h->opened_at;
	return str_cmp(last, access_later(c->a, c->now, -(int64_t)STUCK_DAYS * DAY_SECONDS)) < 0;
}

static bool in_group(const struct search *k, const struct stored_questionnaire *h)
{
	const bool draft = h && h->state == QUESTIONNAIRE_DRAFT;
	if (str_is(k->group, "all") || str_is(k->group, "not-invited"))
		return true;
	if (str_is(k->group, "unopened"))
		return !h;
	if (str_is(k->group, "started"))
		return draft;
	if (str_is(k->group, "stuck"))
		return draft && is_stuck(k->c, h);
	return h && str_is(k->group, questionnaire_state_name(h->state));
}

static bool wanted_cluster(const struct search *k, struct str id)
{
	const struct command *row = k->c->command;
	for (size_t i = 0; row && i < PARAMS_MAX && row->param[i].name; i++) {
		const struct values *v = &k->c->value[i];
		if (!str_is(STR("--cluster"), row->param[i].name) || !v->n)
			continue;
		for (size_t j = 0; j < v->n; j++) {
			if (str_eq(v->text[j], id))
				return true;
		}
		return false;
	}
	return true;
}

/* What a letter is for: an invitation once a round, any other once a day. */
static struct str key_of(struct search *k, const struct stored_contact *to, bool again)
{
	struct arena *a = k->c->a;
	const struct str head = str_fmt(a, "%.*s:%.*s:%.*s:%.*s", STR_ARG(k->name),
					STR_ARG(k->out->round.id), STR_ARG(to->cluster),
					STR_ARG(to->hash));
	if (again)
		return str_fmt(a, "%.*s:%.*s", STR_ARG(head),
			       STR_ARG(random_hex(a, MESSAGE_ID_BYTES)));
	if (str_is(k->name, "invitation"))
		return head;
	return str_fmt(a, "%.*s:%.*s", STR_ARG(head), STR_ARG(calendar_day(a, k->c->now)));
}

static bool add_item(struct search *k, const struct cluster_entry *cluster,
		     const struct stored_contact *to, struct err *e)
{
	const struct stored_questionnaire *h = head_of(k, cluster->id);
	struct invite *out = k->out;
	bool has = false;
	if (out->n == INVITE_ITEMS_MAX)
		return err_say(e, ERR_LIMIT, "más de %d personas de una vez; escriba por grupos",
			       "more than %d people at once; write to them by groups",
			       INVITE_ITEMS_MAX);
	const struct str key = key_of(k, to, false);
	if (!store_has_mail(k->s, key, &has, e))
		return false;
	if (has && str_is(k->group, "not-invited") && !k->force)
		return true;
	out->item[out->n] = (struct invite_item){
		.contact = to,
		.cluster = cluster,
		.opened = h != NULL,
		.known = has && !k->force,
		.mail.key = has && k->force ? key_of(k, to, true) : key,
	};
	if (h)
		out->item[out->n].head = *h;
	out->n_known += out->item[out->n++].known;
	return true;
}

static bool add_cluster(struct search *k, const struct cluster_entry *cluster, struct err *e)
{
	size_t n_managers = 0;
	if (!in_group(k, head_of(k, cluster->id)) || !wanted_cluster(k, cluster->id))
		return true;
	for (size_t i = 0; i < k->n_contacts; i++) {
		const struct stored_contact *to = &k->contact[i];
		if (!str_eq(to->cluster, cluster->id) || !str_is(to->kind, "manager"))
			continue;
		n_managers++;
		k->out->n_bounced += to->bounced_at.n > 0;
		if (!to->bounced_at.n && !add_item(k, cluster, to, e))
			return false;
	}
	if (!n_managers)
		k->out->without[k->out->n_without++] = cluster->name;
	return true;
}

static int32_t last_day(const struct stored_round *r)
{
	struct date d;
	if (r->to.n && date_parse(r->to, false, &d))
		return date_days(d);
	return date_days((struct date){ r->year, 12, 31 });
}

static bool add_all(struct search *k, struct err *e)
{
	const int32_t end = last_day(&k->out->round);
	k->out->item = NEW(k->c->a, k->n_contacts + 1, struct invite_item);
	k->out->without = NEW(k->c->a, k->clusters.n + 1, struct str);
	for (size_t i = 0; i < k->clusters.n; i++) {
		const struct cluster_entry *cluster = &k->clusters.cluster[i];
		if (register_in_round(cluster, end) && !add_cluster(k, cluster, e))
			return false;
	}
	return true;
}

static bool check_round(const struct stored_round *r, struct err *e)
{
	if (r->state == ROUND_OPEN || r->state == ROUND_REVIEW)
		return true;
	return err_say(e, ERR_CONFLICT,
		       "la ronda %.*s está %s%.0s; se escribe por una ronda abierta o en revisión",
		       "round %.*s is %.0s%s; letters are about a round that is open or in review",
		       STR_ARG(r->id), round_state_word(r->state, LANG_ES),
		       round_state_word(r->state, LANG_EN));
}

static bool look(struct search *k, struct str round, struct err *e)
{
	struct call *c = k->c;
	struct stored_contact *contact;
	struct stored_questionnaire *head;
	struct invite *out = k->out;
	if (!store_get_round_head(k->s, c->a, round, &out->round, e) ||
	    !store_get_register(k->s, c->a, &k->clusters, e) ||
	    !store_list_contacts(k->s, c->a, STR(""), &contact, &k->n_contacts, e) ||
	    !store_list_questionnaires(k->s, c->a, round, FORM_CLUSTER, &head, &k->n_heads, e) ||
	    !mail_wording(c, k->s, k->name, STR("es"), &out->text[LANG_ES], e) ||
	    !mail_wording(c, k->s, k->name, STR("en"), &out->text[LANG_EN], e))
		return false;
	k->contact = contact;
	k->head = head;
	calendar_of(c->a, &out->round, c->now, &out->calendar);
	return add_all(k, e);
}

/* ---- the letters ---- */

static enum lang lang_of(struct str code)
{
	return str_is(code, "en") ? LANG_EN : LANG_ES;
}

/* The name of the site without what is in front and behind; for the right half of a Message-ID. */
static struct str host_of(struct arena *a, struct str site)
{
	struct buf b;
	size_t at = 0;
	if (str_find(site, STR("://"), &at))
		site = str_sub(site, at + 3, site.n);
	buf_init(&b, a, HOST_BYTES_MAX + 1);
	for (size_t i = 0; i < site.n && i < HOST_BYTES_MAX; i++) {
		const char ch = site.p[i];
		const bool good = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
				  (ch >= '0' && ch <= '9') || ch == '.' || ch == '-';
		if (!good)
			break;
		buf_putc(&b, ch);
	}
	return b.n ? buf_str(&b) : STR("localhost");
}

static struct str day_words(struct arena *a, struct str day, enum lang lang)
{
	struct date d;
	struct buf b;
	if (!date_parse(day, false, &d))
		return lang == LANG_ES ? STR("sin fecha") : STR("no date");
	buf_init(&b, a, 80);
	date_put_local(&b, lang, d);
	return buf_str(&b);
}

static struct str filled(struct arena *a, struct str text, const struct mail_fields *f)
{
	struct buf b;
	buf_init(&b, a, 2 * MAIL_BODY_BYTES_MAX);
	mail_fill(&b, text, f);
	return buf_str(&b);
}

/* An empty path: nobody gets it, the page shows where the link will stand. */
static void write_letter(struct arena *a, const struct invite *v, struct invite_item *it,
			 struct str name, struct str reason, struct str site, struct str path)
{
	const enum lang lang = lang_of(it->contact->lang);
	const struct stored_mail_text *text = &v->text[lang];
	const struct mail_fields f = { {
		[MAIL_PERSON] = it->contact->name,
		[MAIL_CLUSTER] = it->cluster->name,
		[MAIL_LINK] = str_fmt(a, "%.*s%s%.*s", STR_ARG(site),
				      lang == LANG_EN ? "/en" : "",
				      STR_ARG(path.n ? path : STR("/enlace/…"))),
		[MAIL_CLOSES] = day_words(a, v->round.to, lang),
		[MAIL_DAYS] = str_fmt(a, "%d", (int)v->calendar.days_left),
		[MAIL_ROUND] = v->round.id,
		[MAIL_REASON] = reason,
	} };
	const struct str key = it->mail.key;
	it->mail = (struct stored_mail){
		.key = key,
		.round = v->round.id,
		.cluster = it->cluster->id,
		.name = name,
		.lang = it->contact->lang,
		.person = it->contact->name,
		.email = it->contact->email,
		.subject = filled(a, text->subject, &f),
		.body = filled(a, text->body, &f),
		.message_id = str_fmt(a, "%.*s@%.*s", STR_ARG(random_hex(a, MESSAGE_ID_BYTES)),
				      STR_ARG(host_of(a, site))),
	};
}

static struct str link_end(struct call *c, const struct invite *v)
{
	int64_t closes;
	if (v->calendar.closes_at.n && access_seconds(v->calendar.closes_at, &closes)) {
		const struct str after = clock_iso(c->a, closes + LINK_DAYS_AFTER * DAY_SECONDS);
		if (str_cmp(after, c->now) > 0)
			return after;
	}
	return access_later(c->a, c->now, (int64_t)LINK_DAYS_USUAL * DAY_SECONDS);
}

static bool make_letter(struct call *c, struct store *s, const struct invite *v,
			struct invite_item *it, struct str name, struct str reason,
			struct str site, struct err *e)
{
	const struct str secret = random_hex(c->a, LINK_BYTES);
	it->link = (struct stored_link){
		.role = STR("manager"),
		.round = v->round.id,
		.cluster = it->cluster->id,
		.person = str_sub(it->contact->name.n ? it->contact->name : it->contact->email, 0,
				  PERSON_BYTES_MAX),
		.created_at = c->now,
		.created_by = c->caller.name,
		.expires_at = link_end(c, v),
	};
	write_letter(c->a, v, it, name, reason, site,
		     str_fmt(c->a, "/enlace/%.*s", STR_ARG(secret)));
	return store_token_hash(s, c->a, "link", secret, &it->link.hash, e);
}

/* ---- deeds ---- */

bool invite_look(struct call *c, struct str round, struct str name, struct str group, bool force,
		 struct invite *out, struct err *e)
{
	struct store *s = NULL;
	*out = (struct invite){ 0 };
	struct search k = { .c = c, .name = name, .group = group, .force = force, .out = out };
	if (!call_store(c, &s, e))
		return false;
	k.s = s;
	if (!look(&k, round, e))
		return false;
	for (size_t i = 0; i < out->n; i++)
		write_letter(c->a, out, &out->item[i], name, STR(""), STR(""), STR(""));
	return true;
}

struct invite *invite_of(const struct call *c)
{
	assert(c->prepared);
	return c->prepared;
}

struct str invite_group(const struct call *c)
{
	const struct str given = call_text(c, "--to");
	if (given.n)
		return given;
	return call_given(c, "--cluster") ? STR("all") : STR("unopened");
}

bool prepare_invite(struct call *c, struct str site, struct err *e)
{
	struct store *s = NULL;
	struct invite *v = NEW(c->a, 1, struct invite);
	struct search k = { .c = c,
			    .name = call_text(c, "--name"),
			    .group = invite_group(c),
			    .force = call_given(c, "--force"),
			    .out = v };
	c->prepared = v;
	if (!str_starts(site, "http://") && !str_starts(site, "https://"))
		return err_say(e, ERR_INPUT,
			       "no se sabe la dirección pública del sitio, que va en el enlace; "
			       "sirva con --public-url https://…",
			       "the site's public address, which stands in the link, is not known; "
			       "serve with --public-url https://…");
	if (!call_store(c, &s, e))
		return false;
	k.s = s;
	if (!look(&k, call_text(c, "--round"), e) || !check_round(&v->round, e))
		return false;
	for (size_t i = 0; i < v->n; i++) {
		if (!v->item[i].known &&
		    !make_letter(c, s, v, &v->item[i], k.name, STR(""), site, e))
			return false;
	}
	return true;
}

static bool keep(struct store *s, struct invite_item *it, bool *ret_new, struct err *e)
{
	bool has = false;
	int64_t id = 0;
	*ret_new = false;
	if (!store_has_mail(s, it->mail.key, &has, e))
		return false;
	if (has) /* somebody else's in the meantime */
		return true;
	if (!store_add_link(s, &it->link, &it->mail.link, e) ||
	    !store_queue_mail(s, &it->mail, &id, e))
		return false;
	*ret_new = id > 0;
	return true;
}

/* The rows of pages have no such flag. */
static bool wants_no_change(const struct call *c)
{
	for (size_t i = 0; i < PARAMS_MAX && c->command->param[i].name; i++) {
		if (str_is(STR("--dry-run"), c->command->param[i].name))
			return c->value[i].n > 0;
	}
	return false;
}

bool do_invite(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct invite *v = invite_of(c);
	v->n_queued = 0;
	if (!call_store(c, &s, e))
		return false;
	for (size_t i = 0; i < v->n && !wants_no_change(c); i++) {
		bool is_new = false;
		if (!v->item[i].known && !keep(s, &v->item[i], &is_new, e))
			return false;
		v->n_queued += is_new;
	}
	return true;
}

bool invite_tell(struct call *c, struct store *s, struct str round, struct str cluster,
		 struct str name, struct str reason, struct str occasion, struct str site,
		 size_t *ret_n, struct err *e)
{
	struct invite v = { 0 };
	struct cluster_entry entry;
	struct stored_contact *contact;
	bool found, is_new;
	size_t n;
	*ret_n = 0;
	if (!str_starts(site, "http"))
		return true;
	if (!store_get_round_head(s, c->a, round, &v.round, e) ||
	    !store_find_cluster(s, c->a, cluster, &found, &entry, e) ||
	    !store_list_contacts(s, c->a, cluster, &contact, &n, e) ||
	    !mail_wording(c, s, name, STR("es"), &v.text[LANG_ES], e) ||
	    !mail_wording(c, s, name, STR("en"), &v.text[LANG_EN], e))
		return false;
	calendar_of(c->a, &v.round, c->now, &v.calendar);
	for (size_t i = 0; found && i < n; i++) {
		struct invite_item it = { .contact = &contact[i], .cluster = &entry };
		if (!str_is(contact[i].kind, "manager") || contact[i].bounced_at.n)
			continue;
		it.mail.key = str_fmt(c->a, "%.*s:%.*s:%.*s:%.*s:%.*s", STR_ARG(name),
				      STR_ARG(round), STR_ARG(cluster), STR_ARG(contact[i].hash),
				      STR_ARG(occasion));
		if (!make_letter(c, s, &v, &it, name, reason, site, e) ||
		    !keep(s, &it, &is_new, e))
			return false;
		*ret_n += is_new;
	}
	return true;
}
