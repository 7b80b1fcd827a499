/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The register of clusters: found without accents, changed and added to with a reason. */
#include <stdlib.h>

#include "app/cache.h"
#include "base/date.h"
#include "base/fold.h"
#include "page/register_inside.h"

/* ---- codes and their words ---- */

const struct catalogue *register_catalogue(struct call *c, const char *name, struct err *e)
{
	const struct catalogues *all;
	if (!cache_catalogues(c, &all, e))
		return NULL;
	for (size_t i = 0; i < all->n; i++) {
		if (str_is(all->item[i].name, name))
			return &all->item[i];
	}
	(void)err_say(e, ERR_IO, "falta el catálogo %s", "the catalogue %s is missing", name);
	return NULL;
}

struct str register_word(struct call *c, const struct catalogue *k, struct str code)
{
	for (size_t i = 0; i < k->codes.n; i++) {
		if (str_eq(k->codes.name[i], code) && k->codes.label)
			return label_in(&k->codes.label[i], c->lang);
	}
	return code;
}

static const struct template_choice *code_choices(struct call *c, const struct catalogue *k,
						  struct str chosen, size_t *ret_n)
{
	struct template_choice *out = NEW(c->a, k->codes.n + 1, struct template_choice);
	for (size_t i = 0; i < k->codes.n; i++)
		out[i] = (struct template_choice){ k->codes.name[i],
						   register_word(c, k, k->codes.name[i]),
						   str_eq(k->codes.name[i], chosen) };
	*ret_n = k->codes.n;
	return out;
}

/* ---- the list ---- */

struct found {
	struct cluster_register all;
	const struct cluster_entry **item;
	size_t n;
};

struct keyed {
	struct str key;
	const struct cluster_entry *entry;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *one = a, *other = b;
	return str_cmp(one->key, other->key);
}

static bool matches(struct call *c, const struct cluster_entry *k, struct str find)
{
	const struct str department = call_text(c, "--department");
	const struct str sector = call_text(c, "--sector");
	size_t at;
	if ((department.n && !str_eq(department, k->department)) ||
	    (sector.n && !str_eq(sector, k->sector)))
		return false;
	return !find.n || str_find(fold(c->a, k->name), find, &at) ||
	       str_find(fold(c->a, k->id), find, &at);
}

/* By name, as a Spanish dictionary sorts. */
static bool find_clusters(struct call *c, struct found *out, struct err *e)
{
	const struct str find = fold(c->a, str_trim(call_text(c, "--find")));
	struct store *s;
	*out = (struct found){ 0 };
	if (!call_store(c, &s, e) || !store_get_register(s, c->a, &out->all, e))
		return false;
	struct keyed *keyed = NEW(c->a, out->all.n + 1, struct keyed);
	out->item = NEW(c->a, out->all.n + 1, const struct cluster_entry *);
	for (size_t i = 0; i < out->all.n; i++) {
		const struct cluster_entry *k = &out->all.cluster[i];
		if (matches(c, k, find))
			keyed[out->n++] = (struct keyed){ fold_sort_key(c->a, k->name), k };
	}
	qsort(keyed, out->n, sizeof(*keyed), by_key);
	for (size_t i = 0; i < out->n; i++)
		out->item[i] = keyed[i].entry;
	return true;
}

static const struct template_choice *sector_choices(struct call *c,
						    const struct cluster_register *r,
						    struct str chosen, size_t *ret_n)
{
	struct template_choice *out = NEW(c->a, r->n + 1, struct template_choice);
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++) {
		bool seen = false;
		for (size_t k = 0; k < n; k++)
			seen = seen || str_eq(out[k].value, r->cluster[i].sector);
		if (!seen)
			out[n++] = (struct template_choice){
				r->cluster[i].sector, r->cluster[i].sector,
				str_eq(chosen, r->cluster[i].sector) };
	}
	*ret_n = n;
	return out;
}

