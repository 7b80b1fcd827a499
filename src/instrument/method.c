/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The method's sheets: settings, areas, scores, levels, gates, indicators.
 *
 * Order matters: areas and levels name columns of tables, ids of indicators are what figure()
 * knows, so each is read before the expressions that may mention it. */
#include "base/date.h"
#include "instrument/load.h"

#define MICRO INT64_C(1000000)

static const struct grid *sheet(const struct loader *l, enum slot slot)
{
	return &l->raw->grid[slot];
}

/* False after an error when the id is there already. */
static bool unique(struct loader *l, struct name_map *seen, const struct grid *g, size_t row,
		   const char *head, struct str id)
{
	if (name_map_add(seen, id, row))
		return true;
	problem_report(l->ps, load_error(l, g, row, head, "duplicate_id"),
		       "«%.*s» ya está en la fila %llu", "\"%.*s\" is in row %llu already",
		       STR_ARG(id), (unsigned long long)grid_row_number(g, name_map_get(seen, id)));
	return false;
}

/* ---- settings ---- */

static const char *const known_keys[] = {
	"id",
	"version",
	"title",
	"title::es",
	"title::en",
	"family",
	"valid_from",
	"replaces",
	"reason",
	"status",
	"seed",
	"area_missing_max",
	"areas_missing_max",
	"disclosure_minimum",
	"disclosure_p",
	"disclosure_dominance",
	"peers",
	"peers_minimum",
	"robustness_draws",
	"robustness_dirichlet",
	"robustness_weight_range",
	"robustness_geometric",
	"robustness_geometric_floor",
	"robustness_item_error",
	"robustness_missing",
	"robustness_firm",
	"robustness_probable",
	"robustness_sobol",
};
enum { N_KEYS = sizeof(known_keys) / sizeof(known_keys[0]) };

static bool known_key(struct str key)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (str_is(key, known_keys[i]))
			return true;
	return str_starts(key, "dimension.") || str_starts(key, "associate.") ||
	       str_starts(key, "title::");
}

static void warn_key(struct loader *l, const struct grid *g, size_t row, struct str key)
{
	struct str candidate[N_KEYS];
	for (size_t i = 0; i < N_KEYS; i++)
		candidate[i] = str_of(known_keys[i]);
	struct problem p = load_warning(l, g, row, "key", "unknown_setting");
	p.suggestion = load_did_you_mean(l, key, candidate, N_KEYS);
	problem_report(l->ps, p, "no conozco el ajuste «%.*s»: no se usa",
		       "unknown setting \"%.*s\": it is not used", STR_ARG(key));
}

/* Row of that key, or GRID_NO_ROW. */
static size_t setting_row(const struct loader *l, const char *key)
{
	const struct grid *g = sheet(l, SLOT_SETTINGS);
	for (size_t row = 0; row < grid_rows(g); row++)
		if (str_is(grid_cell(g, row, "key"), key))
			return row;
	return GRID_NO_ROW;
}

static struct str setting(const struct loader *l, const char *key)
{
	size_t row = setting_row(l, key);
	return row == GRID_NO_ROW ? (struct str){ "", 0 }
				  : grid_cell(sheet(l, SLOT_SETTINGS), row, "value");
}

static void setting_error(struct loader *l, const char *key, const char *es, const char *en)
{
	size_t row = setting_row(l, key);
	struct problem p = load_error(l, sheet(l, SLOT_SETTINGS), row, "value", "setting");
	problem_report(l->ps, p, "%s: %s%s", "%s: %.0s%s", key, l->ps->lang == LANG_ES ? es : "",
		       l->ps->lang == LANG_ES ? "" : en);
}

static int setting_int(struct loader *l, const char *key, int hi)
{
	struct str value = setting(l, key);
	int64_t v;
	if (!value.n)
		return -1;
	if (num_int(value, &v) && v >= 0 && v <= hi)
		return (int)v;
	setting_error(l, key, "aquí va un número entero que no sea negativo ni demasiado grande",
		      "a whole number is needed, neither negative nor too large");
	return -1;
}

/* "2,85": n contributors and percent. */
static void check_disclosure(struct loader *l)
{
	struct str rest = setting(l, "disclosure_dominance"), p = setting(l, "disclosure_p");
	double share;
	int64_t n;
	if (rest.n) {
		struct str first = str_trim(str_cut(&rest, ','));
		if (!num_int(first, &n) || n < 1 || !rest.p || !num_real(str_trim(rest), &share) ||
		    share <= 0 || share > 100)
			setting_error(l, "disclosure_dominance",
				      "se escribe como 2,85: cuántos y qué porcentaje",
				      "it is written as 2,85: how many and what percentage");
	}
	if (p.n && (!num_real(p, &share) || share <= 0 || share > 100))
		setting_error(l, "disclosure_p", "aquí va un porcentaje", "a percentage is needed");
}

