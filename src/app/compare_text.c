/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "app/compare.h"
#include "base/num.h"

enum { TEXT_BYTES_MAX = 1 << 16, ITEMS_SHOWN = 3 };
static const double thousandth = 0.0005;

/* ---- numbers and lists in words ---- */

static struct str local(const struct call *c, double v, int decimals)
{
	struct buf b;
	buf_init(&b, c->a, 64);
	num_put_local(&b, c->lang, v, decimals);
	return buf_str(&b);
}

static struct str p_text(const struct call *c, double p)
{
	if (p < thousandth)
		return c->lang == LANG_ES ? STR("p < 0,001") : STR("p < 0.001");
	return str_fmt(c->a, "p = %.*s", STR_ARG(local(c, p, 3)));
}

/* A number with its sign; what rounds to zero has none. */
static struct str signed_text(const struct call *c, double v, int decimals)
{
	struct str s = local(c, v, decimals), zero = local(c, 0, decimals);
	return v > 0 && !str_eq(s, zero) ? str_fmt(c->a, "+%.*s", STR_ARG(s)) : s;
}

static struct str cluster_name(const struct comparison *x, struct str id)
{
	const struct cluster_entry *entry = register_find(x->clusters, id);
	return entry ? entry->name : STR("");
}

/* ---- method and panel ---- */

static void put_method(const struct comparison *x, struct buf *b)
{
	const struct method_change *m = &x->method;
	const struct instrument *in = m->under_new.instrument;
	if (m->comparability == COMPARABLE_NOT) {
		buf_put(b, m->why);
	} else if (m->comparability == COMPARABLE_SAME_METHOD) {
		buf_fmt(b, x->c->lang == LANG_ES ? "Las dos rondas se midieron con %.*s@%.*s."
						 : "Both rounds were measured with %.*s@%.*s.",
			STR_ARG(in->id), STR_ARG(in->version));
	} else {
		buf_fmt(b,
			x->c->lang == LANG_ES
				? "Los métodos difieren: las dos rondas se calificaron otra vez "
				  "con %.*s@%.*s, con los %zu de %zu ítems y las %zu de %zu áreas "
				  "que los puentes permiten."
				: "The methods differ: both rounds were scored again with "
				  "%.*s@%.*s, over the %zu of %zu items and %zu of %zu areas that "
				  "bridges allow.",
			STR_ARG(in->id), STR_ARG(in->version), m->under_new.n_items,
			m->n_items_all, m->n_areas_kept, m->n_areas_all);
	}
	if (m->n_gates_left_out)
		buf_fmt(b,
			x->c->lang == LANG_ES
				? " Condiciones de nivel que no se pueden leer en ambas rondas y "
				  "quedan fuera: %zu."
				: " Conditions of levels that cannot be read in both rounds and "
				  "are left out: %zu.",
			m->n_gates_left_out);
	buf_putc(b, '\n');
}

static struct str reason_text(const struct comparison *x, const struct panel_member *m)
{
	static const struct {
		const char *reason, *es, *en;
	} word[] = {
		{ "merge", "se fusionó", "merged" },
		{ "split", "por división", "by a split" },
		{ "rename", "cambió de nombre", "renamed" },
		{ "no_answer", "sin respuesta en la otra ronda", "no answer in the other round" },
		{ "not_registered", "fuera del registro de la otra ronda",
		  "not in the register of the other round" },
	};
	const char *reason = compare_reason(x, m);
	for (size_t i = 0; i < sizeof(word) / sizeof(*word); i++) {
		if (strcmp(reason, word[i].reason) == 0)
			return call_say(x->c, word[i].es, word[i].en);
	}
	return STR("");
}

/* Members of one kind, those with the same reason together: "C001, C002 (reason)". */
static void put_members(const struct comparison *x, struct buf *b, enum presence kind,
			const char *es, const char *en)
{
	static const char *const reason[] = { "no_answer", "not_registered", "merge", "split",
					      "rename" };
	struct str head = call_say(x->c, es, en);
	for (size_t r = 0; r < sizeof(reason) / sizeof(*reason); r++) {
		struct str why = { 0 };
		for (size_t i = 0; i < x->panel.n; i++) {
			const struct panel_member *m = &x->panel.member[i];
			if (m->presence != kind || strcmp(compare_reason(x, m), reason[r]) != 0)
				continue;
			if (!why.n) {
				why = reason_text(x, m);
				buf_fmt(b, "%.*s (%.*s): ", STR_ARG(head), STR_ARG(why));
			} else {
				buf_puts(b, ", ");
			}
			buf_put(b, compare_id(x, m, kind == PRESENCE_ENTRANT));
		}
		if (why.n)
			buf_putc(b, '\n');
	}
}

