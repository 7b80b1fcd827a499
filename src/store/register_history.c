/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written into the register: each cluster that is new or differs, and each new step of the
 * lineage, is noted as a happening of its cluster, by hand and by file alike. */
#include "store/calendar.h"

#include "store/access.h"

enum { REGISTER_ARENA_BYTES_MAX = 64 << 20 };

/* ---- rows ---- */

static bool put_cluster(struct store *s, const struct cluster_entry *c, struct err *e)
{
	struct db_value arg[P_cluster_put_N] = {
		[P_cluster_put_id] = db_text(c->id),
		[P_cluster_put_name] = db_text(c->name),
		[P_cluster_put_department] = db_text(c->department),
		[P_cluster_put_sector] = db_text(c->sector),
		[P_cluster_put_manager_kind] = db_text(c->manager_kind),
		[P_cluster_put_chamber] = db_text(c->chamber),
		[P_cluster_put_since] = db_text(c->since),
		[P_cluster_put_until] = db_text(c->until),
		[P_cluster_put_active] = db_integer(c->active),
	};
	return db_run(s->db, STMT_cluster_put, arg, NULL, NULL, e) ||
	       err_in(e, "%.*s", STR_ARG(c->id));
}

static bool put_lineage(struct store *s, const struct lineage_entry *l, struct err *e)
{
	struct db_value arg[P_lineage_put_N] = {
		[P_lineage_put_on_date] = db_text(l->date),
		[P_lineage_put_event] = db_text(l->event),
		[P_lineage_put_from_cluster] = db_text(l->from),
		[P_lineage_put_to_cluster] = db_text(l->to),
	};
	return db_run(s->db, STMT_lineage_put, arg, NULL, NULL, e);
}

/* ---- what differs ---- */

struct cluster_field {
	const char *name;
	struct str before, after;
};
enum { CLUSTER_FIELDS = 8 };

static struct str yes_no(bool yes)
{
	return yes ? STR("yes") : STR("no");
}

/* What differs of two rows, as two JSON objects; empty where nothing does. */
static void cluster_notes(struct arena *a, const struct cluster_entry *old,
			  const struct cluster_entry *new, struct str *ret_before,
			  struct str *ret_after)
{
	const struct cluster_field field[CLUSTER_FIELDS] = {
		{ "name", old->name, new->name },
		{ "department", old->department, new->department },
		{ "sector", old->sector, new->sector },
		{ "manager_kind", old->manager_kind, new->manager_kind },
		{ "chamber", old->chamber, new->chamber },
		{ "since", old->since, new->since },
		{ "until", old->until, new->until },
		{ "active", yes_no(old->active), yes_no(new->active) },
	};
	struct note before, after;
	bool differs = false;
	note_start(&before, a);
	note_start(&after, a);
	for (size_t i = 0; i < CLUSTER_FIELDS; i++) {
		if (str_eq(field[i].before, field[i].after))
			continue;
		differs = true;
		json_member_string(&before.json, field[i].name, field[i].before);
		json_member_string(&after.json, field[i].name, field[i].after);
	}
	*ret_before = differs ? note_end(&before) : STR("");
	*ret_after = differs ? note_end(&after) : STR("");
}

/* Keeps what differs from old and notes it; old NULL: it is new.  Both notes are empty where
 * nothing differs. */
static bool keep_cluster(struct store *s, struct arena *a, const struct cluster_entry *old,
			 const struct cluster_entry *c, struct str note, struct str *ret_before,
			 struct str *ret_after, struct err *e)
{
	const struct cluster_entry nothing = { 0 };
	cluster_notes(a, old ? old : &nothing, c, ret_before, ret_after);
	if (old && !ret_after->n)
		return true;
	if (!old)
		*ret_before = STR("");
	return put_cluster(s, c, e) && happening_add(s, "cluster", c->id, old ? "change" : "add",
						     *ret_before, *ret_after, note, e);
}

static struct str lineage_note(struct arena *a, const struct lineage_entry *l)
{
	struct note n;
	note_start(&n, a);
	json_member_string(&n.json, "date", l->date);
	json_member_string(&n.json, "event", l->event);
	json_member_string(&n.json, "from", l->from);
	json_member_string(&n.json, "to", l->to);
	return note_end(&n);
}

static bool keep_lineage(struct store *s, struct arena *a, const struct lineage_entry *l,
			 struct str note, struct err *e)
{
	const char *event = str_c(a, l->event);
	const struct str words = lineage_note(a, l);
	return put_lineage(s, l, e) &&
	       happening_add(s, "cluster", l->from, event, STR(""), words, note, e) &&
	       (str_eq(l->from, l->to) ||
		happening_add(s, "cluster", l->to, event, STR(""), words, note, e));
}

static bool same_step(const struct lineage_entry *l, const struct lineage_entry *k)
{
	return str_eq(k->date, l->date) && str_eq(k->event, l->event) && str_eq(k->from, l->from) &&
	       str_eq(k->to, l->to);
}

static bool has_step(const struct lineage_entry *list, size_t n, const struct lineage_entry *l)
{
	for (size_t i = 0; i < n; i++) {
		if (same_step(l, &list[i]))
			return true;
	}
	return false;
}

/* ---- by hand ---- */

