/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/print.h"

#include <math.h>

#include "base/num.h"
#include "codec/json.h"
#include "report/bulletin.h"
#include "score/account.h"

struct str print_real(struct arena *a, double v)
{
	struct buf b;
	buf_init(&b, a, 64);
	num_put_real(&b, v);
	return buf_str(&b);
}

struct str print_micro(struct arena *a, int64_t micro)
{
	struct buf b;
	buf_init(&b, a, 64);
	num_put_micro(&b, micro);
	return buf_str(&b);
}

struct str print_int(struct arena *a, int64_t v)
{
	struct buf b;
	buf_init(&b, a, 32);
	num_put_int(&b, v);
	return buf_str(&b);
}

/* ---- tables ---- */

void print_table_init(struct print_table *t, struct arena *a, const char *const *head,
		      const bool *is_number, size_t n_columns)
{
	*t = (struct print_table){
		.a = a, .head = head, .is_number = is_number, .n_columns = n_columns
	};
}

struct str *print_table_row(struct print_table *t)
{
	if (t->n_rows == t->cap_rows) {
		size_t cap = t->cap_rows ? 2 * t->cap_rows : 64;
		t->cell = arena_grow(t->a, t->cell, t->n_rows * t->n_columns, cap * t->n_columns,
				     sizeof(*t->cell));
		t->cap_rows = cap;
	}
	return &t->cell[t->n_rows++ * t->n_columns];
}

static void put_spaces(struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_putc(b, ' ');
}

static void put_padded(struct buf *b, struct str s, size_t width, bool right, bool last)
{
	size_t n = utf8_length(s);
	size_t pad = width > n ? width - n : 0;
	if (right)
		put_spaces(b, pad);
	buf_put(b, s);
	if (!right && !last)
		put_spaces(b, pad);
	buf_puts(b, last ? "\n" : "  ");
}

void print_table_text(struct buf *b, const struct print_table *t)
{
	size_t *width = NEW(t->a, t->n_columns, size_t);
	for (size_t c = 0; c < t->n_columns; c++) {
		width[c] = utf8_length(str_of(t->head[c]));
		for (size_t r = 0; r < t->n_rows; r++) {
			size_t n = utf8_length(t->cell[r * t->n_columns + c]);
			width[c] = n > width[c] ? n : width[c];
		}
	}
	for (size_t c = 0; c < t->n_columns; c++)
		put_padded(b, str_of(t->head[c]), width[c], t->is_number[c], c + 1 == t->n_columns);
	for (size_t r = 0; r < t->n_rows; r++) {
		for (size_t c = 0; c < t->n_columns; c++)
			put_padded(b, t->cell[r * t->n_columns + c], width[c], t->is_number[c],
				   c + 1 == t->n_columns);
	}
}

void print_table_csv(struct buf *b, const struct print_table *t)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		esc_csv(b, str_of(t->head[c]));
		buf_puts(b, c + 1 == t->n_columns ? "\r\n" : ",");
	}
	for (size_t r = 0; r < t->n_rows; r++) {
		for (size_t c = 0; c < t->n_columns; c++) {
			esc_csv(b, t->cell[r * t->n_columns + c]);
			buf_puts(b, c + 1 == t->n_columns ? "\r\n" : ",");
		}
	}
}

void print_table_json(struct buf *b, const struct print_table *t)
{
	struct json_out o;
	json_out(&o, b);
	json_put_array(&o);
	for (size_t r = 0; r < t->n_rows; r++) {
		json_put_object(&o);
		for (size_t c = 0; c < t->n_columns; c++) {
			struct str v = t->cell[r * t->n_columns + c];
			double number;
			json_put_key(&o, str_of(t->head[c]));
			if (t->is_number[c] && num_real(v, &number))
				json_put_raw(&o, v);
			else
				json_put_string(&o, v);
		}
		json_end_object(&o);
	}
	json_end_array(&o);
	buf_putc(b, '\n');
}

const char *const *print_head(const struct call *c, const char *const *name, const char *const *es)
{
	bool people = !call_wants(c, "json") && !call_wants(c, "csv");
	return people && c->lang == LANG_ES ? es : name;
}

void print_table(struct call *c, const struct print_table *t)
{
	if (call_wants(c, "json"))
		print_table_json(&c->out, t);
	else if (call_wants(c, "csv"))
		print_table_csv(&c->out, t);
	else
		print_table_text(&c->out, t);
}

/* ---- figures as JSON ---- */