static struct str event_text(const struct comparison *x, struct str event)
{
	if (str_is(event, "rename"))
		return call_say(x->c, "cambió de nombre", "renamed");
	if (str_is(event, "merge"))
		return call_say(x->c, "recibió a otras", "took in others");
	if (str_is(event, "split"))
		return call_say(x->c, "se dividió", "split");
	return call_say(x->c, "cambió de gestor", "changed manager");
}

static void put_events(const struct comparison *x, struct buf *b)
{
	for (size_t i = 0; i < x->panel.n_stayers; i++) {
		const struct panel_member *m = &x->panel.member[i];
		if (!m->event.n)
			continue;
		buf_fmt(b, "%.*s → %.*s: %.*s\n", STR_ARG(compare_id(x, m, false)),
			STR_ARG(compare_id(x, m, true)), STR_ARG(event_text(x, m->event)));
	}
}

static void put_panel(const struct comparison *x, struct buf *b)
{
	const struct panel *p = &x->panel;
	buf_fmt(b,
		x->c->lang == LANG_ES
			? "Panel: %zu aglomeraciones en las dos rondas; %zu entraron, %zu "
			  "salieron.\n"
			: "Panel: %zu agglomerations in both rounds; %zu came, %zu left.\n",
		p->n_stayers, p->n_entrants, p->n_leavers);
	put_members(x, b, PRESENCE_ENTRANT, "Entraron", "Came");
	put_members(x, b, PRESENCE_LEAVER, "Salieron", "Left");
	put_events(x, b);
}

/* ---- levels ---- */

static void put_matrix(const struct comparison *x, struct buf *b)
{
	const struct transitions *t = &x->levels;
	const struct profile *p = &x->method.under_new.instrument->profile[0];
	struct call *c = x->c;
	const char **head = NEW(c->a, t->n_levels + 1, const char *);
	bool *is_number = NEW(c->a, t->n_levels + 1, bool);
	struct str corner = str_fmt(c->a, "%.*s ↓  %.*s →", STR_ARG(x->old_measure.round.id),
				    STR_ARG(x->new_measure.round.id));
	struct print_table table;
	head[0] = str_c(c->a, corner);
	for (size_t i = 0; i < t->n_levels; i++) {
		head[i + 1] = str_c(c->a, label_in(&p->level[i].label, c->lang));
		is_number[i + 1] = true;
	}
	print_table_init(&table, c->a, head, is_number, t->n_levels + 1);
	for (size_t i = 0; i < t->n_levels; i++) {
		struct str *cell = print_table_row(&table);
		cell[0] = label_in(&p->level[i].label, c->lang);
		for (size_t k = 0; k < t->n_levels; k++)
			cell[k + 1] = print_int(c->a, t->count[i * t->n_levels + k]);
	}
	print_table_text(b, &table);
}

/* "Avanzaron" only where the test allows it. */
static void put_moves(const struct comparison *x, struct buf *b)
{
	const struct transitions *t = &x->levels;
	int proven = compare_levels_proven(t);
	bool es = x->c->lang == LANG_ES;
	buf_fmt(b, es ? "Subieron de nivel %lld, bajaron %lld, siguen igual %lld; "
		      : "%lld rose a level or more, %lld fell, %lld stayed; ",
		(long long)t->up, (long long)t->down, (long long)t->same);
	if (proven > 0)
		buf_puts(b, es ? "el panel avanzó" : "the panel advanced");
	else if (proven < 0)
		buf_puts(b, es ? "el panel retrocedió" : "the panel fell back");
	else
		buf_puts(b, es ? "sin cambio demostrable" : "no change that can be shown");
	buf_fmt(b, es ? " (prueba exacta de signos, %.*s).\n" : " (exact sign test, %.*s).\n",
		STR_ARG(p_text(x->c, t->sign_p)));
	if (t->has_homogeneity)
		buf_fmt(b,
			es ? "Reparto de los niveles en las dos rondas (Stuart-Maxwell): "
			     "χ² = %.*s, %d g. l., %.*s.\n"
			   : "Shares of the levels in both rounds (Stuart-Maxwell): χ² = %.*s, %d "
			     "d.f., %.*s.\n",
			STR_ARG(local(x->c, t->homogeneity_chi2, 2)), t->homogeneity_df,
			STR_ARG(p_text(x->c, t->homogeneity_p)));
}

