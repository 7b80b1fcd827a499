/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PDF: measure, place, paint.
 *
 * The document becomes a list of items, each of a known height that stays whole.  Placing gives
 * each its page; painting walks the list once.  Invariants:
 *   1. An item that is marked `keep` is on the page of the item after it (headings; a table's head
 *      and first row), unless both together are taller than a page.
 *   2. Everything painted is inside one leaf tag, or inside the artifact tag.
 *   3. Figures and table heads are noted in the order painted; pdf_finish() relies on it. */
#include <cairo-pdf.h>
#include <math.h>

#include "base/num.h"
#include "render/chart.h"
#include "render/pdf_finish.h"
#include "render/pdf_pen.h"
#include "render/render.h"
#include "render/words.h"

#define PAGE_WIDTH 595.28
#define PAGE_HEIGHT 841.89
#define MARGIN 56.69 /* 20 mm */
#define BODY_WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define BODY_BOTTOM (PAGE_HEIGHT - MARGIN - 6) /* the foot stands under it */
#define BODY_HEIGHT (BODY_BOTTOM - MARGIN)
#define QUIET_INSET 16.0
#define CARD_INSET 11.0
#define CARD_GAP 12.0
#define COLUMN_GAP 30.0
#define PAIR_DRAWING 212.0 /* width of dots or a map beside another chart */
#define SIDE_DRAWING 200.0 /* and when alone, its words at its left */
#define SIDE_WORDS 184.0

enum { TILES_A_ROW = 4, CARDS_A_ROW = 3, TAGS_MAX = 4, ROWS_WHOLE = 13 };

static const struct type type_title = { 34, true, 1.13, -20, PAINT_INK };
static const struct type type_h2 = { 17, true, 1.2, -16, PAINT_INK };
static const struct type type_pair = { 14.5, true, 1.2, -14, PAINT_INK };
static const struct type type_h3 = { 13, true, 1.25, -12, PAINT_INK };
static const struct type type_cover = { 13.5, false, 1.5, 0, PAINT_INK };
static const struct type type_lead = { 11.5, false, 1.45, 0, PAINT_INK };
static const struct type type_body = { 10, false, 1.5, 0, PAINT_INK };
static const struct type type_soft = { 9.5, false, 1.45, 0, PAINT_SOFT };
static const struct type type_small = { 8.5, false, 1.45, 0, PAINT_SOFT };
static const struct type type_cell = { 8, false, 1.25, 0, PAINT_INK };
static const struct type type_head = { 8, true, 1.25, 0, PAINT_INK };
/* Long tables are set closer, so that one looks at a page of them at once. */
static const struct type type_dense_cell = { 7.2, false, 1.2, 0, PAINT_INK };
static const struct type type_dense_head = { 7.2, true, 1.2, 0, PAINT_INK };
enum { DENSE_ROWS_MIN = 36 };
static const struct type type_number = { 19, true, 1.2, -16, PAINT_INK };
static const struct type type_card = { 10, true, 1.35, -8, PAINT_INK };
static const struct type type_gain = { 10, true, 1.35, 0, PAINT_LEVEL_3 };
static const struct type type_foot = { 7.5, false, 1.4, 0, PAINT_SOFT };
static const struct type type_kicker = { 10.5, false, 1.4, 0, PAINT_SOFT };
static const struct type type_kicker_strong = { 10.5, true, 1.4, 0, PAINT_LEVEL_3 };

enum item_kind { ITEM_TEXT, ITEM_LIST, ITEM_CHARTS, ITEM_TILES, ITEM_CARDS, ITEM_ROW };

struct chart_box {
	const struct chart *chart;
	struct text title, subtitle, source;
	struct drawing drawing;
	const char *heading; /* tag of the title */
	double x;
	bool side; /* its words stand at the left of the drawing, not above and below */
};

struct tile_box {
	struct text number, label, detail;
	double x, width;
};

/* A table's columns, shared by its rows. */
struct grid {
	size_t n;
	double *x, *width;
	const struct item *head;
};

struct item {
	enum item_kind kind;
	double before, height; /* space above (not at the top of a page); points */
	double x;
	bool keep;
	bool rule; /* a line divides it from the section above */
	bool quiet;
	bool page_break;
	const char *tag; /* ITEM_TEXT */
	struct text text, mark; /* mark: the number or point of a list's item, a table's caption */
	struct chart_box *box; /* ITEM_CHARTS */
	struct tile_box *tile; /* ITEM_TILES, ITEM_CARDS */
	size_t n;
	struct text *cell; /* ITEM_ROW */
	const struct grid *grid;
	bool is_head;
	struct str dest; /* name that links lead to, or empty */
	const char *begin[TAGS_MAX], *end[TAGS_MAX]; /* grouping tags around it */
	unsigned n_begin, n_end;
	const struct section *opens; /* section that begins here: its bookmark */
	/* set by placing */
	unsigned page;
	double y;
	bool repeat_head; /* a new page begins inside its table */
};

