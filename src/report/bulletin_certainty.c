/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How sure the levels are, and what moves the result most. */
#include <math.h>

#include "report/bulletin_part.h"
#include "report/chart.h"

enum { MODEL_BYTES_MAX = 4096 };

/* ---- certain and uncertain levels ---- */

static size_t n_scored(const struct robustness *r)
{
	return r->count[CERTAINTY_FIRM] + r->count[CERTAINTY_PROBABLE] +
	       r->count[CERTAINTY_UNDECIDED];
}

static struct str certainty_title(const struct making *m)
{
	const struct robustness *r = m->in->robustness;
	return str_fmt(m->a,
		       m->lang == LANG_ES
			       ? "%zu de los %zu niveles son firmes; %zu quedan indefinidos"
			       : "%zu of the %zu levels are firm; %zu remain undecided",
		       r->count[CERTAINTY_FIRM], n_scored(r), r->count[CERTAINTY_UNDECIDED]);
}

static const struct chart *certainty_chart(const struct making *m, struct str title)
{
	static const char *const es[] = { "Firme", "Probable", "Indefinido" };
	static const char *const en[] = { "Firm", "Probable", "Undecided" };
	static const enum tone tone[] = { TONE_LEVEL_3, TONE_LEVEL_2, TONE_MISSING };
	const struct robustness *r = m->in->robustness;
	struct chart *c = NEW(m->a, 1, struct chart);
	struct series *s = NEW(m->a, 1, struct series);
	*s = (struct series){ .mark = NEW(m->a, CERTAINTY_N, struct mark), .n = CERTAINTY_N };
	for (size_t i = 0; i < CERTAINTY_N; i++)
		s->mark[i] = (struct mark){ .label = making_say(m, es[i], en[i]),
					    .text = making_int(m, (int64_t)r->count[i]),
					    .value = (double)r->count[i],
					    .has_value = true,
					    .tone = tone[i] };
	*c = (struct chart){ .kind = CHART_LEVELS,
			     .title = title,
			     .series = s,
			     .n_series = 1 };
	struct str firm = making_real(m, r->model.firm, 0),
		   probable = making_real(m, r->model.probable, 0);
	c->subtitle = str_fmt(
		m->a,
		m->lang == LANG_ES ? "Firme: el mismo nivel en al menos %.*s de cada 100 casos "
				     "razonables; probable, en al menos %.*s."
				   : "Firm: the same level in at least %.*s of each 100 reasonable "
				     "cases; probable, in at least %.*s.",
		STR_ARG(firm), STR_ARG(probable));
	c->source = str_fmt(m->a,
			    m->lang == LANG_ES ? "n = %zu · %u repeticiones · método %.*s@%.*s"
					       : "n = %zu · %u draws · method %.*s@%.*s",
			    n_scored(r), r->model.draws, STR_ARG(m->in->instrument->id),
			    STR_ARG(m->in->instrument->version));
	chart_tell(m->a, c, m->lang);
	return c;
}

/* What was varied, as the method declares it. */
static struct str model_text(const struct making *m)
{
	const struct robustness_model *o = &m->in->robustness->model;
	const bool es = m->lang == LANG_ES;
	struct buf b;
	buf_init(&b, m->a, MODEL_BYTES_MAX);
	buf_puts(&b,
		 es ? "Se repitió el cálculo variando lo que razonablemente pudo ser de otro modo:"
		    : "The computation was repeated, varying what could reasonably have been "
		      "otherwise:");
	if (o->concentration > 0)
		buf_fmt(&b, es ? " los pesos de las áreas al azar alrededor de los oficiales "
				 "(Dirichlet de concentración %.*s);"
			       : " the weights of the areas at random around the official ones "
				 "(Dirichlet with concentration %.*s);",
			STR_ARG(making_real(m, o->concentration, 0)));
	if (o->weight_range > 0)
		buf_fmt(&b, es ? " cada peso hasta un %.*s %% más o menos;"
			       : " each weight up to %.*s%% more or less;",
			STR_ARG(making_real(m, o->weight_range, 0)));
	if (o->geometric > 0)
		buf_fmt(&b, es ? " la media geométrica de las áreas en el %.*s %% de los casos;"
			       : " the geometric mean of the areas in %.*s%% of the cases;",
			STR_ARG(making_real(m, o->geometric, 0)));
	if (o->item_error > 0)
		buf_fmt(&b, es ? " cada respuesta leída un escalón más arriba o más abajo con "
				 "probabilidad de %.*s %% a cada lado;"
			       : " each answer read one step higher or lower with a probability of "
				 "%.*s%% on each side;",
			STR_ARG(making_real(m, o->item_error, 0)));
	if (o->missing)
		buf_puts(&b, es ? " las preguntas sin respuesta con cualquier puntaje posible;"
				: " unanswered questions with any possible points;");
	struct str s = buf_str(&b);
	return str_fmt(m->a, "%.*s.", STR_ARG(str_sub(s, 0, s.n - 1)));
}

