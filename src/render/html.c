/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page, in two packings of the same markup: alone (one file with style and fonts in it) and
 * linked (style and fonts are files of their own).  Everything that comes from the document or the
 * caller passes esc_text or esc_attr; what is written without them are literals, ids that id_put()
 * made safe, and the style sheet. */
#include "base/num.h"
#include "render/chart.h"
#include "render/render.h"
#include "render/svg.h"
#include "render/words.h"

struct html {
	struct buf *b;
	struct arena *a;
	const struct document *d;
	const struct words *w;
	const struct render_links *links; /* NULL: the page stands alone */
	struct map map;
	unsigned n_figures, n_drawings, n_tables; /* for ids */
	bool under_heading; /* a level 2 heading of this section stands above */
};

/* ---- small pieces ---- */

static void text_element(struct html *h, const char *name, const char *css_class, struct str s)
{
	if (!s.n)
		return;
	buf_fmt(h->b, css_class ? "<%s class=\"%s\">" : "<%s>", name, css_class);
	esc_text(h->b, s);
	buf_fmt(h->b, "</%s>\n", name);
}

static bool word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '_';
}

/* A text as an id: bytes that have no place in one become '-'. */
static void id_put(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_putc(b, word_byte(s.p[i]) || s.p[i] == '-' ? s.p[i] : '-');
}

static bool is_figure(const struct document *d, struct str s)
{
	for (size_t i = 0; i < d->n_figures; i++)
		if (str_eq(d->figure[i].id, s))
			return true;
	return false;
}

/* Text in which each id of a figure links to how it is computed. */
static void put_linked(struct html *h, struct str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n;) {
		size_t end = i;
		while (end < s.n && word_byte(s.p[end]))
			end++;
		const struct str word = str_sub(s, i, end - i);
		if (word.n && is_figure(h->d, word)) {
			esc_text(h->b, str_sub(s, from, i - from));
			buf_puts(h->b, "<a href=\"#");
			id_put(h->b, word);
			buf_puts(h->b, "\">");
			esc_text(h->b, word);
			buf_puts(h->b, "</a>");
			from = end;
		}
		i = word.n ? end : i + 1;
	}
	esc_text(h->b, str_sub(s, from, s.n));
}

static void linked_element(struct html *h, const char *name, const char *css_class, struct str s)
{
	if (!s.n)
		return;
	buf_fmt(h->b, "<%s class=\"%s\">", name, css_class);
	put_linked(h, s);
	buf_fmt(h->b, "</%s>\n", name);
}

static void base64_put(struct buf *b, struct str s)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < s.n; i += 3) {
		uint32_t v = 0;
		for (size_t j = 0; j < 3; j++)
			v = v << 8 | (i + j < s.n ? (unsigned char)s.p[i + j] : 0u);
		const char four[] = { digit[v >> 18 & 63], digit[v >> 12 & 63],
				      i + 1 < s.n ? digit[v >> 6 & 63] : '=',
				      i + 2 < s.n ? digit[v & 63] : '=' };
		buf_put(b, (struct str){ four, 4 });
	}
}

/* ---- tables ---- */

static void table_row(struct html *h, const struct table *t, size_t row)
{
	buf_puts(h->b, "<tr>");
	for (size_t c = 0; c < t->n_columns; c++) {
		const char *number = t->is_number[c] ? " class=\"num\"" : "";
		if (c == 0)
			buf_fmt(h->b, "<th scope=\"row\"%s>", number);
		else
			buf_fmt(h->b, "<td%s>", number);
		put_linked(h, t->cell[row * t->n_columns + c]);
		buf_puts(h->b, c ? "</td>" : "</th>");
	}
	buf_puts(h->b, "</tr>\n");
}

static void put_table(struct html *h, const struct table *t, struct str caption,
		      bool caption_hidden)
{
	const unsigned id = ++h->n_tables;
	buf_fmt(h->b,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"t%u\">"
		"<table><caption id=\"t%u\"%s>",
		id, id, caption_hidden ? " class=\"quiet\"" : "");
	esc_text(h->b, caption);
	buf_puts(h->b, "</caption>\n<thead><tr>");
	for (size_t c = 0; c < t->n_columns; c++) {
		buf_fmt(h->b, "<th scope=\"col\"%s>", t->is_number[c] ? " class=\"num\"" : "");
		esc_text(h->b, t->head[c]);
		buf_puts(h->b, "</th>");
	}
	buf_puts(h->b, "</tr></thead>\n<tbody>\n");
	for (size_t row = 0; row < t->n_rows; row++)
		table_row(h, t, row);
	buf_puts(h->b, "</tbody></table></div>\n");
}