/* What a number may be; score/robustness.h and score/peers.h say what it means. */
static const struct number_setting {
	const char *key, *es, *en;
	double least, most;
	bool whole;
} number_settings[] = {
	{ "robustness_draws", "aquí va un número entero de 1 a 10000000",
	  "a whole number from 1 to 10000000 is needed", 1, 1e7, true },
	{ "robustness_dirichlet", "aquí va un número de 0 a 1000000",
	  "a number from 0 to 1000000 is needed", 0, 1e6, false },
	{ "robustness_weight_range", "aquí va un porcentaje", "a percentage is needed", 0, 100,
	  false },
	{ "robustness_geometric", "aquí va un porcentaje", "a percentage is needed", 0, 100,
	  false },
	{ "robustness_geometric_floor", "aquí va un número mayor que cero y hasta 100",
	  "a number above zero and up to 100 is needed", 1e-6, 100, false },
	{ "robustness_item_error", "aquí va un porcentaje hasta 50",
	  "a percentage up to 50 is needed", 0, 50, false },
	{ "robustness_firm", "aquí va un porcentaje", "a percentage is needed", 0, 100, false },
	{ "robustness_probable", "aquí va un porcentaje", "a percentage is needed", 0, 100, false },
	{ "robustness_sobol", "aquí va un número entero de 0 a 1048576",
	  "a whole number from 0 to 1048576 is needed", 0, 1048576, true },
	{ "peers_minimum", "aquí va un número entero de 5 a 1000000",
	  "a whole number from 5 to 1000000 is needed", 5, 1e6, true },
};
enum { N_NUMBER_SETTINGS = sizeof(number_settings) / sizeof(number_settings[0]) };

static double number_or(const struct loader *l, const char *key, double otherwise)
{
	double v;
	return num_real(setting(l, key), &v) ? v : otherwise;
}

static void check_numbers(struct loader *l)
{
	for (size_t i = 0; i < N_NUMBER_SETTINGS; i++) {
		const struct number_setting *n = &number_settings[i];
		struct str text = setting(l, n->key);
		int64_t integer;
		double v;
		if (text.n && (!num_real(text, &v) || v < n->least || v > n->most ||
			       (n->whole && !num_int(text, &integer))))
			setting_error(l, n->key, n->es, n->en);
	}
	struct str missing = setting(l, "robustness_missing");
	if (missing.n && !str_is(missing, "yes") && !str_is(missing, "no"))
		setting_error(l, "robustness_missing", "aquí va yes o no", "yes or no is needed");
	/* What is not written is 90 and 70. */
	if (number_or(l, "robustness_probable", 70) > number_or(l, "robustness_firm", 90))
		setting_error(l,
			      setting(l, "robustness_probable").n ? "robustness_probable"
								  : "robustness_firm",
			      "probable no puede pedir más repeticiones que firme",
			      "probable cannot ask for more draws than firm");
}

/* An id or a version stands in ID@VERSION and in names of files. */
static bool is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			  (c >= '0' && c <= '9') || c == '_' || (i && (c == '-' || c == '.'));
		if (!ok)
			return false;
	}
	return s.n > 0;
}

static struct str required_id(struct loader *l, const char *key)
{
	struct str value = setting(l, key);
	if (!value.n) {
		struct problem p =
			load_error(l, sheet(l, SLOT_SETTINGS), GRID_NO_ROW, "key", "required");
		p.sheet = str_of(slot_name(SLOT_SETTINGS, false));
		problem_report(l->ps, p, "falta el ajuste «%s»", "setting \"%s\" is missing", key);
	} else if (!is_id(value)) {
		setting_error(l, key, "solo letras sin tilde, cifras, punto, guion y _",
			      "plain letters, digits, point, dash and _ only");
	}
	return value;
}