static void put_value(struct json_out *o, const struct figure *f)
{
	const struct result *r = &f->result;
	if (r->missing || f->status == STATUS_SUPPRESSED) {
		json_put_null(o);
	} else if (r->kind == RESULT_TEXT) {
		json_put_string(o, r->text);
	} else if (r->kind == RESULT_NUMBER) {
		if (r->exact)
			json_put_int(o, r->integer);
		else
			json_put_real(o, r->number);
	} else {
		json_put_array(o);
		for (size_t i = 0; i < r->n_list; i++) {
			json_put_object(o);
			json_put_key(o, STR("key"));
			json_put_string(o, r->list[i].key);
			json_put_key(o, STR("value"));
			json_put_real(o, r->list[i].value);
			json_end_object(o);
		}
		json_end_array(o);
	}
}

static void put_counts(struct json_out *o, const struct figure *f)
{
	const struct result *r = &f->result;
	if (r->has_fraction && f->status != STATUS_SUPPRESSED) {
		json_put_key(o, STR("numerator"));
		json_put_real(o, r->numerator);
		json_put_key(o, STR("denominator"));
		json_put_real(o, r->denominator);
	}
	json_put_key(o, STR("n"));
	json_put_int(o, (int64_t)r->n);
	json_put_key(o, STR("missing"));
	json_put_object(o);
	for (enum missing k = MISSING_NR; k <= MISSING_NA; k++) {
		json_put_key(o, str_of(missing_code(k)));
		json_put_int(o, (int64_t)r->n_missing[k]);
	}
	json_end_object(o);
}

static void put_interval(struct json_out *o, const struct figure *f)
{
	if (f->interval == INTERVAL_NONE || f->status == STATUS_SUPPRESSED)
		return;
	json_put_key(o, STR("interval"));
	json_put_object(o);
	json_put_key(o, STR("kind"));
	json_put_string(o, f->interval == INTERVAL_WILSON_FPC ? STR("wilson-fpc") : STR("wilson"));
	json_put_key(o, STR("level"));
	json_put_raw(o, STR("0.95"));
	json_put_key(o, STR("low"));
	json_put_real(o, f->low);
	json_put_key(o, STR("high"));
	json_put_real(o, f->high);
	json_end_object(o);
}

/* Of a share: what those who did not answer could make of it. */
static void put_bounds(struct json_out *o, const struct figure *f)
{
	if (!f->has_bounds || f->status == STATUS_SUPPRESSED)
		return;
	json_put_key(o, STR("bounds"));
	json_put_object(o);
	json_put_key(o, STR("lower"));
	json_put_real(o, f->lower);
	json_put_key(o, STR("upper"));
	json_put_real(o, f->upper);
	json_end_object(o);
}

/* How many of the rows it reads hold a value that is not the cluster's own. */
static void put_imputed(struct json_out *o, const struct figure *f)
{
	if (f->n_imputed && f->status != STATUS_SUPPRESSED)
		json_member_int(o, "imputed", (int64_t)f->n_imputed);
}

/* What the method says beside a figure that it finds implausible. */
static void put_caution(struct json_out *o, const struct figure *f, enum lang lang)
{
	if (!f->caution || f->status == STATUS_SUPPRESSED)
		return;
	json_put_key(o, STR("warning"));
	json_put_string(o, label_in(&f->indicator->caution_text, lang));
}

static void put_by(struct json_out *o, const struct figures *fs, size_t cell)
{
	json_put_key(o, STR("by"));
	json_put_object(o);
	for (size_t d = 0; d < fs->n_dimensions; d++) {
		const struct cell_key *key = &fs->key[cell * fs->n_dimensions + d];
		json_put_key(o, fs->dimension[d]);
		if (key->missing)
			json_put_null(o);
		else
			json_put_string(o, key->code);
	}
	json_end_object(o);
}

/* formula NULL: a figure of a method, by its id, with unit and text. */
static void put_figure(struct json_out *o, struct arena *a, const struct figures *fs, size_t k,
		       size_t cell, const struct str *formula, enum lang lang)
{
	const struct figure *f = &fs->figure[k * fs->n_cells + cell];
	const char status[2] = { (char)f->status, 0 };
	json_put_object(o);
	json_put_key(o, formula ? STR("formula") : STR("id"));
	json_put_string(o, formula ? *formula : f->indicator->id);
	put_by(o, fs, cell);
	json_put_key(o, STR("value"));
	put_value(o, f);
	if (!formula) {
		json_put_key(o, STR("unit"));
		json_put_string(o, str_of(indicator_unit_name[f->indicator->unit]));
		json_put_key(o, STR("decimals"));
		json_put_int(o, f->indicator->decimals);
		json_put_key(o, STR("text"));
		json_put_string(o, figure_text(a, f, lang));
	}
	if (!f->conf)
		put_counts(o, f);
	put_interval(o, f);
	put_bounds(o, f);
	put_imputed(o, f);
	put_caution(o, f, lang);
	json_put_key(o, STR("status"));
	json_put_string(o, str_of(status));
	if (f->conf) {
		const char conf[2] = { (char)f->conf, 0 };
		json_put_key(o, STR("confidentiality"));
		json_put_string(o, str_of(conf));
	}
	json_end_object(o);
}

