/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explaining: a figure down to the answers that it used, a cluster down to the points of each
 * answer.  The trace is put together once, as titled pairs and tables, and then printed as text or
 * JSON. */
#include <string.h>

#include "app/print.h"
#include "app/run.h"
#include "base/num.h"
#include "codec/json.h"
#include "report/bulletin.h"

enum { TRACE_PAIRS_MAX = 64, TRACE_TABLES_MAX = 4 };

struct pair {
	const char *key; /* name in JSON */
	struct str label, value;
};

struct trace {
	struct call *c;
	struct pair pair[TRACE_PAIRS_MAX];
	size_t n_pairs;
	struct print_table table[TRACE_TABLES_MAX];
	const char *table_key[TRACE_TABLES_MAX];
	struct str table_label[TRACE_TABLES_MAX];
	size_t n_tables;
};

static void add(struct trace *t, const char *key, const char *es, const char *en, struct str value)
{
	if (value.n && t->n_pairs < TRACE_PAIRS_MAX)
		t->pair[t->n_pairs++] = (struct pair){ key, call_say(t->c, es, en), value };
}

static struct print_table *add_table(struct trace *t, const char *key, const char *es,
				     const char *en, const char *const *head,
				     const char *const *head_es, const bool *is_number,
				     size_t n_columns)
{
	struct print_table *p = &t->table[t->n_tables];
	t->table_key[t->n_tables] = key;
	t->table_label[t->n_tables++] = call_say(t->c, es, en);
	print_table_init(p, t->c->a, print_head(t->c, head, head_es), is_number, n_columns);
	return p;
}

static void put_text(struct buf *b, const struct trace *t)
{
	size_t width = 0;
	for (size_t i = 0; i < t->n_pairs; i++) {
		size_t n = utf8_length(t->pair[i].label);
		width = n > width ? n : width;
	}
	for (size_t i = 0; i < t->n_pairs; i++) {
		buf_put(b, t->pair[i].label);
		for (size_t n = utf8_length(t->pair[i].label); n < width + 2; n++)
			buf_putc(b, ' ');
		buf_put(b, t->pair[i].value);
		buf_putc(b, '\n');
	}
	for (size_t i = 0; i < t->n_tables; i++) {
		buf_puts(b, "\n");
		buf_put(b, t->table_label[i]);
		buf_puts(b, "\n");
		print_table_text(b, &t->table[i]);
	}
}

static void put_json(struct buf *b, const struct trace *t)
{
	struct json_out o;
	json_out(&o, b);
	json_put_object(&o);
	for (size_t i = 0; i < t->n_pairs; i++) {
		json_put_key(&o, str_of(t->pair[i].key));
		json_put_string(&o, t->pair[i].value);
	}
	for (size_t i = 0; i < t->n_tables; i++) {
		struct buf table;
		buf_init(&table, t->c->a, CALL_OUT_BYTES_MAX);
		print_table_json(&table, &t->table[i]);
		json_put_key(&o, str_of(t->table_key[i]));
		json_put_raw(&o, str_trim(buf_str(&table)));
	}
	json_end_object(&o);
	buf_putc(b, '\n');
}

static void add_origin(struct trace *t, const struct measure *m)
{
	struct arena *a = t->c->a;
	add(t, "method", "Método", "Method",
	    str_fmt(a, "%.*s@%.*s%s%.*s", STR_ARG(m->instrument->id),
		    STR_ARG(m->instrument->version), m->instrument->status.n ? ", " : "",
		    STR_ARG(m->instrument->status)));
	add(t, "method_sha256", "Huella del método", "Hash of the method",
	    sha256_hex(a, m->instrument->sha256));
	add(t, "data_sha256", "Huella de los datos", "Hash of the data", m->data_sha256);
	if (m->round.synthetic)
		add(t, "notice", "Aviso", "Notice",
		    call_say(t->c, "datos sintéticos de demostración",
			     "synthetic demonstration data"));
}

/* ---- the rows behind a figure ---- */

static bool is_personal(const struct measure *m, const struct indicator *ind, struct str name)
{
	int which = ind->table == TABLE_COMPANY ? FORM_COMPANY : FORM_CLUSTER;
	const struct form *f = m->instrument->form[which];
	const struct question *q = f ? form_question(f, name) : NULL;
	return q && q->personal;
}

/* Columns that the formula and its universe read, each once. */
static size_t columns_read(const struct measure *m, const struct indicator *ind,
			   const struct frame *f, const struct column **out, size_t most)
{
	size_t n = 0;
	const struct expr *part[2] = { ind->value, ind->universe };
	for (size_t p = 0; p < 2; p++) {
		size_t n_names = 0;
		const struct str *name = part[p] ? expr_names(part[p], &n_names) : NULL;
		for (size_t i = 0; i < n_names && n < most; i++) {
			const struct column *c = frame_column(f, name[i]);
			bool known = !c || is_personal(m, ind, name[i]);
			for (size_t k = 0; k < n; k++)
				known |= out[k] == c;
			if (!known)
				out[n++] = c;
		}
	}
	return n;
}

