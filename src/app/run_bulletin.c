/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalogue.h"
#include "app/measure.h"
#include "app/program.h"
#include "app/run.h"
#include "render/render.h"
#include "report/bulletin.h"

enum { TERMINAL_WIDTH = 100 };

static bool all_figures(const struct call *c, const struct measure *m, struct figures *out,
			struct err *e)
{
	const struct figure_request request = { 0 };
	return figures_compute(c->a, m->instrument, &m->tables, &request, c->lang, c->runner, out,
			       e);
}

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

static bool render(struct call *c, const struct document *d, struct buf *out, struct err *e)
{
	struct render_assets assets = { 0 };
	struct str format = call_text(c, "--format");
	if (!read_assets(c->a, &assets, e))
		return false;
	if (str_is(format, "html"))
		return render_html_alone(d, &assets, c->a, out, e);
	if (str_is(format, "pdf"))
		return render_pdf(d, &assets, c->a, out, e);
	if (str_is(format, "xlsx"))
		return render_xlsx(d, c->a, out, e);
	return render_text(d, TERMINAL_WIDTH, c->a, out, e);
}

bool run_bulletin(struct call *c, struct err *e)
{
	STORE_SCOPE struct store *s = NULL;
	struct measure m;
	struct figures fs;
	struct document d;
	struct buf bytes;
	if (!call_store(c, &s, e) || !measure_round(c, s, call_text(c, "--round"), false, &m, e) ||
	    !all_figures(c, &m, &fs, e))
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
	bulletin_make(c->a, &in, c->lang, &d);
	buf_init(&bytes, c->a, RENDER_LIMIT_BYTES);
	return render(c, &d, &bytes, e) && call_deliver(c, buf_str(&bytes), e);
}
