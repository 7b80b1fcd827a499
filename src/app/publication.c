/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/publication.h"

#include "app/catalogue.h"
#include "app/program.h"
#include "app/review.h"
#include "base/hash.h"
#include "render/render.h"
#include "report/bulletin.h"

enum { TERMINAL_WIDTH = 100 };

/* ---- the bulletin ---- */

/* What stands beside the figures; each part stays NULL where the round has no ground for it. */
struct evidence {
	struct measure *before; /* every round before with answers, oldest first */
	size_t n_before;
	struct quality quality;
	struct robustness robustness;
	bool has_robustness;
	struct bulletin_change change;
	struct associations associations;
};

/* The last of them, or NULL. */
static const struct measure *last_before(const struct evidence *v)
{
	return v->n_before ? &v->before[v->n_before - 1] : NULL;
}

static bool measure_all_before(const struct call *c, struct store *s, const struct measure *m,
			   struct evidence *v, struct err *e)
{
	v->before = NEW(c->a, m->current, struct measure);
	for (size_t i = 0; i < m->current; i++) {
		struct measure *one = &v->before[v->n_before];
		if (!measure_round(c, s, m->rounds[i].id, false, one, e))
			return false;
		v->n_before += one->scores.n > 0;
	}
	return true;
}

static bool find_certainty(const struct call *c, const struct measure *m, struct evidence *v,
			   struct err *e)
{
	struct robustness_model model;
	if (!robustness_model_read(m->instrument, &model, &v->has_robustness, e))
		return false;
	return !v->has_robustness ||
	       robustness_run(c->a, m->instrument, m->tables.table[TABLE_CLUSTER], &m->scores,
			      &model, c->runner, &v->robustness, e);
}

/* The figures of a round before against those of m. */
static bool find_figure_changes(const struct call *c, const struct measure *before,
				const struct measure *m, struct bulletin_change *change,
				struct bulletin_round *out, struct err *e)
{
	struct round_side old_side = measure_side(before), new_side = measure_side(m);
	struct panel *panel = NEW(c->a, 1, struct panel);
	struct figure_change *figure;
	panel_match(c->a, &m->clusters, &old_side, &new_side, panel);
	if (!figure_changes(c->a, &old_side, &new_side, panel, c->lang, c->runner, &figure,
			    &change->n_figures, e))
		return false;
	*out = (struct bulletin_round){ old_side.round, figure };
	change->before = old_side.round;
	change->panel = panel;
	change->figure = figure;
	return true;
}

/* The last round before stays in v->change, as it comes last. */
static bool find_change(const struct call *c, const struct measure *m, struct evidence *v,
			struct err *e)
{
	struct bulletin_round *earlier = NEW(c->a, v->n_before, struct bulletin_round);
	struct method_change *method = NEW(c->a, 1, struct method_change);
	struct transitions *moved = NEW(c->a, 1, struct transitions);
	for (size_t i = 0; i < v->n_before; i++) {
		if (!find_figure_changes(c, &v->before[i], m, &v->change, &earlier[i], e))
			return false;
	}
	if (!v->n_before)
		return true;
	struct round_side old_side = measure_side(last_before(v)), new_side = measure_side(m);
	if (!method_change_make(c->a, &old_side, &new_side, c->lang, method, e))
		return false;
	v->change.earlier = earlier;
	v->change.n_earlier = v->n_before;
	v->change.method = method;
	if (method->comparability == COMPARABLE_NOT)
		return true;
	transitions_make(c->a, v->change.panel, &method->under_new, moved);
	v->change.transitions = moved;
	return true;
}

static bool find_evidence(const struct call *c, struct store *s, const struct measure *m,
			  struct evidence *v, struct err *e)
{
	if (!m->scores.n)
		return true;
	if (!measure_all_before(c, s, m, v, e) || !find_certainty(c, m, v, e) ||
	    !find_change(c, m, v, e) ||
	    !associations_make(c->a, m->instrument, &m->tables, c->lang, &v->associations, e))
		return false;
	const struct measure *last = last_before(v);
	const struct quality_before before = { last ? last->instrument : NULL,
					       last ? &last->scores : NULL };
	quality_make(c->a, m->instrument, &m->tables, last ? &before : NULL, &v->quality);
	return true;
}

bool publication_bulletin(const struct call *c, struct store *s, struct str round,
			  struct document *out, struct err *e)
{
	struct measure m;
	struct figures fs;
	struct evidence *v = NEW(c->a, 1, struct evidence);
	const struct figure_request all = { 0 };
	if (!measure_round(c, s, round, false, &m, e) || !measure_figures(c, &m, &all, &fs, e) ||
	    !find_evidence(c, s, &m, v, e))
		return false;
	const struct bulletin_input in = {
		.instrument = m.instrument,
		.round = &m.rounds[m.current],
		.figures = &fs,
		.n_register = m.tables.n_register,
		.n_answered = m.scores.n,
		.n_warnings = m.n_warnings,
		.n_unexplained = m.n_unexplained,
		.synthetic = m.round.synthetic,
		.data_sha256 = m.data_sha256,
		.program = STR(PROGRAM_NAME),
		.quality = m.scores.n ? &v->quality : NULL,
		.robustness = v->has_robustness ? &v->robustness : NULL,
		.change = v->n_before ? &v->change : NULL,
		.associations = &v->associations,
	};
	bulletin_make(c->a, &in, c->lang, out);
	return review_add_errata(c, s, m.round.id, out, e);
}

