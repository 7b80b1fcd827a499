/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bulletin.h"

#include <assert.h>
#include <math.h>

#include "base/num.h"
#include "report/bulletin_part.h"
#include "report/chart.h"
#include "report/words.h"

/* A row of the sheet makes at most so many blocks; the traces and the parts make some more. */
enum {
	BLOCKS_A_ROW = 5,
	BLOCKS_OF_TRACES = 4,
	BLOCKS_OF_PARTS = 40,
	CAUTION_BYTES_MAX = 64 * 1024,
};

#define WHOLE 100.0 /* percent */

/* Kinds of the sheet that rest on more than figures. */
static const struct part {
	const char *kind;
	void (*add)(struct making *m, struct str title);
} parts[] = {
	{ "quality", part_quality },         { "certainty", part_certainty },
	{ "sensitivity", part_sensitivity }, { "change", part_change },
	{ "associations", part_associations }, { "response", part_response },
};
enum { PARTS_N = sizeof(parts) / sizeof(*parts), PART_QUALITY = 0 };

struct str making_say(const struct making *m, const char *es, const char *en)
{
	return str_of(m->lang == LANG_ES ? es : en);
}

struct str making_int(const struct making *m, int64_t v)
{
	return words_int(m->a, m->lang, v);
}

struct str making_real(const struct making *m, double v, int decimals)
{
	struct buf b;
	buf_init(&b, m->a, 128);
	num_put_local(&b, m->lang, v, decimals);
	return buf_str(&b);
}

struct str making_p(const struct making *m, double p)
{
	return p < 0.001 ? making_say(m, "menos de 0,001", "under 0.001") : making_real(m, p, 3);
}

struct str making_percent(const struct making *m, double percent)
{
	return str_fmt(m->a, "%.*s\xc2\xa0%%", STR_ARG(making_real(m, percent, 0)));
}

struct block *making_block(struct making *m, enum block_kind kind)
{
	struct section *s = m->section;
	assert(s && s->n < m->blocks_max);
	struct block *b = &s->block[s->n++];
	*b = (struct block){ .kind = kind };
	return b;
}

void making_text(struct making *m, enum block_kind kind, struct str text)
{
	if (text.n)
		making_block(m, kind)->text = text;
}

void making_heading(struct making *m, int level, struct str text)
{
	if (!text.n)
		return;
	struct block *b = making_block(m, BLOCK_HEADING);
	b->level = level;
	b->text = text;
}

struct table *making_table(struct making *m, struct str caption, const char *number,
			   const char *const *es, const char *const *en, size_t n_rows)
{
	struct table *t = NEW(m->a, 1, struct table);
	t->n_columns = str_of(number).n;
	t->n_rows = n_rows;
	t->head = NEW(m->a, t->n_columns, struct str);
	t->is_number = NEW(m->a, t->n_columns, bool);
	t->cell = NEW(m->a, t->n_columns * n_rows, struct str);
	for (size_t i = 0; i < t->n_columns; i++) {
		t->head[i] = making_say(m, es[i], en[i]);
		t->is_number[i] = number[i] == 'n';
	}
	struct block *b = making_block(m, BLOCK_TABLE);
	b->text = caption;
	b->table = t;
	return t;
}

/* Sections whose name says so lie on the quiet band. */
static enum section_style style_of(struct str id)
{
	static const char *const quiet[] = { "calidad", "quality", "metodo", "method" };
	for (size_t i = 0; i < sizeof(quiet) / sizeof(*quiet); i++) {
		if (str_is(id, quiet[i]))
			return SECTION_QUIET;
	}
	return SECTION_PLAIN;
}

static void start_section(struct making *m, struct str id)
{
	if (m->section && str_eq(m->section->id, id))
		return;
	m->section = &m->d->section[m->d->n_sections++];
	*m->section = (struct section){ .id = id,
					.style = style_of(id),
					.block = NEW(m->a, m->blocks_max, struct block) };
}

/* ---- rows of the sheet ---- */

/* A row with its condition decided and its numbers filled in. */
struct row {
	const struct figure_line *line;
	struct str text, note;
	const struct figure **figure;
	size_t n;
};