/* ---- charts ---- */

/* A drawing of each width that the style sheet chooses from. */
static void put_drawing(struct html *h, const struct chart *c, double width, const char *css_class)
{
	struct drawing d;
	chart_draw(c, width, false, &h->map, h->a, &d);
	if (!d.n)
		return;
	svg_put(h->b, &d,
		&(struct svg_words){ .id = str_fmt(h->a, "c%u", ++h->n_drawings),
				     .title = c->title,
				     .alternative = c->alternative,
				     .css_class = str_of(css_class) });
	buf_putc(h->b, '\n');
}

static void put_drawings(struct html *h, const struct chart *c, bool beside)
{
	switch (c->kind) {
	case CHART_MAP: put_drawing(h, c, 400, "map"); break;
	case CHART_LEVELS:
		put_drawing(h, c, 320, "narrow");
		put_drawing(h, c, 424, "middle wide");
		break;
	case CHART_LINES:
	case CHART_MATRIX:
		put_drawing(h, c, 320, "narrow");
		put_drawing(h, c, beside ? 424 : 640, "middle wide");
		break;
	case CHART_SHARES:
	case CHART_BARS:
	case CHART_COMPOSITION:
	case CHART_SCALE:
	case CHART_POSITION:
	case CHART_CHANGE:
	case CHART_CONTRIBUTIONS:
		put_drawing(h, c, 320, "narrow");
		put_drawing(h, c, 640, "middle");
		put_drawing(h, c, beside ? 424 : 1040, "wide");
		break;
	}
}

static void put_chart(struct html *h, const struct chart *c, bool beside)
{
	const int level = h->under_heading ? 3 : 2;
	const struct str name = c->title;
	const bool tall = c->kind == CHART_LEVELS || c->kind == CHART_MAP;
	buf_fmt(h->b, "<figure id=\"g%u\"%s>\n<figcaption>", ++h->n_figures,
		tall ? " class=\"tall\"" : "");
	if (name.n) {
		buf_fmt(h->b, "<h%d>", level);
		esc_text(h->b, name);
		buf_fmt(h->b, "</h%d>\n", level);
	}
	text_element(h, "p", "sub", c->subtitle);
	buf_puts(h->b, "</figcaption>\n");
	put_drawings(h, c, beside);
	linked_element(h, "p", "source", c->source);
	if (c->table.n_columns) {
		buf_puts(h->b, "<details><summary>");
		buf_puts(h->b, h->w->as_table);
		buf_puts(h->b, "</summary>\n");
		put_table(h, &c->table, c->subtitle.n ? c->subtitle : c->title, false);
		buf_puts(h->b, "</details>\n");
	}
	buf_puts(h->b, "</figure>\n");
}

/* ---- blocks ---- */

static void put_tiles(struct html *h, const struct block *k)
{
	buf_puts(h->b, "<ul class=\"tiles\">\n");
	for (size_t i = 0; i < k->n; i++) {
		buf_puts(h->b, "<li>");
		text_element(h, "strong", NULL, k->tile[i].text);
		text_element(h, "span", NULL, k->tile[i].label);
		linked_element(h, "small", "source", k->tile[i].detail);
		buf_puts(h->b, "</li>\n");
	}
	buf_puts(h->b, "</ul>\n");
}

static void put_cards(struct html *h, const struct block *k)
{
	buf_puts(h->b, "<ul class=\"cards\">\n");
	for (size_t i = 0; i < k->n; i++) {
		buf_puts(h->b, "<li>");
		text_element(h, "b", NULL, k->tile[i].label);
		linked_element(h, "span", "source", k->tile[i].detail);
		text_element(h, "strong", NULL, k->tile[i].text);
		buf_puts(h->b, "</li>\n");
	}
	buf_puts(h->b, "</ul>\n");
}

static void put_list(struct html *h, const struct block *k)
{
	const char *name = k->ordered ? "ol" : "ul";
	buf_fmt(h->b, "<%s>\n", name);
	for (size_t i = 0; i < k->n; i++) {
		buf_puts(h->b, "<li>");
		put_linked(h, k->item[i]);
		buf_puts(h->b, "</li>\n");
	}
	buf_fmt(h->b, "</%s>\n", name);
}