static void load_settings(struct loader *l)
{
	struct instrument *in = l->in;
	const struct grid *g = sheet(l, SLOT_SETTINGS);
	struct name_map seen = { .a = l->a };
	struct date day;
	in->setting = NEW(l->a, grid_rows(g), struct setting);
	(void)HAS_COLUMNS(l, sheet(l, SLOT_SETTINGS), "key", "value");
	for (size_t row = 0; row < grid_rows(g); row++) {
		struct str key = grid_cell(g, row, "key");
		if (!key.n || !unique(l, &seen, g, row, "key", key))
			continue;
		if (!known_key(key))
			warn_key(l, g, row, key);
		in->setting[in->n_settings++] = (struct setting){ key, grid_cell(g, row, "value") };
	}
	in->id = required_id(l, "id");
	in->version = required_id(l, "version");
	in->status = setting(l, "status");
	in->valid_from = setting(l, "valid_from");
	in->replaces = setting(l, "replaces");
	in->reason = setting(l, "reason");
	in->family = setting(l, "family");
	struct str es = setting(l, "title::es");
	in->title.in[LANG_ES] = es.n ? es : setting(l, "title");
	in->title.in[LANG_EN] = setting(l, "title::en");
	in->area_missing_max = setting_int(l, "area_missing_max", 100);
	in->areas_missing_max = setting_int(l, "areas_missing_max", 1000000);
	in->disclosure_minimum = setting_int(l, "disclosure_minimum", 1000000);
	(void)setting_int(l, "seed", INT32_MAX);
	check_disclosure(l);
	check_numbers(l);
	if (in->valid_from.n && !date_parse(in->valid_from, true, &day))
		setting_error(l, "valid_from", "aquí va un año o una fecha (2022-07-01)",
			      "a year or a date is needed (2022-07-01)");
}

/* dimension.NAME: an expression over the cluster's row. */
static void load_dimensions(struct loader *l)
{
	struct instrument *in = l->in;
	const struct grid *g = sheet(l, SLOT_SETTINGS);
	struct expr_scope scope = instrument_scope(l->a, in, TABLE_CLUSTER, false);
	in->dimension = NEW(l->a, grid_rows(g), struct dimension);
	for (size_t row = 0; row < grid_rows(g); row++) {
		struct str key = grid_cell(g, row, "key");
		struct str name = str_sub(key, sizeof("dimension.") - 1, key.n);
		if (!str_starts(key, "dimension."))
			continue;
		if (!load_is_name(name)) {
			problem_report(l->ps, load_error(l, g, row, "key", "bad_name"),
				       "«%.*s» no sirve como nombre de dimensión",
				       "\"%.*s\" cannot be the name of a dimension", STR_ARG(name));
			continue;
		}
		const struct expr *value =
			load_expr(l, g, row, "value", grid_cell(g, row, "value"), &scope, WANT_ANY);
		if (!value)
			continue;
		in->dimension[in->n_dimensions++] = (struct dimension){ name, value };
	}
}

static bool has_dimension(const struct instrument *in, struct str name)
{
	for (size_t i = 0; i < in->n_dimensions; i++) {
		if (str_eq(in->dimension[i].name, name))
			return true;
	}
	return false;
}

/* peers: rungs separated by ";", of dimensions separated by ",". */
static void check_peers(struct loader *l)
{
	struct str rungs = setting(l, "peers");
	while (rungs.n) {
		struct str rung = str_cut(&rungs, ';');
		while (rung.n) {
			struct str name = str_trim(str_cut(&rung, ','));
			if (!name.n || has_dimension(l->in, name))
				continue;
			struct problem p = load_error(l, sheet(l, SLOT_SETTINGS),
						      setting_row(l, "peers"), "value", "setting");
			problem_report(l->ps, p, "peers: no hay dimensión «%.*s»",
				       "peers: there is no dimension \"%.*s\"", STR_ARG(name));
		}
	}
}

/* ---- areas ---- */

static bool read_weight(struct loader *l, const struct grid *g, size_t row,
			struct decimal_weight *out)
{
	struct str cell;
	struct decimal d;
	if (!load_required(l, g, row, "weight", &cell))
		return false;
	if (num_decimal(cell, &d) && d.mantissa >= 0) {
		*out = (struct decimal_weight){ d.mantissa, d.scale };
		return true;
	}
	problem_report(l->ps, load_error(l, g, row, "weight", "number"),
		       "«%.*s» no es un peso: un número con punto, cero o más",
		       "\"%.*s\" is no weight: a number with a point, zero or more", STR_ARG(cell));
	return false;
}

/* The sum of weights in units of 10^-18, or -1 past what 128 bits hold. */
static __int128 sum_weights(const struct instrument *in)
{
	__int128 sum = 0;
	for (size_t i = 0; i < in->n_areas; i++) {
		__int128 w = in->area[i].weight.mantissa;
		for (int k = in->area[i].weight.scale; k < 18; k++)
			w *= 10;
		if (w > ((__int128)1 << 126) - sum)
			return -1;
		sum += w;
	}
	return sum;
}