/* False: the row's condition does not hold and it has no other text, so it is left out. */
static bool read_row(const struct making *m, const struct figure_line *line, struct row *out)
{
	const struct figures *fs = m->in->figures;
	bool holds = !line->when || figures_hold(m->a, fs, line->when);
	struct str text = label_in(holds ? &line->text : &line->else_text, m->lang);
	if (!holds && !text.n)
		return false;
	*out = (struct row){ .line = line,
			     .text = words_fill(m->a, text, fs, m->lang),
			     .note = words_fill(m->a, label_in(&line->note, m->lang), fs, m->lang),
			     .figure = NEW(m->a, line->n_indicators, const struct figure *) };
	for (size_t i = 0; i < line->n_indicators; i++) {
		const struct figure *f =
			figures_find(fs, m->in->instrument->indicator[line->indicator[i]].id);
		if (f)
			out->figure[out->n++] = f;
	}
	return true;
}

static void add_title(struct making *m, const struct row *row)
{
	bool cover = m->d->n_sections == 1 && !m->d->title.n;
	m->section->title = row->text;
	if (cover) {
		m->d->title = row->text;
		m->d->subtitle = row->note;
		return;
	}
	making_heading(m, 2, row->text);
	making_text(m, BLOCK_LEAD, row->note);
}

static void add_tiles(struct making *m, const struct row *row)
{
	struct block *b;
	if (row->n > 1)
		making_heading(m, 3, row->text);
	b = making_block(m, BLOCK_TILES);
	b->tile = NEW(m->a, row->n, struct tile);
	b->n = row->n;
	for (size_t i = 0; i < row->n; i++) {
		const struct figure *f = row->figure[i];
		struct str between = words_interval(m->a, f, m->lang);
		b->tile[i] =
			(struct tile){ .text = figure_text(m->a, f, m->lang),
				       .label = row->n > 1 ? label_in(&f->indicator->label, m->lang)
							   : row->text,
				       .figure = f->indicator->id };
		struct str n = words_int(m->a, m->lang, (int64_t)f->result.n);
		struct str doubt = f->caution
			? making_say(m, " · por verificar", " · to be verified")
			: (struct str){ 0 };
		b->tile[i].detail = str_fmt(m->a, "n = %.*s%s%.*s%.*s", STR_ARG(n),
					    between.n ? " · " : "", STR_ARG(between),
					    STR_ARG(doubt));
	}
	making_text(m, BLOCK_NOTE, row->note);
}

/* Items of a list figure, or the lines of the text. */
static void add_list(struct making *m, const struct row *row)
{
	struct str rest = row->text;
	size_t n = 0, n_lines = 1;
	for (size_t i = 0; i < rest.n; i++)
		n_lines += rest.p[i] == '\n';
	const struct result *r = row->n ? &row->figure[0]->result : NULL;
	size_t most = r ? r->n_list : n_lines;
	struct str *item = NEW(m->a, most, struct str);
	for (size_t i = 0; r && i < r->n_list; i++) {
		struct str label = label_in(&r->list[i].label, m->lang);
		item[n++] = label.n ? label : r->list[i].key;
	}
	while (!r && rest.p && n < most) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		if (line.n)
			item[n++] = line;
	}
	if (r)
		making_heading(m, 3, row->text);
	if (!n) {
		making_text(m, BLOCK_PARAGRAPH, figure_text(m->a, row->figure[0], m->lang));
		return;
	}
	struct block *b = making_block(m, BLOCK_LIST);
	b->item = item;
	b->n = n;
	b->ordered = r != NULL;
	if (r)
		making_text(m, BLOCK_NOTE,
			 str_fmt(m->a, "%.*s%sn = %.*s · %.*s", STR_ARG(row->note),
				 row->note.n ? " " : "",
				 STR_ARG(words_int(m->a, m->lang, (int64_t)r->n)),
				 STR_ARG(row->figure[0]->indicator->id)));
}

static void add_chart(struct making *m, const struct row *row,
		      const struct chart *(*make)(struct arena *, const struct chart_row *))
{
	if (!row->n)
		return;
	const struct chart_row chart = { .in = m->in,
					 .lang = m->lang,
					 .title = row->text,
					 .subtitle = row->note,
					 .figure = row->figure,
					 .n = row->n };
	making_block(m, BLOCK_CHART)->chart = make(m->a, &chart);
}

/* Parts that should make a whole and do not: drawing them would hide that. */
static bool closes(const struct row *row, double *ret_sum)
{
	double sum = 0;
	for (size_t i = 0; i < row->n; i++) {
		const struct figure *f = row->figure[i];
		if (f->result.missing || f->status == STATUS_SUPPRESSED ||
		    f->result.kind != RESULT_NUMBER)
			return true; /* not known: its parts are drawn as they are */
		sum += f->result.number;
	}
	*ret_sum = sum;
	return fabs(sum - WHOLE) < 1e-6 * WHOLE;
}

