/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/num.h"
#include "report/bulletin.h"

enum { LIST_BYTES_MAX = 256 * 1024, DIFFERENCE_BYTES_MAX = 256 };

static struct str list_text(struct arena *a, const struct result *r)
{
	struct buf b;
	buf_init(&b, a, LIST_BYTES_MAX);
	for (size_t i = 0; i < r->n_list; i++) {
		buf_puts(&b, i ? "; " : "");
		buf_put(&b, r->list[i].key);
		buf_puts(&b, " (");
		num_put_real(&b, r->list[i].value);
		buf_putc(&b, ')');
	}
	return buf_str(&b);
}

static const struct published *printed_in(const struct instrument *in, struct str round,
					  struct str id)
{
	for (size_t i = 0; i < in->n_published; i++) {
		if (str_eq(in->published[i].round, round) && str_eq(in->published[i].figure, id))
			return &in->published[i];
	}
	return NULL;
}

static double rounded(double v, int decimals)
{
	double scale = 1;
	for (int i = 0; i < decimals; i++)
		scale *= 10;
	return copysign(floor(fabs(v) * scale + 0.5), v) / scale;
}

/* Recomputed less printed, at the decimals that are printed; empty where nothing can be compared.
 */
static struct str difference(struct arena *a, const struct figure *f, const struct published *p,
			     enum lang lang)
{
	bool es = lang == LANG_ES;
	if (!p->has_value || f->result.missing || f->result.kind != RESULT_NUMBER)
		return (struct str){ 0 };
	double d = rounded(f->result.number, f->indicator->decimals) - p->value;
	if (fabs(d) < 1e-9)
		return es ? STR("coincide") : STR("equal");
	struct buf b;
	buf_init(&b, a, DIFFERENCE_BYTES_MAX);
	buf_puts(&b, d > 0 ? "+" : "");
	num_put_local(&b, lang, d, f->indicator->decimals);
	if (f->indicator->unit == UNIT_PERCENT)
		buf_puts(&b, es ? " puntos" : " points");
	return buf_str(&b);
}

static struct figure_row row_of(struct arena *a, const struct instrument *in,
				const struct figure *f, struct str round, enum lang lang)
{
	const struct indicator *ind = f->indicator;
	const struct result *r = &f->result;
	bool shown = !r->missing && f->status != STATUS_SUPPRESSED;
	char *status = NEW(a, 1, char);
	*status = (char)f->status;
	struct figure_row row = { .id = ind->id,
				  .label = label_in(&ind->label, lang),
				  .text = figure_text(a, f, lang),
				  .unit = str_of(indicator_unit_name[ind->unit]),
				  .decimals = ind->decimals,
				  .has_value = shown && r->kind == RESULT_NUMBER,
				  .value = shown ? r->number : 0,
				  .has_fraction = shown && r->has_fraction,
				  .numerator = r->numerator,
				  .denominator = r->denominator,
				  .n = (int64_t)r->n,
				  .n_nr = (int64_t)r->n_missing[MISSING_NR],
				  .n_nd = (int64_t)r->n_missing[MISSING_ND],
				  .n_na = (int64_t)r->n_missing[MISSING_NA],
				  .has_interval = shown && f->interval != INTERVAL_NONE,
				  .low = f->low,
				  .high = f->high,
				  .status = { status, 1 },
				  .formula = ind->formula,
				  .universe = ind->universe_text,
				  .form = str_of(table_kind_name[ind->table]),
				  .note = label_in(&ind->note, lang),
				  .has_bounds = shown && f->has_bounds,
				  .lower = f->lower,
				  .upper = f->upper };
	if (shown && f->caution)
		row.warning = label_in(&ind->caution_text, lang);
	if (shown && r->kind == RESULT_LIST)
		row.list = list_text(a, r);
	const struct published *p = printed_in(in, round, ind->id);
	if (p) {
		row.printed = p->text;
		row.difference = difference(a, f, p, lang);
	}
	return row;
}

struct figure_row *figure_rows(struct arena *a, const struct instrument *in,
			       const struct figures *figures, struct str round, enum lang lang,
			       size_t *ret_n)
{
	*ret_n = figures->n_cells ? figures->n_figures : 0;
	struct figure_row *row = NEW(a, *ret_n, struct figure_row);
	for (size_t i = 0; i < *ret_n; i++)
		row[i] = row_of(a, in, &figures->figure[i * figures->n_cells], round, lang);
	return row;
}
