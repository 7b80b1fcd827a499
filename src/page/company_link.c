/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The address and the QR code by which the companies of a cluster come to their form, and the one
 * by which a company comes back to its own. */
#include "page/company_inside.h"
#include "render/qr.h"

/* ---- the page ---- */

static void put_rounds(struct call *c, const struct stored_round *r, size_t n,
		       struct template_company_link *t)
{
	struct template_choice *out = NEW(c->a, n, struct template_choice);
	const struct str chosen = call_text(c, "--round");
	t->rounds = out;
	for (size_t i = n; i-- > 0;) {
		if (r[i].state != ROUND_OPEN && r[i].state != ROUND_DRAFT)
			continue;
		out[t->n_rounds++] = (struct template_choice){
			.value = r[i].id,
			.word = str_fmt(c->a, "%.*s (%s)", STR_ARG(r[i].id),
					round_state_word(r[i].state, c->lang)),
			.chosen = chosen.n ? str_eq(chosen, r[i].id) : t->n_rounds == 0,
		};
	}
}

/* Those for any company of the cluster that still let in. */
static void put_links(struct call *c, const struct stored_link *k, size_t n,
		      struct template_company_link *t)
{
	struct template_company_link_row *row = NEW(c->a, n, struct template_company_link_row);
	t->rows = row;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(k[i].cluster, t->cluster) || k[i].company.n || k[i].revoked_at.n ||
		    !str_is(k[i].role, role_name(ROLE_COMPANY)) ||
		    str_cmp(k[i].expires_at, c->now) <= 0)
			continue;
		row[t->n_rows++] = (struct template_company_link_row){
			.id = k[i].id,
			.round = k[i].round,
			.until = k[i].expires_at,
			.seen = k[i].seen_at,
		};
	}
}

static struct str name_of(struct call *c, struct store *s, struct str cluster)
{
	struct cluster_entry entry;
	struct err ignored = { 0 };
	bool found = false;
	if (!store_find_cluster(s, c->a, cluster, &found, &entry, &ignored) || !found)
		return cluster;
	return entry.name.n ? entry.name : cluster;
}

bool company_link_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct template_company_link t = { .cluster = call_text(c, "--cluster"),
					   .days = call_integer(c, "--days", LINK_DAYS_USUAL),
					   .fault = fault ? *fault : fault_none() };
	struct stored_round *r;
	struct stored_link *k;
	struct store *s;
	size_t n, n_links;
	if (!call_store(c, &s, e) || !store_list_round_heads(s, c->a, &r, &n, e) ||
	    !store_list_links(s, c->a, (struct str){ 0 }, &k, &n_links, e))
		return false;
	t.cluster_name = name_of(c, s, t.cluster);
	put_rounds(c, r, n, &t);
	put_links(c, k, n_links, &t);
	template_company_link(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_company_link(struct call *c, struct err *e)
{
	return company_link_again(c, NULL, e);
}

/* ---- making one ---- */

bool prepare_company_link(struct call *c, struct err *e)
{
	return prepare_open_company_link(c, e);
}

static bool show_made(struct call *c, bool own, struct err *e)
{
	const struct access *x = access_of(c);
	struct store *s;
	struct buf qr;
	struct template_company_link_made t = {
		.cluster = x->link.cluster,
		.round = x->link.round,
		.address = whole_address(c, x->path),
		.until = x->expires_at,
		.own = own,
	};
	buf_init(&qr, c->a, 256 << 10);
	if (!call_store(c, &s, e) ||
	    !render_qr(c->a, t.address,
		       call_say(c, "Código QR con la dirección", "QR code of the address"), &qr, e))
		return false;
	t.cluster_name = name_of(c, s, t.cluster);
	t.qr = svg_written(&qr);
	template_company_link_made(&c->out, frame_here(c), &t);
	c->reply.secret = true;
	return page_end(c, e);
}

bool write_company_link(struct call *c, struct err *e)
{
	if (!do_create_link(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused) {
		const struct template_fault fault = fault_of(c, x);
		c->reply.status = 422;
		return company_link_again(c, &fault, e);
	}
	return show_made(c, false, e);
}

bool prepare_company_return(struct call *c, struct err *e)
{
	return prepare_own_company_link(c, e);
}

bool write_company_return(struct call *c, struct err *e)
{
	if (!do_create_link(c, e))
		return false;
	const struct access *x = access_of(c);
	if (x->refused)
		return err_say(e, x->code, "%.*s", "%.*s", STR_ARG(label_in(&x->why, c->lang)));
	return show_made(c, true, e);
}