static struct str cell_text(struct arena *a, const struct column *c, size_t row)
{
	struct buf b;
	buf_init(&b, a, 1 << 20);
	cell_put(&b, c, row);
	return buf_str(&b);
}

static void add_rows(struct trace *t, const struct measure *m, const struct indicator *ind)
{
	enum { COLUMNS_MAX = 64 };
	struct arena *a = t->c->a;
	const struct frame *f = m->tables.table[ind->table];
	const struct column *column[COLUMNS_MAX];
	const struct column *id[2] = { frame_column(f, STR("cluster")),
				       frame_column(f, STR("company")) };
	size_t n = columns_read(m, ind, f, column, COLUMNS_MAX), n_ids = 0;
	const char **head = NEW(a, n + 2, const char *);
	bool *is_number = NEW(a, n + 2, bool);
	for (size_t i = 0; i < 2; i++) {
		if (id[i])
			head[n_ids++] = i ? "company" : "cluster";
	}
	for (size_t i = 0; i < n; i++) {
		head[n_ids + i] = str_c(a, column[i]->name);
		is_number[n_ids + i] =
			column[i]->type == COLUMN_INTEGER || column[i]->type == COLUMN_REAL;
	}
	const struct expr_env env = { 0 };
	const uint8_t *holds = ind->universe ? expr_holds(a, ind->universe, f, &env) : NULL;
	struct print_table *p = add_table(t, "rows", "Respuestas que usó", "Answers it used", head,
					  head, is_number, n_ids + n);
	for (size_t row = 0; row < f->n_rows; row++) {
		if (holds && !holds[row])
			continue;
		struct str *cell = print_table_row(p);
		for (size_t i = 0; i < 2; i++) {
			if (id[i])
				*cell++ = cell_text(a, id[i], row);
		}
		for (size_t i = 0; i < n; i++)
			*cell++ = cell_text(a, column[i], row);
	}
}

static void add_figures_read(struct trace *t, const struct figures *fs, const struct indicator *ind)
{
	static const char *const head[] = { "figure", "text", "n" };
	static const char *const es[] = { "cifra", "texto", "n" };
	static const bool is_number[] = { false, false, true };
	size_t n;
	const struct str *id = expr_figures(ind->value, &n);
	if (!n)
		return;
	struct print_table *p = add_table(t, "figures", "Cifras que usó", "Figures it used", head,
					  es, is_number, 3);
	for (size_t i = 0; i < n; i++) {
		const struct figure *f = figures_find(fs, id[i]);
		if (!f)
			continue;
		struct str *cell = print_table_row(p);
		cell[0] = id[i];
		cell[1] = figure_text(t->c->a, f, t->c->lang);
		cell[2] = print_int(t->c->a, (int64_t)f->result.n);
	}
}

/* ---- a figure ---- */

static void add_result(struct trace *t, const struct figure_row *r)
{
	struct arena *a = t->c->a;
	add(t, "text", "Valor", "Value", r->text);
	add(t, "value", "Valor exacto", "Exact value",
	    r->has_value ? print_real(a, r->value) : r->list);
	add(t, "unit", "Unidad", "Unit", r->unit);
	if (r->has_fraction) {
		add(t, "numerator", "Numerador", "Numerator", print_real(a, r->numerator));
		add(t, "denominator", "Denominador", "Denominator", print_real(a, r->denominator));
	}
	add(t, "n", "n (filas usadas)", "n (rows used)", print_int(a, r->n));
	add(t, "missing", "Faltan (NR, ND, NA)", "Missing (NR, ND, NA)",
	    str_fmt(a, "%lld, %lld, %lld", (long long)r->n_nr, (long long)r->n_nd,
		    (long long)r->n_na));
	if (r->has_interval)
		add(t, "interval", "Intervalo (Wilson, 95 %)", "Interval (Wilson, 95%)",
		    str_fmt(a, "%.*s – %.*s", STR_ARG(print_real(a, r->low)),
			    STR_ARG(print_real(a, r->high))));
	add(t, "status", "Estado", "Status", r->status);
	add(t, "printed", "Impreso entonces", "Printed then", r->printed);
	add(t, "difference", "Diferencia", "Difference", r->difference);
}

