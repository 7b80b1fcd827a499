/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What disclosure control hides, why, and what a reader could still work out. */
#include "app/measure.h"
#include "app/print.h"
#include "app/run.h"
#include "base/num.h"

#include <math.h>

/* One shape that figures are published in: the whole round, or broken down. */
struct shape {
	struct figure_request request;
	struct figures figures;
	struct disclosure_report report;
};

struct shapes {
	struct call *c;
	const struct measure *m;
	struct shape *item;
	size_t n;
	size_t n_hidden, n_exposed;
};

static bool examine(struct shapes *all, const struct figure_request *request, struct err *e)
{
	struct call *c = all->c;
	struct shape *s = &all->item[all->n];
	s->request = *request;
	if (!figures_publish(c->a, all->m->instrument, &all->m->tables, request, &all->m->before,
			     c->lang, c->runner, &s->figures, &s->report, e))
		return false;
	all->n_hidden += s->report.n;
	all->n_exposed += s->report.n_exposed;
	all->n++;
	return true;
}

/* Every dimension in a `breakdowns` cell of the method, once. */
static size_t declared(struct arena *a, const struct instrument *in, struct str **ret)
{
	size_t n = 0, cap = 0;
	struct str *name = NULL;
	for (size_t i = 0; i < in->n_indicators; i++) {
		struct str rest = in->indicator[i].breakdowns;
		for (struct str w = str_word(&rest); w.n; w = str_word(&rest)) {
			bool known = false;
			for (size_t k = 0; k < n && !known; k++)
				known = str_eq(name[k], w);
			if (known)
				continue;
			if (n == cap) {
				cap = cap ? 2 * cap : 8;
				name = arena_grow(a, name, n, cap, sizeof(*name));
			}
			name[n++] = w;
		}
	}
	*ret = name;
	return n;
}

/* Ids of the figures that declare the dimension. */
static size_t declaring(struct arena *a, const struct instrument *in, struct str dimension,
			struct str **ret)
{
	struct str *id = NEW(a, in->n_indicators, struct str);
	size_t n = 0;
	for (size_t i = 0; i < in->n_indicators; i++) {
		struct str rest = in->indicator[i].breakdowns;
		for (struct str w = str_word(&rest); w.n; w = str_word(&rest)) {
			if (str_eq(w, dimension)) {
				id[n++] = in->indicator[i].id;
				break;
			}
		}
	}
	*ret = id;
	return n;
}