/* ---- bytes ---- */

static bool read_assets(struct arena *a, struct render_assets *out, struct err *e)
{
	struct err ignored = { 0 };
	if (!embedded_read(a, embedded_web, embedded_web_n, "style.css", &out->style, e) ||
	    !embedded_read(a, embedded_data, embedded_data_n, "department_shapes.json",
			   &out->map_shapes, e))
		return false;
	/* The page stands with the reader's own fonts where the program was built without Inter. */
	if (!embedded_read(a, embedded_web, embedded_web_n, "fonts/inter.woff2", &out->font,
			   &ignored) ||
	    !embedded_read(a, embedded_web, embedded_web_n, "fonts/inter-strong.woff2",
			   &out->font_strong, &ignored))
		out->font = out->font_strong = STR("");
	return true;
}

bool publication_render(const struct call *c, const struct document *d, struct str format,
			struct str *out, struct err *e)
{
	struct render_assets assets = { 0 };
	struct buf b;
	buf_init(&b, c->a, RENDER_LIMIT_BYTES);
	if (!read_assets(c->a, &assets, e))
		return false;
	bool done = str_is(format, "html")   ? render_html_alone(d, &assets, c->a, &b, e)
		    : str_is(format, "pdf")  ? render_pdf(d, &assets, c->a, &b, e)
		    : str_is(format, "xlsx") ? render_xlsx(d, c->a, &b, e)
					     : render_text(d, TERMINAL_WIDTH, c->a, &b, e);
	if (done)
		*out = buf_str(&b);
	return done;
}

bool publication_linked(const struct call *c, const struct document *d,
			const struct render_links *links, struct str *out, struct err *e)
{
	struct str shapes;
	struct buf b;
	buf_init(&b, c->a, RENDER_LIMIT_BYTES);
	if (!embedded_read(c->a, embedded_data, embedded_data_n, "department_shapes.json", &shapes,
			   e) ||
	    !render_html_linked(d, links, shapes, c->a, &b, e))
		return false;
	*out = buf_str(&b);
	return true;
}

/* ---- the finding ---- */

/* Fields end with a line end, which none has inside. */
static void put_field(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_putc(b, s.p[i] == '\n' ? ' ' : s.p[i]);
	buf_putc(b, '\n');
}

/* The first tiles that are figures, which the page of the bulletin can trace. */
static size_t figure_tiles(const struct document *d, const struct tile *out[FINDING_TILES_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < d->n_sections; i++) {
		for (size_t j = 0; j < d->section[i].n; j++) {
			const struct block *k = &d->section[i].block[j];
			for (size_t t = 0; k->kind == BLOCK_TILES && t < k->n; t++)
				if (k->tile[t].figure.n && n < FINDING_TILES_MAX)
					out[n++] = &k->tile[t];
		}
	}
	return n;
}

struct str finding_write(struct arena *a, const struct document *d)
{
	struct buf b;
	const struct tile *tile[FINDING_TILES_MAX];
	const size_t n = figure_tiles(d, tile);
	buf_init(&b, a, 1 << 16);
	put_field(&b, d->title);
	put_field(&b, d->subtitle);
	for (size_t i = 0; i < n; i++) {
		put_field(&b, tile[i]->text);
		put_field(&b, tile[i]->label);
		put_field(&b, tile[i]->figure);
	}
	return b.over ? (struct str){ 0 } : buf_str(&b);
}

bool finding_read(struct str text, struct finding *out)
{
	struct finding f = { 0 };
	f.title = str_cut(&text, '\n');
	f.more = str_cut(&text, '\n');
	while (text.n && f.n < FINDING_TILES_MAX) {
		struct tile *t = &f.tile[f.n++];
		t->text = str_cut(&text, '\n');
		t->label = str_cut(&text, '\n');
		t->figure = str_cut(&text, '\n');
	}
	if (!f.title.n)
		return false;
	*out = f;
	return true;
}

bool publication_key(const struct call *c, struct store *s, struct str round, struct str *out,
		     struct err *e)
{
	struct stored_round *r;
	size_t n;
	struct sha256_state h;
	if (!store_list_round_heads(s, c->a, &r, &n, e))
		return false;
	sha256_start(&h);
	sha256_add(&h, STR(PROGRAM_NAME));
	for (size_t i = 0; i < n; i++) {
		if (!r[i].data_sha256.n) {
			*out = (struct str){ 0 };
			return true;
		}
		sha256_add(&h, str_fmt(c->a, "|%.*s %.*s@%.*s %.*s %d %d", STR_ARG(r[i].id),
				       STR_ARG(r[i].instrument_id),
				       STR_ARG(r[i].instrument_version),
				       STR_ARG(r[i].data_sha256), r[i].year, r[i].synthetic));
		if (str_eq(r[i].id, round))
			break;
	}
	*out = sha256_hex(c->a, sha256_end(&h));
	return true;
}