struct pdf {
	const struct document *d;
	const struct words *w;
	struct arena *a;
	struct map map;
	struct pen pen;
	cairo_surface_t *surface;
	struct item *item;
	size_t n, cap;
	size_t n_cover; /* items of the cover */
	unsigned n_pages;
	double width; /* of the running text: less on the quiet band */
	double x;
	bool quiet, under_heading;
	struct str *alternative;
	size_t n_alternatives, cap_alternatives;
	enum th_scope *scope;
	size_t n_scopes, cap_scopes;
};

/* ---- making items ---- */

static struct item *add(struct pdf *p, enum item_kind kind, double before)
{
	if (p->n == p->cap) {
		const size_t cap = p->cap ? 2 * p->cap : 256;
		p->item = arena_grow(p->a, p->item, p->n, cap, sizeof *p->item);
		p->cap = cap;
	}
	struct item *it = &p->item[p->n++];
	*it = (struct item){ .kind = kind, .before = before, .x = p->x, .quiet = p->quiet };
	return it;
}

static void open_tag(struct item *it, const char *tag)
{
	it->begin[it->n_begin++] = tag;
}

static void close_tag(struct item *it, const char *tag)
{
	it->end[it->n_end++] = tag;
}

/* Most bytes of one item of text: far less than a page of it. */
enum { CHUNK_BYTES = 2400 };