/* ---- figures ---- */

/* Parts in units of the last decimal shown, cut towards zero; what is missing goes to those that
 * were cut most, so that the printed parts add up to the printed change. */
static void close_parts(double part[4], double total, int decimals)
{
	double scale = pow(10, decimals), left = round(total * scale), rest[4];
	for (size_t i = 0; i < 4; i++) {
		double whole = trunc(part[i] * scale);
		rest[i] = part[i] * scale - whole;
		part[i] = whole;
		left -= whole;
	}
	for (double unit = left > 0 ? 1 : -1; fabs(left) >= 1; left -= unit) {
		size_t most = 0;
		for (size_t i = 1; i < 4; i++)
			most = rest[i] * unit > rest[most] * unit ? i : most;
		part[most] += unit;
		rest[most] -= unit;
	}
	for (size_t i = 0; i < 4; i++)
		part[i] /= scale;
}

static int decimals_of(const struct indicator *ind)
{
	bool fine = ind->unit == UNIT_PERCENT || ind->unit == UNIT_POINTS;
	return fine && ind->decimals < 1 ? 1 : ind->decimals;
}

/* A value as it is printed; years are not grouped. */
static struct str value(const struct comparison *x, const struct figure_change *f, double v)
{
	return f->indicator->unit == UNIT_YEAR ? print_real(x->c->a, v)
					       : local(x->c, v, decimals_of(f->indicator));
}

static struct str verb(const struct comparison *x, const struct figure_change *f)
{
	if (!f->has_test || !compare_open(f))
		return STR("");
	if (f->proven > 0)
		return call_say(x->c, "subió", "rose");
	if (f->proven < 0)
		return call_say(x->c, "bajó", "fell");
	return call_say(x->c, "sin cambio demostrable", "no change shown");
}

static struct str relation_words(const struct comparison *x, const struct figure_change *f)
{
	static const char *const en[] = { "same", "similar", "bridged", "not comparable" };
	static const char *const es[] = { "igual", "similar", "puente", "no comparable" };
	return call_say(x->c, es[f->relation], en[f->relation]);
}

static void put_change_cells(const struct comparison *x, const struct figure_change *f,
			     struct str *cell)
{
	double part[4] = { f->stayers, f->entrants, f->leavers, f->method };
	double change = f->new_value - f->old_value;
	int decimals = decimals_of(f->indicator);
	if (!f->has_old || !f->has_new || f->relation == SERIES_BROKEN ||
	    f->indicator->unit == UNIT_YEAR)
		return;
	cell[0] = signed_text(x->c, change, decimals);
	if (f->protected) {
		cell[1] = call_say(x->c, "dato protegido", "protected");
		return;
	}
	close_parts(part, change, decimals);
	for (size_t i = 0; f->computed && i < 4; i++)
		cell[1 + i] = signed_text(x->c, part[i], decimals);
}

enum { FIGURE_COLUMNS = 14, METHOD_COLUMN = 8, RELATION_COLUMN = 12 };

static void put_figure(const struct comparison *x, const struct figure_change *f, struct str *cell)
{
	struct call *c = x->c;
	cell[0] = f->indicator->id;
	cell[1] = label_in(&f->indicator->label, c->lang);
	if (f->has_old)
		cell[2] = str_fmt(c->a, "%.*s%s", STR_ARG(value(x, f, f->old_value)),
				  f->recomputed ? "*" : "");
	if (f->has_new)
		cell[3] = value(x, f, f->new_value);
	put_change_cells(x, f, &cell[4]);
	if (f->has_test && compare_open(f)) {
		cell[9] = print_int(c->a, (int64_t)f->panel_n);
		cell[10] = p_text(c, f->p_adjusted);
	}
	cell[11] = verb(x, f);
	cell[RELATION_COLUMN] = relation_words(x, f);
	cell[13] = f->note;
}

