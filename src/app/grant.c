/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Roles of accounts, and whether what a scoped role is for exists. */
#include "app/access_inside.h"
#include "app/cache.h"

enum { CODE_BYTES_MAX = 128 };

/* ---- what there is ---- */

bool access_check_cluster(struct call *c, struct store *s, const char *field, struct str cluster,
			  bool *ret_good, struct err *e)
{
	struct cluster_entry entry;
	*ret_good = false;
	if (cluster.n && cluster.n <= CODE_BYTES_MAX &&
	    !store_find_cluster(s, c->a, cluster, ret_good, &entry, e))
		return false;
	return *ret_good ||
	       access_refuse(c, field, ERR_INPUT,
			     STR("ese clúster no está en el registro; dé su código, por ejemplo "
				 "C001"),
			     STR("that cluster is not in the register; give its code, say C001"));
}

bool access_check_area(struct call *c, const struct instrument *in, const char *field,
		       struct str area, bool *ret_good)
{
	struct buf names;
	*ret_good = false;
	buf_init(&names, c->a, 400);
	for (size_t i = 0; i < in->n_areas; i++) {
		*ret_good |= str_eq(in->area[i].code, area);
		buf_puts(&names, i ? ", " : "");
		buf_put(&names, in->area[i].code);
	}
	struct str all = buf_str(&names);
	return *ret_good ||
	       access_refuse(c, field, ERR_INPUT,
			     str_fmt(c->a, "el instrumento no tiene esa área; dé una de %.*s",
				     STR_ARG(all)),
			     str_fmt(c->a, "the instrument has no such area; give one of %.*s",
				     STR_ARG(all)));
}

static bool check_chamber(struct call *c, struct str chamber, bool *ret_good, struct err *e)
{
	const struct catalogues *all;
	*ret_good = false;
	if (!cache_catalogues(c, &all, e))
		return false;
	for (size_t i = 0; i < all->n; i++) {
		const struct catalogue *one = &all->item[i];
		for (size_t k = 0; str_is(one->name, "chambers") && k < one->codes.n; k++)
			*ret_good |= str_eq(one->codes.name[k], chamber);
	}
	return *ret_good ||
	       access_refuse(c, "--object", ERR_INPUT,
			     STR("no hay cámara de comercio con ese código"),
			     STR("there is no chamber of commerce with that code"));
}

/* The instrument of the last round; *out NULL: there is no round yet. */
static bool last_instrument(struct call *c, struct store *s, const struct instrument **out,
			    struct err *e)
{
	struct stored_round *list;
	size_t n;
	*out = NULL;
	if (!store_list_rounds(s, c->a, &list, &n, e))
		return false;
	return !n ||
	       cache_instrument(c, s, list[n - 1].instrument_id, list[n - 1].instrument_version,
				out, e);
}

/* CLUSTER/AREA */
static bool check_contributor(struct call *c, struct store *s, struct str object, bool *ret_good,
			      struct err *e)
{
	const struct instrument *in = NULL;
	struct str area = object, cluster = str_cut(&area, '/');
	if (!area.n) {
		*ret_good = false;
		return access_refuse(c, "--object", ERR_INPUT,
				     STR("dé el clúster y el área, por ejemplo C001/G"),
				     STR("give the cluster and the area, say C001/G"));
	}
	if (!access_check_cluster(c, s, "--object", cluster, ret_good, e) || !*ret_good)
		return access_of(c)->refused;
	if (!last_instrument(c, s, &in, e))
		return false;
	return !in || access_check_area(c, in, "--object", area, ret_good);
}

bool access_check_object(struct call *c, struct store *s, enum role role, struct str object,
			 bool *ret_good, struct err *e)
{
	*ret_good = false;
	if (!(role & ROLE_SCOPED)) {
		*ret_good = !object.n;
		return *ret_good ||
		       access_refuse(c, "--object", ERR_INPUT,
				     STR("este rol alcanza a todo: no lleva objeto"),
				     STR("this role reaches everything: it takes no object"));
	}
	if (!object.n)
		return access_refuse(c, "--object", ERR_INPUT,
				     STR("diga para qué: el código de la cámara, el del clúster, o "
					 "CLÚSTER/ÁREA"),
				     STR("say what for: the code of the chamber, that of the "
					 "cluster, or CLUSTER/AREA"));
	if (role == ROLE_CHAMBER)
		return check_chamber(c, object, ret_good, e);
	return role == ROLE_CONTRIBUTOR
		? check_contributor(c, s, object, ret_good, e)
		: access_check_cluster(c, s, "--object", object, ret_good, e);
}

/* ---- deeds ---- */

static struct stored_grant grant_of(const struct call *c, const struct access *x)
{
	return (struct stored_grant){ .account = x->account.id,
				      .role = call_text(c, "--role"),
				      .object = access_text(c, "--object"),
				      .granted_at = c->now,
				      .granted_by = c->caller.name };
}

bool prepare_grant(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	enum role role;
	bool good;
	return access_start_on_account(c, &x, &s, e) &&
	       role_of_name(call_text(c, "--role"), &role) &&
	       access_check_object(c, s, role, access_text(c, "--object"), &good, e);
}

bool do_grant(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	const struct stored_grant grant = grant_of(c, x);
	return !go || store_grant(s, &grant, e);
}

static bool check_stays_administered(struct call *c, struct store *s, const struct access *x,
				     bool *ret_good, struct err *e)
{
	*ret_good = !str_is(call_text(c, "--role"), role_name(ROLE_ADMINISTRATOR));
	return *ret_good || access_check_last_administrator(c, s, x->account.id, ret_good, e);
}

bool prepare_revoke_grant(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool good;
	return access_start_on_account(c, &x, &s, e) &&
	       check_stays_administered(c, s, x, &good, e);
}

bool do_revoke_grant(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go, good;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	if (!check_stays_administered(c, s, x, &good, e))
		return false;
	const struct stored_grant grant = grant_of(c, x);
	return !good || store_revoke_grant(s, grant.account, grant.role, grant.object, e);
}