/* A text as items of less than a page: cut at spaces where it is very long. */
static void add_text(struct pdf *p, const char *tag, struct str s, const struct type *t,
		     double before, double width, bool keep)
{
	while (s.n) {
		size_t n = s.n;
		if (n > CHUNK_BYTES)
			for (n = CHUNK_BYTES; n > CHUNK_BYTES / 2 && s.p[n] != ' ';)
				n--;
		while (n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
			n--;
		struct item *it = add(p, ITEM_TEXT, before);
		it->tag = tag;
		it->text = pen_text(&p->pen, str_sub(s, 0, n), t, width);
		it->height = it->text.height;
		it->keep = keep;
		s = str_trim(str_sub(s, n, s.n));
		before = 0;
	}
}

static double measure(const struct pdf *p, double width)
{
	return fmin(p->width, width);
}

static void add_heading(struct pdf *p, const struct block *k)
{
	const bool sub = k->level == 3 && p->under_heading;
	p->under_heading = true;
	add_text(p, sub ? "H3" : "H2", k->text, sub ? &type_h3 : &type_h2, sub ? 16 : 20, p->width,
		 true);
}

static void add_list(struct pdf *p, const struct block *k)
{
	for (size_t i = 0; i < k->n; i++) {
		struct item *it = add(p, ITEM_LIST, i ? 4 : 10);
		const struct str mark = k->ordered ? str_fmt(p->a, "%zu.", i + 1) : STR("•");
		struct type type_mark = type_body;
		type_mark.strong = true;
		type_mark.paint = PAINT_PLAIN;
		it->mark = pen_text(&p->pen, mark, &type_mark, 0);
		it->text = pen_text(&p->pen, k->item[i], &type_body, measure(p, 420) - 20);
		it->height = it->text.height;
		it->keep = i == 0 && k->n > 1;
		if (i == 0)
			open_tag(it, "L");
		if (i + 1 == k->n)
			close_tag(it, "L");
	}
}

/* Dots and maps have a size of their own; the other charts use the width there is. */
static bool is_bounded(const struct chart *c)
{
	return c->kind == CHART_LEVELS || c->kind == CHART_MAP;
}

static void box_make(struct pdf *p, struct chart_box *b, const struct chart *c, double x,
		     double width)
{
	const bool sub = p->under_heading, beside = width < p->width;
	b->chart = c;
	b->x = x;
	b->heading = sub ? "H3" : "H2";
	b->side = is_bounded(c) && !beside;
	double drawing = width;
	if (b->side && c->kind == CHART_LEVELS)
		drawing = width - SIDE_WORDS - COLUMN_GAP;
	else if (b->side)
		drawing = SIDE_DRAWING;
	else if (is_bounded(c))
		drawing = fmin(width, PAIR_DRAWING);
	const double column = b->side ? SIDE_WORDS : width;
	b->title = pen_text(&p->pen, c->title,
			    sub                         ? &type_h3
				    : b->side || beside ? &type_pair
							: &type_h2,
			    column);
	b->subtitle = pen_text(&p->pen, c->subtitle, &type_soft, fmin(column, 420));
	b->source = pen_text(&p->pen, c->source, &type_small, column);
	chart_draw(c, drawing / PX, b->side, &p->map, p->a, &b->drawing);
}

/* Height of the words above the drawings, which stand on one line in a pair. */
static double box_head(const struct chart_box *b)
{
	return b->title.height + (b->subtitle.layout ? 3 + b->subtitle.height : 0);
}

static double box_height(const struct chart_box *b, double head)
{
	const double drawing = b->drawing.height * PX;
	const double source = b->source.layout ? 10 + b->source.height : 0;
	return b->side ? fmax(drawing, box_head(b) + source) : head + 14 + drawing + source;
}

static void add_charts(struct pdf *p, const struct block *k, size_t n)
{
	struct item *it = add(p, ITEM_CHARTS, p->under_heading ? 18 : 22);
	const double width = (p->width - COLUMN_GAP * (double)(n - 1)) / (double)n;
	double head = 0;
	it->box = NEW(p->a, n, struct chart_box);
	it->n = n;
	for (size_t i = 0; i < n; i++) {
		box_make(p, &it->box[i], k[i].chart, (width + COLUMN_GAP) * (double)i, width);
		head = fmax(head, box_head(&it->box[i]));
	}
	for (size_t i = 0; i < n; i++)
		it->height = fmax(it->height, box_height(&it->box[i], head));
}

/* With a space at its end, so that whoever reads the text without its lines hears two words. */
static struct str spaced(struct pdf *p, struct str s)
{
	return s.n ? str_fmt(p->a, "%.*s ", STR_ARG(s)) : s;
}

static void add_tiles(struct pdf *p, const struct block *k)
{
	for (size_t from = 0; from < k->n; from += TILES_A_ROW) {
		struct item *it = add(p, ITEM_TILES, from ? 16 : 14);
		const size_t n = k->n - from < TILES_A_ROW ? k->n - from : TILES_A_ROW;
		const size_t across = k->n < TILES_A_ROW ? k->n : TILES_A_ROW;
		const double width = (p->width - 18.0 * (double)(across - 1)) / (double)across;
		it->tile = NEW(p->a, n, struct tile_box);
		it->n = n;
		for (size_t i = 0; i < n; i++) {
			const struct tile *t = &k->tile[from + i];
			struct tile_box *b = &it->tile[i];
			b->number = pen_text(&p->pen, spaced(p, t->text), &type_number, width);
			b->label = pen_text(&p->pen, spaced(p, t->label), &type_soft, width);
			b->label.paint = PAINT_INK;
			b->detail = pen_text(&p->pen, t->detail, &type_small, width);
			b->x = (width + 18) * (double)i;
			it->height =
				fmax(it->height,
				     b->number.height + b->label.height + b->detail.height + 4);
		}
	}
}

static void add_cards(struct pdf *p, const struct block *k)
{
	const size_t across = k->n < CARDS_A_ROW ? k->n : CARDS_A_ROW;
	const double gaps = CARD_GAP * (double)(across - 1);
	const double width = k->n ? (p->width - gaps) / (double)across : 0;
	for (size_t from = 0; from < k->n; from += across) {
		struct item *it = add(p, ITEM_CARDS, from ? CARD_GAP : 14);
		it->n = k->n - from < across ? k->n - from : across;
		it->tile = NEW(p->a, it->n, struct tile_box);
		for (size_t i = 0; i < it->n; i++) {
			const struct tile *t = &k->tile[from + i];
			struct tile_box *b = &it->tile[i];
			const double inner = width - 2 * CARD_INSET;
			b->label = pen_text(&p->pen, spaced(p, t->label), &type_card, inner);
			b->detail = pen_text(&p->pen, spaced(p, t->detail), &type_small, inner);
			b->number = pen_text(&p->pen, t->text, &type_gain, inner);
			b->x = (width + CARD_GAP) * (double)i;
			b->width = width;
			it->height = fmax(it->height,
					  b->number.height + b->label.height + b->detail.height +
						  2 * CARD_INSET + 8);
		}
	}
}

/* ---- tables ---- */

/* Widths that let every column have what it wants, or cut the widest ones to one same width. */
static void share_width(double *width, size_t n, double available)
{
	double sum = 0, high = 0;
	for (size_t i = 0; i < n; i++) {
		sum += width[i];
		high = fmax(high, width[i]);
	}
	if (sum <= available)
		return;
	double low = 0;
	for (int step = 0; step < 40; step++) {
		const double middle = (low + high) / 2;
		sum = 0;
		for (size_t i = 0; i < n; i++)
			sum += fmin(width[i], middle);
		if (sum > available)
			high = middle;
		else
			low = middle;
	}
	for (size_t i = 0; i < n; i++)
		width[i] = fmin(width[i], low);
}

static bool is_dense(const struct table *t)
{
	return t->n_rows >= DENSE_ROWS_MIN;
}

static const struct type *cell_type(const struct table *t)
{
	return is_dense(t) ? &type_dense_cell : &type_cell;
}

static const struct type *head_type(const struct table *t)
{
	return is_dense(t) ? &type_dense_head : &type_head;
}

static struct item *add_row(struct pdf *p, const struct grid *g, struct text *cell,
			    const struct table *t)
{
	struct item *it = add(p, ITEM_ROW, 0);
	it->grid = g;
	it->n = g->n;
	it->cell = cell;
	for (size_t c = 0; c < g->n; c++) {
		pen_cut(&cell[c], BODY_HEIGHT / 2);
		if (t->is_number[c])
			pen_align_right(&cell[c], g->width[c]);
		it->height = fmax(it->height, cell[c].height);
	}
	it->height += is_dense(t) ? 2.6 : 4.5;
	return it;
}

static struct grid *grid_make(struct pdf *p, const struct table *t)
{
	struct grid *g = NEW(p->a, 1, struct grid);
	const double gap = t->n_columns > 5 ? 10 : 16;
	g->n = t->n_columns;
	g->x = NEW(p->a, g->n, double);
	g->width = NEW(p->a, g->n, double);
	for (size_t c = 0; c < g->n; c++) {
		/* A head may take two lines, broken at its spaces. */
		struct str rest = t->head[c];
		g->width[c] = 0.62 * pen_text(&p->pen, rest, head_type(t), 0).width;
		for (struct str word = str_word(&rest); word.n; word = str_word(&rest))
			g->width[c] = fmax(g->width[c],
					   pen_text(&p->pen, word, head_type(t), 0).width);
		for (size_t r = 0; r < t->n_rows; r++)
			g->width[c] = fmax(
				g->width[c],
				pen_text(&p->pen, t->cell[r * g->n + c], cell_type(t), 0).width);
		g->width[c] += 0.5;
	}
	share_width(g->width, g->n, p->width - gap * (double)(g->n - 1));
	for (size_t c = 1; c < g->n; c++)
		g->x[c] = g->x[c - 1] + g->width[c - 1] + gap;
	return g;
}

/* A short table is not divided; of a longer one neither head, first nor last row stands alone. */
static void rows_join(struct pdf *p, size_t from, struct grid *g)
{
	struct item *head = &p->item[from];
	head->is_head = true;
	head->keep = true;
	for (size_t i = from + 1; i + 1 < p->n; i++)
		p->item[i].keep = p->n - from <= ROWS_WHOLE || i == from + 1 || i + 2 == p->n;
	open_tag(head, "Table");
	close_tag(&p->item[p->n - 1], "Table");
	struct item *copy = NEW(p->a, 1, struct item);
	*copy = *head;
	g->head = copy;
}

static void add_table(struct pdf *p, const struct table *t, struct str caption)
{
	if (!t->n_columns)
		return;
	add_text(p, "P", caption, &type_soft, 16, p->width, true);
	struct grid *g = grid_make(p, t);
	const size_t from = p->n;
	for (size_t r = 0; r <= t->n_rows; r++) {
		struct text *cell = NEW(p->a, g->n, struct text);
		for (size_t c = 0; c < g->n; c++)
			cell[c] = r ? pen_text(&p->pen, t->cell[(r - 1) * g->n + c], cell_type(t),
					       g->width[c])
				    : pen_text(&p->pen, t->head[c], head_type(t), g->width[c]);
		(void)add_row(p, g, cell, t);
	}
	p->item[from].before = caption.n ? 6 : 16;
	rows_join(p, from, g);
}

/* ---- sections ---- */

static void add_block(struct pdf *p, const struct block *k)
{
	const double width = measure(p, 420);
	switch (k->kind) {
	case BLOCK_HEADING: add_heading(p, k); break;
	case BLOCK_PARAGRAPH: add_text(p, "P", k->text, &type_body, 8, width, false); break;
	case BLOCK_LEAD: add_text(p, "P", k->text, &type_lead, 8, width, p->under_heading); break;
	case BLOCK_NOTE: add_text(p, "P", k->text, &type_small, 10, width, false); break;
	case BLOCK_TILES: add_tiles(p, k); break;
	case BLOCK_CHART: add_charts(p, k, 1); break;
	case BLOCK_TABLE: add_table(p, k->table, k->text); break;
	case BLOCK_LIST: add_list(p, k); break;
	case BLOCK_CARDS: add_cards(p, k); break;
	}
}

/* Two charts of a section marked beside share a row. */
static bool pair_here(const struct section *s, size_t i)
{
	return s->beside && i + 1 < s->n && s->block[i].kind == BLOCK_CHART &&
		s->block[i + 1].kind == BLOCK_CHART;
}

static void add_section(struct pdf *p, const struct section *s)
{
	const size_t from = p->n;
	p->under_heading = false;
	p->quiet = s->style == SECTION_QUIET;
	p->x = p->quiet ? QUIET_INSET : 0;
	p->width = BODY_WIDTH - 2 * p->x;
	for (size_t i = 0; i < s->n; i++) {
		if (pair_here(s, i)) {
			add_charts(p, &s->block[i], 2);
			i++;
		} else {
			add_block(p, &s->block[i]);
		}
	}
	p->quiet = false;
	p->x = 0;
	p->width = BODY_WIDTH;
	if (p->n == from)
		return;
	struct item *first = &p->item[from];
	/* The section's tag opens before those of the item, and closes after them. */
	for (unsigned i = first->n_begin++; i > 0; i--)
		first->begin[i] = first->begin[i - 1];
	first->begin[0] = "Sect";
	close_tag(&p->item[p->n - 1], "Sect");
	first->opens = s;
	first->before = from > p->n_cover ? 42 : 32;
	first->rule = from > 0 && s->style == SECTION_PLAIN && !p->item[from - 1].quiet;
}

static void add_cover(struct pdf *p)
{
	const struct document *d = p->d;
	struct item *it = add(p, ITEM_TEXT, 0);
	it->tag = "P";
	it->text = pen_text(&p->pen, d->kicker, &type_kicker_strong, BODY_WIDTH);
	it->height = it->text.height;
	add_text(p, "H1", d->title, &type_title, 36, 450, true);
	add_text(p, "P", d->subtitle, &type_cover, 14, 430, false);
	struct buf b;
	buf_init(&b, p->a, 1024);
	if (d->round.n)
		buf_fmt(&b, "%s %.*s", p->w->round, STR_ARG(d->round));
	if (d->notice.n)
		buf_fmt(&b, "%s%.*s", b.n ? " · " : "", STR_ARG(d->notice));
	add_text(p, "P", buf_str(&b), &type_kicker, 12, BODY_WIDTH, false);
}

/* What vouches for it all, at the end. */
static void add_vouchers(struct pdf *p)
{
	const struct document *d = p->d;
	const struct {
		const char *name;
		struct str a, b;
	} line[] = { { p->w->method, d->method, d->method_sha256 },
		     { p->w->data, STR(""), d->data_sha256 },
		     { p->w->made_by, d->program, STR("") } };
	const size_t n = sizeof line / sizeof *line;
	for (size_t i = 0; i < n; i++)
		if (line[i].a.n || line[i].b.n)
			add_text(p, "P",
				 str_fmt(p->a, "%s: %.*s%s%.*s", line[i].name, STR_ARG(line[i].a),
					 line[i].a.n && line[i].b.n ? " " : "", STR_ARG(line[i].b)),
				 &type_small, i ? 2 : 24, BODY_WIDTH, i + 1 < n);
}

/* ---- placing ---- */

/* Height of the items from i on that must stay together. */
static double chain_height(const struct pdf *p, size_t i, size_t *ret_end)
{
	double height = p->item[i].height;
	while (p->item[i].keep && i + 1 < p->n) {
		i++;
		height += p->item[i].before + p->item[i].height;
	}
	*ret_end = i;
	return height;
}

/* A new page inside a table begins with the table's head. */
static double head_again(struct item *it)
{
	it->repeat_head = it->kind == ITEM_ROW && !it->is_head;
	return it->repeat_head ? it->grid->head->height : 0;
}

static void place(struct pdf *p)
{
	double y = MARGIN;
	unsigned page = 1;
	size_t held = 0; /* items before it were tested with the head of their chain */
	for (size_t i = 0; i < p->n; i++) {
		struct item *it = &p->item[i];
		const bool top = y <= MARGIN;
		double before = top ? 0 : it->before;
		size_t end = i;
		const double need = i < held ? it->height : chain_height(p, i, &end);
		const double band = it->quiet ? QUIET_INSET : 0;
		const double over = y + before + need + band - BODY_BOTTOM;
		const double alone = y + before + it->height + band - BODY_BOTTOM;
		const bool hopeless = need > BODY_HEIGHT - 40 && alone <= 0;
		if (!top && (it->page_break || (over > 0 && !hopeless))) {
			page++;
			y = MARGIN;
			before = head_again(it) + (it->quiet ? QUIET_INSET : 0);
		}
		held = end + 1;
		it->page = page;
		it->y = y + before;
		y = it->y + it->height;
	}
	p->n_pages = page;
}

/* A cover that stands alone on its page is set lower. */
static void place_cover(struct pdf *p)
{
	if (p->n_cover < p->n && p->item[p->n_cover].page == 1)
		return;
	for (size_t i = 1; i < p->n_cover; i++)
		p->item[i].y += 120;
}

/* ---- painting ---- */

static void begin(struct pdf *p, const char *tag)
{
	cairo_tag_begin(p->pen.cr, tag, NULL);
}

static void end(struct pdf *p, const char *tag)
{
	cairo_tag_end(p->pen.cr, tag);
}

static void note_alternative(struct pdf *p, struct str s)
{
	if (p->n_alternatives == p->cap_alternatives) {
		const size_t cap = p->cap_alternatives ? 2 * p->cap_alternatives : 64;
		p->alternative = arena_grow(p->a, p->alternative, p->n_alternatives, cap,
					    sizeof *p->alternative);
		p->cap_alternatives = cap;
	}
	p->alternative[p->n_alternatives++] = s;
}

static void note_scope(struct pdf *p, enum th_scope scope)
{
	if (p->n_scopes == p->cap_scopes) {
		const size_t cap = p->cap_scopes ? 2 * p->cap_scopes : 256;
		p->scope = arena_grow(p->a, p->scope, p->n_scopes, cap, sizeof *p->scope);
		p->cap_scopes = cap;
	}
	p->scope[p->n_scopes++] = scope;
}

static void paint_tagged(struct pdf *p, const char *tag, const struct text *t, double x, double y)
{
	if (!t->layout)
		return;
	begin(p, tag);
	pen_put(&p->pen, t, x, y);
	end(p, tag);
}

static void paint_box(struct pdf *p, const struct chart_box *b, double x, double y, double head)
{
	const double top = b->side ? y : y + head + 14;
	const double left = b->side ? x + SIDE_WORDS + COLUMN_GAP : x;
	paint_tagged(p, b->heading, &b->title, x, y);
	paint_tagged(p, "P", &b->subtitle, x, y + b->title.height + 3);
	if (b->drawing.n) {
		begin(p, "Figure");
		pen_drawing(&p->pen, &b->drawing, left, top);
		end(p, "Figure");
		note_alternative(p, b->chart->alternative);
	}
	const double source = b->side ? y + box_head(b) : top + b->drawing.height * PX;
	paint_tagged(p, "P", &b->source, x, source + 10);
}

static void paint_charts(struct pdf *p, const struct item *it, double x)
{
	double head = 0;
	for (size_t i = 0; i < it->n; i++)
		head = fmax(head, box_head(&it->box[i]));
	for (size_t i = 0; i < it->n; i++)
		paint_box(p, &it->box[i], x + it->box[i].x, it->y, head);
}

static void paint_tiles(struct pdf *p, const struct item *it, double x)
{
	for (size_t i = 0; i < it->n; i++) {
		const struct tile_box *b = &it->tile[i];
		double y = it->y;
		begin(p, "P");
		pen_put(&p->pen, &b->number, x + b->x, y);
		y += b->number.height;
		pen_put(&p->pen, &b->label, x + b->x, y);
		y += b->label.height + 2;
		pen_put(&p->pen, &b->detail, x + b->x, y);
		end(p, "P");
	}
}

static void paint_cards(struct pdf *p, const struct item *it, double x)
{
	for (size_t i = 0; i < it->n; i++) {
		const struct tile_box *b = &it->tile[i];
		const double left = x + b->x + CARD_INSET;
		double y = it->y + CARD_INSET;
		begin(p, "P");
		pen_put(&p->pen, &b->label, left, y);
		y += b->label.height + 3;
		pen_put(&p->pen, &b->detail, left, y);
		y += b->detail.height + 5;
		pen_put(&p->pen, &b->number, left, y);
		end(p, "P");
	}
}

/* The grounds of cards, behind their words. */
static void card_grounds(struct pdf *p, const struct item *it, double x)
{
	for (size_t i = 0; i < it->n; i++) {
		const struct tile_box *b = &it->tile[i];
		pen_card(&p->pen, x + b->x, it->y, b->width, it->height);
	}
}

static void paint_list(struct pdf *p, const struct item *it, double x)
{
	begin(p, "LI");
	paint_tagged(p, "Lbl", &it->mark, x, it->y);
	paint_tagged(p, "LBody", &it->text, x + 20, it->y);
	end(p, "LI");
}

static void row_rule(struct pdf *p, const struct item *it, double x, double y)
{
	const struct grid *g = it->grid;
	const double width = g->x[g->n - 1] + g->width[g->n - 1];
	pen_rule(&p->pen, x, y + it->height - 2, width, it->is_head ? 0.8 : 0.5,
		 it->is_head ? PAINT_SOFT : PAINT_LINE);
}

/* tagged: false for a head that is repeated on a new page, which is an artifact as a whole. */
static void paint_row(struct pdf *p, const struct item *it, double x, double y, bool tagged)
{
	if (tagged)
		begin(p, "TR");
	for (size_t c = 0; c < it->n; c++) {
		const char *tag = it->is_head || c == 0 ? "TH" : "TD";
		if (tagged)
			begin(p, tag);
		pen_put(&p->pen, &it->cell[c], x + it->grid->x[c], y + 2);
		if (!tagged)
			continue;
		end(p, tag);
		if (tag[1] == 'H')
			note_scope(p, it->is_head ? TH_COLUMN : TH_ROW);
	}
	if (tagged)
		end(p, "TR");
}

static void artifact_begin(struct pdf *p)
{
	begin(p, PDF_ARTIFACT_TAG);
}

static void artifact_end(struct pdf *p)
{
	end(p, PDF_ARTIFACT_TAG);
}

static struct text foot_line(struct pdf *p, struct str s)
{
	struct text t = pen_text(&p->pen, s, &type_foot, BODY_WIDTH - 72);
	pen_cut(&t, type_foot.size * type_foot.line * 1.5);
	return t;
}

/* The running foot: what it is and which page; what vouches for it. */
static void paint_foot(struct pdf *p, unsigned page)
{
	const struct document *d = p->d;
	struct buf what, by;
	buf_init(&what, p->a, 1024);
	buf_init(&by, p->a, 1024);
	buf_put(&what, d->kicker);
	if (d->round.n)
		buf_fmt(&what, " · %s %.*s", p->w->round, STR_ARG(d->round));
	buf_put(&by, d->method);
	if (d->data_sha256.n)
		buf_fmt(&by, " · %s %.*s", p->w->data, STR_ARG(str_sub(d->data_sha256, 0, 16)));
	if (d->notice.n)
		buf_fmt(&by, " · %.*s", STR_ARG(d->notice));
	const struct text first = foot_line(p, buf_str(&what)), second = foot_line(p, buf_str(&by));
	const struct str number =
		str_fmt(p->a, "%s %u %s %u", p->w->page, page, p->w->of, p->n_pages);
	const struct text right = pen_text(&p->pen, number, &type_foot, 0);
	const double y = PAGE_HEIGHT - MARGIN + 8;
	pen_rule(&p->pen, MARGIN, y - 7, BODY_WIDTH, 0.5, PAINT_LINE);
	pen_put(&p->pen, &first, MARGIN, y);
	pen_put(&p->pen, &second, MARGIN, y + type_foot.size * type_foot.line);
	pen_put(&p->pen, &right, MARGIN + BODY_WIDTH - right.width, y);
}

/* The quiet bands of a page, behind what stands on them. */
static void paint_bands(struct pdf *p, unsigned page)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->item[i].page != page || !p->item[i].quiet)
			continue;
		const struct item *first = &p->item[i];
		const double head = first->repeat_head ? first->grid->head->height : 0;
		const double top = first->y - head - QUIET_INSET;
		while (i + 1 < p->n && p->item[i + 1].page == page && p->item[i + 1].quiet &&
		       !p->item[i + 1].opens)
			i++;
		const double bottom = p->item[i].y + p->item[i].height + QUIET_INSET;
		pen_box(&p->pen, MARGIN, top, BODY_WIDTH, bottom - top, 8, PAINT_QUIET);
	}
}

