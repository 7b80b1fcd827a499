/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quality of the data: who answered, what stayed open, what was imputed or warned of. */
#include "report/bulletin_part.h"

enum {
	ITEMS_NAMED = 5,
	ITEM_COLUMNS = 5,
	ROWS_OF_A_GROUP = 8,
	LINE_BYTES_MAX = 16 * 1024,
};

static double percent_of(size_t part, size_t all)
{
	return all ? 100.0 * (double)part / (double)all : 0;
}

/* ---- first of all ---- */

static struct str default_title(const struct making *m)
{
	const struct quality *q = m->in->quality;
	struct str n = making_int(m, (int64_t)q->n_answered),
		   all = making_int(m, (int64_t)q->n_register);
	return str_fmt(m->a,
		       m->lang == LANG_ES ? "Respondieron %.*s de las %.*s iniciativas registradas"
					  : "%.*s of the %.*s registered initiatives answered",
		       STR_ARG(n), STR_ARG(all));
}

static struct tile response_tile(const struct making *m)
{
	const struct quality *q = m->in->quality;
	return (struct tile){
		.text = making_percent(m, percent_of(q->n_answered, q->n_register)),
		.label = making_say(m, "respondieron", "answered"),
		.detail = str_fmt(m->a, m->lang == LANG_ES ? "%zu de %zu registradas"
							   : "%zu of %zu registered",
				  q->n_answered, q->n_register),
	};
}

static struct tile item_tile(const struct making *m)
{
	const struct quality *q = m->in->quality;
	return (struct tile){
		.text = making_percent(m, q->item_median),
		.label = making_say(m, "sin respuesta en la pregunta mediana",
				    "left open in the median question"),
		.detail = str_fmt(m->a,
				  m->lang == LANG_ES
					  ? "%zu preguntas pasan del %d %%"
					  : "%zu questions are over %d%%",
				  q->items_over, QUALITY_ITEM_MISSING_MAX),
	};
}

static struct tile imputed_tile(const struct making *m)
{
	const struct quality *q = m->in->quality;
	size_t n = 0;
	for (size_t i = 0; i < q->n_imputed; i++)
		n += q->imputed[i].n;
	return (struct tile){
		.text = making_percent(m, q->imputed_share),
		.label = making_say(m, "del dinero es imputado", "of the money is imputed"),
		.detail = str_fmt(m->a,
				  m->lang == LANG_ES ? "%zu respuestas imputadas"
						     : "%zu imputed answers",
				  n),
	};
}

static struct tile warning_tile(const struct making *m)
{
	struct str all = making_int(m, m->in->n_warnings);
	return (struct tile){
		.text = making_int(m, m->in->n_unexplained),
		.label = making_say(m, "advertencias sin explicar", "warnings unexplained"),
		.detail = str_fmt(m->a, m->lang == LANG_ES ? "de %.*s por valores poco usuales"
							   : "of %.*s about unusual values",
				  STR_ARG(all)),
	};
}

void part_quality(struct making *m, struct str title)
{
	if (!m->in->quality)
		return;
	making_heading(m, 2, title.n ? title : default_title(m));
	struct block *b = making_block(m, BLOCK_TILES);
	b->n = 4;
	b->tile = NEW(m->a, b->n, struct tile);
	b->tile[0] = response_tile(m);
	b->tile[1] = item_tile(m);
	b->tile[2] = imputed_tile(m);
	b->tile[3] = warning_tile(m);
}

/* ---- in detail ---- */

static struct str by_text(const struct making *m, const char *by)
{
	if (str_is(str_of(by), "department"))
		return making_say(m, "Departamento", "Department");
	return str_is(str_of(by), "sector")
		       ? making_say(m, "Sector", "Sector")
		       : making_say(m, "Nivel en la ronda anterior", "Level in the last round");
}

static struct str group_text(const struct making *m, const struct response_by *by,
			     const struct response_group *g)
{
	struct str label = label_in(&g->label, m->lang);
	if (label.n || g->code.n)
		return label.n ? label : g->code;
	return str_is(str_of(by->by), "level_before")
		       ? making_say(m, "No se midió", "Not measured")
		       : making_say(m, "Sin dato", "No data");
}

