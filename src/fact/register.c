/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fact/register.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/fold.h"

/* Columns of the register's file, in the order of `enum field`. */
static const char *const field_name[] = { "cluster", "name",         "department",
					  "sector",  "manager_kind", "chamber",
					  "since",   "active",       "until" };
enum field {
	CLUSTER,
	NAME,
	DEPARTMENT,
	SECTOR,
	MANAGER_KIND,
	CHAMBER,
	SINCE,
	ACTIVE,
	UNTIL,
	N_FIELDS
};

static const char *const lineage_name[] = { "date", "event", "from", "to" };
enum lineage_field { DATE, EVENT, FROM, TO, N_LINEAGE_FIELDS };

/* A file being read: where each field's column is. */
struct reading {
	struct arena *a;
	const struct response_rows *rows;
	struct problems *ps;
	const char *const *name;
	size_t n_fields, n_required;
	int column[N_FIELDS]; /* -1: not in the file */
};

static struct str field_at(const struct reading *r, size_t row, size_t field)
{
	int c = r->column[field];
	return c < 0 ? (struct str){ "", 0 }
		     : str_trim(r->rows->cell[row * r->rows->n_columns + (size_t)c]);
}

static struct problem place_of(const struct reading *r, size_t row, size_t field, const char *rule)
{
	return (struct problem){ .row = (int64_t)r->rows->number[row],
				 .column = str_of(r->name[field]),
				 .value = field_at(r, row, field),
				 .rule = rule };
}

static struct str nearest_field(const struct reading *r, struct str head)
{
	struct str candidate[N_FIELDS];
	for (size_t i = 0; i < r->n_fields; i++)
		candidate[i] = str_of(r->name[i]);
	return fold_nearest(r->a, head, candidate, r->n_fields);
}

static void match_column(struct reading *r, size_t c)
{
	struct str head = str_trim(r->rows->head[c]);
	for (size_t i = 0; i < r->n_fields; i++) {
		if (!str_is(head, r->name[i]))
			continue;
		if (r->column[i] >= 0)
			problem_report(r->ps,
				       (struct problem){ .row = 1,
							 .column = head,
							 .rule = "duplicate_column" },
				       "la columna «%.*s» está dos veces; deje una",
				       "column \"%.*s\" is there twice; keep one", STR_ARG(head));
		r->column[i] = (int)c;
		return;
	}
	struct problem p = { .row = 1,
			     .column = head,
			     .rule = "unknown_column",
			     .suggestion = nearest_field(r, head) };
	problem_report(r->ps, p,
		       "la columna «%.*s» no pertenece a este archivo; quítela o corrija su nombre",
		       "column \"%.*s\" does not belong in this file; remove it or mend its name",
		       STR_ARG(head));
}

/* Fields from n_required on may be absent. */
static bool match_columns(struct reading *r)
{
	size_t before = r->ps->n_errors;
	for (size_t i = 0; i < r->n_fields; i++)
		r->column[i] = -1;
	for (size_t c = 0; c < r->rows->n_columns; c++)
		match_column(r, c);
	for (size_t i = 0; i < r->n_required; i++) {
		if (r->column[i] >= 0)
			continue;
		problem_report(r->ps,
			       (struct problem){ .row = 1,
						 .column = str_of(r->name[i]),
						 .rule = "missing_column" },
			       "falta la columna «%s»; agréguela al encabezado",
			       "column \"%s\" is missing; add it to the header", r->name[i]);
	}
	return r->ps->n_errors == before;
}

static bool field_day(const struct reading *r, size_t row, size_t field, int32_t *out)
{
	struct date d;
	if (date_parse(field_at(r, row, field), true, &d)) {
		*out = date_days(d);
		return true;
	}
	problem_report(r->ps, place_of(r, row, field, "date"),
		       "«%.*s» no es un año ni una fecha; escriba 2019 o 2019-05-31",
		       "\"%.*s\" is neither a year nor a date; write 2019 or 2019-05-31",
		       STR_ARG(field_at(r, row, field)));
	return false;
}

static const struct catalogue *catalogue_named(const struct catalogues *all, const char *name)
{
	for (size_t i = 0; all && i < all->n; i++) {
		if (str_is(all->item[i].name, name))
			return &all->item[i];
	}
	return NULL;
}