static void paint_page(struct pdf *p, unsigned page)
{
	artifact_begin(p);
	pen_box(&p->pen, 0, 0, PAGE_WIDTH, PAGE_HEIGHT, 0, PAINT_PAPER);
	paint_bands(p, page);
	for (size_t i = 0; i < p->n; i++) {
		const struct item *it = &p->item[i];
		if (it->page != page)
			continue;
		if (it->rule && it->y > MARGIN + 1)
			pen_rule(&p->pen, MARGIN, it->y - 22, BODY_WIDTH, 0.6, PAINT_LINE);
		if (it->kind == ITEM_ROW)
			row_rule(p, it, MARGIN + it->x, it->y);
		if (it->kind == ITEM_CARDS)
			card_grounds(p, it, MARGIN + it->x);
		if (it->repeat_head) {
			const struct item *head = it->grid->head;
			paint_row(p, head, MARGIN + it->x, it->y - head->height, false);
			row_rule(p, head, MARGIN + it->x, it->y - head->height);
		}
	}
	paint_foot(p, page);
	artifact_end(p);
}

static void bookmark(struct pdf *p, const struct item *it)
{
	const struct str title = it->opens->title;
	if (!title.n)
		return;
	struct buf b;
	buf_init(&b, p->a, 128);
	buf_fmt(&b, "page=%u pos=[%d %d]", it->page, (int)MARGIN, (int)fmax(0, it->y - 24));
	cairo_pdf_surface_add_outline(p->surface, CAIRO_PDF_OUTLINE_ROOT, str_c(p->a, title), b.p,
				      0);
}