void print_result_json(struct buf *b, struct str formula, const struct figures *fs, size_t figure,
		       size_t cell)
{
	struct json_out o;
	json_out(&o, b);
	ARENA_SCOPE(a, 1 << 20);
	put_figure(&o, &a, fs, figure, cell, &formula, LANG_ES);
}

static void put_method(struct json_out *o, struct arena *a, const struct measure *m)
{
	json_put_key(o, STR("round"));
	json_put_string(o, m->round.id);
	json_put_key(o, STR("method"));
	json_put_object(o);
	json_put_key(o, STR("id"));
	json_put_string(o, m->instrument->id);
	json_put_key(o, STR("version"));
	json_put_string(o, m->instrument->version);
	if (m->instrument->status.n) {
		json_put_key(o, STR("status"));
		json_put_string(o, m->instrument->status);
	}
	json_put_key(o, STR("sha256"));
	json_put_string(o, sha256_hex(a, m->instrument->sha256));
	json_end_object(o);
}

void print_origin(struct json_out *o, const struct call *c, const struct measure *m)
{
	put_method(o, c->a, m);
	json_put_key(o, STR("data"));
	json_put_object(o);
	json_put_key(o, STR("sha256"));
	json_put_string(o, m->data_sha256);
	json_put_key(o, STR("responses"));
	json_put_int(o, m->round.n_cluster_answers);
	json_put_key(o, STR("synthetic"));
	json_put_bool(o, m->round.synthetic);
	json_end_object(o);
}

void print_figures_json(struct buf *b, const struct call *c, const struct measure *m,
			const struct figures *fs)
{
	struct json_out o;
	json_out(&o, b);
	json_put_object(&o);
	print_origin(&o, c, m);
	json_put_key(&o, STR("figures"));
	json_put_array(&o);
	for (size_t k = 0; k < fs->n_figures; k++) {
		for (size_t cell = 0; cell < fs->n_cells; cell++)
			put_figure(&o, c->a, fs, k, cell, NULL, c->lang);
	}
	json_end_array(&o);
	json_end_object(&o);
	buf_putc(b, '\n');
}

/* ---- figures as a table ---- */

enum { FIXED_COLUMNS = 16 };

static void figure_cells(const struct figures *fs, size_t cell, const struct figure_row *r,
			 struct arena *a, struct str *out)
{
	for (size_t d = 0; d < fs->n_dimensions; d++) {
		const struct cell_key *key = &fs->key[cell * fs->n_dimensions + d];
		*out++ = key->missing ? str_of(missing_code(key->missing)) : key->code;
	}
	*out++ = r->id;
	*out++ = r->label;
	*out++ = r->text;
	*out++ = r->has_value ? print_real(a, r->value) : r->list;
	/* Of a protected figure nothing is said, not even how many stand behind it. */
	bool told = !str_is(r->status, "Q") || r->n || r->n_nr || r->n_nd || r->n_na;
	*out++ = told ? print_int(a, r->n) : STR("");
	*out++ = told ? print_int(a, r->n_nr) : STR("");
	*out++ = told ? print_int(a, r->n_nd) : STR("");
	*out++ = told ? print_int(a, r->n_na) : STR("");
	*out++ = r->has_interval ? print_real(a, r->low) : (struct str){ 0 };
	*out++ = r->has_interval ? print_real(a, r->high) : (struct str){ 0 };
	*out++ = r->status;
	*out++ = r->printed;
	*out++ = r->difference;
	*out++ = r->has_bounds ? print_real(a, r->lower) : (struct str){ 0 };
	*out++ = r->has_bounds ? print_real(a, r->upper) : (struct str){ 0 };
	*out++ = r->warning;
}

/* The figures of one cell as figures of their own, so that figure_rows() reads them. */
static struct figures one_cell(struct arena *a, const struct figures *fs, size_t cell)
{
	struct figures one = { .n_cells = 1, .n_figures = fs->n_figures };
	one.figure = NEW(a, fs->n_figures, struct figure);
	for (size_t k = 0; k < fs->n_figures; k++)
		one.figure[k] = fs->figure[k * fs->n_cells + cell];
	return one;
}