static bool explain_figure(struct trace *t, const struct measure *m, struct str id, struct err *e)
{
	struct call *c = t->c;
	struct figures fs;
	size_t n;
	const struct figure_request all = { 0 };
	if (!figures_compute(c->a, m->instrument, &m->tables, &all, c->lang, c->runner, &fs, e))
		return false;
	const struct figure *f = figures_find(&fs, id);
	if (!f)
		return err_say(e, ERR_ABSENT, "cifra %.*s: la ronda %.*s no tiene su tabla",
		       "figure %.*s: round %.*s has no table for it", STR_ARG(id),
			       STR_ARG(m->round.id));
	struct figures one = { .n_cells = 1,
			       .n_figures = 1,
			       .figure = NEW(c->a, 1, struct figure) };
	one.figure[0] = *f;
	const struct figure_row *r =
		figure_rows(c->a, m->instrument, &one, m->round.id, c->lang, &n);
	add(t, "figure", "Cifra", "Figure",
	    str_fmt(c->a, "%.*s@%.*s", STR_ARG(id), STR_ARG(m->round.id)));
	add(t, "label", "Qué es", "What it is", r->label);
	add(t, "note", "Nota", "Note", r->note);
	add(t, "form", "Tabla", "Table", r->form);
	add(t, "formula", "Fórmula", "Formula", r->formula);
	add(t, "universe", "Universo", "Universe", r->universe);
	add_result(t, r);
	add_origin(t, m);
	add_figures_read(t, &fs, f->indicator);
	add_rows(t, m, f->indicator);
	return true;
}

/* ---- a cluster ---- */

static void add_areas(struct trace *t, const struct measure *m, const struct cluster_score *s)
{
	static const char *const head[] = { "area", "label",   "weight", "points",
					    "max",  "missing", "score",  "contribution" };
	static const char *const es[] = { "área",   "nombre", "peso",    "puntos",
					  "máximo", "faltan", "puntaje", "aporte" };
	static const bool is_number[] = { false, false, true, true, true, true, true, true };
	const struct instrument *in = m->instrument;
	struct arena *a = t->c->a;
	struct print_table *p = add_table(
		t, "areas", "Áreas: puntos ÷ máximo × 100; el puntaje es su media ponderada",
		"Areas: points ÷ maximum × 100; the score is their weighted mean", head, es,
		is_number, 8);
	double total = 0;
	for (size_t i = 0; i < in->n_areas; i++)
		total += s->area[i].computed ? area_weight(&in->area[i]) : 0;
	for (size_t i = 0; i < in->n_areas; i++) {
		const struct area_score *as = &s->area[i];
		struct str *cell = print_table_row(p);
		cell[0] = in->area[i].code;
		cell[1] = label_in(&in->area[i].label, t->c->lang);
		cell[2] = print_real(a, area_weight(&in->area[i]));
		cell[3] = print_micro(a, as->points_micro);
		cell[4] = print_micro(a, as->max_micro);
		cell[5] = print_int(a, as->missing);
		cell[6] = as->computed ? print_micro(a, as->micro)
				       : call_say(t->c, "no se calcula", "not computed");
		if (as->computed && total > 0) {
			struct buf b;
			buf_init(&b, a, 64);
			num_put_fixed(&b, area_weight(&in->area[i]) * as->exact / total, 6);
			cell[7] = buf_str(&b);
		}
	}
}

/* The answers that a formula of points reads: "G01=a, G02=b". */
static struct str answers_text(struct arena *a, const struct measure *m,
			       const struct score_item *item, size_t row)
{
	const struct frame *f = m->tables.table[TABLE_CLUSTER];
	struct buf b;
	size_t n;
	const struct str *name = expr_names(item->points, &n);
	buf_init(&b, a, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		const struct column *c = frame_column(f, name[i]);
		const struct question *q =
			form_question(m->instrument->form[FORM_CLUSTER], name[i]);
		if (!c || (q && q->personal))
			continue;
		buf_fmt(&b, "%s%.*s=", b.n ? ", " : "", STR_ARG(name[i]));
		cell_put(&b, c, row);
	}
	return buf_str(&b);
}

static void add_items(struct trace *t, const struct measure *m, const struct cluster_score *s,
		      size_t row)
{
	static const char *const head[] = { "area",    "question", "points", "max",
					    "missing", "answers",  "formula" };
	static const char *const es[] = { "área",  "pregunta",   "puntos", "máximo",
					  "falta", "respuestas", "fórmula" };
	static const bool is_number[] = { false, false, true, true, false, false, false };
	const struct instrument *in = m->instrument;
	struct print_table *p = add_table(
		t, "items", "Ítems: la fórmula da los puntos a partir de las respuestas",
		"Items: the formula gives the points out of the answers", head, es, is_number, 7);
	for (size_t i = 0; i < in->n_items; i++) {
		struct str *cell = print_table_row(p);
		cell[0] = in->area[in->item[i].area].code;
		cell[1] = in->item[i].question;
		cell[2] = s->item[i].missing == MISSING_NA
			? STR("")
			: print_micro(t->c->a, s->item[i].points_micro);
		cell[3] = print_micro(t->c->a, in->item[i].max_micro);
		cell[4] = str_of(missing_code(s->item[i].missing));
		cell[5] = answers_text(t->c->a, m, &in->item[i], row);
		cell[6] = expr_source(in->item[i].points);
	}
}