static void paint_item(struct pdf *p, const struct item *it)
{
	const double x = MARGIN + it->x;
	if (it->opens)
		bookmark(p, it);
	for (unsigned i = 0; i < it->n_begin; i++)
		begin(p, it->begin[i]);
	switch (it->kind) {
	case ITEM_TEXT: paint_tagged(p, it->tag, &it->text, x, it->y); break;
	case ITEM_LIST: paint_list(p, it, x); break;
	case ITEM_CHARTS: paint_charts(p, it, x); break;
	case ITEM_TILES: paint_tiles(p, it, x); break;
	case ITEM_CARDS: paint_cards(p, it, x); break;
	case ITEM_ROW: paint_row(p, it, x, it->y, true); break;
	}
	for (unsigned i = 0; i < it->n_end; i++)
		end(p, it->end[i]);
}

static void paint(struct pdf *p)
{
	unsigned page = 0;
	begin(p, "Document");
	for (size_t i = 0; i < p->n; i++) {
		if (p->item[i].page != page) {
			if (page)
				cairo_show_page(p->pen.cr);
			page = p->item[i].page;
			paint_page(p, page);
		}
		paint_item(p, &p->item[i]);
	}
	end(p, "Document");
	cairo_show_page(p->pen.cr);
}

/* ---- the whole ---- */

