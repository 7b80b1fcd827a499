/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes together, and what was looked for and not found. */
#include "report/bulletin_part.h"
#include "report/chart.h"

enum { FOUND_SHOWN = 10, NOT_FOUND_SHOWN = 20, NAME_BYTES_MAX = 256 };

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
	c->subtitle = making_say(m,
				 "Correlación de Spearman entre áreas, de −1 a 1; vacío: no se encontró "
				 "evidencia. Ir juntas no dice que una cause la otra.",
				 "Spearman correlation between areas, from −1 to 1; empty: no evidence was "
				 "found. Going together does not say that one causes the other.");
	c->source = str_fmt(m->a,
			    m->lang == LANG_ES
				    ? "%zu pares examinados · p ajustada por todos (Benjamini–Hochberg)"
				    : "%zu pairs examined · p adjusted for all (Benjamini–Hochberg)",
			    as->n_defined);
	chart_tell_matrix(m->a, c, m->lang);
	making_block(m, BLOCK_CHART)->chart = c;
}

/* The sentences of pairs from..to-1, at most `most`; the rest is counted. */
static void add_sentences(struct making *m, struct str heading, size_t from, size_t to, size_t most)
{
	const struct associations *as = m->in->associations;
	size_t shown = to - from < most ? to - from : most;
	if (!shown)
		return;
	making_heading(m, 3, heading);
	struct block *b = making_block(m, BLOCK_LIST);
	b->item = NEW(m->a, shown, struct str);
	b->n = shown;
	for (size_t i = 0; i < shown; i++)
		b->item[i] = as->pair[from + i].sentence;
	if (to - from > shown)
		making_text(m, BLOCK_NOTE,
			    str_fmt(m->a,
				    m->lang == LANG_ES ? "Y %zu pares más: ssme associate los lista."
						       : "And %zu pairs more: ssme associate lists them.",
				    to - from - shown));
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
	add_sentences(m, making_say(m, "Lo que encontramos", "What was found"), 0, as->n_found,
		      FOUND_SHOWN);
	add_sentences(m, making_say(m, "Lo que no encontramos", "What was not found"), as->n_found,
		      as->n, NOT_FOUND_SHOWN);
}