static const char *const figure_head_en[FIGURE_COLUMNS] = {
	"figure",   "name",    "old",    "new", "change",     "stayers", "entrants",
	"leavers",  "method",  "n",      "adjusted_p",        "finding", "relation",
	"note"
};
static const char *const figure_head_es[FIGURE_COLUMNS] = {
	"cifra",    "nombre",  "antes",  "ahora", "cambio",   "siguen",   "entraron",
	"salieron", "método",  "n",      "p_ajustada",        "hallazgo", "relación",
	"nota"
};
static const bool figure_is_number[FIGURE_COLUMNS] = { false, false, true, true, true,
						       true,  true,  true, true, true,
						       true,  false, false, false };

/* Under one method every figure is the same and the method changes nothing: no columns for that. */
static bool shows(const struct comparison *x, size_t column)
{
	return x->method.comparability != COMPARABLE_SAME_METHOD ||
	       (column != METHOD_COLUMN && column < RELATION_COLUMN);
}

static void figure_table(const struct comparison *x, struct print_table *t)
{
	const char *const *all = print_head(x->c, figure_head_en, figure_head_es);
	const char **head = NEW(x->c->a, FIGURE_COLUMNS, const char *);
	bool *is_number = NEW(x->c->a, FIGURE_COLUMNS, bool);
	size_t n = 0;
	for (size_t i = 0; i < FIGURE_COLUMNS; i++) {
		if (!shows(x, i))
			continue;
		head[n] = all[i];
		is_number[n++] = figure_is_number[i];
	}
	print_table_init(t, x->c->a, head, is_number, n);
}

static void put_figures(const struct comparison *x, struct buf *b)
{
	struct print_table t;
	bool es = x->c->lang == LANG_ES;
	figure_table(x, &t);
	for (size_t i = 0; i < x->n_figures; i++) {
		struct str cell[FIGURE_COLUMNS] = { { 0 } };
		if (!x->figure[i].has_old && !x->figure[i].has_new)
			continue;
		put_figure(x, &x->figure[i], cell);
		struct str *row = print_table_row(&t);
		for (size_t k = 0; k < FIGURE_COLUMNS; k++) {
			if (shows(x, k))
				*row++ = cell[k];
		}
	}
	buf_puts(b, es ? "\nCifras. El cambio es lo que hicieron las que siguen, más lo que mueven "
			 "las que entraron y salieron,\nmás lo que cambia el método; el hallazgo "
			 "es de las que siguen, con p ajustada por todas las\ncifras miradas "
			 "(Benjamini-Hochberg). Pesos corrientes. * con respuestas pasadas por "
			 "puentes.\n"
		       : "\nFigures. A change is what those that stay did, what those that came "
			 "and left move, and what the\nmethod changes; the finding is of those "
			 "that stay, its p adjusted for all figures looked at\n"
			 "(Benjamini-Hochberg). Current pesos. * from answers carried over "
			 "bridges.\n");
	print_table_text(b, &t);
}

/* Full digits for programs. */
void compare_figures_csv(struct buf *b, const struct comparison *x)
{
	struct print_table t;
	struct arena *a = x->c->a;
	print_table_init(&t, a, figure_head_en, figure_is_number, FIGURE_COLUMNS);
	for (size_t i = 0; i < x->n_figures; i++) {
		const struct figure_change *f = &x->figure[i];
		struct str *cell = print_table_row(&t);
		cell[0] = f->indicator->id;
		cell[1] = label_in(&f->indicator->label, x->c->lang);
		cell[2] = f->has_old ? print_real(a, f->old_value) : STR("");
		cell[3] = f->has_new ? print_real(a, f->new_value) : STR("");
		if (f->has_old && f->has_new && f->relation != SERIES_BROKEN)
			cell[4] = print_real(a, f->new_value - f->old_value);
		if (f->computed && compare_open(f)) {
			cell[5] = print_real(a, f->stayers);
			cell[6] = print_real(a, f->entrants);
			cell[7] = print_real(a, f->leavers);
			cell[8] = print_real(a, f->method);
		}
		if (f->has_test && compare_open(f)) {
			cell[9] = print_int(a, (int64_t)f->panel_n);
			cell[10] = print_real(a, f->p_adjusted);
		}
		cell[11] = verb(x, f);
		cell[12] = str_of(compare_relation(f->relation));
		cell[13] = f->note;
	}
	print_table_csv(b, &t);
}