static void put_metadata(struct pdf *p)
{
	const struct document *d = p->d;
	const char *when = str_c(p->a, str_fmt(p->a, "%.*sT00:00:00Z", STR_ARG(d->date)));
	const char *mark = str_c(p->a, str_fmt(p->a, DOCUMENT_MARK "%.*s", STR_ARG(d->mark)));
	const struct {
		cairo_pdf_metadata_t key;
		const char *value;
	} row[] = {
		{ CAIRO_PDF_METADATA_TITLE, str_c(p->a, d->title) },
		{ CAIRO_PDF_METADATA_AUTHOR, str_c(p->a, d->kicker) },
		{ CAIRO_PDF_METADATA_SUBJECT, str_c(p->a, d->subtitle) },
		{ CAIRO_PDF_METADATA_KEYWORDS, d->mark.n ? mark : "" },
		{ CAIRO_PDF_METADATA_CREATOR, str_c(p->a, d->program) },
		{ CAIRO_PDF_METADATA_CREATE_DATE, d->date.n ? when : "2000-01-01T00:00:00Z" },
		{ CAIRO_PDF_METADATA_MOD_DATE, d->date.n ? when : "2000-01-01T00:00:00Z" },
	};
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		cairo_pdf_surface_set_metadata(p->surface, row[i].key, row[i].value);
}