/* A code of its catalogue; a lost leading zero is mended where exactly one code fits, and said. */
static struct str field_code(const struct reading *r, size_t row, size_t field,
			     const struct catalogues *all, const char *catalogue)
{
	struct str v = field_at(r, row, field);
	const struct catalogue *c = catalogue_named(all, catalogue);
	if (!c || dictionary_find(&c->codes, v) >= 0)
		return v;
	struct str padded = str_fmt(r->a, "0%.*s", STR_ARG(v));
	if (c->digits && v.n + 1 == c->digits && dictionary_find(&c->codes, padded) >= 0) {
		struct problem p = place_of(r, row, field, "leading_zero");
		p.severity = SEVERITY_NOTE;
		problem_report(r->ps, p,
			       "«%.*s» se leyó como «%.*s»: la hoja de cálculo había quitado el "
			       "cero inicial",
			       "\"%.*s\" was read as \"%.*s\": the spreadsheet had dropped the "
			       "leading zero",
			       STR_ARG(v), STR_ARG(padded));
		return padded;
	}
	struct problem p = place_of(r, row, field, "catalogue");
	p.suggestion = c->lookalike;
	problem_report(r->ps, p, "el código «%.*s» no está en el catálogo %s",
		       "code \"%.*s\" is not in catalogue %s", STR_ARG(v), catalogue);
	return v;
}

static void read_active(const struct reading *r, size_t row, struct cluster_entry *c)
{
	struct str v = field_at(r, row, ACTIVE);
	c->active = str_is(v, "yes");
	if (!c->active && !str_is(v, "no"))
		problem_report(r->ps, place_of(r, row, ACTIVE, "choice"), "«%.*s» no es yes ni no",
			       "\"%.*s\" is neither yes nor no", STR_ARG(v));
}

/* An id stands in addresses, in names of files and, before a slash, in the scope of who answers one
 * area (CLUSTER/AREA). */
static void check_id(const struct reading *r, size_t row, struct str id)
{
	if (!id.n)
		problem_report(r->ps, place_of(r, row, CLUSTER, "required"),
			       "falta el identificador del clúster", "the cluster's id is missing");
	for (size_t i = 0; i < id.n; i++) {
		const unsigned char ch = (unsigned char)id.p[i];
		if (ch > ' ' && ch != 0x7f && ch != '@' && ch != '/' && ch != '\\')
			continue;
		problem_report(r->ps, place_of(r, row, CLUSTER, "id"),
			       "el identificador «%.*s» no puede tener espacios, arrobas ni barras",
			       "id \"%.*s\" may not hold spaces, at signs or slashes",
			       STR_ARG(id));
		return;
	}
}

bool register_is_one_line(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return false;
	}
	return true;
}

static void check_name(const struct reading *r, size_t row, struct str name)
{
	if (!name.n)
		problem_report(r->ps, place_of(r, row, NAME, "required"),
			       "falta el nombre del clúster", "the cluster's name is missing");
	else if (!register_is_one_line(name))
		problem_report(r->ps, place_of(r, row, NAME, "one_line"),
			       "el nombre del clúster tiene un cambio de línea u otro carácter de "
			       "control; escríbalo en una sola línea",
			       "the cluster's name holds a line end or another control character; "
			       "write it on one line");
}

static void read_entry(const struct reading *r, size_t row, const struct catalogues *all,
		       struct cluster_entry *c)
{
	*c = (struct cluster_entry){
		.id = str_dup(r->a, field_at(r, row, CLUSTER)),
		.name = str_dup(r->a, field_at(r, row, NAME)),
		.department = str_dup(r->a, field_code(r, row, DEPARTMENT, all, "departments")),
		.sector = str_dup(r->a, field_at(r, row, SECTOR)),
		.manager_kind = str_dup(r->a, field_at(r, row, MANAGER_KIND)),
		.since = str_dup(r->a, field_at(r, row, SINCE)),
		.until = str_dup(r->a, field_at(r, row, UNTIL)),
		.until_day = INT32_MAX,
	};
	if (field_at(r, row, CHAMBER).n)
		c->chamber = str_dup(r->a, field_code(r, row, CHAMBER, all, "chambers"));
	check_id(r, row, c->id);
	check_name(r, row, c->name);
	field_day(r, row, SINCE, &c->since_day);
	if (c->until.n)
		field_day(r, row, UNTIL, &c->until_day);
	read_active(r, row, c);
}

static int by_id(const void *x, const void *y)
{
	const struct cluster_entry *a = x, *b = y;
	return str_cmp(a->id, b->id);
}