static struct str alternatives_text(const struct making *m)
{
	const struct robustness *r = m->in->robustness;
	const struct instrument *in = m->in->instrument;
	struct str equal = str_fmt(
		m->a,
		m->lang == LANG_ES ? "Con todas las áreas pesando igual, %zu cambiarían de nivel."
				   : "With all areas weighing the same, %zu would change level.",
		r->equal_changes);
	if (r->second_changes == SIZE_MAX)
		return equal;
	return str_fmt(
		m->a,
		m->lang == LANG_ES
			? "%.*s Con la clasificación «%.*s», %zu tendrían otro nivel."
			: "%.*s Under the classification \"%.*s\", %zu would have another level.",
		STR_ARG(equal), STR_ARG(in->profile[1].name), r->second_changes);
}

void part_certainty(struct making *m, struct str title)
{
	if (!m->in->robustness || !n_scored(m->in->robustness))
		return;
	making_block(m, BLOCK_CHART)->chart =
		certainty_chart(m, title.n ? title : certainty_title(m));
	making_text(m, BLOCK_PARAGRAPH, alternatives_text(m));
	making_text(m, BLOCK_NOTE, model_text(m));
}

/* ---- what moves the result ---- */

static const struct robustness_factor *strongest(const struct robustness *r)
{
	const struct robustness_factor *top = &r->factor[0];
	for (size_t i = 1; i < r->n_factors; i++)
		top = r->factor[i].total > top->total ? &r->factor[i] : top;
	return top;
}

/* Its interval lies above those of all others. */
static bool stands_out(const struct robustness *r, const struct robustness_factor *top)
{
	for (size_t i = 0; i < r->n_factors; i++) {
		if (&r->factor[i] != top && r->factor[i].total_high >= top->total_low)
			return false;
	}
	return true;
}

static struct str sensitivity_title(const struct making *m)
{
	const struct robustness *r = m->in->robustness;
	const struct robustness_factor *top = strongest(r);
	if (!stands_out(r, top))
		return making_say(m, "Ninguna fuente de duda pesa claramente más que las otras",
				  "No source of doubt clearly outweighs the others");
	return str_fmt(m->a, m->lang == LANG_ES ? "Lo que más mueve el resultado: %.*s"
						: "What moves the result most: %.*s",
		       STR_ARG(robustness_factor_words(top->name, m->lang)));
}

static double percent(double share)
{
	return 100 * fmin(1, fmax(0, share));
}

static struct mark factor_mark(const struct making *m, const struct robustness_factor *f)
{
	struct str low = making_real(m, percent(f->total_low), 0),
		   high = making_real(m, percent(f->total_high), 0);
	return (struct mark){
		.label = robustness_factor_words(f->name, m->lang),
		.text = making_percent(m, percent(f->total)),
		.detail = str_fmt(m->a, m->lang == LANG_ES ? "entre %.*s y %.*s"
							   : "between %.*s and %.*s",
				  STR_ARG(low), STR_ARG(high)),
		.value = percent(f->total),
		.has_value = true,
		.has_interval = true,
		.low = percent(f->total_low),
		.high = percent(f->total_high),
		.tone = TONE_PLAIN,
	};
}

void part_sensitivity(struct making *m, struct str title)
{
	const struct robustness *r = m->in->robustness;
	if (!r || !r->n_factors)
		return;
	struct chart *c = NEW(m->a, 1, struct chart);
	struct series *s = NEW(m->a, 1, struct series);
	*s = (struct series){ .mark = NEW(m->a, r->n_factors, struct mark), .n = r->n_factors };
	for (size_t i = 0; i < r->n_factors; i++)
		s->mark[i] = factor_mark(m, &r->factor[i]);
	*c = (struct chart){ .kind = CHART_SHARES,
			     .title = title.n ? title : sensitivity_title(m),
			     .series = s,
			     .n_series = 1 };
	struct str places = making_real(m, r->target_mean, 1);
	c->subtitle =
		str_fmt(m->a,
			m->lang == LANG_ES
				? "Parte de la variación del orden en la que interviene cada "
				  "fuente de duda; las partes se solapan. En promedio un clúster "
				  "se mueve %.*s puestos."
				: "Part of the variation of the order in which each source of "
				  "doubt has a hand; the parts overlap. On average a cluster "
				  "moves %.*s places.",
			STR_ARG(places));
	c->source = making_say(m, "Índices de Sobol totales, con intervalo del 90 % por remuestreo",
			       "Total Sobol indices, with 90% intervals by resampling");
	chart_tell(m->a, c, m->lang);
	making_block(m, BLOCK_CHART)->chart = c;
}
