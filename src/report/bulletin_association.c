/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes together, and what was looked for and not found. */
#include "report/bulletin_part.h"
#include "report/chart.h"

enum {
	SENTENCES_SHOWN = 3,
	FOUND_SHOWN = 6,
	NOT_FOUND_SHOWN = 20,
	LIST_BYTES_MAX = 64 * 1024,
};

static const struct association *between(const struct associations *as, struct str x, struct str y)
{
	for (size_t i = 0; i < as->n; i++) {
		const struct association *p = &as->pair[i];
		if ((str_eq(p->x, x) && str_eq(p->y, y)) || (str_eq(p->x, y) && str_eq(p->y, x)))
			return p;
	}
	return NULL;
}

static struct str area_name(const struct making *m, size_t area)
{
	return str_fmt(m->a, "area_%.*s", STR_ARG(m->in->instrument->area[area].code));
}

static struct str area_label(const struct making *m, size_t area)
{
	return label_in(&m->in->instrument->area[area].label, m->lang);
}

/* Coefficients that the test does not carry are left out: an empty field says that too. */
static struct mark pair_mark(const struct making *m, size_t row, size_t column)
{
	const struct association *p = between(m->in->associations, area_name(m, row),
					      area_name(m, column));
	struct mark out = { .label = area_label(m, column), .tone = TONE_PLAIN };
	out.has_value = row > column && p && p->defined && p->found;
	if (!out.has_value)
		return out;
	out.value = p->rho;
	out.text = making_real(m, p->rho, 2);
	return out;
}

static void add_matrix(struct making *m, struct str title)
{
	const struct associations *as = m->in->associations;
	size_t n = m->in->instrument->n_areas;
	struct chart *c = NEW(m->a, 1, struct chart);
	*c = (struct chart){ .kind = CHART_MATRIX,
			     .title = title,
			     .series = NEW(m->a, n, struct series),
			     .n_series = n };
	for (size_t row = 0; row < n; row++) {
		c->series[row] = (struct series){ .label = area_label(m, row),
						  .mark = NEW(m->a, n, struct mark),
						  .n = n };
		for (size_t k = 0; k < n; k++)
			c->series[row].mark[k] = pair_mark(m, row, k);
	}
	c->subtitle = making_say(
		m,
		"Correlación de Spearman entre áreas, de −1 a 1; vacío: no se encontró "
		"evidencia. Ir juntas no dice que una cause la otra.",
		"Spearman correlation between areas, from −1 to 1; empty: no evidence was "
		"found. Going together does not say that one causes the other.");
	c->source =
		str_fmt(m->a,
			m->lang == LANG_ES
				? "%zu pares examinados · p ajustada por todos (Benjamini–Hochberg)"
				: "%zu pairs examined · p adjusted for all (Benjamini–Hochberg)",
			as->n_defined);
	chart_tell_matrix(m->a, c);
	making_block(m, BLOCK_CHART)->chart = c;
}

static struct str name_of(const struct making *m, const struct association *p, bool second)
{
	struct str label = label_in(second ? &p->y_label : &p->x_label, m->lang);
	return label.n ? label : second ? p->y : p->x;
}

/* The strongest in sentences, then more of them in numbers. */
static void add_found(struct making *m)
{
	static const char *const es[] = {
		"Una", "Otra", "n", "Correlación", "Entre", "p ajustada"
	};
	static const char *const en[] = { "One",         "Other",   "n",
					  "Correlation", "Between", "Adjusted p" };
	const struct associations *as = m->in->associations;
	size_t told = as->n_found < SENTENCES_SHOWN ? as->n_found : SENTENCES_SHOWN;
	size_t shown = as->n_found < FOUND_SHOWN ? as->n_found : FOUND_SHOWN;
	if (!shown)
		return;
	struct block *b = making_block(m, BLOCK_LIST);
	b->item = NEW(m->a, told, struct str);
	b->n = told;
	for (size_t i = 0; i < told; i++)
		b->item[i] = as->pair[i].sentence;
	struct table *t = making_table(
		m,
		str_fmt(m->a,
			m->lang == LANG_ES ? "Las %zu asociaciones más fuertes de %zu encontradas"
					   : "The %zu strongest of the %zu associations found",
			shown, as->n_found),
		"ttnnnn", es, en, shown);
	for (size_t i = 0; i < shown; i++) {
		const struct association *p = &as->pair[i];
		struct str *cell = &t->cell[i * t->n_columns];
		cell[0] = name_of(m, p, false);
		cell[1] = p->part_whole
			? str_fmt(m->a, m->lang == LANG_ES ? "%.*s, sin ella" : "%.*s, without it",
				  STR_ARG(name_of(m, p, true)))
			: name_of(m, p, true);
		cell[2] = making_int(m, (int64_t)p->n);
		cell[3] = making_real(m, p->rho, 2);
		cell[4] = str_fmt(m->a, m->lang == LANG_ES ? "%.*s y %.*s" : "%.*s and %.*s",
				  STR_ARG(making_real(m, p->low, 2)),
				  STR_ARG(making_real(m, p->high, 2)));
		cell[5] = making_p(m, p->p_adjusted);
	}
}

/* What was looked for and not found is told too: a short list of pairs. */
static void add_not_found(struct making *m)
{
	const struct associations *as = m->in->associations;
	size_t n = as->n_defined - as->n_found, shown = n < NOT_FOUND_SHOWN ? n : NOT_FOUND_SHOWN;
	struct buf b;
	if (!n)
		return;
	buf_init(&b, m->a, LIST_BYTES_MAX);
	buf_puts(&b, m->lang == LANG_ES ? "No encontramos evidencia de asociación entre: "
					: "No evidence of an association was found between: ");
	for (size_t i = 0, k = as->n_found; k < as->n && i < shown; k++) {
		const struct association *p = &as->pair[k];
		if (!p->defined)
			continue;
		buf_fmt(&b, m->lang == LANG_ES ? "%s%.*s y %.*s" : "%s%.*s and %.*s", i ? "; " : "",
			STR_ARG(name_of(m, p, false)), STR_ARG(name_of(m, p, true)));
		i++;
	}
	if (n > shown)
		buf_fmt(&b, m->lang == LANG_ES ? "; y %zu pares más" : "; and %zu pairs more",
			n - shown);
	buf_putc(&b, '.');
	making_text(m, BLOCK_PARAGRAPH, buf_str(&b));
}

void part_associations(struct making *m, struct str title)
{
	const struct associations *as = m->in->associations;
	if (!as || !as->n_defined)
		return;
	struct str heading = str_fmt(
		m->a,
		m->lang == LANG_ES ? "De %zu pares examinados, %zu muestran asociación"
				   : "Of %zu pairs examined, %zu show an association",
		as->n_defined, as->n_found);
	making_heading(m, 2, title.n ? title : heading);
	add_matrix(m, making_say(m, "Qué áreas van juntas", "Which areas go together"));
	add_found(m);
	add_not_found(m);
}