/* Groups that are few make a table, many a line of text. */
static bool is_long(const struct response_by *by)
{
	return by->n > ROWS_OF_A_GROUP;
}

static void add_response_line(struct making *m, const struct response_by *by)
{
	struct buf b;
	buf_init(&b, m->a, LINE_BYTES_MAX);
	buf_fmt(&b, m->lang == LANG_ES ? "Por %.*s, respondieron de las registradas: "
				       : "By %.*s, those that answered of those registered: ",
		STR_ARG(str_is(str_of(by->by), "department")
				? making_say(m, "departamento", "department")
				: making_say(m, "sector", "sector")));
	for (size_t k = 0; k < by->n; k++)
		buf_fmt(&b, m->lang == LANG_ES ? "%s%.*s %zu de %zu" : "%s%.*s %zu of %zu",
			k ? "; " : "", STR_ARG(group_text(m, by, &by->group[k])),
			by->group[k].n_answered, by->group[k].n_register);
	buf_putc(&b, '.');
	making_text(m, BLOCK_PARAGRAPH, buf_str(&b));
}

static void add_response_table(struct making *m, const struct quality *q)
{
	static const char *const es[] = { "Grupo",        "Valor", "Registradas",
					  "Respondieron", "%",     "% de preguntas sin respuesta" };
	static const char *const en[] = { "Group",    "Value", "Registered",
					  "Answered", "%",     "% of questions left open" };
	size_t rows = 0;
	for (size_t i = 0; i < q->n_by; i++)
		rows += is_long(&q->by[i]) ? 0 : q->by[i].n;
	struct table *t = making_table(m,
				       making_say(m, "Respuesta por grupo del registro",
						  "Response by group of the register"),
				       "ttnnnn", es, en, rows);
	struct str *cell = t->cell;
	for (size_t i = q->n_by; i-- > 0;) {
		const struct response_by *by = &q->by[i];
		for (size_t k = 0; k < by->n && !is_long(by); k++, cell += t->n_columns) {
			const struct response_group *g = &by->group[k];
			cell[0] = by_text(m, by->by);
			cell[1] = group_text(m, by, g);
			cell[2] = making_int(m, (int64_t)g->n_register);
			cell[3] = making_int(m, (int64_t)g->n_answered);
			cell[4] = making_real(m, percent_of(g->n_answered, g->n_register), 0);
			cell[5] = making_real(m, percent_of(g->open, g->cells), 1);
		}
	}
}

static size_t n_open(const struct quality *q)
{
	size_t n = 0;
	while (n < q->n_items && n < ITEMS_NAMED && q->item[n].n_nr + q->item[n].n_nd)
		n++;
	return n;
}

static void add_items_table(struct making *m, const struct quality *q)
{
	static const char *const es[] = { "Pregunta", "Qué pregunta", "Aplica a", "No responde",
					  "No sabe" };
	static const char *const en[] = { "Question", "What it asks", "Applies to", "No answer",
					  "Does not know" };
	size_t n = n_open(q);
	if (!n)
		return;
	struct table *t = making_table(m,
				       making_say(m, "Las preguntas que más quedaron sin respuesta",
						  "The questions most often left open"),
				       "ttnnn", es, en, n);
	for (size_t i = 0; i < n; i++) {
		const struct item_response *item = &q->item[i];
		struct str *cell = &t->cell[i * ITEM_COLUMNS];
		cell[0] = item->question->name;
		cell[1] = label_in(&item->question->label, m->lang);
		cell[2] = making_int(m, (int64_t)item->applicable);
		cell[3] = making_int(m, (int64_t)item->n_nr);
		cell[4] = making_int(m, (int64_t)item->n_nd);
	}
}

void part_response(struct making *m, struct str title)
{
	if (!m->in->quality)
		return;
	making_heading(m, 3,
		       title.n ? title
			       : making_say(m, "Quiénes respondieron, y qué dejaron sin respuesta",
					    "Who answered, and what was left open"));
	add_items_table(m, m->in->quality);
	add_response_table(m, m->in->quality);
	for (size_t i = 0; i < m->in->quality->n_by; i++) {
		if (is_long(&m->in->quality->by[i]))
			add_response_line(m, &m->in->quality->by[i]);
	}
}