static void check_weights(struct loader *l)
{
	const struct instrument *in = l->in;
	__int128 hundred = 100, sum = sum_weights(in);
	for (int i = 0; i < 18; i++)
		hundred *= 10;
	if (!in->n_areas || sum == hundred)
		return;
	struct problem p = load_warning(l, sheet(l, SLOT_AREAS), GRID_NO_ROW, "weight", "weights");
	struct buf b;
	buf_init(&b, l->a, 64);
	if (sum >= 0)
		num_put_real(&b, (double)sum / 1e18);
	struct str text = buf_str(&b);
	problem_report(l->ps, p, "los pesos de las áreas suman %.*s y no 100",
		       "the weights of the areas add up to %.*s, not 100", STR_ARG(text));
}

static void load_areas(struct loader *l)
{
	struct instrument *in = l->in;
	const struct grid *g = sheet(l, SLOT_AREAS);
	struct name_map seen = { .a = l->a };
	if (!HAS_COLUMNS(l, sheet(l, SLOT_AREAS), "code", "weight"))
		return;
	in->area = NEW(l->a, grid_rows(g), struct area);
	for (size_t row = 0; row < grid_rows(g); row++) {
		struct area area = { 0 };
		if (!load_name(l, g, row, "code", &area.code) ||
		    !unique(l, &seen, g, row, "code", area.code))
			continue;
		area.label = load_label(l, g, row, "label");
		(void)read_weight(l, g, row, &area.weight);
		in->area[in->n_areas++] = area;
	}
	check_weights(l);
}

static int64_t find_area(const struct instrument *in, struct str code)
{
	for (size_t i = 0; i < in->n_areas; i++)
		if (str_eq(in->area[i].code, code))
			return (int64_t)i;
	return -1;
}

/* ---- scores ---- */

static bool read_area(struct loader *l, const struct grid *g, size_t row, size_t *out)
{
	struct instrument *in = l->in;
	struct str code;
	if (!load_required(l, g, row, "area", &code))
		return false;
	int64_t at = find_area(in, code);
	if (at >= 0) {
		*out = (size_t)at;
		return true;
	}
	struct str *known = NEW(l->a, in->n_areas, struct str);
	for (size_t i = 0; i < in->n_areas; i++)
		known[i] = in->area[i].code;
	struct problem p = load_error(l, g, row, "area", "unknown_name");
	p.suggestion = load_did_you_mean(l, code, known, in->n_areas);
	problem_report(l->ps, p, "no hay área «%.*s»", "there is no area \"%.*s\"", STR_ARG(code));
	return false;
}

/* A column of one missing cell of the type, or of the one code. */
static const struct column *one_cell(struct loader *l, const struct expr_name *name, bool has,
				     int64_t code)
{
	struct column_builder *b = column_build(l->a, name->name, name->type, name->dictionary);
	if (has)
		column_add_integer(b, code);
	else
		column_add_missing(b, MISSING_NR);
	return column_done(b);
}

static bool mentions_text(struct str source, struct str text)
{
	struct mention m;
	for (size_t at = 0; mention_next(source, &at, &m);)
		if (m.kind == MENTION_TEXT && str_eq(m.text, text))
			return true;
	return false;
}

/* One option may be what is left over in the last branch of if(); more than one were forgotten. */
static void check_mentioned(struct loader *l, const struct grid *g, size_t row,
			    const struct score_item *item, const struct dictionary *options)
{
	struct buf b;
	size_t n_left = 0;
	struct str source = expr_source(item->points);
	buf_init(&b, l->a, 1u << 16);
	for (size_t i = 0; i < options->n; i++) {
		if (mentions_text(source, options->name[i]))
			continue;
		n_left++;
		buf_fmt(&b, "%s%.*s", b.n ? " " : "", STR_ARG(options->name[i]));
	}
	if (n_left < 2 || n_left == options->n)
		return;
	struct str left = buf_str(&b);
	problem_report(l->ps, load_warning(l, g, row, "points", "unscored_choice"),
		       "los puntos no nombran varias opciones de %.*s: %.*s",
		       "the points do not name several options of %.*s: %.*s",
		       STR_ARG(item->question), STR_ARG(left));
}