static cairo_status_t collect(void *closure, const unsigned char *data, unsigned n)
{
	struct buf *raw = closure;
	buf_put(raw, (struct str){ (const char *)data, n });
	return raw->over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void compose(struct pdf *p)
{
	put_metadata(p);
	add_cover(p);
	p->n_cover = p->n;
	for (size_t i = 0; i < p->d->n_sections; i++)
		add_section(p, &p->d->section[i]);
	add_vouchers(p);
	place(p);
	place_cover(p);
	paint(p);
}

bool render_pdf(const struct document *d, const struct render_assets *assets, struct arena *a,
		struct buf *out, struct err *e)
{
	struct pdf p = { .d = d, .w = &words[d->lang], .a = a, .width = BODY_WIDTH };
	struct buf raw;
	buf_init(&raw, a, out->limit);
	if (!map_load(a, assets->map_shapes, &p.map, e))
		return false;
	p.surface = cairo_pdf_surface_create_for_stream(collect, &raw, PAGE_WIDTH, PAGE_HEIGHT);
	pen_open(&p.pen, p.surface, a);
	compose(&p);
	pen_close(&p.pen);
	cairo_surface_finish(p.surface);
	const cairo_status_t status = cairo_surface_status(p.surface);
	cairo_surface_destroy(p.surface);
	if (raw.over)
		return err_set(e, ERR_LIMIT, "the PDF is over %zu bytes", out->limit);
	if (status != CAIRO_STATUS_SUCCESS)
		return err_set(e, ERR_IO, "PDF: cairo: %s", cairo_status_to_string(status));
	const struct pdf_notes notes = { d->lang == LANG_ES ? "es-CO" : "en", p.alternative,
					 p.n_alternatives, p.scope, p.n_scopes };
	if (!pdf_finish(buf_str(&raw), &notes, a, out, e))
		return false;
	if (out->over)
		return err_set(e, ERR_LIMIT, "the PDF is over %zu bytes", out->limit);
	return true;
}