enum { TERMINAL_CELL_CHARACTERS = 36 };

static struct str cut_text(struct arena *a, struct str s)
{
	size_t at = 0;
	for (size_t n = 1; n < TERMINAL_CELL_CHARACTERS && at < s.n; n++)
		(void)utf8_next(s, &at);
	return at < s.n ? str_fmt(a, "%.*s…", (int)at, s.p) : s;
}

/* On a terminal long texts are cut and numbers have two decimals at most. */
void print_shorten(struct print_table *t)
{
	struct arena *a = t->a;
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		double v;
		if (!t->is_number[i % t->n_columns] || !num_real(t->cell[i], &v)) {
			t->cell[i] = cut_text(a, t->cell[i]);
			continue;
		}
		struct buf b;
		buf_init(&b, a, 64);
		num_put_fixed(&b, v, fabs(v - nearbyint(v)) < 1e-9 ? 0 : 2);
		t->cell[i] = buf_str(&b);
	}
}

void print_figures_table(struct print_table *t, const struct call *c, const struct measure *m,
			 const struct figures *fs, bool filtered)
{
	static const char *const fixed[LANG_N][FIXED_COLUMNS] = {
		{ "cifra", "nombre", "texto", "valor", "n", "NR", "ND", "NA", "desde", "hasta",
		  "estado", "impreso", "diferencia", "cota_inferior", "cota_superior",
		  "advertencia" },
		{ "figure", "label", "text", "value", "n", "NR", "ND", "NA", "low", "high",
		  "status", "printed", "difference", "lower_bound", "upper_bound", "warning" },
	};
	size_t n = fs->n_dimensions + FIXED_COLUMNS;
	const char **head = NEW(c->a, n, const char *);
	bool *is_number = NEW(c->a, n, bool);
	for (size_t d = 0; d < fs->n_dimensions; d++)
		head[d] = str_c(c->a, fs->dimension[d]);
	for (size_t i = 0; i < FIXED_COLUMNS; i++) {
		head[fs->n_dimensions + i] = fixed[c->lang][i];
		is_number[fs->n_dimensions + i] = (i >= 3 && i <= 9) || i == 13 || i == 14;
	}
	print_table_init(t, c->a, head, is_number, n);
	for (size_t cell = 0; cell < fs->n_cells; cell++) {
		struct figures one = one_cell(c->a, fs, cell);
		size_t n_rows;
		struct str round = fs->n_dimensions || filtered ? STR("") : m->round.id;
		struct figure_row *row =
			figure_rows(c->a, m->instrument, &one, round, c->lang, &n_rows);
		for (size_t k = 0; k < n_rows; k++)
			figure_cells(fs, cell, &row[k], c->a, print_table_row(t));
	}
	if (call_wants(c, "text"))
		print_shorten(t);
}

/* ---- scores ---- */

static const char *level_code(const struct measure *m, const struct cluster_score *s,
			      size_t profile, struct arena *a)
{
	const struct profile *p = &m->instrument->profile[profile];
	return s->level[profile] < 0 ? NULL : str_c(a, p->level[s->level[profile]].code);
}

static void put_level(struct json_out *o, const char *code)
{
	if (code)
		json_put_string(o, str_of(code));
	else
		json_put_null(o);
}

static void put_micro(struct json_out *o, struct arena *a, bool has, int64_t micro)
{
	if (has)
		json_put_raw(o, print_micro(a, micro));
	else
		json_put_null(o);
}

static void put_areas(struct json_out *o, struct arena *a, const struct measure *m,
		      const struct cluster_score *s)
{
	json_put_key(o, STR("areas"));
	json_put_object(o);
	for (size_t i = 0; i < m->instrument->n_areas; i++) {
		json_put_key(o, m->instrument->area[i].code);
		put_micro(o, a, s->area[i].computed, s->area[i].micro);
	}
	json_end_object(o);
}

static void put_items(struct json_out *o, struct arena *a, const struct measure *m,
		      const struct cluster_score *s)
{
	const struct instrument *in = m->instrument;
	json_put_key(o, STR("items"));
	json_put_array(o);
	for (size_t i = 0; i < in->n_items; i++) {
		json_put_object(o);
		json_put_key(o, STR("question"));
		json_put_string(o, in->item[i].question);
		json_put_key(o, STR("area"));
		json_put_string(o, in->area[in->item[i].area].code);
		json_put_key(o, STR("points"));
		put_micro(o, a, s->item[i].missing != MISSING_NA, s->item[i].points_micro);
		json_put_key(o, STR("max"));
		put_micro(o, a, true, in->item[i].max_micro);
		if (s->item[i].missing) {
			json_put_key(o, STR("missing"));
			json_put_string(o, str_of(missing_code(s->item[i].missing)));
		}
		json_end_object(o);
	}
	json_end_array(o);
}