/* What the item gives for each option of its own question: no points, or points out of range. */
static void check_options(struct loader *l, const struct grid *g, size_t row,
			  const struct score_item *item)
{
	const struct question *q = form_question(l->in->form[FORM_CLUSTER], item->question);
	size_t n_names;
	const struct str *name = expr_names(item->points, &n_names);
	if (!q || q->column != COLUMN_CHOICE || n_names != 1 || !str_eq(name[0], q->name))
		return;
	check_mentioned(l, g, row, item, &q->list->options);
	const struct expr_name self = { .name = q->name,
					.type = q->column,
					.dictionary = &q->list->options };
	const struct expr_env env = { 0 };
	for (size_t i = 0; i < q->list->options.n; i++) {
		struct arena_mark mark = arena_mark(l->a);
		const struct column *c = one_cell(l, &self, true, (int64_t)i);
		const struct column *points =
			expr_rows(l->a, item->points, frame_of(l->a, &c, 1, 1), &env);
		struct cell cell = column_cell(points, 0);
		arena_rewind(l->a, mark);
		struct str option = q->list->options.name[i];
		double max = (double)item->max_micro / 1e6;
		if (cell.missing == MISSING_NR || cell.missing == MISSING_ND)
			problem_report(l->ps, load_warning(l, g, row, "points", "unscored_choice"),
				       "la opción «%.*s» de %.*s no tiene puntos",
				       "option \"%.*s\" of %.*s has no points", STR_ARG(option),
				       STR_ARG(q->name));
		else if (cell.missing == MISSING_NO && (cell.real < 0 || cell.real > max))
			problem_report(l->ps, load_warning(l, g, row, "points", "points_range"),
				       "la opción «%.*s» de %.*s da puntos fuera de 0 … max",
				       "option \"%.*s\" of %.*s gives points outside 0 … max",
				       STR_ARG(option), STR_ARG(q->name));
	}
}

static void load_item(struct loader *l, size_t row, const struct expr_scope *scope,
		      struct name_map *seen)
{
	struct instrument *in = l->in;
	const struct grid *g = sheet(l, SLOT_SCORES);
	struct score_item item = { .source = grid_cell(g, row, "source"),
				   .row = grid_row_number(g, row) };
	size_t before = l->ps->n_errors;
	if (load_required(l, g, row, "question", &item.question) &&
	    unique(l, seen, g, row, "question", item.question))
		(void)load_check_question(l, g, row, "question", item.question);
	(void)read_area(l, g, row, &item.area);
	(void)load_micro(l, g, row, "max", 1, 1000000 * MICRO, &item.max_micro);
	struct str points;
	if (load_required(l, g, row, "points", &points))
		item.points = load_expr(l, g, row, "points", points, scope, WANT_NUMBER);
	if (!item.source.n)
		problem_report(l->ps, load_warning(l, g, row, "source", "uncited"),
			       "los puntos de «%.*s» no citan su fuente",
			       "the points of \"%.*s\" cite no source", STR_ARG(item.question));
	if (l->ps->n_errors != before || !item.points)
		return;
	check_options(l, g, row, &item);
	in->item[in->n_items++] = item;
}

static void check_areas_used(struct loader *l)
{
	const struct grid *g = sheet(l, SLOT_AREAS), *scores = sheet(l, SLOT_SCORES);
	for (size_t row = 0; row < grid_rows(g); row++) {
		struct str code = grid_cell(g, row, "code");
		bool used = !code.n;
		for (size_t i = 0; i < grid_rows(scores) && !used; i++)
			used = str_eq(grid_cell(scores, i, "area"), code);
		if (!used)
			problem_report(l->ps, load_error(l, g, row, "code", "empty_area"),
				       "el área «%.*s» no tiene preguntas en la hoja scores",
				       "area \"%.*s\" has no question in sheet scores",
				       STR_ARG(code));
	}
}

static void load_scores(struct loader *l)
{
	const struct grid *g = sheet(l, SLOT_SCORES);
	struct expr_scope scope = cluster_scope(l->a, l->in, false);
	struct name_map seen = { .a = l->a };
	scope.allow_na = true;
	l->in->item = NEW(l->a, grid_rows(g), struct score_item);
	if (HAS_COLUMNS(l, sheet(l, SLOT_SCORES), "question", "area", "max", "points"))
		for (size_t row = 0; row < grid_rows(g); row++)
			load_item(l, row, &scope, &seen);
	check_areas_used(l);
}

/* ---- levels and gates ---- */

