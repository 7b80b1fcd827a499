/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/chart.h"

#include "report/words.h"

enum { LINE_BYTES_MAX = 16 * 1024 };

/* ---- source line ---- */

static void put_bases(struct buf *b, struct arena *a, const struct chart_row *row)
{
	size_t low = row->figure[0]->result.n, high = low;
	bool clusters = true;
	for (size_t i = 0; i < row->n; i++) {
		size_t n = row->figure[i]->result.n;
		low = n < low ? n : low;
		high = n > high ? n : high;
		clusters &= row->figure[i]->indicator->table == TABLE_CLUSTER;
	}
	bool es = row->lang == LANG_ES;
	buf_puts(b, "n = ");
	buf_put(b, words_int(a, row->lang, (int64_t)low));
	if (high > low) {
		buf_puts(b, es ? " a " : " to ");
		buf_put(b, words_int(a, row->lang, (int64_t)high));
	}
	if (clusters) {
		buf_puts(b, es ? " de " : " of ");
		buf_put(b, words_int(a, row->lang, (int64_t)row->in->n_register));
		buf_puts(b, es ? " registradas" : " registered");
	}
}

/* «n = 100 de 120 registradas · F13–F15 · método ssme@2022.1» */
static struct str source_line(struct arena *a, const struct chart_row *row)
{
	struct buf b;
	buf_init(&b, a, LINE_BYTES_MAX);
	put_bases(&b, a, row);
	buf_puts(&b, " · ");
	buf_put(&b, words_ids(a, row->figure, row->n));
	buf_puts(&b, row->lang == LANG_ES ? " · método " : " · method ");
	buf_put(&b, row->in->instrument->id);
	buf_putc(&b, '@');
	buf_put(&b, row->in->instrument->version);
	return buf_str(&b);
}

/* ---- marks ---- */

static bool has_number(const struct figure *f)
{
	return !f->result.missing && f->status != STATUS_SUPPRESSED &&
		f->result.kind == RESULT_NUMBER;
}

/* «72 de 100 · entre 68 y 75», and how far those who did not answer could move it. */
static struct str mark_detail(struct arena *a, const struct figure *f, enum lang lang)
{
	const struct str part[] = { words_of(a, f, lang), words_interval(a, f, lang),
				    words_bounds(a, f, lang) };
	struct buf b;
	buf_init(&b, a, LINE_BYTES_MAX);
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		buf_puts(&b, b.n && part[i].n ? " · " : "");
		buf_put(&b, part[i]);
	}
	if (!b.n)
		buf_fmt(&b, "n = %.*s", STR_ARG(words_int(a, lang, (int64_t)f->result.n)));
	return buf_str(&b);
}

static struct str doubt(const struct figure *f, enum lang lang)
{
	if (!f->caution)
		return (struct str){ 0 };
	return lang == LANG_ES ? STR("por verificar") : STR("to be verified");
}

static struct mark mark_of(struct arena *a, const struct figure *f, enum lang lang, enum tone tone)
{
	return (struct mark){ .label = label_in(&f->indicator->label, lang),
			      .note = doubt(f, lang),
			      .text = figure_text(a, f, lang),
			      .detail = mark_detail(a, f, lang),
			      .figure = f->indicator->id,
			      .value = has_number(f) ? f->result.number : 0,
			      .has_value = has_number(f),
			      .has_interval = has_number(f) && f->interval != INTERVAL_NONE,
			      .low = f->low,
			      .high = f->high,
			      .tone = tone };
}

/* ---- the chart as text and as a table ---- */

static struct str alternative(struct arena *a, const struct chart *c, enum lang lang)
{
	struct buf b;
	buf_init(&b, a, LINE_BYTES_MAX);
	buf_put(&b, c->title);
	buf_puts(&b, ". ");
	for (size_t s = 0; s < c->n_series; s++) {
		for (size_t i = 0; i < c->series[s].n; i++) {
			const struct mark *m = &c->series[s].mark[i];
			buf_puts(&b, s || i ? "; " : "");
			buf_put(&b, m->label);
			buf_puts(&b, ": ");
			buf_put(&b, m->text);
		}
	}
	buf_puts(&b,
		 lang == LANG_ES ? ". Los mismos datos están en la tabla."
				 : ". The same data are in the table.");
	return buf_str(&b);
}

enum { CHART_TABLE_COLUMNS = 4 };

static struct table marks_table(struct arena *a, const struct chart *c, enum lang lang)
{
	size_t rows = 0;
	for (size_t s = 0; s < c->n_series; s++)
		rows += c->series[s].n;
	struct table t = { .head = NEW(a, CHART_TABLE_COLUMNS, struct str),
			   .is_number = NEW(a, CHART_TABLE_COLUMNS, bool),
			   .cell = NEW(a, rows * CHART_TABLE_COLUMNS, struct str),
			   .n_columns = CHART_TABLE_COLUMNS,
			   .n_rows = rows };
	bool es = lang == LANG_ES;
	t.head[0] = es ? STR("Concepto") : STR("Item");
	t.head[1] = es ? STR("Valor") : STR("Value");
	t.head[2] = es ? STR("Base e intervalo") : STR("Base and interval");
	t.head[3] = es ? STR("Cifra") : STR("Figure");
	t.is_number[1] = true;
	struct str *cell = t.cell;
	for (size_t s = 0; s < c->n_series; s++) {
		for (size_t i = 0; i < c->series[s].n; i++, cell += CHART_TABLE_COLUMNS) {
			const struct mark *m = &c->series[s].mark[i];
			cell[0] = m->label;
			cell[1] = m->text;
			cell[2] = m->detail;
			cell[3] = m->figure;
		}
	}
	return t;
}