bool page_register(struct call *c, struct err *e)
{
	struct template_register_list t = { .find = call_text(c, "--find") };
	const struct catalogue *department = register_catalogue(c, "departments", e);
	const struct catalogue *chamber = department ? register_catalogue(c, "chambers", e) : NULL;
	struct found f;
	if (!chamber || !find_clusters(c, &f, e))
		return false;
	struct template_register_row *out =
		NEW(c->a, DESK_ROWS_SHOWN_MAX, struct template_register_row);
	t.rows = out;
	t.total = (int64_t)f.n;
	for (size_t i = 0; i < f.n && i < DESK_ROWS_SHOWN_MAX; i++)
		out[t.n_rows++] = (struct template_register_row){
			.id = f.item[i]->id,
			.name = f.item[i]->name,
			.department = register_word(c, department, f.item[i]->department),
			.sector = f.item[i]->sector,
			.chamber = register_word(c, chamber, f.item[i]->chamber),
			.since = f.item[i]->since,
			.active = f.item[i]->active,
		};
	t.more = (int64_t)(f.n - t.n_rows);
	t.departments = code_choices(c, department, call_text(c, "--department"), &t.n_departments);
	t.sectors = sector_choices(c, &f.all, call_text(c, "--sector"), &t.n_sectors);
	t.csv = desk_address(c, "/registro.csv", "--find|--department|--sector");
	t.team = (c->caller.roles & ROLE_TEAM) != 0;
	template_register_list(&c->out, frame_of_reader(c), &t);
	return page_end(c, e);
}

bool page_register_csv(struct call *c, struct err *e)
{
	struct found f;
	if (!find_clusters(c, &f, e))
		return false;
	buf_puts(&c->out, "cluster,name,department,sector,manager_kind,chamber,since,active,"
			  "until\n");
	for (size_t i = 0; i < f.n; i++) {
		const struct cluster_entry *k = f.item[i];
		const struct str cell[] = { k->id,	     k->name,	 k->department, k->sector,
					    k->manager_kind, k->chamber, k->since,
					    k->active ? STR("yes") : STR("no"), k->until };
		for (size_t j = 0; j < sizeof(cell) / sizeof(*cell); j++) {
			buf_puts(&c->out, j ? "," : "");
			esc_csv(&c->out, cell[j]);
		}
		buf_putc(&c->out, '\n');
	}
	return desk_csv(c, STR("registro.csv"));
}

/* ---- one cluster ---- */

static const struct template_choice *word_choices(struct call *c, const char *names,
						  struct str chosen, size_t *ret_n)
{
	struct template_choice *out = NEW(c->a, 8, struct template_choice);
	struct str rest = str_of(names);
	*ret_n = 0;
	while (rest.p && *ret_n < 8) {
		const struct str name = str_cut(&rest, '|');
		const struct str word = str_is(name, "yes") ? call_say(c, "sí", "yes")
					: str_is(name, "no") ? STR("no")
							     : register_event_word(c, name);
		out[(*ret_n)++] =
			(struct template_choice){ name, word, str_eq(name, chosen) };
	}
	return out;
}

bool register_find_one(struct call *c, struct store *s, struct cluster_entry *out, struct err *e)
{
	const struct str id = call_text(c, "--cluster");
	bool found;
	if (!store_find_cluster(s, c->a, id, &found, out, e))
		return false;
	return found || err_say(e, ERR_ABSENT, "el clúster %.*s no está en el registro",
				"cluster %.*s is not in the register",
				STR_ARG(str_sub(id, 0, 64)));
}