static struct profile *find_profile(struct instrument *in, struct str name)
{
	for (size_t i = 0; i < in->n_profiles; i++)
		if (str_eq(in->profile[i].name, name))
			return &in->profile[i];
	return NULL;
}

static int64_t find_level(const struct profile *p, struct str code)
{
	for (size_t i = 0; i < p->n_levels; i++)
		if (str_eq(p->level[i].code, code))
			return (int64_t)i;
	return -1;
}

static void check_cut(struct loader *l, const struct grid *g, size_t row, const struct profile *p,
		      int64_t cut)
{
	if (!p->n_levels) {
		if (cut != 0)
			problem_report(l->ps, load_warning(l, g, row, "cut", "lowest_cut"),
				       "el nivel más bajo no necesita nada: su corte no se usa",
				       "the lowest level needs nothing: its cut is not used");
		return;
	}
	if (cut <= p->level[p->n_levels - 1].cut_micro)
		problem_report(l->ps, load_error(l, g, row, "cut", "levels_not_rising"),
			       "los cortes deben subir: este no es mayor que el del nivel «%.*s»",
			       "cuts must rise: this one is not above that of level \"%.*s\"",
			       STR_ARG(p->level[p->n_levels - 1].code));
}

static void load_level(struct loader *l, const struct grid *g, size_t row)
{
	struct instrument *in = l->in;
	struct level level = { 0 };
	struct str name = grid_cell(g, row, "profile");
	struct profile *p = find_profile(in, name);
	if (!p) {
		p = &in->profile[in->n_profiles++];
		*p = (struct profile){ .name = name,
				       .level = NEW(l->a, grid_rows(g), struct level) };
	}
	if (!load_name(l, g, row, "code", &level.code))
		return;
	if (find_level(p, level.code) >= 0) {
		problem_report(l->ps, load_error(l, g, row, "code", "duplicate_id"),
			       "el nivel «%.*s» ya está en este perfil",
			       "level \"%.*s\" is in this profile already", STR_ARG(level.code));
		return;
	}
	level.label = load_label(l, g, row, "label");
	/* A level whose cut cannot be read stays, for gates may name it. */
	if (load_micro(l, g, row, "cut", 0, 100 * MICRO, &level.cut_micro))
		check_cut(l, g, row, p, level.cut_micro);
	else if (p->n_levels)
		level.cut_micro = p->level[p->n_levels - 1].cut_micro;
	p->level[p->n_levels++] = level;
}

static void load_levels(struct loader *l)
{
	const struct grid *g = sheet(l, SLOT_LEVELS);
	if (!HAS_COLUMNS(l, sheet(l, SLOT_LEVELS), "code", "cut"))
		return;
	l->in->profile = NEW(l->a, grid_rows(g), struct profile);
	for (size_t row = 0; row < grid_rows(g); row++)
		load_level(l, g, row);
}

static void load_gate(struct loader *l, const struct grid *g, size_t row,
		      const struct expr_scope *scope)
{
	struct instrument *in = l->in;
	struct str code, condition, name = grid_cell(g, row, "profile");
	if (!load_required(l, g, row, "level", &code))
		return;
	struct profile *p = name.n || !in->n_profiles ? find_profile(in, name) : &in->profile[0];
	int64_t level = p ? find_level(p, code) : -1;
	if (level < 0) {
		struct problem place =
			load_error(l, g, row, p ? "level" : "profile", "unknown_name");
		problem_report(l->ps, place, "no hay nivel «%.*s» en el perfil «%.*s»",
			       "there is no level \"%.*s\" in profile \"%.*s\"", STR_ARG(code),
			       STR_ARG(name));
		return;
	}
	if (level == 0)
		problem_report(l->ps, load_warning(l, g, row, "level", "lowest_gate"),
			       "el nivel más bajo no necesita nada: esta condición no se usa",
			       "the lowest level needs nothing: this gate is not used");
	struct gate gate = { .level = (size_t)level, .label = load_label(l, g, row, "label") };
	if (!load_required(l, g, row, "condition", &condition))
		return;
	gate.condition = load_expr(l, g, row, "condition", condition, scope, WANT_CONDITION);
	if (!p->gate)
		p->gate = NEW(l->a, grid_rows(g), struct gate);
	p->gate[p->n_gates++] = gate;
}

static void load_gates(struct loader *l)
{
	const struct grid *g = sheet(l, SLOT_GATES);
	if (!HAS_COLUMNS(l, sheet(l, SLOT_GATES), "level", "condition"))
		return;
	struct expr_scope scope = cluster_scope(l->a, l->in, true);
	for (size_t row = 0; row < grid_rows(g); row++)
		load_gate(l, g, row, &scope);
}