static void add_composition(struct making *m, const struct row *row)
{
	double sum = WHOLE;
	if (!row->n || closes(row, &sum)) {
		add_chart(m, row, chart_composition);
		return;
	}
	m->d->n_refused++;
	making_text(
		m, BLOCK_NOTE,
		str_fmt(m->a,
			m->lang == LANG_ES
				? "No se dibuja «%.*s»: sus partes (%.*s) suman %.*s y no 100. "
				  "Falta "
				  "una parte, o no responden las mismas aglomeraciones a todas."
				: "\"%.*s\" is not drawn: its parts (%.*s) add up to %.*s and not "
				  "100. A part is missing, or not the same agglomerations answer "
				  "all of them.",
			STR_ARG(row->text), STR_ARG(words_ids(m->a, row->figure, row->n)),
			STR_ARG(making_real(m, sum, 2))));
}

/* ---- the table of figures ---- */

enum { FIGURE_TABLE_COLUMNS = 7 };

/* How many are missing and, of a share, where they could take it: «3 (70–74)». */
static struct str missing_text(const struct making *m, const struct figure_row *r)
{
	struct buf b;
	buf_init(&b, m->a, 128);
	num_put_local_int(&b, m->lang, r->n_nr + r->n_nd + r->n_na);
	if (r->has_bounds && r->upper > r->lower) {
		buf_puts(&b, " (");
		num_put_local(&b, m->lang, r->lower, r->decimals);
		buf_puts(&b, "–");
		num_put_local(&b, m->lang, r->upper, r->decimals);
		buf_puts(&b, ")");
	}
	return buf_str(&b);
}

static struct str range_text(const struct making *m, const struct figure_row *r)
{
	if (!r->has_interval)
		return (struct str){ 0 };
	struct buf b;
	buf_init(&b, m->a, 128);
	num_put_local(&b, m->lang, r->low, r->decimals);
	buf_puts(&b, "–");
	num_put_local(&b, m->lang, r->high, r->decimals);
	return buf_str(&b);
}

/* A list takes a cell of the table by its first item: «Antioquia y 23 más». */
static struct str short_value(const struct making *m, const struct figure_row *r)
{
	const struct figure *f = figures_find(m->in->figures, r->id);
	size_t n = f && !f->result.missing && f->result.kind == RESULT_LIST ? f->result.n_list : 0;
	if (n < 2)
		return r->text;
	struct str first = label_in(&f->result.list[0].label, m->lang);
	return str_fmt(m->a, m->lang == LANG_ES ? "%.*s y %zu más" : "%.*s and %zu more",
		       STR_ARG(first.n ? first : f->result.list[0].key), n - 1);
}

static void fill_figure_cells(const struct making *m, const struct figure_row *r, struct str *cell)
{
	cell[0] = r->id;
	cell[1] = r->label;
	cell[2] = short_value(m, r);
	cell[3] = words_int(m->a, m->lang, r->n);
	cell[4] = missing_text(m, r);
	cell[5] = range_text(m, r);
	cell[6] = r->warning.n ? making_say(m, "por verificar", "to be verified")
			       : r->difference;
}

static const struct figure_row *row_of_id(const struct document *d, struct str id)
{
	for (size_t i = 0; i < d->n_figures; i++) {
		if (str_eq(d->figure[i].id, id))
			return &d->figure[i];
	}
	return NULL;
}

/* Warnings and how to check: before the table of figures, else in a section of its own at the end.
 */
static void add_traces(struct making *m)
{
	const struct bulletin_input *in = m->in;
	if (m->traced)
		return;
	m->traced = true;
	struct str all = words_int(m->a, m->lang, in->n_warnings),
		   open = words_int(m->a, m->lang, in->n_unexplained);
	making_text(m, BLOCK_PARAGRAPH,
		 str_fmt(m->a,
			 m->lang == LANG_ES ? "Las respuestas llevan %.*s advertencias por valores "
					      "poco usuales; %.*s no "
					      "tienen explicación."
					    : "The answers carry %.*s warnings about unusual "
					      "values; %.*s are unexplained.",
			 STR_ARG(all), STR_ARG(open)));
	making_text(
		m, BLOCK_NOTE,
		making_say(
			m,
			"Cada cifra se puede rehacer desde los datos: ssme explain CIFRA@RONDA "
			"muestra su fórmula, su base y "
			"las respuestas de las que sale. Los intervalos son de Wilson al 95 %, "
			"corregidos por el tamaño del "
			"registro cuando se conoce.",
			"Each figure can be made again from the data: ssme explain FIGURE@ROUND "
			"shows its formula, its base "
			"and the answers it comes from. Intervals are Wilson's at 95%, corrected "
			"for the size of the register "
			"where that is known."));
}

