/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/publication.h"

#include "app/catalogue.h"
#include "app/program.h"
#include "render/render.h"
#include "report/bulletin.h"

enum { TERMINAL_WIDTH = 100 };

/* ---- the bulletin ---- */

/* What stands beside the figures; each part stays NULL where the round has no ground for it. */
struct evidence {
	struct measure before; /* the last round before, when there is one with answers */
	bool has_before;
	struct quality quality;
	struct robustness robustness;
	bool has_robustness;
	struct bulletin_change change;
	bool has_change;
	struct associations associations;
};

static bool measure_before(const struct call *c, struct store *s, const struct measure *m,
			   struct evidence *v, struct err *e)
{
	for (size_t i = m->current; i-- > 0 && !v->has_before;) {
		if (!measure_round(c, s, m->rounds[i].id, false, &v->before, e))
			return false;
		v->has_before = v->before.scores.n > 0;
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

static struct round_side side_of(const struct measure *m)
{
	return (struct round_side){ &m->rounds[m->current], m->instrument, &m->tables, &m->scores };
}

static bool find_change(const struct call *c, const struct measure *m, struct evidence *v,
			struct err *e)
{
	struct round_side old_side = side_of(&v->before), new_side = side_of(m);
	struct panel *panel = NEW(c->a, 1, struct panel);
	struct method_change *method = NEW(c->a, 1, struct method_change);
	struct transitions *moved = NEW(c->a, 1, struct transitions);
	struct figure_change *figure;
	v->has_change = v->has_before;
	if (!v->has_change)
		return true;
	panel_match(c->a, &m->clusters, &old_side, &new_side, panel);
	if (!method_change_make(c->a, &old_side, &new_side, c->lang, method, e) ||
	    !figure_changes(c->a, &old_side, &new_side, panel, c->lang, c->runner, &figure,
			    &v->change.n_figures, e))
		return false;
	v->change.before = &v->before.rounds[v->before.current];
	v->change.panel = panel;
	v->change.method = method;
	v->change.figure = figure;
	if (method->comparability == COMPARABLE_NOT)
		return true;
	transitions_make(c->a, panel, &method->under_new, moved);
	v->change.transitions = moved;
	return true;
}

static bool find_evidence(const struct call *c, struct store *s, const struct measure *m,
			  struct evidence *v, struct err *e)
{
	if (!m->scores.n)
		return true;
	if (!measure_before(c, s, m, v, e) || !find_certainty(c, m, v, e) ||
	    !find_change(c, m, v, e) ||
	    !associations_make(c->a, m->instrument, &m->tables, c->lang, &v->associations, e))
		return false;
	const struct quality_before before = { v->before.instrument, &v->before.scores };
	quality_make(c->a, m->instrument, &m->tables, v->has_before ? &before : NULL, &v->quality);
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
		.change = v->has_change ? &v->change : NULL,
		.associations = &v->associations,
	};
	bulletin_make(c->a, &in, c->lang, out);
	return true;
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