/* The score with what is missing at 0 points, left out, and at full points. */
static void put_score_bounds(struct json_out *o, struct arena *a, bool has,
			     const struct score_bounds *b)
{
	json_put_key(o, STR("bounds"));
	json_put_object(o);
	json_put_key(o, STR("lower"));
	put_micro(o, a, has, b->lower_micro);
	json_put_key(o, STR("available"));
	put_micro(o, a, has, b->available_micro);
	json_put_key(o, STR("upper"));
	put_micro(o, a, has, b->upper_micro);
	json_end_object(o);
}

static void put_score(struct json_out *o, struct arena *a, const struct measure *m,
		      const struct cluster_score *s, const struct score_bounds *bounds)
{
	const struct instrument *in = m->instrument;
	json_put_object(o);
	json_put_key(o, STR("cluster"));
	json_put_string(o, s->cluster);
	json_put_key(o, STR("score"));
	put_micro(o, a, s->categorizable, s->micro);
	json_put_key(o, STR("level"));
	put_level(o, in->n_profiles ? level_code(m, s, 0, a) : NULL);
	json_put_key(o, STR("status"));
	json_put_string(o, s->categorizable ? STR("A") : STR("no_categorizable"));
	json_put_key(o, STR("levels"));
	json_put_object(o);
	for (size_t p = 0; p < in->n_profiles; p++) {
		json_put_key(o, in->profile[p].name);
		put_level(o, level_code(m, s, p, a));
	}
	json_end_object(o);
	put_areas(o, a, m, s);
	json_put_key(o, STR("missing"));
	json_put_int(o, s->missing);
	put_score_bounds(o, a, s->categorizable, bounds);
	put_items(o, a, m, s);
	json_end_object(o);
}

void print_scores_json(struct buf *b, const struct measure *m, const size_t *which, size_t n)
{
	ARENA_SCOPE(a, (size_t)1 << 32);
	struct json_out o;
	json_out(&o, b);
	json_put_object(&o);
	put_method(&o, &a, m);
	json_put_key(&o, STR("scores"));
	json_put_array(&o);
	const struct score_bounds *bounds =
		score_bounds_of(&a, m->instrument, m->tables.table[TABLE_CLUSTER], &m->scores);
	for (size_t i = 0; i < n; i++)
		put_score(&o, &a, m, &m->scores.cluster[which[i]], &bounds[which[i]]);
	json_end_array(&o);
	json_end_object(&o);
	buf_putc(b, '\n');
}

void print_scores_table(struct print_table *t, const struct call *c, const struct measure *m,
			const size_t *which, size_t n)
{
	const struct instrument *in = m->instrument;
	bool es = c->lang == LANG_ES;
	size_t n_columns = 3 + in->n_profiles + in->n_areas, at = 0;
	const char **head = NEW(c->a, n_columns, const char *);
	bool *is_number = NEW(c->a, n_columns, bool);
	head[at++] = es && call_wants(c, "text") ? "clúster" : "cluster";
	is_number[at] = true;
	head[at++] = es ? "puntaje" : "score";
	for (size_t p = 0; p < in->n_profiles; p++)
		head[at++] = in->profile[p].name.n ? str_c(c->a, in->profile[p].name)
			: es                       ? "nivel"
						   : "level";
	for (size_t i = 0; i < in->n_areas; i++) {
		is_number[at] = true;
		head[at++] = str_c(c->a, in->area[i].code);
	}
	is_number[at] = true;
	head[at++] = es ? "faltan" : "missing";
	print_table_init(t, c->a, head, is_number, n_columns);
	for (size_t k = 0; k < n; k++) {
		const struct cluster_score *s = &m->scores.cluster[which[k]];
		struct str *cell = print_table_row(t);
		*cell++ = s->cluster;
		*cell++ = s->categorizable ? print_micro(c->a, s->micro) : STR("");
		for (size_t p = 0; p < in->n_profiles; p++) {
			const char *code = level_code(m, s, p, c->a);
			*cell++ = code ? str_of(code) : STR("no_categorizable");
		}
		for (size_t i = 0; i < in->n_areas; i++)
			*cell++ =
				s->area[i].computed ? print_micro(c->a, s->area[i].micro) : STR("");
		*cell++ = print_int(c->a, s->missing);
	}
}
