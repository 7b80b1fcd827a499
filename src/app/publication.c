/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/publication.h"

#include "app/catalogue.h"
#include "app/program.h"
#include "render/render.h"
#include "report/bulletin.h"

enum { TERMINAL_WIDTH = 100 };

/* ---- the bulletin ---- */

bool publication_bulletin(const struct call *c, struct store *s, struct str round,
			  struct document *out, struct err *e)
{
	struct measure m;
	struct figures fs;
	const struct figure_request all = { 0 };
	if (!measure_round(c, s, round, false, &m, e) || !measure_figures(c, &m, &all, &fs, e))
		return false;
	const struct bulletin_input in = { .instrument = m.instrument,
					   .round = &m.rounds[m.current],
					   .figures = &fs,
					   .n_register = m.tables.n_register,
					   .n_answered = m.scores.n,
					   .n_warnings = m.n_warnings,
					   .n_unexplained = m.n_unexplained,
					   .synthetic = m.round.synthetic,
					   .data_sha256 = m.data_sha256,
					   .program = STR(PROGRAM_NAME) };
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
