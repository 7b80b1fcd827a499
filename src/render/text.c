/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document for a terminal: no colour, no cursor, lines of at most `width` columns (a word or a
 * mark that is longer stands alone).  A character is one column. */
#include <math.h>

#include "base/num.h"
#include "render/chart.h"
#include "render/render.h"
#include "render/words.h"

struct sheet_text {
	struct buf *b;
	struct arena *a;
	const struct document *d;
	const struct words *w;
	size_t width;
};

enum { WIDTH_MIN = 40, WIDTH_MAX = 200, COLUMNS_MAX = 64 };

/* ---- lines ---- */

static void spaces(struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_putc(b, ' ');
}

static void repeat(struct buf *b, const char *glyph, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_puts(b, glyph);
}

/* Cuts the next line of at most width columns off *rest; a longer word is broken, or whole. */
static struct str next_line(struct str *rest, size_t width, bool break_words)
{
	struct str s = str_trim(*rest);
	size_t at = 0, columns = 0, cut = 0, full = 0;
	while (at < s.n && columns <= width) {
		if (s.p[at] == ' ')
			cut = at;
		full = at;
		(void)utf8_next(s, &at);
		columns++;
	}
	if (columns <= width)
		cut = s.n;
	else if (!cut && break_words)
		cut = full;
	else if (!cut)
		for (cut = at; cut < s.n && s.p[cut] != ' ';)
			cut++;
	*rest = str_trim(str_sub(s, cut, s.n));
	return str_trim(str_sub(s, 0, cut));
}

/* Wrapped text; the first line begins with `first`, the others are indented as far. */
static void put_wrapped(struct sheet_text *t, const char *first, struct str s)
{
	const size_t indent = utf8_length(str_of(first));
	for (struct str rest = str_trim(s); rest.n; first = NULL) {
		if (first)
			buf_puts(t->b, first);
		else
			spaces(t->b, indent);
		buf_put(t->b, next_line(&rest, t->width - indent, false));
		buf_putc(t->b, '\n');
	}
}

static void put_padded(struct buf *b, struct str s, size_t width, bool right)
{
	const size_t n = utf8_length(s);
	if (right && n < width)
		spaces(b, width - n);
	buf_put(b, s);
	if (!right && n < width)
		spaces(b, width - n);
}

static void blank(struct sheet_text *t)
{
	buf_putc(t->b, '\n');
}

static void put_title(struct sheet_text *t, struct str s, const char *underline)
{
	if (!s.n)
		return;
	const size_t from = t->b->n;
	put_wrapped(t, "", s);
	if (t->b->over)
		return;
	size_t longest = 0;
	for (struct str rest = { t->b->p + from, t->b->n - from }; rest.p;) {
		const size_t n = utf8_length(str_cut(&rest, '\n'));
		longest = n > longest ? n : longest;
	}
	repeat(t->b, underline, longest);
	blank(t);
}

/* ---- bars ---- */