/* ---- indicators ---- */

static const char *const disclosure_words[] = { "public", "count", "money" };

/* First pass: what other rows may mention. */
static void load_indicator_ids(struct loader *l)
{
	struct instrument *in = l->in;
	const struct grid *g = sheet(l, SLOT_INDICATORS);
	struct name_map seen = { .a = l->a };
	if (!HAS_COLUMNS(l, sheet(l, SLOT_INDICATORS), "id", "formula"))
		return;
	in->indicator = NEW(l->a, grid_rows(g), struct indicator);
	for (size_t row = 0; row < grid_rows(g); row++) {
		struct indicator i = { .row = grid_row_number(g, row),
				       .formula = grid_cell(g, row, "formula"),
				       .universe_text = grid_cell(g, row, "universe"),
				       .breakdowns = grid_cell(g, row, "breakdowns"),
				       .drawn_missing =
					       str_is(grid_cell(g, row, "drawn"), "missing"),
				       .note = grid_label(g, row, "note", LANG_ES) };
		int64_t decimals = 0;
		if (!load_name(l, g, row, "id", &i.id) || !unique(l, &seen, g, row, "id", i.id))
			continue;
		i.label = load_label(l, g, row, "label");
		int unit = load_word(l, g, row, "unit", indicator_unit_name, UNIT_N);
		int table = load_word(l, g, row, "form", table_kind_name, TABLE_N);
		int disclosure = load_word(l, g, row, "disclosure", disclosure_words, 3);
		struct str unit_cell;
		(void)load_required(l, g, row, "unit", &unit_cell);
		(void)load_int(l, g, row, "decimals", 0, 12, 0, &decimals);
		i.unit = unit < 0 ? UNIT_COUNT : (enum indicator_unit)unit;
		i.table = table < 0 ? TABLE_CLUSTER : (enum table_kind)table;
		i.disclosure = disclosure < 0 ? DISCLOSURE_PUBLIC : (enum disclosure)disclosure;
		i.decimals = (int)decimals;
		in->indicator[in->n_indicators++] = i;
	}
}

static size_t row_of(const struct grid *g, uint64_t number)
{
	for (size_t row = 0; row < grid_rows(g); row++)
		if (grid_row_number(g, row) == number)
			return row;
	return GRID_NO_ROW;
}

static bool scope_has(const struct expr_scope *scope, struct str name)
{
	for (size_t i = 0; i < scope->n; i++)
		if (str_eq(scope->name[i].name, name))
			return true;
	return false;
}

static void check_breakdowns(struct loader *l, const struct grid *g, size_t row,
			     const struct indicator *i, const struct expr_scope *scope)
{
	struct str rest = i->breakdowns;
	const struct instrument *in = l->in;
	while (rest.p && rest.n) {
		struct str part = str_cut(&rest, ','), word;
		while ((word = str_word(&part)).n) {
			bool found = scope_has(scope, word);
			for (size_t d = 0; d < in->n_dimensions && !found; d++)
				found = str_eq(in->dimension[d].name, word);
			if (!found)
				problem_report(l->ps,
					       load_error(l, g, row, "breakdowns", "unknown_name"),
					       "breakdowns: «%.*s» no es dimensión, pregunta ni "
					       "columna de la tabla",
					       "breakdowns: \"%.*s\" is no dimension, question or "
					       "column of the table",
					       STR_ARG(word));
		}
	}
}

static void check_result_type(struct loader *l, const struct grid *g, size_t row,
			      const struct indicator *i)
{
	enum expr_type type = expr_type(i->value);
	bool fits = i->unit == UNIT_LIST ? type == EXPR_LIST
		    : i->unit == UNIT_TEXT
			    ? type == EXPR_TEXT || type == EXPR_DATE || type == EXPR_SET
		    : i->unit == UNIT_YEAR ? type == EXPR_NUMBER || type == EXPR_DATE
					   : type == EXPR_NUMBER;
	if (!fits)
		problem_report(l->ps, load_warning(l, g, row, "unit", "unit"),
			       "el resultado de la fórmula no se puede mostrar como «%s»",
			       "the result of the formula cannot be shown as \"%s\"",
			       indicator_unit_name[i->unit]);
}

