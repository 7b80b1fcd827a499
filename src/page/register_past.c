/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of clusters: the lineage between them, and the history of one. */
#include "app/print.h"
#include "page/register_inside.h"

enum { EVENTS_SHOWN_MAX = 60 };

/* ---- words ---- */

static struct str word_in(struct call *c, struct str name, const struct label *words,
			  const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_is(name, names[i]))
			return label_in(&words[i], c->lang);
	}
	return name;
}

#define WORD(es, en) { { STR(es), STR(en) } }

struct str register_event_word(struct call *c, struct str event)
{
	static const char *const names[] = { "rename", "merge", "split", "manager", "change",
					     "add" };
	static const struct label words[] = {
		WORD("cambio de nombre", "renamed"),
		WORD("fusión", "merged"),
		WORD("división", "split"),
		WORD("cambio de gestor", "another manager"),
		WORD("cambio de datos", "changed"),
		WORD("entró al registro", "added"),
	};
	return word_in(c, event, words, names, sizeof(names) / sizeof(*names));
}

static struct str field_word(struct call *c, struct str field)
{
	static const char *const names[] = { "name",  "department", "sector", "manager_kind",
					     "chamber", "since",    "until",  "active" };
	static const struct label words[] = {
		WORD("nombre", "name"),	 WORD("departamento", "department"),
		WORD("sector", "sector"), WORD("clase de gestor", "kind of manager"),
		WORD("cámara", "chamber"), WORD("desde", "since"),
		WORD("hasta", "until"),	 WORD("activo", "active"),
	};
	return word_in(c, field, words, names, sizeof(names) / sizeof(*names));
}

/* ---- lineage ---- */

static struct str name_of(const struct cluster_register *r, struct str id)
{
	const struct cluster_entry *k = register_find(r, id);
	return k ? k->name : id;
}

const struct template_register_step *register_steps(struct call *c,
						    const struct cluster_register *r,
						    struct str cluster, size_t *ret_n)
{
	struct template_register_step *out =
		NEW(c->a, r->n_lineage + 1, struct template_register_step);
	*ret_n = 0;
	for (size_t i = 0; i < r->n_lineage; i++) {
		const struct lineage_entry *l = &r->lineage[i];
		if (str_eq(l->from, cluster) || str_eq(l->to, cluster))
			out[(*ret_n)++] = (struct template_register_step){
				l->date, register_event_word(c, l->event), l->from,
				name_of(r, l->from), l->to, name_of(r, l->to) };
	}
	return out;
}

/* The columns of the file that comes in. */
bool page_lineage_csv(struct call *c, struct err *e)
{
	static const char *const head[] = { "date", "event", "from", "to" };
	static const bool is_number[] = { false, false, false, false };
	struct cluster_register r;
	struct print_table t;
	struct store *s;
	if (!call_store(c, &s, e) || !store_get_register(s, c->a, &r, e))
		return false;
	print_table_init(&t, c->a, head, is_number, 4);
	for (size_t i = 0; i < r.n_lineage; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = r.lineage[i].date;
		cell[1] = r.lineage[i].event;
		cell[2] = r.lineage[i].from;
		cell[3] = r.lineage[i].to;
	}
	print_table_csv(&c->out, &t);
	return desk_csv(c, STR("linaje.csv"));
}

/* ---- history ---- */

/* Of what is a code the word, in the words of the page. */
static struct str value_word(struct call *c, struct str field, struct str value)
{
	struct err ignored = { 0 };
	const char *const name = str_is(field, "department") ? "departments"
				 : str_is(field, "chamber")  ? "chambers"
							     : NULL;
	const struct catalogue *k = name ? register_catalogue(c, name, &ignored) : NULL;
	if (str_is(field, "active") && value.n)
		return str_is(value, "yes") ? call_say(c, "sí", "yes") : STR("no");
	return k ? register_word(c, k, value) : value;
}

static const struct template_register_change *changes_of(struct call *c, const struct happening *h,
							 size_t *ret_n)
{
	struct happening_change list[HAPPENING_CHANGES_MAX];
	size_t n = 0;
	*ret_n = 0;
	if (!str_is(h->event, "change"))
		return NULL; /* what was added is there to be seen, and so is the lineage */
	happening_changes(c->a, h, list, &n);
	struct template_register_change *out = NEW(c->a, n + 1, struct template_register_change);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct template_register_change){
			field_word(c, list[i].name), value_word(c, list[i].name, list[i].before),
			value_word(c, list[i].name, list[i].after) };
	*ret_n = n;
	return out;
}

bool register_events(struct call *c, struct store *s, struct str cluster,
		     const struct template_register_event **ret_list, size_t *ret_n, struct err *e)
{
	struct happening *h;
	size_t n;
	if (!store_list_happenings(s, c->a, "cluster", cluster, &h, &n, e))
		return false;
	n = n < EVENTS_SHOWN_MAX ? n : EVENTS_SHOWN_MAX;
	struct template_register_event *out = NEW(c->a, n + 1, struct template_register_event);
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct template_register_event){
			.at = h[i].at,
			.what = register_event_word(c, h[i].event),
			.note = h[i].note,
			.author = h[i].author,
		};
		out[i].changes = changes_of(c, &h[i], &out[i].n_changes);
	}
	*ret_list = out;
	*ret_n = n;
	return true;
}

/* A row for each thing that changed, codes as they are. */
bool page_register_history_csv(struct call *c, struct err *e)
{
	static const char *const head[] = { "at",     "author", "event", "field",
					    "before", "after",	"reason" };
	static const bool is_number[] = { false, false, false, false, false, false, false };
	struct happening_change change[HAPPENING_CHANGES_MAX];
	struct cluster_entry k;
	struct happening *h;
	struct print_table t;
	struct store *s;
	size_t n, n_changes;
	if (!call_store(c, &s, e) || !register_find_one(c, s, &k, e) ||
	    !store_list_happenings(s, c->a, "cluster", k.id, &h, &n, e))
		return false;
	print_table_init(&t, c->a, head, is_number, 7);
	for (size_t i = 0; i < n; i++) {
		happening_changes(c->a, &h[i], change, &n_changes);
		for (size_t j = 0; j < n_changes; j++) {
			struct str *cell = print_table_row(&t);
			cell[0] = h[i].at;
			cell[1] = h[i].author;
			cell[2] = h[i].event;
			cell[3] = change[j].name;
			cell[4] = change[j].before;
			cell[5] = change[j].after;
			cell[6] = h[i].note;
		}
	}
	print_table_csv(&c->out, &t);
	return desk_csv(c, str_fmt(c->a, "historia-%.*s.csv", STR_ARG(k.id)));
}