/* A bar of eighths: part 0..1 of width columns. */
static void put_bar(struct buf *b, double part, size_t width)
{
	static const char *const eighth[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	const double clean = part < 0 ? 0 : part > 1 ? 1 : part;
	size_t n = (size_t)lround(clean * 8 * (double)width);
	if (clean > 0 && n == 0)
		n = 1;
	repeat(b, "█", n / 8);
	buf_puts(b, eighth[n % 8]);
	spaces(b, width - n / 8 - (n % 8 ? 1 : 0));
}

/* The rows of a chart: what the field of a row stands for, and how the columns are shared. */
struct rows {
	enum chart_kind kind;
	double low, high;
	size_t label, value, bar; /* widths */
};

static void range_of(const struct chart *c, struct rows *r)
{
	r->low = r->high = 0;
	for (size_t s = 0; s < c->n_series; s++)
		for (size_t i = 0; i < c->series[s].n; i++)
			if (c->series[s].mark[i].has_value) {
				r->low = fmin(r->low, c->series[s].mark[i].value);
				r->high = fmax(r->high, c->series[s].mark[i].value);
			}
	if (c->kind != CHART_CONTRIBUTIONS)
		r->low = 0;
	if (c->kind == CHART_SHARES || c->kind == CHART_POSITION || c->kind == CHART_CHANGE)
		r->high = fmax(r->high, 100);
	if (!(r->high > r->low))
		r->high = r->low + 1;
}

static size_t widest(const struct chart *c, bool label)
{
	size_t n = 0;
	for (size_t s = 0; s < c->n_series; s++)
		for (size_t i = 0; i < c->series[s].n; i++) {
			const struct mark *m = &c->series[s].mark[i];
			const size_t k = utf8_length(label ? m->label : m->text);
			n = k > n ? k : n;
		}
	return n;
}

static size_t column_of(const struct rows *r, double value)
{
	const double part = (fmin(fmax(value, r->low), r->high) - r->low) / (r->high - r->low);
	return (size_t)lround(part * (double)(r->bar - 1));
}

/* A position on its track: peers shaded with a line at their middle, before hollow, now full. */
static void put_track(struct sheet_text *t, const struct rows *r, const struct mark *m)
{
	const size_t now = column_of(r, m->value), before = column_of(r, m->before);
	for (size_t i = 0; i < r->bar; i++) {
		const bool band = m->has_band && i >= column_of(r, m->band_low) &&
			i <= column_of(r, m->band_high);
		buf_puts(t->b,
			 m->has_value && i == now                                 ? "●"
				 : m->has_value && m->has_before && i == before   ? "○"
				 : m->has_band && i == column_of(r, m->band_median) ? "│"
				 : band                                           ? "░"
										  : "╌");
	}
}

/* A bar from zero to its side; losses in another grain. */
static void put_contribution(struct sheet_text *t, const struct rows *r, const struct mark *m)
{
	const size_t zero = column_of(r, 0), end = column_of(r, m->value);
	for (size_t i = 0; i < r->bar; i++)
		buf_puts(t->b,
			 i == zero                  ? "│"
				 : i > zero && i <= end ? "█"
				 : i < zero && i >= end ? "▒"
							: " ");
}

static void put_field(struct sheet_text *t, const struct rows *r, const struct mark *m)
{
	if (r->kind == CHART_POSITION || r->kind == CHART_CHANGE)
		put_track(t, r, m);
	else if (!m->has_value)
		repeat(t->b, "╌", r->bar);
	else if (r->kind == CHART_CONTRIBUTIONS)
		put_contribution(t, r, m);
	else
		put_bar(t->b, m->value / r->high, r->bar);
}

/* Label, bar and value on one line; the detail beside it or, where it does not fit, left out for
 * the line under it. */
static void put_mark(struct sheet_text *t, const struct rows *r, const struct mark *m)
{
	if (utf8_length(m->label) > r->label) {
		put_wrapped(t, "  ", m->label);
		spaces(t->b, r->label + 4);
	} else {
		spaces(t->b, 2);
		put_padded(t->b, m->label, r->label, false);
		spaces(t->b, 2);
	}
	put_field(t, r, m);
	spaces(t->b, 2);
	put_padded(t->b, m->text, r->value, true);
	const size_t used = r->label + 4 + r->bar + 2 + r->value;
	if (m->detail.n && used + 2 + utf8_length(m->detail) <= t->width) {
		spaces(t->b, 2);
		buf_put(t->b, m->detail);
		blank(t);
		return;
	}
	blank(t);
	if (m->detail.n)
		put_wrapped(t, "    ", m->detail);
}

static void put_series_head(struct sheet_text *t, const struct series *s)
{
	if (!s->label.n && !s->note.n)
		return;
	put_wrapped(t, "  ",
		    str_fmt(t->a, "%.*s%s%.*s", STR_ARG(s->label),
			    s->label.n && s->note.n ? " · " : "", STR_ARG(s->note)));
}

static void put_rows(struct sheet_text *t, const struct chart *c)
{
	struct rows r = { .kind = c->kind, .label = widest(c, true), .value = widest(c, false) };
	const size_t most = t->width * 2 / 5;
	r.label = r.label > most ? most : r.label;
	r.bar = t->width > r.label + r.value + 10 ? t->width - r.label - r.value - 8 : 4;
	r.bar = r.bar > 28 ? 28 : r.bar;
	range_of(c, &r);
	for (size_t s = 0; s < c->n_series; s++) {
		if (s)
			blank(t);
		put_series_head(t, &c->series[s]);
		for (size_t i = 0; i < c->series[s].n; i++)
			put_mark(t, &r, &c->series[s].mark[i]);
	}
}

/* ---- dots and parts: a glyph for each tone ---- */

static const char *dot_glyph(enum tone tone)
{
	switch (tone) {
	case TONE_LEVEL_1: return "○";
	case TONE_LEVEL_2: return "◐";
	case TONE_LEVEL_3: return "●";
	case TONE_LEVEL_4: return "◆";
	case TONE_PLAIN: return "●";
	case TONE_DECLINE: return "▼";
	case TONE_MISSING: return "·";
	}
	return "●";
}

static const char *part_glyph(enum tone tone)
{
	switch (tone) {
	case TONE_LEVEL_1: return "░";
	case TONE_LEVEL_2: return "▒";
	case TONE_LEVEL_3: return "▓";
	case TONE_LEVEL_4: return "█";
	case TONE_PLAIN: return "█";
	case TONE_DECLINE: return "▼";
	case TONE_MISSING: return "·";
	}
	return "█";
}

static void put_key(struct sheet_text *t, const struct series *s, bool dots)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct mark *m = &s->mark[i];
		const char *glyph = dots ? dot_glyph(m->tone) : part_glyph(m->tone);
		const struct str line =
			str_fmt(t->a, "%.*s %.*s%s%.*s", STR_ARG(m->text), STR_ARG(m->label),
				m->detail.n ? " · " : "", STR_ARG(m->detail));
		put_wrapped(t, str_fmt(t->a, "  %s ", glyph).p, line);
	}
}