static void put_heading(struct html *h, const struct block *k)
{
	const int level = k->level == 3 && h->under_heading ? 3 : 2;
	h->under_heading = true;
	buf_fmt(h->b, "<h%d>", level);
	esc_text(h->b, k->text);
	buf_fmt(h->b, "</h%d>\n", level);
}

static void put_block(struct html *h, const struct block *k, bool beside)
{
	switch (k->kind) {
	case BLOCK_HEADING: put_heading(h, k); break;
	case BLOCK_PARAGRAPH: linked_element(h, "p", "body", k->text); break;
	case BLOCK_LEAD: linked_element(h, "p", "lead", k->text); break;
	case BLOCK_NOTE: linked_element(h, "p", "source", k->text); break;
	case BLOCK_TILES: put_tiles(h, k); break;
	case BLOCK_CHART: put_chart(h, k->chart, beside); break;
	case BLOCK_TABLE: put_table(h, k->table, k->text, false); break;
	case BLOCK_LIST: put_list(h, k); break;
	case BLOCK_CARDS: put_cards(h, k); break;
	}
}

static void put_section(struct html *h, const struct section *s)
{
	buf_puts(h->b, s->style == SECTION_QUIET ? "<section class=\"quiet\"" : "<section");
	if (s->id.n) {
		buf_puts(h->b, " id=\"");
		id_put(h->b, s->id);
		buf_putc(h->b, '"');
	}
	if (s->title.n) {
		buf_puts(h->b, " aria-label=\"");
		esc_attr(h->b, s->title);
		buf_putc(h->b, '"');
	}
	buf_puts(h->b, ">\n");
	h->under_heading = false;
	bool pair = false;
	for (size_t i = 0; i < s->n; i++) {
		const bool chart = s->beside && s->block[i].kind == BLOCK_CHART;
		if (chart != pair)
			buf_puts(h->b, chart ? "<div class=\"pair\">\n" : "</div>\n");
		pair = chart;
		put_block(h, &s->block[i], chart);
	}
	buf_puts(h->b, pair ? "</div>\n</section>\n" : "</section>\n");
}

/* ---- the trace ---- */

/* "between 60 and 68", after words of what is between them, or none. */
static void put_between(struct html *h, const struct figure_row *f, const char *what, double low,
			double high)
{
	buf_fmt(h->b, "<br><small>%s%s%s ", what, what[0] ? " " : "", h->w->between);
	num_put_local(h->b, h->d->lang, low, f->decimals);
	buf_fmt(h->b, " %s ", h->w->and);
	num_put_local(h->b, h->d->lang, high, f->decimals);
	buf_puts(h->b, "</small>");
}

static void put_interval(struct html *h, const struct figure_row *f)
{
	if (f->has_interval)
		put_between(h, f, "", f->low, f->high);
	if (f->has_bounds)
		put_between(h, f, h->w->bounds, f->lower, f->upper);
}

static void detail(struct html *h, const char *name, struct str s, bool code)
{
	if (!s.n)
		return;
	buf_fmt(h->b, "<br><small>%s: ", name);
	buf_puts(h->b, code ? "<code>" : "");
	esc_text(h->b, s);
	buf_puts(h->b, code ? "</code></small>" : "</small>");
}

static void put_figure_row(struct html *h, const struct figure_row *f)
{
	buf_puts(h->b, "<tr id=\"");
	id_put(h->b, f->id);
	buf_puts(h->b, "\"><th scope=\"row\">");
	esc_text(h->b, f->id);
	buf_puts(h->b, "</th><td>");
	esc_text(h->b, f->label);
	detail(h, h->w->formula, f->formula, true);
	detail(h, h->w->universe, f->universe, true);
	detail(h, h->w->printed, f->printed, false);
	detail(h, h->w->difference, f->difference, false);
	detail(h, h->w->note, f->note, false);
	detail(h, h->w->warning, f->warning, false);
	buf_puts(h->b, f->list.n ? "</td><td>" : "</td><td class=\"num\">");
	esc_text(h->b, f->text);
	put_interval(h, f);
	buf_puts(h->b, "</td><td class=\"num\">");
	num_put_local_int(h->b, h->d->lang, f->n);
	buf_puts(h->b, "</td></tr>\n");
}