/* When a figure is implausible, and what is said of it then. */
static void load_caution(struct loader *l, const struct grid *g, size_t row, struct indicator *i)
{
	struct expr_scope scope = instrument_scope(l->a, l->in, TABLE_METHOD, true);
	scope.n = 0;
	i->caution = load_expr(l, g, row, "caution", grid_cell(g, row, "caution"), &scope,
			       WANT_CONDITION);
	i->caution_text = grid_label(g, row, "caution_text", LANG_ES);
	load_check_translated(l, g, row, "caution_text", &i->caution_text);
	if (i->caution && !i->caution_text.in[LANG_ES].n)
		problem_report(l->ps, load_error(l, g, row, "caution_text", "required"),
			       "falta lo que se dice junto a la cifra cuando caution se cumple",
			       "what is said beside the figure when caution holds is missing");
}

static void load_formula(struct loader *l, struct indicator *i)
{
	const struct grid *g = sheet(l, SLOT_INDICATORS);
	size_t row = row_of(g, i->row);
	struct expr_scope scope = instrument_scope(l->a, l->in, i->table, true);
	struct str formula;
	if (i->table == TABLE_COMPANY && !l->in->form[FORM_COMPANY])
		problem_report(l->ps, load_error(l, g, row, "form", "unknown_name"),
			       "el instrumento no tiene formulario de empresa",
			       "the instrument has no company form");
	else if (load_required(l, g, row, "formula", &formula))
		i->value = load_expr(l, g, row, "formula", formula, &scope, WANT_AGGREGATE);
	if (i->value)
		check_result_type(l, g, row, i);
	check_breakdowns(l, g, row, i, &scope);
	scope.allow_aggregates = false;
	scope.figure = NULL;
	scope.n_figures = 0;
	i->universe = load_expr(l, g, row, "universe", i->universe_text, &scope, WANT_CONDITION);
	load_caution(l, g, row, i);
}

/* figure() of figure() of … itself. */
struct figure_walk {
	struct loader *l;
	unsigned char *state;
	size_t *path;
	size_t n_path;
};

static void visit_indicator(struct figure_walk *w, size_t at)
{
	struct loader *l = w->l;
	const struct instrument *in = l->in;
	const struct grid *g = sheet(l, SLOT_INDICATORS);
	size_t n = 0;
	const struct str *id =
		in->indicator[at].value ? expr_figures(in->indicator[at].value, &n) : NULL;
	w->state[at] = 1;
	w->path[w->n_path++] = at;
	for (size_t i = 0; i < n; i++) {
		int64_t to = instrument_indicator_index(in, id[i]);
		if (to < 0 || w->state[to] == 2)
			continue;
		if (w->state[to] == 0 && w->n_path < CHAIN_MAX) {
			visit_indicator(w, (size_t)to);
			continue;
		}
		if (w->state[to] == 0) {
			problem_report(l->ps,
				       load_error(l, g, row_of(g, in->indicator[at].row), "formula",
						  "limit"),
				       "más de %d cifras dependen una de otra en cadena",
				       "more than %d figures depend on each other in a chain",
				       CHAIN_MAX);
			continue;
		}
		struct buf b;
		size_t from = 0;
		buf_init(&b, l->a, 2000);
		while (w->path[from] != (size_t)to)
			from++;
		for (; from < w->n_path; from++)
			buf_fmt(&b, "%.*s → ", STR_ARG(in->indicator[w->path[from]].id));
		buf_put(&b, id[i]);
		struct str path = buf_str(&b);
		problem_report(
			l->ps,
			load_error(l, g, row_of(g, in->indicator[at].row), "formula", "cycle"),
			"la cifra depende de sí misma: %.*s", "the figure depends on itself: %.*s",
			STR_ARG(path));
	}
	w->n_path--;
	w->state[at] = 2;
}

static void load_indicators(struct loader *l)
{
	struct instrument *in = l->in;
	for (size_t i = 0; i < in->n_indicators; i++)
		load_formula(l, &in->indicator[i]);
	struct figure_walk w = { .l = l,
				 .state = NEW(l->a, in->n_indicators, unsigned char),
				 .path = NEW(l->a, in->n_indicators, size_t) };
	for (size_t i = 0; i < in->n_indicators; i++)
		if (!w.state[i])
			visit_indicator(&w, i);
}

void load_method(struct loader *l)
{
	load_settings(l);
	load_areas(l);
	load_levels(l);
	load_scores(l);
	load_gates(l);
	load_dimensions(l);
	check_peers(l);
	load_indicator_ids(l);
	load_indicators(l);
	load_steps(l);
	load_figures(l);
	load_rollups(l);
}