static void put_levels(struct sheet_text *t, const struct series *s)
{
	enum { ACROSS = 25, MOST = 500 };
	double n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += s->mark[i].has_value ? fmax(0, s->mark[i].value) : 0;
	size_t at = 0;
	const size_t across = t->width < 2 * ACROSS + 4 ? 18 : ACROSS;
	for (size_t i = 0; i < s->n && n <= MOST; i++) {
		const size_t units = s->mark[i].has_value && s->mark[i].value > 0
			? (size_t)lround(s->mark[i].value)
			: 0;
		for (size_t j = 0; j < units; j++, at++) {
			buf_puts(t->b, at % across ? " " : at ? "\n  " : "  ");
			buf_puts(t->b, dot_glyph(s->mark[i].tone));
		}
	}
	if (at)
		buf_puts(t->b, "\n\n");
	put_key(t, s, true);
}

static void put_composition(struct sheet_text *t, const struct chart *c)
{
	for (size_t k = 0; k < c->n_series; k++) {
		const struct series *s = &c->series[k];
		double sum = 0, done = 0;
		if (k)
			blank(t);
		put_series_head(t, s);
		for (size_t i = 0; i < s->n; i++)
			sum += s->mark[i].has_value ? fmax(0, s->mark[i].value) : 0;
		const double width = t->width > 64 ? 60 : (double)t->width - 4;
		spaces(t->b, 2);
		for (size_t i = 0; i < s->n && sum > 0; i++) {
			const double from = round(done / sum * width);
			done += s->mark[i].has_value ? fmax(0, s->mark[i].value) : 0;
			repeat(t->b, part_glyph(s->mark[i].tone),
			       (size_t)(round(done / sum * width) - from));
		}
		blank(t);
		put_key(t, s, false);
	}
}

/* ---- the scale ---- */

