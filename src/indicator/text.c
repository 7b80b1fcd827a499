/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures in words: rounding for print, units, lists, and compositions that add up. */
#include <math.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/num.h"
#include "indicator/indicator.h"

#define NO_BREAK_SPACE "\xc2\xa0"
enum { TEXT_BYTES_MAX = 64 * 1024, COMPOSITION_PARTS_MAX = 64 };

static double power_of_ten(int decimals)
{
	double p = 1;
	for (int i = 0; i < decimals; i++)
		p *= 10;
	return p;
}

/* ---- one figure ---- */

/* «2022-07-01/2022-09-30», an ISO 8601 interval, as a period; false when the key is none. */
static bool put_period(struct buf *b, struct str key, enum lang lang)
{
	struct str rest = key, first = str_cut(&rest, '/');
	struct date from, to;
	if (!rest.p || !date_parse(first, false, &from) || !date_parse(rest, false, &to))
		return false;
	buf_puts(b, lang == LANG_ES ? "del " : "");
	date_put_local(b, lang, from);
	buf_puts(b, lang == LANG_ES ? " al " : " to ");
	date_put_local(b, lang, to);
	return true;
}

static void put_list(struct buf *b, const struct result *r, enum lang lang)
{
	for (size_t i = 0; i < r->n_list; i++) {
		struct str label = label_in(&r->list[i].label, lang);
		if (i)
			buf_puts(b, ", ");
		if (!put_period(b, r->list[i].key, lang))
			buf_put(b, label.n ? label : r->list[i].key);
	}
}

static void put_number(struct buf *b, const struct figure *f, enum lang lang)
{
	int decimals = f->indicator->decimals;
	if (f->adjusted)
		num_put_local(b, lang, (double)f->adjusted_units / power_of_ten(decimals),
			      decimals);
	else if (f->result.exact && !decimals)
		num_put_local_int(b, lang, f->result.integer);
	else
		num_put_local(b, lang, f->result.number, decimals);
}

static void put_pesos(struct buf *b, const struct figure *f, enum lang lang)
{
	int64_t pesos = f->result.exact ? f->result.integer : llround(f->result.number);
	num_put_pesos_words(b, lang, pesos, f->indicator->decimals);
}

static void put_value(struct buf *b, const struct figure *f, enum lang lang)
{
	switch (f->indicator->unit) {
	case UNIT_PERCENT:
		put_number(b, f, lang);
		buf_puts(b, NO_BREAK_SPACE "%");
		break;
	case UNIT_COP:
		put_pesos(b, f, lang);
		break;
	case UNIT_YEAR:
		num_put_fixed(b, f->result.number, 0);
		break;
	case UNIT_COUNT:
	case UNIT_RATIO:
	case UNIT_POINTS:
	case UNIT_TEXT:
	case UNIT_LIST:
	case UNIT_N:
		put_number(b, f, lang);
		break;
	}
}

/* A text is printed as its option is called where it is one: the best of lowest() and highest(). */
static void put_text(struct buf *b, const struct result *r, enum lang lang)
{
	struct str label = { 0 };
	if (r->n_list == 1 && str_eq(r->list[0].key, r->text))
		label = label_in(&r->list[0].label, lang);
	buf_put(b, label.n ? label : r->text);
}

struct str figure_text(struct arena *a, const struct figure *f, enum lang lang)
{
	struct buf b;
	buf_init(&b, a, TEXT_BYTES_MAX);
	if (f->status == STATUS_SUPPRESSED)
		buf_puts(&b, lang == LANG_ES ? "dato protegido" : "protected");
	else if (f->result.missing)
		buf_puts(&b, lang == LANG_ES ? "sin dato" : "no data");
	else if (f->result.kind == RESULT_LIST)
		put_list(&b, &f->result, lang);
	else if (f->result.kind == RESULT_TEXT && !put_period(&b, f->result.text, lang))
		put_text(&b, &f->result, lang);
	else if (f->result.kind == RESULT_NUMBER)
		put_value(&b, f, lang);
	return buf_str(&b);
}

/* ---- compositions ---- */

struct part {
	struct figure *figure;
	int64_t units;    /* of the last printed decimal, rounded down */
	double remainder; /* 0 <= remainder < 1 of such a unit */
	size_t order;
};

static int by_remainder(const void *x, const void *y)
{
	const struct part *a = x, *b = y;
	if (a->remainder > b->remainder || a->remainder < b->remainder)
		return a->remainder > b->remainder ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* Largest remainder: every part is cut, and the units that then lack go to the largest rests. */
static void close_parts(struct part *part, size_t n, int64_t total_units)
{
	int64_t lack = total_units;
	for (size_t i = 0; i < n; i++)
		lack -= part[i].units;
	if (lack < 0 || (size_t)lack > n)
		return;
	qsort(part, n, sizeof(*part), by_remainder);
	for (size_t i = 0; i < n; i++) {
		part[i].figure->adjusted = true;
		part[i].figure->adjusted_units = part[i].units + ((int64_t)i < lack);
	}
}

static struct figure *figure_of(struct figures *fs, const struct indicator *ind, size_t cell)
{
	for (size_t k = 0; k < fs->n_figures; k++) {
		struct figure *f = &fs->figure[k * fs->n_cells + cell];
		if (f->indicator == ind)
			return f;
	}
	return NULL;
}

static bool is_part(const struct figure *f, int decimals)
{
	return f && f->indicator->unit == UNIT_PERCENT && f->indicator->decimals == decimals &&
	       !f->result.missing && f->result.kind == RESULT_NUMBER && f->result.number >= 0;
}

static void close_line(const struct instrument *in, const struct figure_line *line,
		       struct figures *fs, size_t cell)
{
	struct part part[COMPOSITION_PARTS_MAX];
	size_t n = line->n_indicators;
	if (n < 2 || n > COMPOSITION_PARTS_MAX)
		return;
	int decimals = in->indicator[line->indicator[0]].decimals;
	double scale = power_of_ten(decimals), sum = 0;
	for (size_t i = 0; i < n; i++) {
		struct figure *f = figure_of(fs, &in->indicator[line->indicator[i]], cell);
		if (!is_part(f, decimals))
			return;
		double units = f->result.number * scale;
		/* A value that is a whole number of units but for the last bits is one. */
		double whole = fabs(units - nearbyint(units)) < 1e-9 * scale ? nearbyint(units)
									     : floor(units);
		part[i] = (struct part){ f, (int64_t)whole, fmax(0, units - whole), i };
		sum += f->result.number;
	}
	if (fabs(sum - 100) < 1e-6)
		close_parts(part, n, (int64_t)(100 * scale));
}

void figures_close_compositions(const struct instrument *in, struct figures *fs)
{
	for (size_t i = 0; i < in->n_lines; i++) {
		if (!str_is(in->line[i].kind, "composition"))
			continue;
		for (size_t cell = 0; cell < fs->n_cells; cell++)
			close_line(in, &in->line[i], fs, cell);
	}
}