static void add_table(struct making *m, const struct row *row)
{
	struct table *t = NEW(m->a, 1, struct table);
	*t = (struct table){ .head = NEW(m->a, FIGURE_TABLE_COLUMNS, struct str),
			     .is_number = NEW(m->a, FIGURE_TABLE_COLUMNS, bool),
			     .cell = NEW(m->a, row->n * FIGURE_TABLE_COLUMNS, struct str),
			     .n_columns = FIGURE_TABLE_COLUMNS };
	const struct str head[FIGURE_TABLE_COLUMNS] = {
		making_say(m, "Cifra", "Figure"),      making_say(m, "Qué es", "What it is"),
		making_say(m, "Valor", "Value"),       STR("n"),
		making_say(m, "Faltan", "Missing"),    making_say(m, "Intervalo", "Interval"),
		making_say(m, "Frente a lo impreso", "Against print"),
	};
	for (size_t i = 0; i < FIGURE_TABLE_COLUMNS; i++) {
		t->head[i] = head[i];
		t->is_number[i] = i == 3 || i == 4 || i == 5;
	}
	for (size_t i = 0; i < row->n; i++) {
		const struct figure_row *r = row_of_id(m->d, row->figure[i]->indicator->id);
		if (r)
			fill_figure_cells(m, r, &t->cell[t->n_rows++ * FIGURE_TABLE_COLUMNS]);
	}
	if (m->section->style == SECTION_QUIET)
		add_traces(m);
	making_heading(m, 3, row->text);
	struct block *b = making_block(m, BLOCK_TABLE);
	b->text = row->note;
	b->table = t;
}

static const struct part *part_of(struct str kind)
{
	for (size_t i = 0; i < PARTS_N; i++) {
		if (str_is(kind, parts[i].kind))
			return &parts[i];
	}
	return NULL;
}

static void add_content(struct making *m, const struct row *row)
{
	const struct figure_line *line = row->line;
	const struct part *part = part_of(line->kind);
	if (part)
		part->add(m, row->text);
	else if (str_is(line->kind, "title"))
		add_title(m, row);
	else if (str_is(line->kind, "paragraph"))
		making_text(m, BLOCK_PARAGRAPH, row->text);
	else if (str_is(line->kind, "figure"))
		add_tiles(m, row);
	else if (str_is(line->kind, "list"))
		add_list(m, row);
	else if (str_is(line->kind, "table"))
		add_table(m, row);
	else if (str_is(line->kind, "levels"))
		add_chart(m, row, chart_levels);
	else if (str_is(line->kind, "composition"))
		add_composition(m, row);
	else if (str_is(line->kind, "map"))
		add_chart(m, row, chart_map);
	else if (str_is(line->kind, "share"))
		add_chart(m, row, chart_shares);
	else
		add_chart(m, row, chart_bars);
}

/* What the method says beside figures that it finds implausible: each text once, after the ids that
 * it is about. */
static void add_cautions(struct making *m, const struct row *row)
{
	const struct figure **same = NEW(m->a, row->n, const struct figure *);
	bool *said = NEW(m->a, row->n, bool);
	struct buf b;
	buf_init(&b, m->a, CAUTION_BYTES_MAX);
	for (size_t i = 0; i < row->n; i++) {
		struct str why = label_in(&row->figure[i]->indicator->caution_text, m->lang);
		size_t n = 0;
		if (!row->figure[i]->caution || said[i])
			continue;
		for (size_t k = i; k < row->n; k++) {
			const struct figure *f = row->figure[k];
			if (!f->caution ||
			    !str_eq(why, label_in(&f->indicator->caution_text, m->lang)))
				continue;
			said[k] = true;
			same[n++] = f;
		}
		struct str ids = words_ids(m->a, same, n);
		buf_fmt(&b, "%s%.*s · %.*s", b.n ? " " : "", STR_ARG(ids), STR_ARG(why));
	}
	making_text(m, BLOCK_NOTE, buf_str(&b));
}