/* ---- clusters ---- */

/* The largest parts: "G03 +2,1; S01 −1,3". */
static struct str largest_items(const struct comparison *x, const struct score_change *s)
{
	struct buf b;
	buf_init(&b, x->c->a, TEXT_BYTES_MAX);
	for (size_t i = 0; i < s->n_items && i < ITEMS_SHOWN; i++) {
		const struct item_change *part = &s->item[i];
		double v = (double)(part->answer_micro + part->weight_micro) / 1e6;
		buf_fmt(&b, "%s%.*s %.*s", i ? "; " : "",
			STR_ARG(x->method.under_new.instrument->item[part->item].question),
			STR_ARG(signed_text(x->c, v, 1)));
	}
	return buf_str(&b);
}

static struct str level_words(const struct comparison *x, const struct cluster_score *s)
{
	const struct profile *p = &x->method.under_new.instrument->profile[0];
	return s->level[0] < 0 ? STR("") : label_in(&p->level[s->level[0]].label, x->c->lang);
}

static void put_cluster(const struct comparison *x, const struct panel_member *m, bool people,
			struct print_table *t)
{
	struct arena *a = x->c->a;
	const struct common_method *cm = &x->method.under_new;
	const struct cluster_score *was = &cm->old_scores.cluster[m->old_row],
				   *is = &cm->new_scores.cluster[m->new_row];
	struct score_change s;
	struct str *cell = print_table_row(t);
	score_change_make(a, &x->method, m, &s);
	cell[0] = compare_id(x, m, true);
	cell[1] = cluster_name(x, cell[0]);
	cell[2] = level_words(x, was);
	cell[3] = level_words(x, is);
	if (!s.computed)
		return;
	cell[4] = people ? local(x->c, (double)s.old_micro / 1e6, 2) : print_micro(a, s.old_micro);
	cell[5] = people ? local(x->c, (double)s.new_micro / 1e6, 2) : print_micro(a, s.new_micro);
	cell[6] = people ? signed_text(x->c, (double)(s.new_micro - s.old_micro) / 1e6, 2)
			 : print_micro(a, s.new_micro - s.old_micro);
	cell[7] = largest_items(x, &s);
}

void compare_clusters(struct buf *b, const struct comparison *x)
{
	static const char *const en[] = { "cluster",   "name",      "old_level", "new_level",
					  "old_score", "new_score", "change",    "largest_items" };
	static const char *const es[] = { "clúster",       "nombre",        "nivel_antes",
					  "nivel_ahora",   "puntaje_antes", "puntaje_ahora",
					  "cambio",        "ítems_que_más_pesan" };
	static const bool is_number[] = { false, false, false, false, true, true, true, false };
	bool people = !call_wants(x->c, "csv");
	struct print_table t;
	print_table_init(&t, x->c->a, print_head(x->c, en, es), is_number, 8);
	if (x->method.comparability != COMPARABLE_NOT) {
		for (size_t i = 0; i < x->panel.n_stayers; i++)
			put_cluster(x, &x->panel.member[i], people, &t);
	}
	if (people)
		print_table_text(b, &t);
	else
		print_table_csv(b, &t);
}

/* ---- all of it ---- */

void compare_text(struct buf *b, const struct comparison *x, bool by_cluster)
{
	bool compared = x->method.comparability != COMPARABLE_NOT;
	buf_fmt(b, x->c->lang == LANG_ES ? "De %.*s a %.*s\n" : "From %.*s to %.*s\n",
		STR_ARG(x->old_measure.round.id), STR_ARG(x->new_measure.round.id));
	put_method(x, b);
	put_panel(x, b);
	if (compared && x->levels.n_levels) {
		buf_putc(b, '\n');
		put_matrix(x, b);
		put_moves(x, b);
	}
	if (!by_cluster) {
		put_figures(x, b);
	} else if (compared) {
		buf_puts(b, x->c->lang == LANG_ES
				    ? "\nCada una: su puntaje y los ítems que más lo movieron "
				      "(ssme robustness dice qué tan seguro es su nivel).\n"
				    : "\nEach: its score and the items that moved it most (ssme "
				      "robustness says how sure its level is).\n");
		compare_clusters(b, x);
	}
}