/* The fields of a cluster's form: as typed, else as it is. */
static bool put_fields(struct call *c, const struct cluster_entry *k,
		       struct template_register_fields *out, struct err *e)
{
	const struct catalogue *department = register_catalogue(c, "departments", e);
	const struct catalogue *chamber = department ? register_catalogue(c, "chambers", e) : NULL;
	struct template_register_fields t = { 0 };
	if (!chamber)
		return false;
	t.name = desk_typed(c, "--name", k->name);
	t.department = code_choices(c, department, desk_typed(c, "--department", k->department),
				    &t.n_department);
	t.sector = desk_typed(c, "--sector", k->sector);
	t.manager_kind = desk_typed(c, "--manager-kind", k->manager_kind);
	t.chamber = code_choices(c, chamber, desk_typed(c, "--chamber", k->chamber), &t.n_chamber);
	t.since = desk_typed(c, "--since", k->since);
	t.until = desk_typed(c, "--until", k->until);
	t.active = word_choices(c, "yes|no",
				desk_typed(c, "--active", k->active ? STR("yes") : STR("no")),
				&t.n_active);
	t.reason = desk_typed(c, "--reason", STR(""));
	*out = t;
	return true;
}

bool register_cluster_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct template_register_cluster t = { .fault = fault ? *fault : fault_none() };
	struct cluster_register all;
	struct cluster_entry k;
	struct store *s;
	if (!call_store(c, &s, e) || !register_find_one(c, s, &k, e) ||
	    !store_get_register(s, c->a, &all, e))
		return false;
	t.id = k.id;
	t.title = k.name;
	if (!put_fields(c, &k, &t.fields, e))
		return false;
	t.events = word_choices(c, "rename|merge|split|manager",
				desk_typed(c, "--event", STR("rename")), &t.n_events);
	t.date = desk_typed(c, "--date", STR(""));
	t.other = desk_typed(c, "--other", k.id);
	t.team = (c->caller.roles & ROLE_TEAM) != 0;
	t.lineage = register_steps(c, &all, k.id, &t.n_lineage);
	t.csv = str_fmt(c->a, "/registro/%.*s/historia.csv", STR_ARG(k.id));
	if (!register_events(c, s, k.id, &t.history, &t.n_history, e))
		return false;
	template_register_cluster(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_register_cluster(struct call *c, struct err *e)
{
	return register_cluster_again(c, NULL, e);
}

static bool back(struct call *c)
{
	page_go(c, str_fmt(c->a, "/registro/%.*s", STR_ARG(str_trim(call_text(c, "--cluster")))),
		"guardado");
	return true;
}

static bool day_good(struct str text)
{
	struct date d;
	return date_parse(text, true, &d);
}

static bool known_code(const struct catalogue *k, struct str code)
{
	for (size_t i = 0; i < k->codes.n; i++) {
		if (str_eq(k->codes.name[i], code))
			return true;
	}
	return false;
}

/* The field that is wrong, by its name on the web; NULL: none. */
static const char *fault_in(struct call *c, const struct cluster_entry *k, struct err *e)
{
	const struct catalogue *department = register_catalogue(c, "departments", e);
	const struct catalogue *chamber = department ? register_catalogue(c, "chambers", e) : NULL;
	const char *field = NULL;
	if (!chamber)
		return "";
	if (!k->name.n || !register_is_one_line(k->name))
		field = "name";
	else if (!known_code(department, k->department))
		field = "department";
	else if (!k->sector.n || !register_is_one_line(k->sector))
		field = "sector";
	else if (k->chamber.n && !known_code(chamber, k->chamber))
		field = "chamber";
	else if (!day_good(k->since))
		field = "since";
	else if (k->until.n && (!day_good(k->until) || str_cmp(k->until, k->since) < 0))
		field = "until";
	else if (!str_trim(call_text(c, "--reason")).n)
		field = "reason";
	if (field && str_is(STR("reason"), field))
		(void)err_say(e, ERR_INPUT, "diga por qué: queda en la historia del clúster",
			      "say why: it stays in the cluster's history");
	else if (field)
		(void)err_say(e, ERR_INPUT,
			      "escriba un valor del registro: un nombre, un código de la lista, un "
			      "año o un día como 2024-07-01",
			      "write a value of the register: a name, a code of the list, a year "
			      "or a day like 2024-07-01");
	return field;
}

/* A code stands in addresses, names of files and cells of a sheet. */
static bool code_good(struct str id)
{
	bool good = id.n && !str_is(id, "nuevo") && !str_is(id, "importar");
	for (size_t i = 0; good && i < id.n; i++) {
		const char ch = id.p[i];
		good = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		       (ch >= 'A' && ch <= 'Z') || (i && (ch == '-' || ch == '_'));
	}
	return good;
}

static struct cluster_entry entry_typed(struct call *c)
{
	return (struct cluster_entry){
		.id = str_trim(call_text(c, "--cluster")),
		.name = str_trim(call_text(c, "--name")),
		.department = call_text(c, "--department"),
		.sector = str_trim(call_text(c, "--sector")),
		.manager_kind = str_trim(call_text(c, "--manager-kind")),
		.chamber = call_text(c, "--chamber"),
		.since = str_trim(call_text(c, "--since")),
		.until = str_trim(call_text(c, "--until")),
		.active = str_is(call_text(c, "--active"), "yes"),
	};
}

bool write_register_cluster(struct call *c, struct err *e)
{
	const struct cluster_entry k = entry_typed(c);
	struct cluster_entry old;
	struct store *s;
	if (!call_store(c, &s, e) || !register_find_one(c, s, &old, e))
		return false;
	const char *field = fault_in(c, &k, e);
	if (field)
		return desk_refused(c, register_cluster_again, field, e);
	return store_change_cluster(s, &k, str_trim(call_text(c, "--reason")), e) && back(c);
}

/* ---- a new one ---- */

bool register_new_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	const struct cluster_entry nothing = { .active = true };
	struct template_register_new t = { .fault = fault ? *fault : fault_none(),
					   .cluster = desk_typed(c, "--cluster", STR("")) };
	if (!put_fields(c, &nothing, &t.fields, e))
		return false;
	template_register_new(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_register_new(struct call *c, struct err *e)
{
	return register_new_again(c, NULL, e);
}

bool write_register_new(struct call *c, struct err *e)
{
	const struct cluster_entry k = entry_typed(c);
	struct store *s;
	if (!call_store(c, &s, e))
		return false;
	if (!code_good(k.id)) {
		(void)err_say(e, ERR_INPUT,
			      "el código lleva letras sin tilde, cifras, «-» y «_»; por ejemplo "
			      "C131",
			      "a code has plain letters, digits, '-' and '_'; say C131");
		return desk_refused(c, register_new_again, "cluster", e);
	}
	const char *field = fault_in(c, &k, e);
	if (field)
		return desk_refused(c, register_new_again, field, e);
	return store_add_cluster(s, &k, str_trim(call_text(c, "--reason")), e)
		       ? back(c)
		       : desk_refused(c, register_new_again, "cluster", e);
}

/* ---- a step of the lineage ---- */

bool write_register_lineage(struct call *c, struct err *e)
{
	const struct lineage_entry l = { .date = call_text(c, "--date"),
					 .event = call_text(c, "--event"),
					 .from = call_text(c, "--cluster"),
					 .to = str_trim(call_text(c, "--other")) };
	struct cluster_entry from, to;
	struct store *s;
	bool found;
	if (!call_store(c, &s, e) || !register_find_one(c, s, &from, e) ||
	    !store_find_cluster(s, c->a, l.to, &found, &to, e))
		return false;
	if (!found) {
		(void)err_say(e, ERR_INPUT, "ese clúster no está en el registro",
			      "that cluster is not in the register");
		return desk_refused(c, register_cluster_again, "other", e);
	}
	return store_add_lineage(s, &l, str_trim(call_text(c, "--reason")), e)
		       ? back(c)
		       : desk_refused(c, register_cluster_again, "date", e);
}
