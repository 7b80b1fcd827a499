/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom to write to, for the team and for chambers about their clusters. */
#include "base/fold.h"
#include "page/desk_inside.h"

static struct str kind_word(struct call *c, struct str kind)
{
	if (str_is(kind, "manager"))
		return call_say(c, "gestor", "manager");
	return str_is(kind, "chamber") ? call_say(c, "cámara", "chamber")
				       : call_say(c, "responde un área", "answers an area");
}

static struct str name_of(const struct cluster_register *r, struct str id)
{
	const struct cluster_entry *k = register_find(r, id);
	return k ? k->name : id;
}

/* Those that the caller may see and that hold what is searched for. */
static bool read_contacts(struct call *c, struct stored_contact **ret_list, size_t *ret_n,
			  struct cluster_register *ret_register, struct err *e)
{
	struct stored_contact *list;
	struct store *s;
	size_t n, n_seen = 0, at;
	if (!call_store(c, &s, e) || !store_list_contacts(s, c->a, STR(""), &list, &n, e) ||
	    !store_get_register(s, c->a, ret_register, e))
		return false;
	const struct str find =
		desk_is_post(c) ? STR("") : fold(c->a, str_trim(call_text(c, "--find")));
	for (size_t i = 0; i < n; i++) {
		const struct stored_contact *k = &list[i];
		const struct str all = str_fmt(c->a, "%.*s %.*s %.*s %.*s", STR_ARG(k->cluster),
					       STR_ARG(name_of(ret_register, k->cluster)),
					       STR_ARG(k->name), STR_ARG(k->email));
		if (desk_sees(c, k->cluster) && (!find.n || str_find(fold(c->a, all), find, &at)))
			list[n_seen++] = *k;
	}
	*ret_list = list;
	*ret_n = n_seen;
	return true;
}

static const struct template_choice *kind_choices(struct call *c, struct str chosen, size_t *ret_n)
{
	static const char *const kind[] = { "manager", "chamber", "contributor" };
	struct template_choice *out = NEW(c->a, 3, struct template_choice);
	for (size_t i = 0; i < 3; i++)
		out[i] = (struct template_choice){ str_of(kind[i]), kind_word(c, str_of(kind[i])),
						   str_is(chosen, kind[i]) };
	*ret_n = 3;
	return out;
}

bool contacts_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct template_desk_contacts t = { .fault = fault ? *fault : fault_none() };
	struct template_desk_contact *out =
		NEW(c->a, DESK_ROWS_SHOWN_MAX, struct template_desk_contact);
	struct cluster_register clusters;
	struct stored_contact *list;
	size_t n;
	if (!read_contacts(c, &list, &n, &clusters, e))
		return false;
	t.rows = out;
	for (size_t i = 0; i < n && i < DESK_ROWS_SHOWN_MAX; i++)
		out[t.n_rows++] = (struct template_desk_contact){
			.id = list[i].id,
			.cluster = list[i].cluster,
			.cluster_name = name_of(&clusters, list[i].cluster),
			.kind = kind_word(c, list[i].kind),
			.name = list[i].name,
			.email = list[i].email,
			.language = list[i].lang,
			.dead = list[i].bounced_at.n > 0,
		};
	t.more = (int64_t)(n - t.n_rows);
	t.find = desk_is_post(c) ? STR("") : call_text(c, "--find");
	t.csv = desk_is_post(c) ? STR("/contactos.csv")
				: desk_address(c, "/contactos.csv", "--find");
	t.cluster = desk_typed(c, "--cluster", STR(""));
	t.name = desk_typed(c, "--name", STR(""));
	t.email = desk_typed(c, "--email", STR(""));
	t.kinds = kind_choices(c, desk_typed(c, "--kind", STR("manager")), &t.n_kinds);
	t.langs = lang_choices(c, desk_typed(c, "--lang", STR("es")), &t.n_langs);
	t.team = desk_is_team(c);
	template_desk_contacts(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_contacts(struct call *c, struct err *e)
{
	return contacts_again(c, NULL, e);
}

bool page_contacts_csv(struct call *c, struct err *e)
{
	struct cluster_register clusters;
	struct stored_contact *list;
	size_t n;
	if (!read_contacts(c, &list, &n, &clusters, e))
		return false;
	contacts_csv(c, list, n);
	return desk_csv(c, STR("contactos.csv"));
}

static bool back(struct call *c)
{
	page_go(c, STR("/contactos"), "guardado");
	return true;
}

bool write_contact(struct call *c, struct err *e)
{
	const struct stored_contact in = {
		.cluster = str_trim(call_text(c, "--cluster")),
		.kind = call_text(c, "--kind"),
		.lang = call_text(c, "--lang"),
		.name = str_trim(call_text(c, "--name")),
		.email = str_trim(call_text(c, "--email")),
	};
	struct cluster_entry entry;
	struct store *s;
	bool found;
	int64_t id;
	if (!call_store(c, &s, e) || !store_find_cluster(s, c->a, in.cluster, &found, &entry, e))
		return false;
	if (!found) {
		(void)err_say(e, ERR_INPUT, "ese clúster no está en el registro",
			      "that cluster is not in the register");
		return desk_refused(c, contacts_again, "cluster", e);
	}
	return store_put_contact(s, &in, &id, e) ? back(c)
						 : desk_refused(c, contacts_again, "email", e);
}

bool write_contact_remove(struct call *c, struct err *e)
{
	struct stored_contact k;
	struct store *s;
	if (!call_store(c, &s, e) ||
	    !store_get_contact(s, c->a, call_integer(c, "CONTACT", 0), &k, e))
		return false;
	/* the scope was asked of the cluster named: it must be the contact's */
	if (!str_eq(k.cluster, call_text(c, "--cluster")))
		return err_say(e, ERR_ABSENT, "el clúster no tiene ese contacto",
			       "the cluster has no such contact");
	return store_remove_contact(s, k.id, e) && back(c);
}

struct contacts_file {
	struct stored_contact *list;
	size_t n;
	bool refused;
	struct err why;
};

bool prepare_contacts_file(struct call *c, struct err *e)
{
	struct contacts_file *f = NEW(c->a, 1, struct contacts_file);
	c->prepared = f;
	if (contacts_read(c, "FILE", &f->list, &f->n, &f->why))
		return true;
	f->refused = true;
	if (!err_of_system(&f->why))
		return true;
	*e = f->why;
	return false;
}

bool write_contacts_file(struct call *c, struct err *e)
{
	struct contacts_file *f = c->prepared;
	struct store *s;
	if (!call_store(c, &s, e))
		return false;
	if (f->refused) {
		*e = f->why;
		return desk_refused(c, contacts_again, "file", e);
	}
	if (contacts_keep(s, f->list, f->n, e))
		return back(c);
	if (e->code == ERR_ABSENT)
		e->code = ERR_INPUT; /* a cluster that the file names */
	return desk_refused(c, contacts_again, "file", e);
}