static bool examine_declared(struct shapes *all, struct err *e)
{
	struct arena *a = all->c->a;
	const struct instrument *in = all->m->instrument;
	struct str *dimension;
	size_t n = declared(a, in, &dimension);
	const struct figure_request whole = { 0 };
	all->item = NEW(a, n + 1, struct shape);
	if (!examine(all, &whole, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct figure_request r = { .dimension = &dimension[i], .n_dimensions = 1 };
		struct str *id;
		struct err ignored = { 0 };
		r.n_ids = declaring(a, in, dimension[i], &id);
		r.id = id;
		if (!examine(all, &r, &ignored) && ignored.code != ERR_INPUT) {
			*e = ignored;
			return false;
		}
		call_progress(all->c, i + 1, n);
	}
	return true;
}

/* ---- words ---- */

static const char *reason(enum confidentiality conf, enum lang lang)
{
	bool es = lang == LANG_ES;
	switch (conf) {
	case CONF_COUNT:
		return es ? "pocos aportantes" : "few contributors";
	case CONF_DOMINANCE:
		return es ? "un aportante domina" : "a contributor dominates";
	case CONF_SECONDARY:
		return es ? "protege a otra celda" : "protects another cell";
	case CONF_FREE:
		break;
	}
	return "";
}

static struct str cell_words(struct arena *a, const struct shape *s, size_t cell, bool names)
{
	struct buf b;
	buf_init(&b, a, 1 << 16);
	for (size_t d = 0; d < s->figures.n_dimensions; d++) {
		const struct cell_key *key =
			&s->figures.key[cell * s->figures.n_dimensions + d];
		buf_puts(&b, d ? ", " : "");
		if (names) {
			buf_put(&b, s->figures.dimension[d]);
			continue;
		}
		buf_put(&b, key->missing ? str_of(missing_code(key->missing)) : key->code);
	}
	return buf_str(&b);
}

static struct str bound_text(struct arena *a, double v)
{
	return isfinite(v) ? print_real(a, v) : STR("");
}

enum { COLUMNS = 9 };

static void fill_table(const struct shapes *all, struct print_table *t)
{
	static const char *const head[COLUMNS] = {
		"by",           "cell", "figure", "confidentiality", "why",
		"contributors", "low",  "high",   "exposed",
	};
	static const char *const es[COLUMNS] = {
		"desglose",   "celda", "cifra", "código",  "motivo",
		"aportantes", "desde", "hasta", "expuesta",
	};
	static const bool is_number[COLUMNS] = { [5] = true, [6] = true, [7] = true };
	struct call *c = all->c;
	print_table_init(t, c->a, print_head(c, head, es), is_number, COLUMNS);
	for (size_t i = 0; i < all->n; i++) {
		const struct shape *s = &all->item[i];
		for (size_t k = 0; k < s->report.n; k++) {
			const struct disclosure_finding *f = &s->report.finding[k];
			struct str *row = print_table_row(t);
			const struct figure *figure =
				&s->figures.figure[f->figure * s->figures.n_cells + f->cell];
			row[0] = cell_words(c->a, s, f->cell, true);
			row[1] = cell_words(c->a, s, f->cell, false);
			row[2] = figure->indicator->id;
			row[3] = str_fmt(c->a, "%c", (char)f->conf);
			row[4] = str_of(reason(f->conf, c->lang));
			row[5] = print_int(c->a, f->contributors);
			row[6] = f->has_range ? bound_text(c->a, f->low) : STR("");
			row[7] = f->has_range ? bound_text(c->a, f->high) : STR("");
			row[8] = f->exposed ? call_say(c, "sí", "yes") : STR("no");
		}
	}
}

static void say_rule(struct call *c, const struct measure *m, const struct disclosure_rule *r)
{
	bool es = c->said_lang == LANG_ES;
	buf_fmt(&c->said, es ? "Regla de %.*s@%.*s: mínimo %d aportantes" :
			       "Rule of %.*s@%.*s: at least %d contributors",
		STR_ARG(m->instrument->id), STR_ARG(m->instrument->version), r->minimum);
	if (r->p_percent > 0) {
		buf_puts(&c->said, "; p ");
		num_put_real(&c->said, r->p_percent);
		buf_puts(&c->said, " %");
	}
	if (r->dominance_n) {
		buf_fmt(&c->said, es ? "; dominancia (%u, " : "; dominance (%u, ", r->dominance_n);
		num_put_real(&c->said, r->dominance_k);
		buf_puts(&c->said, " %)");
	}
	buf_puts(&c->said, ".\n");
}

static void say_sum(const struct shapes *all)
{
	struct call *c = all->c;
	bool es = c->said_lang == LANG_ES;
	buf_fmt(&c->said,
		es ? "%zu celdas protegidas; %zu expuestas.\n"
		   : "%zu cells protected; %zu exposed.\n",
		all->n_hidden, all->n_exposed);
	if (all->n_exposed)
		buf_puts(&c->said,
			 es ? "No publique: un lector puede calcular lo protegido.\n"
			    : "Do not publish: a reader can work out what is protected.\n");
	if (all->m->round.synthetic)
		buf_puts(&c->said, es ? "Datos sintéticos de demostración.\n"
				      : "Synthetic demonstration data.\n");
}

bool run_disclosure(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct measure m;
	struct disclosure_rule rule;
	struct print_table t;
	const struct values *by = call_values(c, "--by");
	struct figure_request request = { .dimension = by->text,
					  .n_dimensions = by->n,
					  .where = call_text(c, "--where") };
	bool own = by->n || request.where.n;
	if (!call_store(c, &s, e) || !measure_round(c, s, call_text(c, "--round"), true, &m, e) ||
	    !disclosure_rule_read(m.instrument, &rule, e))
		return false;
	struct shapes all = { .c = c, .m = &m, .item = NEW(c->a, 1, struct shape) };
	if (own ? !examine(&all, &request, e) : !examine_declared(&all, e))
		return false;
	fill_table(&all, &t);
	print_table(c, &t);
	say_rule(c, &m, &rule);
	say_sum(&all);
	c->status = all.n_exposed ? 1 : 0;
	return true;
}