static size_t scale_column(double value, size_t width)
{
	return (size_t)lround(fmin(fmax(value, 0), 100) / 100 * (double)width);
}

/* Under the bar: where a value stands, with its interval. */
static void put_pointer(struct sheet_text *t, const struct mark *m, size_t width)
{
	const size_t at = scale_column(m->value, width - 1);
	const size_t low = m->has_interval ? scale_column(m->low, width - 1) : at;
	const size_t high = m->has_interval ? scale_column(m->high, width - 1) : at;
	spaces(t->b, 2 + (low < at ? low : at));
	for (size_t i = low < at ? low : at; i <= high || i <= at; i++)
		buf_puts(t->b, i == at ? "▲" : i == low ? "├" : i == high ? "┤" : "─");
	blank(t);
	const struct str said = str_fmt(t->a, "%.*s%s%.*s", STR_ARG(m->text),
					 m->label.n ? " " : "", STR_ARG(m->label));
	const size_t n = utf8_length(said), room = t->width > n + 2 ? t->width - n - 2 : 0;
	spaces(t->b, 2 + (at < room ? at : room));
	buf_put(t->b, said);
	blank(t);
}

static void put_scale(struct sheet_text *t, const struct chart *c)
{
	const size_t width = t->width > 64 ? 60 : t->width - 4;
	const struct series *levels = &c->series[0];
	size_t done = 0;
	spaces(t->b, 2);
	for (size_t i = 0; i < levels->n; i++) {
		const size_t end = scale_column(levels->mark[i].high, width);
		for (; done < end; done++)
			buf_puts(t->b, part_glyph(levels->mark[i].tone));
	}
	blank(t);
	for (size_t i = 0; c->n_series > 1 && i < c->series[1].n; i++)
		if (c->series[1].mark[i].has_value)
			put_pointer(t, &c->series[1].mark[i], width);
	put_key(t, levels, false);
}

/* ---- tables ---- */

/* Widths that fit: every column what it wants, or the widest ones cut to the same width. */
static void column_widths(const struct sheet_text *t, const struct table *k, size_t *width)
{
	size_t sum = 2 * (k->n_columns - 1), high = 0;
	for (size_t c = 0; c < k->n_columns; c++) {
		width[c] = utf8_length(k->head[c]);
		for (size_t r = 0; r < k->n_rows; r++) {
			const size_t n = utf8_length(k->cell[r * k->n_columns + c]);
			width[c] = n > width[c] ? n : width[c];
		}
		sum += width[c];
		high = width[c] > high ? width[c] : high;
	}
	while (sum > t->width - 2 && high > 4) {
		high--;
		sum = 2 * (k->n_columns - 1);
		for (size_t c = 0; c < k->n_columns; c++) {
			width[c] = width[c] > high ? high : width[c];
			sum += width[c];
		}
	}
}

static void put_cells(struct sheet_text *t, const struct table *k, const struct str *cell,
		      const size_t *width)
{
	struct str rest[COLUMNS_MAX];
	bool more = true;
	for (size_t c = 0; c < k->n_columns; c++)
		rest[c] = cell[c];
	while (more) {
		more = false;
		spaces(t->b, 2);
		for (size_t c = 0; c < k->n_columns; c++) {
			const struct str line = next_line(&rest[c], width[c], true);
			const bool last = c + 1 == k->n_columns;
			put_padded(t->b, line, last && !k->is_number[c] ? 0 : width[c],
				   k->is_number[c]);
			if (!last)
				spaces(t->b, 2);
			more = more || rest[c].n;
		}
		blank(t);
	}
}

static void put_table(struct sheet_text *t, const struct table *k)
{
	size_t width[COLUMNS_MAX], sum = 0;
	if (!k->n_columns || k->n_columns > COLUMNS_MAX)
		return;
	column_widths(t, k, width);
	for (size_t c = 0; c < k->n_columns; c++)
		sum += width[c] + (c ? 2 : 0);
	put_cells(t, k, k->head, width);
	spaces(t->b, 2);
	repeat(t->b, "─", sum);
	blank(t);
	for (size_t r = 0; r < k->n_rows; r++)
		put_cells(t, k, &k->cell[r * k->n_columns], width);
}

