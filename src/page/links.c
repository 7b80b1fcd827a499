/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Personal links, for administrators, the national team, and chambers for their clusters. */
#include "page/escape.h"
#include "page/inside.h"

enum { LINKS_A_PAGE = 50 };

/* A chamber's grants spell out its clusters. */
static bool may_see(const struct call *c, struct str cluster)
{
	if (c->caller.roles & (ROLE_ADMINISTRATOR | ROLE_TEAM))
		return true;
	for (size_t i = 0; i < c->caller.n_grants; i++) {
		const struct caller_grant *g = &c->caller.grant[i];
		if (g->role == ROLE_CHAMBER && str_eq(g->cluster, cluster))
			return true;
	}
	return false;
}

static struct str older_address(struct call *c, const struct template_links *t, int64_t id)
{
	struct buf b;
	buf_init(&b, c->a, 1024);
	buf_fmt(&b, "/enlaces?before=%lld", (long long)id);
	if (t->round.n) {
		buf_puts(&b, "&round=");
		escape_url_query(&b, t->round);
	}
	return buf_str(&b);
}

/* k: newest first; shown are those before the link that the address names. */
static void put_links(struct call *c, const struct stored_link *k, size_t n, int64_t before,
		      struct template_links *t)
{
	struct template_link_row *row = NEW(c->a, LINKS_A_PAGE, struct template_link_row);
	t->rows = row;
	for (size_t i = 0; i < n; i++) {
		enum role role;
		if ((before && k[i].id >= before) || !may_see(c, k[i].cluster))
			continue;
		if (t->n_rows == LINKS_A_PAGE) {
			t->older = older_address(c, t, row[LINKS_A_PAGE - 1].id);
			return;
		}
		const bool known = role_of_name(k[i].role, &role);
		row[t->n_rows++] = (struct template_link_row){
			.id = k[i].id,
			.person = k[i].person,
			.role_word = known ? str_of(role_word(role, c->lang)) : k[i].role,
			.cluster = k[i].cluster,
			.more = k[i].area.n ? k[i].area : k[i].company,
			.round = k[i].round,
			.until = k[i].expires_at,
			.seen = k[i].seen_at,
			.revoked = k[i].revoked_at.n > 0,
		};
	}
}

static void put_rounds(struct call *c, const struct stored_round *r, size_t n, struct str chosen,
		       struct template_links *t)
{
	struct template_choice *out = NEW(c->a, n, struct template_choice);
	t->rounds = out;
	for (size_t i = n; i-- > 0;) {
		if (r[i].state == ROUND_FROZEN || r[i].state == ROUND_PUBLISHED)
			continue;
		out[t->n_rounds++] = (struct template_choice){
			.value = r[i].id,
			.word = str_fmt(c->a, "%.*s (%s)", STR_ARG(r[i].id),
					round_state_word(r[i].state, c->lang)),
			.chosen = str_eq(r[i].id, chosen),
		};
	}
}

static void put_typed(struct call *c, struct template_links *t)
{
	t->days = LINK_DAYS_USUAL;
	if (!str_is(str_of(c->command->method), "POST"))
		return;
	t->person = call_text(c, "--person");
	t->cluster = call_text(c, "--cluster");
	t->area = call_text(c, "--area");
	t->company = call_text(c, "--company");
	t->days = call_integer(c, "--days", LINK_DAYS_USUAL);
}

bool links_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	const bool typed = str_is(str_of(c->command->method), "POST");
	/* A chamber's list by the API is of one cluster. */
	const bool of_all = (c->caller.roles & (ROLE_ADMINISTRATOR | ROLE_TEAM)) != 0;
	struct template_links t = { .csv = of_all,
				    .fault = fault ? *fault : fault_none(),
				    .round = typed ? (struct str){ 0 } : call_text(c, "--round") };
	struct store *s;
	struct stored_link *k;
	struct stored_round *r;
	size_t n, n_rounds;
	if (!call_store(c, &s, e) || !store_list_links(s, c->a, t.round, &k, &n, e) ||
	    !store_list_rounds(s, c->a, &r, &n_rounds, e))
		return false;
	put_links(c, k, n, typed ? 0 : call_integer(c, "--before", 0), &t);
	t.later = !typed && call_given(c, "--before");
	put_rounds(c, r, n_rounds, call_text(c, "--round"), &t);
	put_typed(c, &t);
	t.roles = role_choices(c, ACCESS_LINK_CHOICES,
			       typed ? call_text(c, "--role") : STR("manager"), &t.n_roles);
	template_links(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_links(struct call *c, struct err *e)
{
	return links_again(c, NULL, e);
}

bool write_new_link(struct call *c, struct err *e)
{
	if (!do_create_link(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused) {
		const struct template_fault fault = fault_of(c, x);
		c->reply.status = 422;
		return links_again(c, &fault, e);
	}
	return show_secret(c,
			   str_fmt(c->a, "%.*s %.*s",
				   STR_ARG(call_say(c, "Enlace para", "Link for")),
				   STR_ARG(call_text(c, "--person"))),
			   call_say(c,
				    "Envíe esta dirección a la persona, por un medio que solo ella "
				    "lea. Quien la tenga responde en su nombre.",
				    "Send this address to the person, by a way that only they "
				    "read. Whoever has it answers in their name."),
			   whole_address(c, x->path), "/enlaces", e);
}

bool write_revoke_link(struct call *c, struct err *e)
{
	if (!do_revoke_link(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused) {
		c->reply.status = 409;
		return err_say(e, ERR_CONFLICT, "%.*s", "%.*s",
			       STR_ARG(label_in(&x->why, c->lang)));
	}
	page_go(c, STR("/enlaces"), "enlace-revocado");
	return true;
}