static void put_figures(struct html *h)
{
	if (!h->d->n_figures)
		return;
	buf_puts(h->b, "<section id=\"cifras\">\n<h2>");
	buf_puts(h->b, h->w->figures);
	buf_puts(h->b,
		 "</h2>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		 "aria-labelledby=\"t0\"><table class=\"trace\"><caption id=\"t0\">");
	buf_puts(h->b, h->w->figures_note);
	buf_puts(h->b, "</caption>\n<thead><tr><th scope=\"col\">");
	buf_puts(h->b, h->w->figure);
	buf_puts(h->b, "</th><th scope=\"col\">");
	buf_puts(h->b, h->w->says);
	buf_puts(h->b, "</th><th scope=\"col\" class=\"num\">");
	buf_puts(h->b, h->w->value);
	buf_puts(h->b, "</th><th scope=\"col\" class=\"num\">");
	buf_puts(h->b, h->w->n);
	buf_puts(h->b, "</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < h->d->n_figures; i++)
		put_figure_row(h, &h->d->figure[i]);
	buf_puts(h->b, "</tbody></table></div>\n</section>\n");
}

/* ---- frame of the page ---- */

static void put_font(struct buf *b, struct str font, const char *weight)
{
	if (!font.n)
		return;
	buf_fmt(b,
		"@font-face{font-family:Inter;font-style:normal;font-weight:%s;"
		"font-display:swap;src:url(data:font/woff2;base64,",
		weight);
	base64_put(b, font);
	buf_puts(b, ") format(\"woff2\")}\n");
}

static void put_style_alone(struct buf *b, const struct render_assets *assets)
{
	buf_puts(b, "<style>\n");
	put_font(b, assets->font, "400");
	put_font(b, assets->font_strong, "600 700");
	buf_put(b, assets->style);
	buf_puts(b, "</style>\n");
}

static void put_style_links(struct buf *b, const struct render_links *links)
{
	for (size_t i = 0; i < links->n_styles; i++) {
		buf_puts(b, "<link rel=\"stylesheet\" href=\"");
		esc_attr(b, links->style[i]);
		buf_puts(b, "\">\n");
	}
}

/* assets: of a page that stands alone */
static void put_head(struct html *h, const struct render_assets *assets)
{
	buf_fmt(h->b,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
		h->d->lang == LANG_ES ? "es-CO" : "en");
	if (!h->links)
		buf_puts(h->b, "<meta http-equiv=\"Content-Security-Policy\" "
			       "content=\"default-src 'none'; style-src 'unsafe-inline'; "
			       "font-src data:\">\n");
	buf_puts(h->b, "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	esc_text(h->b, h->d->title);
	buf_puts(h->b, " · ");
	esc_text(h->b, h->d->kicker);
	buf_puts(h->b, "</title>\n<meta name=\"description\" content=\"");
	esc_attr(h->b, h->d->subtitle);
	buf_puts(h->b, "\">\n<meta name=\"generator\" content=\"");
	esc_attr(h->b, h->d->program);
	if (h->d->mark.n) {
		buf_puts(h->b, "\">\n<meta name=\"identifier\" content=\"" DOCUMENT_MARK);
		esc_attr(h->b, h->d->mark);
	}
	buf_puts(h->b, "\">\n");
	if (h->links)
		put_style_links(h->b, h->links);
	else
		put_style_alone(h->b, assets);
	buf_puts(h->b, "</head>\n<body>\n");
}

static void put_link(struct html *h, const struct render_link *k)
{
	buf_puts(h->b, "<a href=\"");
	esc_attr(h->b, k->address);
	if (k->lang) {
		buf_fmt(h->b, "\" hreflang=\"%s\" lang=\"%s", k->lang, k->lang);
	}
	buf_puts(h->b, "\">");
	esc_text(h->b, k->words);
	buf_puts(h->b, "</a>");
}

/* Where else to go from a linked page. */
static void put_links(struct html *h, const char *css_class, const struct render_link *k, size_t n)
{
	if (!n)
		return;
	buf_fmt(h->b, "<ul class=\"%s\">\n", css_class);
	for (size_t i = 0; i < n; i++) {
		buf_puts(h->b, "<li>");
		put_link(h, &k[i]);
		buf_puts(h->b, "</li>\n");
	}
	buf_puts(h->b, "</ul>\n");
}

static void put_contents(struct html *h)
{
	buf_fmt(h->b, "<nav aria-label=\"%s\">\n<details><summary>%s</summary>\n<ul>\n",
		h->w->contents, h->w->contents);
	for (size_t i = 0; i < h->d->n_sections; i++) {
		const struct section *s = &h->d->section[i];
		if (!s->title.n || !s->id.n || str_eq(s->title, h->d->title))
			continue;
		buf_puts(h->b, "<li><a href=\"#");
		id_put(h->b, s->id);
		buf_puts(h->b, "\">");
		esc_text(h->b, s->title);
		buf_puts(h->b, "</a></li>\n");
	}
	if (h->d->n_figures)
		buf_fmt(h->b, "<li><a href=\"#cifras\">%s</a></li>\n", h->w->figures);
	buf_puts(h->b, "</ul>\n</details>\n</nav>\n");
}

/* "SSME · Red Cluster Colombia": what stands before the first point is the name. */
static void put_kicker(struct html *h)
{
	size_t at;
	const struct str k = h->d->kicker, point = STR(" · ");
	buf_puts(h->b, "<p class=\"kicker\"><b>");
	if (str_find(k, point, &at)) {
		esc_text(h->b, str_sub(k, 0, at));
		buf_puts(h->b, "</b> ");
		esc_text(h->b, str_sub(k, at + point.n, k.n));
	} else {
		esc_text(h->b, k);
		buf_puts(h->b, "</b>");
	}
	buf_puts(h->b, "</p>\n<p class=\"kicker\">");
	if (h->d->round.n) {
		buf_fmt(h->b, "%s ", h->w->round);
		esc_text(h->b, h->d->round);
	}
	buf_puts(h->b, "</p>\n");
}

static void put_top(struct html *h)
{
	buf_fmt(h->b, "<a class=\"skip\" href=\"#contenido\">%s</a>\n<header class=\"top\">\n",
		h->w->skip);
	put_kicker(h);
	if (h->links)
		put_links(h, "ways", h->links->top, h->links->n_top);
	buf_puts(h->b,
		 "</header>\n<main id=\"contenido\" tabindex=\"-1\">\n<div class=\"hero\">\n");
	text_element(h, "h1", NULL, h->d->title);
	text_element(h, "p", "lead", h->d->subtitle);
	text_element(h, "p", "notice", h->d->notice);
	if (h->links)
		put_links(h, "chips", h->links->file, h->links->n_files);
	put_contents(h);
	buf_puts(h->b, "</div>\n");
}

static void term(struct html *h, const char *name, struct str a, struct str hash)
{
	if (!a.n && !hash.n)
		return;
	buf_fmt(h->b, "<div><dt>%s</dt><dd>", name);
	esc_text(h->b, a);
	if (hash.n) {
		buf_puts(h->b, a.n ? " <code>" : "<code>");
		esc_text(h->b, hash);
		buf_puts(h->b, "</code>");
	}
	buf_puts(h->b, "</dd></div>\n");
}

static void put_foot(struct html *h)
{
	const struct document *d = h->d;
	buf_puts(h->b, "</main>\n<footer>\n<dl>\n");
	term(h, h->w->round, d->round, STR(""));
	term(h, h->w->method, d->method, d->method_sha256);
	term(h, h->w->data, STR(""), d->data_sha256);
	term(h, h->w->made_by, d->program, STR(""));
	buf_puts(h->b, "</dl>\n");
	text_element(h, "p", "notice", d->notice);
	buf_puts(h->b, "</footer>\n</body>\n</html>\n");
}

static bool put_page(struct html *h, const struct render_assets *assets, struct err *e)
{
	if (!map_load(h->a, assets->map_shapes, &h->map, e))
		return false;
	put_head(h, assets);
	put_top(h);
	for (size_t i = 0; i < h->d->n_sections; i++)
		put_section(h, &h->d->section[i]);
	put_figures(h);
	put_foot(h);
	if (h->b->over)
		return err_set(e, ERR_LIMIT, "the page is over %zu bytes", h->b->limit);
	return true;
}

bool render_html_alone(const struct document *d, const struct render_assets *assets,
		       struct arena *a, struct buf *out, struct err *e)
{
	struct html h = { .b = out, .a = a, .d = d, .w = &words[d->lang] };
	size_t at;
	if (str_find(assets->style, STR("</"), &at))
		return err_set(e, ERR_INPUT, "style sheet: \"</\" would end it inside a page");
	return put_page(&h, assets, e);
}

bool render_html_linked(const struct document *d, const struct render_links *links,
			struct str map_shapes, struct arena *a, struct buf *out, struct err *e)
{
	struct html h = { .b = out, .a = a, .d = d, .w = &words[d->lang], .links = links };
	const struct render_assets only_shapes = { .map_shapes = map_shapes };
	return put_page(&h, &only_shapes, e);
}