/* A chart of rows and columns as a table: a row a series, a column a mark. */
static void put_grid(struct sheet_text *t, const struct chart *c)
{
	const struct series *head = &c->series[0];
	for (size_t s = 1; s < c->n_series; s++)
		if (c->series[s].n > head->n)
			head = &c->series[s];
	struct table k = { .n_columns = head->n + 1, .n_rows = c->n_series };
	k.head = NEW(t->a, k.n_columns, struct str);
	k.is_number = NEW(t->a, k.n_columns, bool);
	k.cell = NEW(t->a, k.n_columns * k.n_rows, struct str);
	for (size_t i = 0; i < head->n; i++) {
		k.head[i + 1] = head->mark[i].label;
		k.is_number[i + 1] = true;
	}
	for (size_t s = 0; s < c->n_series; s++) {
		struct str *cell = &k.cell[s * k.n_columns];
		cell[0] = c->series[s].label;
		for (size_t i = 0; i < c->series[s].n; i++) {
			const struct mark *m = &c->series[s].mark[i];
			cell[i + 1] = m->broken ? str_fmt(t->a, "‖ %.*s", STR_ARG(m->text))
						: m->text;
		}
	}
	put_table(t, &k);
}

/* ---- blocks ---- */

static void put_chart(struct sheet_text *t, const struct chart *c)
{
	put_title(t, c->title, "─");
	put_wrapped(t, "", c->subtitle);
	blank(t);
	if (c->n_series)
		switch (c->kind) {
		case CHART_LEVELS: put_levels(t, &c->series[0]); break;
		case CHART_SHARES:
		case CHART_BARS:
		case CHART_POSITION:
		case CHART_CHANGE:
		case CHART_CONTRIBUTIONS:
		case CHART_MAP: /* counts by department as bars */ put_rows(t, c); break;
		case CHART_SCALE: put_scale(t, c); break;
		case CHART_LINES:
		case CHART_MATRIX: put_grid(t, c); break;
		case CHART_COMPOSITION: put_composition(t, c); break;
		}
	if (c->source.n)
		blank(t);
	put_wrapped(t, "  ", c->source);
}

static void put_tiles(struct sheet_text *t, const struct block *k)
{
	size_t value = 0;
	for (size_t i = 0; i < k->n; i++) {
		const size_t n = utf8_length(k->tile[i].text);
		value = n > value ? n : value;
	}
	value = value > t->width / 2 ? t->width / 2 : value;
	for (size_t i = 0; i < k->n; i++) {
		const struct tile *s = &k->tile[i];
		struct buf first;
		buf_init(&first, t->a, 4096);
		spaces(&first, 2);
		put_padded(&first, s->text, value, true);
		spaces(&first, 2);
		const struct str what =
			str_fmt(t->a, "%.*s%s%.*s%s", STR_ARG(s->label), s->detail.n ? " (" : "",
				STR_ARG(s->detail), s->detail.n ? ")" : "");
		if (utf8_length(buf_str(&first)) + 12 > t->width) {
			put_wrapped(t, "  ", s->text);
			put_wrapped(t, "    ", what);
		} else {
			put_wrapped(t, first.p, what);
		}
	}
}

static void put_cards(struct sheet_text *t, const struct block *k)
{
	for (size_t i = 0; i < k->n; i++) {
		put_wrapped(t, "  • ", k->tile[i].label);
		put_wrapped(t, "    ",
			    str_fmt(t->a, "%.*s%s%.*s", STR_ARG(k->tile[i].text),
				    k->tile[i].text.n && k->tile[i].detail.n ? " · " : "",
				    STR_ARG(k->tile[i].detail)));
	}
}