void chart_tell(struct arena *a, struct chart *c, enum lang lang)
{
	c->alternative = alternative(a, c, lang);
	c->table = marks_table(a, c, lang);
}

void chart_tell_matrix(struct arena *a, struct chart *c)
{
	size_t n = c->n_series ? c->series[0].n : 0;
	struct buf b;
	buf_init(&b, a, LINE_BYTES_MAX);
	buf_fmt(&b, "%.*s.", STR_ARG(c->title));
	c->table = (struct table){ .head = NEW(a, n + 1, struct str),
				   .is_number = NEW(a, n + 1, bool),
				   .cell = NEW(a, (n + 1) * c->n_series, struct str),
				   .n_columns = n + 1,
				   .n_rows = c->n_series };
	for (size_t i = 0; i < n; i++) {
		c->table.head[i + 1] = c->series[0].mark[i].label;
		c->table.is_number[i + 1] = true;
	}
	for (size_t s = 0; s < c->n_series; s++) {
		struct str *cell = &c->table.cell[s * (n + 1)];
		cell[0] = c->series[s].label;
		for (size_t i = 0; i < n; i++) {
			const struct mark *mark = &c->series[s].mark[i];
			cell[i + 1] = mark->text;
			if (mark->has_value)
				buf_fmt(&b, " %.*s, %.*s: %.*s;",
					STR_ARG(c->series[s].label), STR_ARG(mark->label),
					STR_ARG(mark->text));
		}
	}
	c->alternative = buf_str(&b);
}

static const struct chart *finish(struct arena *a, const struct chart_row *row,
				  enum chart_kind kind, struct mark *mark, size_t n)
{
	struct series *series = NEW(a, 1, struct series);
	*series = (struct series){ .mark = mark, .n = n };
	struct chart *c = NEW(a, 1, struct chart);
	*c = (struct chart){ .kind = kind,
			     .title = row->title,
			     .subtitle = row->subtitle,
			     .source = source_line(a, row),
			     .series = series,
			     .n_series = 1 };
	chart_tell(a, c, row->lang);
	return c;
}

/* ---- kinds ---- */

/* Tones from light to dark in the order of the figures: the k-th of n, stretched over the scale. */
static enum tone tone_at(size_t k, size_t n)
{
	return n <= 3 ? (enum tone)(TONE_LEVEL_1 + k) : (enum tone)(TONE_LEVEL_1 + 3 * k / (n - 1));
}

/* The word of a count of clusters at a level: its share's numerator. */
const struct chart *chart_levels(struct arena *a, const struct chart_row *row)
{
	struct mark *mark = NEW(a, row->n, struct mark);
	for (size_t i = 0; i < row->n; i++) {
		const struct figure *f = row->figure[i];
		mark[i] = mark_of(a, f, row->lang, tone_at(i, row->n));
		if (f->result.has_fraction)
			mark[i].value = f->result.numerator;
	}
	return finish(a, row, CHART_LEVELS, mark, row->n);
}

static const struct chart *list_bars(struct arena *a, const struct chart_row *row,
				     enum chart_kind kind)
{
	const struct figure *f = row->figure[0];
	size_t n = has_number(f) || f->result.missing ? 0 : f->result.n_list;
	struct mark *mark = NEW(a, n, struct mark);
	for (size_t i = 0; i < n; i++) {
		const struct list_item *item = &f->result.list[i];
		struct str label = label_in(&item->label, row->lang);
		mark[i] = (struct mark){ .label = label.n ? label : item->key,
					 .text = words_int(a, row->lang, (int64_t)item->value),
					 .figure = f->indicator->id,
					 .value = item->value,
					 .has_value = true,
					 .tone = TONE_PLAIN,
					 .code = item->key };
	}
	return finish(a, row, kind, mark, n);
}

static bool within_hundred(const struct mark *m)
{
	return !m->has_value || (m->value >= 0 && m->value <= 100);
}

/* of_hundred: the scale is 0..100 where the values allow it. */
static const struct chart *figure_bars(struct arena *a, const struct chart_row *row,
				       bool of_hundred)
{
	if (row->figure[0]->result.kind == RESULT_LIST)
		return list_bars(a, row, CHART_BARS);
	struct mark *mark = NEW(a, row->n, struct mark);
	for (size_t i = 0; i < row->n; i++) {
		mark[i] = mark_of(a, row->figure[i], row->lang, TONE_PLAIN);
		of_hundred &= within_hundred(&mark[i]);
	}
	return finish(a, row, of_hundred ? CHART_SHARES : CHART_BARS, mark, row->n);
}

const struct chart *chart_shares(struct arena *a, const struct chart_row *row)
{
	return figure_bars(a, row, true);
}

const struct chart *chart_bars(struct arena *a, const struct chart_row *row)
{
	bool percent = true;
	for (size_t i = 0; i < row->n; i++)
		percent &= row->figure[i]->indicator->unit == UNIT_PERCENT;
	return figure_bars(a, row, percent);
}

/* The largest part is darkest; parts keep the order of the sheet. */
const struct chart *chart_composition(struct arena *a, const struct chart_row *row)
{
	struct mark *mark = NEW(a, row->n, struct mark);
	for (size_t i = 0; i < row->n; i++)
		mark[i] = mark_of(a, row->figure[i], row->lang,
				  row->figure[i]->indicator->drawn_missing
					  ? TONE_MISSING
					  : tone_at(row->n - 1 - i, row->n));
	return finish(a, row, CHART_COMPOSITION, mark, row->n);
}

const struct chart *chart_map(struct arena *a, const struct chart_row *row)
{
	return list_bars(a, row, CHART_MAP);
}