static void add_levels(struct trace *t, const struct measure *m, const struct cluster_score *s)
{
	static const char *const head[] = { "profile", "level",    "by_cut",
					    "cut",     "next_cut", "held_by" };
	static const char *const es[] = { "perfil", "nivel",           "por_corte",
					  "corte",  "corte_siguiente", "lo_detiene" };
	static const bool is_number[] = { false, false, false, true, true, false };
	struct arena *a = t->c->a;
	struct print_table *p = add_table(
		t, "levels", "Niveles: el corte que alcanza y la condición que lo detiene",
		"Levels: the cut it reaches and the gate that holds it back", head, es, is_number,
		6);
	for (size_t i = 0; i < m->instrument->n_profiles; i++) {
		const struct profile *pr = &m->instrument->profile[i];
		struct str *cell = print_table_row(p);
		cell[0] = pr->name;
		cell[1] = call_say(t->c, "no categorizable", "not categorizable");
		if (s->level[i] < 0)
			continue;
		size_t next = (size_t)s->by_cut[i] + 1;
		cell[1] = label_in(&pr->level[s->level[i]].label, t->c->lang);
		cell[2] = label_in(&pr->level[s->by_cut[i]].label, t->c->lang);
		cell[3] = print_micro(a, pr->level[s->by_cut[i]].cut_micro);
		cell[4] = next < pr->n_levels ? print_micro(a, pr->level[next].cut_micro) : STR("");
		if (s->held_by[i] >= 0)
			cell[5] = label_in(&pr->gate[s->held_by[i]].label, t->c->lang);
	}
}

static bool explain_cluster(struct trace *t, const struct measure *m, struct str id, struct err *e)
{
	struct arena *a = t->c->a;
	for (size_t i = 0; i < m->scores.n; i++) {
		const struct cluster_score *s = &m->scores.cluster[i];
		if (!str_eq(s->cluster, id))
			continue;
		const struct cluster_entry *entry = register_find(&m->clusters, id);
		add(t, "cluster", "Clúster", "Cluster",
		    str_fmt(a, "%.*s@%.*s", STR_ARG(id), STR_ARG(m->round.id)));
		add(t, "name", "Nombre", "Name", entry ? entry->name : STR(""));
		add(t, "score", "Puntaje", "Score",
		    s->categorizable
			    ? print_micro(a, s->micro)
			    : call_say(t->c, "no categorizable: faltan demasiadas respuestas",
				       "not categorizable: too many answers are missing"));
		add(t, "missing_items", "Ítems sin respuesta", "Items without answer",
		    print_int(a, s->missing));
		add_origin(t, m);
		add_levels(t, m, s);
		add_areas(t, m, s);
		add_items(t, m, s, i);
		return true;
	}
	return err_say(e, ERR_ABSENT,
		       "%.*s: la ronda %.*s no tiene cifra ni clúster con respuestas de ese nombre",
		       "%.*s: round %.*s has neither a figure nor a cluster with accepted answers "
		       "of that name",
		       STR_ARG(id), STR_ARG(m->round.id));
}

bool run_explain(struct call *c, struct err *e)
{
	STORE_SCOPE struct store *s = NULL;
	struct measure m;
	struct str round = call_text(c, "WHAT"), id = str_cut(&round, '@');
	struct trace *t = NEW(c->a, 1, struct trace);
	t->c = c;
	if (!id.n || !round.n)
		return err_say(e, ERR_INPUT,
			       "explain %.*s: dé CIFRA@RONDA o CLÚSTER@RONDA, como F16@2022",
			       "explain %.*s: give FIGURE@ROUND or CLUSTER@ROUND, say F16@2022",
			       STR_ARG(call_text(c, "WHAT")));
	if (!call_store(c, &s, e) || !measure_round(c, s, round, true, &m, e))
		return false;
	bool figure = instrument_indicator(m.instrument, id) != NULL;
	if (figure ? !explain_figure(t, &m, id, e) : !explain_cluster(t, &m, id, e))
		return false;
	if (call_wants(c, "json"))
		put_json(&c->out, t);
	else
		put_text(&c->out, t);
	return true;
}