static void put_list(struct sheet_text *t, const struct block *k)
{
	for (size_t i = 0; i < k->n; i++)
		put_wrapped(t, k->ordered ? str_fmt(t->a, "  %zu. ", i + 1).p : "  • ", k->item[i]);
}

static void put_block(struct sheet_text *t, const struct block *k)
{
	blank(t);
	switch (k->kind) {
	case BLOCK_HEADING: put_title(t, k->text, "─"); break;
	case BLOCK_PARAGRAPH:
	case BLOCK_LEAD: put_wrapped(t, "", k->text); break;
	case BLOCK_NOTE: put_wrapped(t, "  ", k->text); break;
	case BLOCK_TILES: put_tiles(t, k); break;
	case BLOCK_CHART: put_chart(t, k->chart); break;
	case BLOCK_TABLE:
		put_wrapped(t, "", k->text);
		put_table(t, k->table);
		break;
	case BLOCK_LIST: put_list(t, k); break;
	case BLOCK_CARDS: put_cards(t, k); break;
	}
}

/* Every figure in a line or two: its id, its value, what it is, from how many. */
static void put_figures(struct sheet_text *t)
{
	if (!t->d->n_figures)
		return;
	blank(t);
	put_title(t, str_of(t->w->figures), "─");
	for (size_t i = 0; i < t->d->n_figures; i++) {
		const struct figure_row *f = &t->d->figure[i];
		struct buf line;
		buf_init(&line, t->a, 65536);
		buf_fmt(&line, "%.*s", STR_ARG(f->label));
		if (f->text.n)
			buf_fmt(&line, ": %.*s", STR_ARG(f->text));
		buf_fmt(&line, " (%s = ", t->w->n);
		num_put_local_int(&line, t->d->lang, f->n);
		buf_putc(&line, ')');
		if (f->difference.n)
			buf_fmt(&line, " · %s: %.*s, %.*s", t->w->printed, STR_ARG(f->printed),
				STR_ARG(f->difference));
		if (f->warning.n)
			buf_fmt(&line, " · %s: %.*s", t->w->warning, STR_ARG(f->warning));
		put_wrapped(t, str_fmt(t->a, "  %.*s ", STR_ARG(f->id)).p, buf_str(&line));
	}
}

static void put_foot(struct sheet_text *t)
{
	const struct document *d = t->d;
	blank(t);
	repeat(t->b, "─", t->width);
	blank(t);
	if (d->method.n)
		put_wrapped(t, "",
			    str_fmt(t->a, "%s: %.*s %.*s", t->w->method, STR_ARG(d->method),
				    STR_ARG(d->method_sha256)));
	if (d->data_sha256.n)
		put_wrapped(t, "", str_fmt(t->a, "%s: %.*s", t->w->data, STR_ARG(d->data_sha256)));
	put_wrapped(t, "", d->notice);
	if (d->mark.n)
		put_wrapped(t, "", str_fmt(t->a, DOCUMENT_MARK "%.*s", STR_ARG(d->mark)));
}

bool render_text(const struct document *d, unsigned width, struct arena *a, struct buf *out,
		 struct err *e)
{
	struct sheet_text t = { .b = out,
				.a = a,
				.d = d,
				.w = &words[d->lang],
				.width = width < WIDTH_MIN  ? WIDTH_MIN
					: width > WIDTH_MAX ? WIDTH_MAX
							    : width };
	put_wrapped(
		&t, "",
		str_fmt(a, "%.*s · %s %.*s", STR_ARG(d->kicker), t.w->round, STR_ARG(d->round)));
	blank(&t);
	put_title(&t, d->title, "═");
	put_wrapped(&t, "", d->subtitle);
	for (size_t i = 0; i < d->n_sections; i++)
		for (size_t j = 0; j < d->section[i].n; j++)
			put_block(&t, &d->section[i].block[j]);
	put_figures(&t);
	put_foot(&t);
	if (out->over)
		return err_set(e, ERR_LIMIT, "the text is over %zu bytes", out->limit);
	return true;
}