static void add_row(struct making *m, const struct figure_line *line)
{
	struct row row;
	start_section(m, line->section);
	if (!read_row(m, line, &row))
		return;
	add_content(m, &row);
	if (!str_is(line->kind, "table"))
		add_cautions(m, &row);
}

/* ---- what is known of the data ---- */

static bool sheet_places(const struct making *m, const struct part *part)
{
	for (size_t i = 0; i < m->in->instrument->n_lines; i++) {
		if (part_of(m->in->instrument->line[i].kind) == part)
			return true;
	}
	return false;
}

/* A part in a section of its own, when the sheet has no place for it and there is something to say.
 */
static void add_unplaced(struct making *m, const struct part *part)
{
	if (sheet_places(m, part))
		return;
	start_section(m, str_of(part->kind));
	part->add(m, (struct str){ 0 });
	if (m->section->n) {
		const struct block *first = &m->section->block[0];
		m->section->title = first->chart ? first->chart->title : first->text;
		return;
	}
	m->d->n_sections--;
	m->section = m->d->n_sections ? m->section - 1 : NULL;
}

static void end_with_traces(struct making *m)
{
	if (m->traced)
		return;
	start_section(m, STR("huella"));
	m->section->style = SECTION_QUIET;
	m->section->title =
		making_say(m, "Cómo comprobar este boletín", "How to check this bulletin");
	making_heading(m, 2, m->section->title);
	add_traces(m);
}

static struct str notice(const struct making *m)
{
	bool proposed = str_is(m->in->instrument->status, "propuesto") ||
			str_is(m->in->instrument->status, "proposed");
	struct str data = m->in->synthetic ? making_say(m, "Datos sintéticos de demostración.",
							"Synthetic demonstration data.")
					   : (struct str){ 0 };
	struct str method = proposed
		? making_say(m, "Método propuesto, no oficial.", "Proposed method, not official.")
		: (struct str){ 0 };
	return str_fmt(m->a, "%.*s%s%.*s", STR_ARG(data), data.n && method.n ? " " : "",
		       STR_ARG(method));
}

static void set_head(struct making *m)
{
	const struct bulletin_input *in = m->in;
	struct buf date;
	buf_init(&date, m->a, 32);
	date_put(&date, date_from_days(round_end(in->round)));
	*m->d = (struct document){ .lang = m->lang,
				   .kicker = label_in(&in->instrument->title, m->lang),
				   .round = in->round->id,
				   .method = str_fmt(m->a, "%.*s@%.*s", STR_ARG(in->instrument->id),
						     STR_ARG(in->instrument->version)),
				   .method_sha256 = sha256_hex(m->a, in->instrument->sha256),
				   .data_sha256 = in->data_sha256,
				   .program = in->program,
				   .notice = notice(m),
				   .date = buf_str(&date),
				   .mark = str_fmt(m->a, "bulletin/%s/%.*s",
						   m->lang == LANG_ES ? "es" : "en",
						   STR_ARG(in->round->id)),
				   .section =
					   NEW(m->a, in->instrument->n_lines + PARTS_N + 1,
					       struct section) };
	m->d->figure = figure_rows(m->a, in->instrument, in->figures, in->round->id, m->lang,
				   &m->d->n_figures);
}

void bulletin_make(struct arena *a, const struct bulletin_input *in, enum lang lang,
		   struct document *out)
{
	struct document d;
	struct making m = { .a = a, .in = in, .lang = lang, .d = &d };
	m.blocks_max =
		BLOCKS_A_ROW * in->instrument->n_lines + BLOCKS_OF_TRACES + BLOCKS_OF_PARTS;
	set_head(&m);
	for (size_t i = 0; i < in->instrument->n_lines; i++) {
		const struct figure_line *line = &in->instrument->line[i];
		if (d.n_sections == 1 && !str_eq(line->section, m.section->id))
			add_unplaced(&m, &parts[PART_QUALITY]);
		add_row(&m, line);
	}
	for (size_t i = PART_QUALITY + 1; i < PARTS_N; i++)
		add_unplaced(&m, &parts[i]);
	end_with_traces(&m);
	if (!d.title.n)
		d.title = label_in(&in->instrument->title, lang);
	*out = d;
}