static void report_duplicates(const struct cluster_entry *c, size_t n, struct problems *ps)
{
	for (size_t i = 1; i < n; i++) {
		if (c[i].id.n && str_eq(c[i].id, c[i - 1].id))
			problem_report(ps,
				       (struct problem){ .column = STR("cluster"),
							 .value = c[i].id,
							 .rule = "duplicate" },
				       "el clúster «%.*s» está más de una vez; deje una sola fila",
				       "cluster \"%.*s\" is there more than once; keep one row",
				       STR_ARG(c[i].id));
	}
}

void register_read(struct arena *a, const struct response_rows *rows,
		   const struct catalogues *catalogues, struct problems *ps,
		   struct cluster_register *out)
{
	struct reading r = { .a = a,
			     .rows = rows,
			     .ps = ps,
			     .name = field_name,
			     .n_fields = N_FIELDS,
			     .n_required = UNTIL };
	if (!match_columns(&r))
		return;
	size_t before = ps->n_errors;
	struct cluster_entry *c = NEW(a, rows->n_rows, struct cluster_entry);
	for (size_t i = 0; i < rows->n_rows; i++)
		read_entry(&r, i, catalogues, &c[i]);
	qsort(c, rows->n_rows, sizeof(*c), by_id);
	report_duplicates(c, rows->n_rows, ps);
	if (ps->n_errors == before)
		*out = (struct cluster_register){ c, rows->n_rows, NULL, 0 };
}

/* ---- lineage --------------------------------------------------------------------------------- */

static const char *const lineage_event[] = { "rename", "merge", "split", "manager" };

static bool known_event(struct str v)
{
	for (size_t i = 0; i < sizeof(lineage_event) / sizeof(*lineage_event); i++) {
		if (str_is(v, lineage_event[i]))
			return true;
	}
	return false;
}

static void read_lineage_entry(const struct reading *r, size_t row,
			       const struct cluster_register *known, struct lineage_entry *l)
{
	*l = (struct lineage_entry){ .date = str_dup(r->a, field_at(r, row, DATE)),
				     .event = str_dup(r->a, field_at(r, row, EVENT)),
				     .from = str_dup(r->a, field_at(r, row, FROM)),
				     .to = str_dup(r->a, field_at(r, row, TO)) };
	field_day(r, row, DATE, &l->day);
	if (!known_event(l->event))
		problem_report(r->ps, place_of(r, row, EVENT, "choice"),
			       "«%.*s» no es rename, merge, split ni manager",
			       "\"%.*s\" is none of rename, merge, split, manager",
			       STR_ARG(l->event));
	for (size_t field = FROM; field <= TO; field++) {
		struct str id = field_at(r, row, field);
		if (!register_find(known, id))
			problem_report(r->ps, place_of(r, row, field, "unknown_cluster"),
				       "el clúster «%.*s» no está en el registro",
				       "cluster \"%.*s\" is not in the register", STR_ARG(id));
	}
}

static int by_day(const void *x, const void *y)
{
	const struct lineage_entry *a = x, *b = y;
	int c = (a->day > b->day) - (a->day < b->day);
	c = c ? c : str_cmp(a->from, b->from);
	return c ? c : str_cmp(a->to, b->to);
}

void lineage_read(struct arena *a, const struct response_rows *rows, struct problems *ps,
		  struct cluster_register *out)
{
	struct reading r = { .a = a, .rows = rows, .ps = ps, .name = lineage_name,
			     .n_fields = N_LINEAGE_FIELDS, .n_required = N_LINEAGE_FIELDS };
	if (!match_columns(&r))
		return;
	size_t before = ps->n_errors;
	struct lineage_entry *l = NEW(a, rows->n_rows, struct lineage_entry);
	for (size_t i = 0; i < rows->n_rows; i++)
		read_lineage_entry(&r, i, out, &l[i]);
	if (ps->n_errors > before)
		return;
	qsort(l, rows->n_rows, sizeof(*l), by_day);
	out->lineage = l;
	out->n_lineage = rows->n_rows;
}

/* ---- questions about it ---- */

const struct cluster_entry *register_find(const struct cluster_register *r, struct str id)
{
	size_t from = 0, to = r->n;
	while (from < to) {
		size_t mid = (from + to) / 2;
		int c = str_cmp(r->cluster[mid].id, id);
		if (!c)
			return &r->cluster[mid];
		if (c < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

bool register_in_round(const struct cluster_entry *c, int32_t round_end)
{
	return c->active && c->since_day <= round_end && c->until_day > round_end;
}