static bool absent_cluster(struct str id, struct err *e)
{
	return err_say(e, ERR_ABSENT, "el clúster %.*s no está en el registro",
		       "cluster %.*s is not in the register", STR_ARG(str_sub(id, 0, 64)));
}

static bool change_cluster(struct store *s, const struct cluster_entry *c, struct str note,
			   struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct cluster_entry old;
	struct str before, after;
	bool found;
	if (!store_find_cluster(s, &a, c->id, &found, &old, e))
		return false;
	if (!found)
		return absent_cluster(c->id, e);
	return keep_cluster(s, &a, &old, c, note, &before, &after, e) &&
	       (!after.n || store_audit(s, "cluster change", c->id, before, after, e));
}

bool store_change_cluster(struct store *s, const struct cluster_entry *c, struct str note,
			  struct err *e)
{
	return store_begun(s, e) && store_done(s, change_cluster(s, c, note, e), e);
}

static bool add_cluster(struct store *s, const struct cluster_entry *c, struct str note,
			struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct cluster_entry old;
	struct str before, after;
	bool found;
	if (!store_find_cluster(s, &a, c->id, &found, &old, e))
		return false;
	if (found)
		return err_say(e, ERR_CONFLICT,
			       "el clúster %.*s ya está en el registro; elija otro código",
			       "cluster %.*s is in the register already; choose another code",
			       STR_ARG(c->id));
	return keep_cluster(s, &a, NULL, c, note, &before, &after, e) &&
	       store_audit(s, "cluster add", c->id, before, after, e);
}

bool store_add_cluster(struct store *s, const struct cluster_entry *c, struct str note,
		       struct err *e)
{
	return store_begun(s, e) && store_done(s, add_cluster(s, c, note, e), e);
}

static bool add_lineage(struct store *s, const struct lineage_entry *l, struct str note,
			struct err *e)
{
	ARENA_SCOPE(a, REGISTER_ARENA_BYTES_MAX);
	struct cluster_register r;
	if (!store_get_register(s, &a, &r, e))
		return false;
	if (has_step(r.lineage, r.n_lineage, l))
		return err_say(e, ERR_CONFLICT, "ese cambio ya está en el linaje",
			       "that change is in the lineage already");
	for (int i = 0; i < 2; i++) {
		const struct str id = i ? l->to : l->from;
		if (!register_find(&r, id))
			return absent_cluster(id, e);
	}
	return keep_lineage(s, &a, l, note, e) &&
	       store_audit(s, "lineage add", l->from, STR(""), lineage_note(&a, l), e);
}

bool store_add_lineage(struct store *s, const struct lineage_entry *l, struct str note,
		       struct err *e)
{
	return store_begun(s, e) && store_done(s, add_lineage(s, l, note, e), e);
}

/* ---- a file ---- */

struct register_counts {
	size_t n_added, n_changed, n_steps;
};

static bool import_clusters(struct store *s, const struct cluster_register *had,
			    const struct cluster_register *r, struct str note,
			    struct register_counts *out, struct err *e)
{
	for (size_t i = 0; i < r->n; i++) {
		ARENA_SCOPE(a, 1 << 20);
		const struct cluster_entry *old = register_find(had, r->cluster[i].id);
		struct str before, after;
		if (!keep_cluster(s, &a, old, &r->cluster[i], note, &before, &after, e))
			return false;
		out->n_added += !old;
		out->n_changed += old && after.n;
	}
	return true;
}

static bool import_lineage(struct store *s, const struct cluster_register *had,
			   const struct cluster_register *r, struct str note,
			   struct register_counts *out, struct err *e)
{
	for (size_t i = 0; i < r->n_lineage; i++) {
		ARENA_SCOPE(a, 1 << 20);
		const struct lineage_entry *l = &r->lineage[i];
		if (has_step(had->lineage, had->n_lineage, l) || has_step(r->lineage, i, l))
			continue;
		if (!keep_lineage(s, &a, l, note, e))
			return false;
		out->n_steps++;
	}
	return true;
}

static bool import(struct store *s, const struct cluster_register *r, struct str note,
		   struct err *e)
{
	ARENA_SCOPE(a, REGISTER_ARENA_BYTES_MAX);
	struct register_counts n = { 0 };
	struct cluster_register had;
	struct note after;
	if (!store_get_register(s, &a, &had, e) || !import_clusters(s, &had, r, note, &n, e) ||
	    !import_lineage(s, &had, r, note, &n, e))
		return false;
	note_start(&after, &a);
	json_member_int(&after.json, "clusters", (int64_t)r->n);
	json_member_int(&after.json, "added", (int64_t)n.n_added);
	json_member_int(&after.json, "changed", (int64_t)n.n_changed);
	json_member_int(&after.json, "lineage", (int64_t)n.n_steps);
	return store_audit(s, "register import", STR(""), STR(""), note_end(&after), e);
}

bool store_import_register(struct store *s, const struct cluster_register *r, struct str note,
			   struct err *e)
{
	return store_begun(s, e) && store_done(s, import(s, r, note, e), e);
}

bool store_put_register(struct store *s, const struct cluster_register *r, struct err *e)
{
	return store_import_register(s, r, STR(""), e);
}
