/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From figures to sets of rows that may or may not be published.
 *
 *  formula  a distinct formula of the method over one table; figures that differ in their universe
 *           alone are the same formula over other rows
 *  topic    formulas of the same answers, where one could be worked out of the others (the parts of
 *           a composition, a share and its complement): what is primary in one is so in all
 *  family   topics whose formulas read a common column: what is hidden for the sake of one is
 *           hidden in all
 *  place    a set of rows of which something is published: a figure's universe in a cell
 *
 * Places come in stages: the whole round; the breakdowns that the method declares; requests
 * answered before, one by one; the request at hand.  What a stage leaves visible is fixed for the
 * next. */
#include <math.h>
#include <string.h>

#include "indicator/disclosure_stage.h"

/* ---- formulas, topics, families ---- */

static bool has_units(enum table_kind t)
{
	return t == TABLE_CLUSTER || t == TABLE_COMPANY || t == TABLE_REGISTER || t == TABLE_SCORE;
}

static size_t find_formula(struct control *k, const struct indicator *ind)
{
	struct str source = str_trim(expr_source(ind->value));
	for (size_t i = 0; i < k->n_formulas; i++) {
		if (k->formula[i].table == ind->table &&
		    str_eq(str_trim(expr_source(k->formula[i].value)), source))
			return i;
	}
	k->formula[k->n_formulas] = (struct formula_facts){ .value = ind->value,
							    .table = ind->table,
							    .topic = k->n_formulas,
							    .family = k->n_formulas,
							    .most = HUGE_VAL };
	return k->n_formulas++;
}

static void list_formulas(struct control *k)
{
	const struct instrument *in = k->in;
	k->formula = NEW(k->a, in->n_indicators, struct formula_facts);
	k->formula_of = NEW(k->a, in->n_indicators, size_t);
	k->universe = NEW(k->a, in->n_indicators, const uint8_t *);
	for (size_t i = 0; i < in->n_indicators; i++) {
		const struct indicator *ind = &in->indicator[i];
		size_t at = k->formula_of[i] = find_formula(k, ind);
		struct formula_facts *f = &k->formula[at];
		size_t n;
		(void)expr_figures(f->value, &n);
		f->reads_figures = n > 0;
		f->controlled |= ind->disclosure != DISCLOSURE_PUBLIC && has_units(ind->table);
		f->is_public = has_units(ind->table) && !f->controlled;
		f->money |= ind->disclosure == DISCLOSURE_MONEY;
		if (ind->unit == UNIT_PERCENT || ind->unit == UNIT_POINTS)
			f->most = 100;
	}
}

/* Everything with the number `from` gets the number `to`. */
static void join_topics(struct control *k, size_t x, size_t y)
{
	size_t from = k->formula[y].topic, to = k->formula[x].topic;
	for (size_t i = 0; i < k->n_formulas; i++) {
		if (k->formula[i].topic == from)
			k->formula[i].topic = to;
	}
}

static void join_families(struct control *k, size_t x, size_t y)
{
	size_t from = k->formula[y].family, to = k->formula[x].family;
	for (size_t i = 0; i < k->n_formulas; i++) {
		if (k->formula[i].family == from)
			k->formula[i].family = to;
	}
}

/* What a column is about: the group of questions that it is a part of (A01_empresas: A01); score,
 * level and areas are all about the score. */
static struct str subject_of(const struct instrument *in, struct str name)
{
	if (str_is(name, "score") || str_is(name, "level") || str_starts(name, "area_"))
		return STR("score");
	struct str rest = name, first = str_cut(&rest, '_');
	for (size_t i = 0; rest.p && i < sizeof(in->form) / sizeof(*in->form); i++) {
		if (in->form[i] && form_group(in->form[i], first))
			return first;
	}
	return name;
}

/* Names of the register say where a row belongs, not what it answered. */
static bool is_answer(const struct control *k, struct str name)
{
	for (size_t i = 0; i < n_register_columns; i++) {
		if (str_is(name, register_columns[i]))
			return false;
	}
	for (size_t i = 0; i < k->in->n_dimensions; i++) {
		struct str d = str_trim(expr_source(k->in->dimension[i].value));
		if (d.n > 3 && str_eq(str_sub(d, 2, d.n - 3), name))
			return false;
	}
	return !str_starts(name, "round_");
}

/* The part of a formula that is not its weight or its base: of wmean(x, w) the x; of ratio(x, y)
 * the x where y is something else than the whole that x is a part of. */
static struct str numerator_source(struct str source)
{
	static const char *const call[] = { "wmean(", "ratio(" };
	for (size_t i = 0; i < sizeof(call) / sizeof(*call); i++) {
		size_t at, depth = 0;
		if (!str_find(source, str_of(call[i]), &at))
			continue;
		size_t from = at + strlen(call[i]);
		for (size_t j = from; j < source.n; j++) {
			depth += source.p[j] == '(';
			if (source.p[j] == ',' && !depth)
				return str_sub(source, from, j - from);
			depth -= source.p[j] == ')' && depth;
		}
	}
	return source;
}

static bool mentions(struct str source, struct str name)
{
	char braced[256];
	size_t at;
	if (name.n + 3 >= sizeof(braced))
		return true;
	memcpy(braced, "${", 2);
	memcpy(braced + 2, name.p, name.n);
	braced[name.n + 2] = '}';
	return str_find(source, (struct str){ braced, name.n + 3 }, &at);
}

/* Whether two formulas tell of the same subject: in their numerators, or in all that they read. */
static bool share_subject(const struct control *k, size_t x, size_t y, bool numerators)
{
	size_t n_x, n_y;
	const struct expr *e_x = k->formula[x].value, *e_y = k->formula[y].value;
	const struct str *name_x = expr_names(e_x, &n_x), *name_y = expr_names(e_y, &n_y);
	struct str of_x = numerator_source(expr_source(e_x));
	struct str of_y = numerator_source(expr_source(e_y));
	for (size_t i = 0; i < n_x; i++) {
		if (!is_answer(k, name_x[i]) || (numerators && !mentions(of_x, name_x[i])))
			continue;
		struct str subject = subject_of(k->in, name_x[i]);
		for (size_t j = 0; j < n_y; j++) {
			if (str_eq(subject, subject_of(k->in, name_y[j])) &&
			    (!numerators || mentions(of_y, name_y[j])))
				return true;
		}
	}
	return false;
}

static void join_readers(struct control *k)
{
	for (size_t i = 0; i < k->in->n_indicators; i++) {
		size_t n, x = k->formula_of[i];
		const struct str *id = expr_figures(k->in->indicator[i].value, &n);
		for (size_t j = 0; j < n; j++) {
			int64_t other = instrument_indicator_index(k->in, id[j]);
			if (other < 0 || k->in->indicator[other].table != k->formula[x].table)
				continue;
			join_topics(k, x, k->formula_of[other]);
			join_families(k, x, k->formula_of[other]);
		}
	}
}

static void join_compositions(struct control *k)
{
	for (size_t i = 0; i < k->in->n_lines; i++) {
		const struct figure_line *line = &k->in->line[i];
		for (size_t j = 1; str_is(line->kind, "composition") && j < line->n_indicators;
		     j++) {
			size_t x = k->formula_of[line->indicator[0]];
			size_t y = k->formula_of[line->indicator[j]];
			if (k->formula[x].table == k->formula[y].table) {
				join_topics(k, x, y);
				join_families(k, x, y);
			}
		}
	}
}

static void join_formulas(struct control *k)
{
	for (size_t x = 0; x < k->n_formulas; x++) {
		for (size_t y = x + 1; y < k->n_formulas; y++) {
			if (!k->formula[x].controlled || !k->formula[y].controlled ||
			    k->formula[x].table != k->formula[y].table)
				continue;
			if (share_subject(k, x, y, true))
				join_topics(k, x, y);
			if (share_subject(k, x, y, false))
				join_families(k, x, y);
		}
	}
	join_readers(k);
	join_compositions(k);
}

/* ---- views ---- */

static const struct views *views_of_dimension(struct control *k, struct str name)
{
	for (size_t i = 0; i < k->n_dimensions; i++) {
		if (str_eq(k->dimension[i], name))
			return k->dimension_views[i];
	}
	struct views *vs = NEW(k->a, 1, struct views);
	const struct figure_request request = { .dimension = &name, .n_dimensions = 1 };
	struct err ignored = { 0 };
	if (!views_make(k->a, k->in, k->tables, &request, LANG_ES, vs, &ignored))
		vs = NULL; /* a breakdown that this round's tables do not have */
	k->dimension = arena_grow(k->a, k->dimension, k->n_dimensions, k->n_dimensions + 1,
				  sizeof(*k->dimension));
	k->dimension_views = arena_grow(k->a, k->dimension_views, k->n_dimensions,
					k->n_dimensions + 1, sizeof(*k->dimension_views));
	k->dimension_shape = arena_grow(k->a, k->dimension_shape, k->n_dimensions,
					k->n_dimensions + 1, sizeof(*k->dimension_shape));
	struct figure_request *shape = NEW(k->a, 1, struct figure_request);
	struct str *kept = NEW(k->a, 1, struct str);
	*kept = name;
	*shape = (struct figure_request){ .dimension = kept, .n_dimensions = 1 };
	k->dimension_shape[k->n_dimensions] = shape;
	k->dimension[k->n_dimensions] = name;
	k->dimension_views[k->n_dimensions++] = vs;
	return vs;
}

/* Of one that was met. */
static const struct figure_request *shape_of_dimension(const struct control *k, struct str name)
{
	size_t i = 0;
	while (!str_eq(k->dimension[i], name))
		i++;
	return k->dimension_shape[i];
}

static const struct unit_rows *units_of(struct control *k, enum table_kind t)
{
	if (!k->units[t]) {
		k->units[t] = NEW(k->a, 1, struct unit_rows);
		unit_rows_make(k->a, k->tables->table[t], t, k->units[t]);
	}
	return k->units[t];
}

/* Rows of the indicator's universe in a group of its table; GROUP_NONE: in all of it. */
static struct row_set rows_of(struct control *k, const struct indicator *ind,
			      const struct view *v, uint32_t group)
{
	const struct frame *f = k->tables->table[ind->table];
	const struct expr_env env = { 0 };
	const uint8_t **holds = &k->universe[ind - k->in->indicator];
	if (ind->universe && !*holds)
		*holds = expr_holds(k->a, ind->universe, f, &env);
	const uint32_t *group_of_row = v ? v->grouping.group_of_row : NULL;
	struct row_set s = row_set_none(k->a, f->n_rows);
	for (size_t i = 0; i < f->n_rows; i++) {
		if ((!*holds || (*holds)[i]) && (!group_of_row || group_of_row[i] == group))
			row_set_add(&s, i);
	}
	return s;
}

/* ---- families and their places ---- */

static bool measure_formulas(struct control *k, struct family *m)
{
	const struct unit_rows *u = units_of(k, m->table);
	const struct expr **value = NEW(k->a, m->n, const struct expr *);
	size_t *which = NEW(k->a, m->n, size_t);
	size_t n = 0;
	for (size_t i = 0; i < m->n; i++) {
		if (!k->formula[m->member[i]].reads_figures) {
			which[n] = i;
			value[n++] = k->formula[m->member[i]].value;
		}
	}
	struct contribution *c = contributions_make(k->a, u, value, n, k->runner);
	for (size_t i = 0; i < n; i++) {
		struct formula_facts *f = &k->formula[m->member[which[i]]];
		f->c = c[i];
		formula_bound(f, u->n_rows, k->a);
	}
	return true;
}

static struct family *family_make(struct control *k, size_t number)
{
	struct family *m = NEW(k->a, 1, struct family);
	m->member = NEW(k->a, k->n_formulas, size_t);
	for (size_t i = 0; i < k->n_formulas; i++) {
		const struct formula_facts *f = &k->formula[i];
		if ((f->controlled || f->is_public) && f->family == number) {
			m->table = k->formula[i].table;
			m->member[m->n++] = i;
		}
	}
	if (m->n && k->tables->table[m->table])
		measure_formulas(k, m);
	return m;
}

static size_t member_of(const struct family *m, size_t formula)
{
	size_t i = 0;
	while (m->member[i] != formula)
		i++;
	return i;
}

/* The place of a stage at or below `stage` that shows the member of exactly these rows, and about
 * which there was something to decide; NULL: none. */
static const struct place *find_place(const struct family *m, size_t member,
				      const struct row_set *rows, size_t stage)
{
	for (size_t i = 0; i < m->n_places; i++) {
		const struct place *p = &m->place[i];
		if (p->stage <= stage && p->shown[member] && !p->open &&
		    row_set_equal(&p->rows, rows))
			return p;
	}
	return NULL;
}

static void add_place(struct control *k, struct family *m, size_t member,
		      const struct row_set *rows, const struct place *like)
{
	if (!row_set_count(rows) || (like->stage && find_place(m, member, rows, like->stage - 1)))
		return;
	struct place *p = NULL;
	for (size_t i = 0; i < m->n_places && !p; i++) {
		if (m->place[i].stage == like->stage && m->place[i].partition == like->partition &&
		    row_set_equal(&m->place[i].rows, rows))
			p = &m->place[i];
	}
	if (!p) {
		if (m->n_places == m->cap) {
			size_t cap = m->cap ? 2 * m->cap : 32;
			m->place = arena_grow(k->a, m->place, m->n_places, cap, sizeof(*m->place));
			m->cap = cap;
		}
		p = &m->place[m->n_places++];
		*p = *like;
		p->rows = *rows;
		p->shown = NEW(k->a, m->n, bool);
		p->primary = NEW(k->a, m->n, enum confidentiality);
		p->because = NEW(k->a, m->n, struct row_set);
		for (size_t i = 0; i < m->n; i++)
			p->primary[i] = CONF_FREE;
	}
	p->shown[member] = true;
}

/* Indicators of the family, one after the other. */
static bool in_family(const struct control *k, const struct family *m, size_t indicator)
{
	const struct formula_facts *f = &k->formula[k->formula_of[indicator]];
	bool counts = k->in->indicator[indicator].disclosure != DISCLOSURE_PUBLIC || f->is_public;
	return counts && has_units(f->table) && f->family == k->formula[m->member[0]].family;
}

/* Counts of clusters are public in the cells that the register makes and in those that the method
 * announces.  Broken down by answers beyond that, a count of clusters is a count of answers. */
static bool is_open(const struct control *k, const struct indicator *ind, const struct view *v,
		    size_t stage)
{
	return k->formula[k->formula_of[ind - k->in->indicator]].is_public &&
	       (stage < STAGE_REQUEST || !v || v->register_only);
}

/* A partition's number: places of one breakdown and one universe do not overlap. */
static size_t partition_of(struct control *k, struct str universe, const void *breakdown)
{
	for (size_t i = 0; i < k->n_partitions; i++) {
		if (k->partition[i].breakdown == breakdown &&
		    str_eq(k->partition[i].universe, universe))
			return i;
	}
	k->partition = arena_grow(k->a, k->partition, k->n_partitions, k->n_partitions + 1,
				  sizeof(*k->partition));
	k->partition[k->n_partitions] = (struct partition){ universe, breakdown };
	return k->n_partitions++;
}

static void add_cells(struct control *k, struct family *m, size_t indicator,
		      const struct views *vs, struct place like)
{
	const struct indicator *ind = &k->in->indicator[indicator];
	const struct view *v = vs ? &vs->table[ind->table] : NULL;
	if (v && (!v->frame || !v->usable))
		return;
	like.open = is_open(k, ind, v, like.stage);
	like.partition = partition_of(k, ind->universe_text, vs);
	like.world = !v ? NULL : v->register_only ? (const void *)k : (const void *)vs;
	size_t member = member_of(m, k->formula_of[indicator]);
	for (uint32_t g = 0; g < (v ? v->grouping.n_groups : 1); g++) {
		struct row_set rows = rows_of(k, ind, v, g);
		add_place(k, m, member, &rows, &like);
	}
}

static bool declares(const struct indicator *ind, struct str dimension)
{
	struct str rest = ind->breakdowns;
	for (struct str word = str_word(&rest); word.n; word = str_word(&rest)) {
		if (str_eq(word, dimension))
			return true;
	}
	return false;
}

/* Whether an indicator is made of the figure of that id, be it through others. */
static bool reads(const struct instrument *in, size_t indicator, struct str id)
{
	size_t n;
	const struct str *read = expr_figures(in->indicator[indicator].value, &n);
	for (size_t i = 0; i < n; i++) {
		int64_t at = instrument_indicator_index(in, read[i]);
		if (str_eq(read[i], id) || (at >= 0 && reads(in, (size_t)at, id)))
			return true;
	}
	return false;
}

/* By its name, or to make another one that is. */
static bool is_asked(const struct instrument *in, const struct figure_request *r,
		     const struct indicator *ind)
{
	for (size_t i = 0; i < r->n_ids; i++) {
		int64_t at = instrument_indicator_index(in, r->id[i]);
		if (at >= 0 && (str_eq(r->id[i], ind->id) || reads(in, (size_t)at, ind->id)))
			return true;
	}
	return !r->n_ids;
}

static void add_stage(struct control *k, struct family *m, size_t stage)
{
	for (size_t i = 0; i < k->in->n_indicators; i++) {
		const struct indicator *ind = &k->in->indicator[i];
		struct place like = { .stage = stage };
		if (!in_family(k, m, i))
			continue;
		if (stage == STAGE_WHOLE) {
			add_cells(k, m, i, NULL, like);
		} else if (stage == STAGE_DECLARED) {
			struct str rest = ind->breakdowns;
			for (struct str w = str_word(&rest); w.n; w = str_word(&rest)) {
				const struct views *vs = views_of_dimension(k, w);
				like.shape = shape_of_dimension(k, w);
				if (vs)
					add_cells(k, m, i, vs, like);
			}
		} else {
			const struct figure_request *r = &k->request[stage - STAGE_REQUEST];
			const struct views *vs = &k->request_views[stage - STAGE_REQUEST];
			like.subset = r->where.n > 0;
			like.shape = r;
			if (is_asked(k->in, r, ind))
				add_cells(k, m, i, vs, like);
		}
	}
}

/* ---- the figures ---- */

static bool decide(struct control *k, size_t number, size_t n_stages, struct family **out,
		   struct err *e)
{
	struct family *m = family_make(k, number);
	*out = m;
	if (!m->n || !k->tables->table[m->table])
		return true;
	for (size_t stage = 0; stage < n_stages; stage++) {
		add_stage(k, m, stage);
		if (!stage_decide(k, m, stage, e))
			return false;
	}
	return stage_audit(k, m, n_stages, e);
}

/* What becomes of an indicator in the rows of a cell. */
static enum confidentiality verdict(const struct control *k, const struct family *m,
				    size_t indicator, const struct row_set *rows)
{
	size_t member = member_of(m, k->formula_of[indicator]);
	const struct place *p = find_place(m, member, rows, SIZE_MAX);
	if (!p)
		return CONF_FREE;
	if (p->primary[member] != CONF_FREE)
		return p->primary[member];
	return p->hidden ? CONF_SECONDARY : CONF_FREE;
}

static void blank(struct figure *f, enum confidentiality conf)
{
	*f = (struct figure){ .indicator = f->indicator,
			      .status = STATUS_SUPPRESSED,
			      .conf = conf,
			      .result = { .missing = MISSING_NR, .kind = f->result.kind } };
}

static void add_finding(struct control *k, const struct family *m, size_t figure, size_t cell,
			const struct figure *f, const struct row_set *rows,
			struct disclosure_report *out)
{
	size_t indicator = (size_t)(f->indicator - k->in->indicator);
	const struct formula_facts *facts = &k->formula[k->formula_of[indicator]];
	struct disclosure_finding *found = &out->finding[out->n++];
	*found = (struct disclosure_finding){ .figure = figure, .cell = cell, .conf = f->conf };
	if (facts->reads_figures)
		return;
	const struct unit_rows *u = units_of(k, m->table);
	found->contributors =
		unit_tally(k->a, u, facts->c.valid, NULL, rows, &k->rule).contributors;
	stage_range(k, m, member_of(m, k->formula_of[indicator]), rows, found);
	out->n_exposed += found->exposed;
}

/* What is decided about one request: families by number, NULL where none was needed. */
struct decided {
	struct control *k;
	struct family **family;
	const struct figure_request *request;
	const struct views *vs; /* NULL: the whole round */
	size_t n_stages;
};

/* A public figure that nothing is decided about: asked for by the register, or as announced. */
static bool is_free(const struct decided *d, const struct indicator *ind)
{
	const struct figure_request *r = d->request;
	if (ind->disclosure != DISCLOSURE_PUBLIC)
		return false;
	return !d->vs || d->vs->table[ind->table].register_only ||
	       (r->n_dimensions == 1 && !r->where.n && declares(ind, r->dimension[0]));
}

static bool is_decided(const struct decided *d, const struct indicator *ind)
{
	return has_units(ind->table) && d->k->tables->table[ind->table] && !is_free(d, ind);
}

static struct family **family_of(const struct decided *d, const struct indicator *ind)
{
	return &d->family[d->k->formula[d->k->formula_of[ind - d->k->in->indicator]].family];
}

/* About the indicator and those it is made of. */
static bool decide_about(const struct decided *d, const struct indicator *ind, struct err *e)
{
	struct family **m = family_of(d, ind);
	size_t n, number = (size_t)(m - d->family);
	const struct str *id = expr_figures(ind->value, &n);
	if (is_decided(d, ind) && !*m && !decide(d->k, number, d->n_stages, m, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		int64_t at = instrument_indicator_index(d->k->in, id[i]);
		if (at >= 0 && !decide_about(d, &d->k->in->indicator[at], e))
			return false;
	}
	return true;
}

static enum confidentiality conf_of(const struct decided *d, const struct indicator *ind,
				    size_t cell)
{
	const struct view *v = d->vs ? &d->vs->table[ind->table] : NULL;
	if (!is_decided(d, ind) || (v && (!v->usable || v->group_of_cell[cell] == GROUP_NONE)))
		return CONF_FREE;
	struct row_set rows = rows_of(d->k, ind, v, v ? v->group_of_cell[cell] : 0);
	return verdict(d->k, *family_of(d, ind), (size_t)(ind - d->k->in->indicator), &rows);
}

/* A figure made of others is suppressed wherever one of them is, asked for or not. */
static bool reads_suppressed(const struct decided *d, const struct indicator *ind, size_t cell)
{
	size_t n;
	const struct str *id = expr_figures(ind->value, &n);
	for (size_t i = 0; i < n; i++) {
		int64_t at = instrument_indicator_index(d->k->in, id[i]);
		const struct indicator *other = at < 0 ? NULL : &d->k->in->indicator[at];
		if (other && (conf_of(d, other, cell) != CONF_FREE ||
			      reads_suppressed(d, other, cell)))
			return true;
	}
	return false;
}

static void apply_to(const struct decided *d, size_t figure, struct figures *fs,
		     struct disclosure_report *out)
{
	for (size_t cell = 0; cell < fs->n_cells; cell++) {
		struct figure *f = &fs->figure[figure * fs->n_cells + cell];
		const struct indicator *ind = f->indicator;
		enum confidentiality conf = conf_of(d, ind, cell);
		if (conf != CONF_FREE) {
			const struct view *v = d->vs ? &d->vs->table[ind->table] : NULL;
			struct row_set rows =
				rows_of(d->k, ind, v, v ? v->group_of_cell[cell] : 0);
			blank(f, conf);
			add_finding(d->k, *family_of(d, ind), figure, cell, f, &rows, out);
		} else if (reads_suppressed(d, ind, cell)) {
			blank(f, CONF_SECONDARY);
			out->finding[out->n++] = (struct disclosure_finding){
				.figure = figure, .cell = cell, .conf = CONF_SECONDARY
			};
		}
	}
}

/* ---- what is asked ---- */

bool disclosure_is_declared(const struct instrument *in, const struct figure_request *request)
{
	if (request->where.n || request->n_dimensions > 1)
		return false;
	for (size_t i = 0; request->n_dimensions && i < in->n_indicators; i++) {
		const struct indicator *ind = &in->indicator[i];
		if (has_units(ind->table) && is_asked(in, request, ind) &&
		    !declares(ind, request->dimension[0]))
			return false;
	}
	return true;
}

static bool is_whole(const struct figure_request *r)
{
	return !r->n_dimensions && !r->where.n;
}

static bool lay_requests(struct control *k, const struct figure_request *request,
			 const struct published_requests *before, struct err *e)
{
	size_t n = before ? before->n : 0;
	struct figure_request *all = NEW(k->a, n + 1, struct figure_request);
	k->request_views = NEW(k->a, n + 1, struct views);
	for (size_t i = 0; i < n; i++) {
		struct err ignored = { 0 };
		all[k->n_requests] = before->request[i];
		/* What can no longer be asked (a name that is gone) tells nothing. */
		k->n_requests += views_make(k->a, k->in, k->tables, &before->request[i], LANG_ES,
					    &k->request_views[k->n_requests], &ignored);
	}
	all[k->n_requests] = *request;
	if (!views_make(k->a, k->in, k->tables, request, LANG_ES, &k->request_views[k->n_requests],
			e))
		return false;
	k->n_requests++;
	k->request = all;
	return true;
}

bool disclosure_apply(struct arena *a, const struct instrument *in,
		      const struct fact_tables *tables, const struct figure_request *request,
		      const struct published_requests *before, const struct runner *runner,
		      struct figures *fs, struct disclosure_report *out, struct err *e)
{
	struct control k = { .a = a, .in = in, .tables = tables, .runner = runner };
	struct disclosure_report report = {
		.finding = NEW(a, fs->n_figures * fs->n_cells, struct disclosure_finding)
	};
	if (!disclosure_rule_read(in, &k.rule, e) || !lay_requests(&k, request, before, e))
		return false;
	list_formulas(&k);
	join_formulas(&k);
	size_t n_stages = is_whole(request) ? STAGE_WHOLE + 1 : STAGE_REQUEST + k.n_requests;
	const struct decided d = {
		.k = &k,
		.family = NEW(a, k.n_formulas, struct family *),
		.request = request,
		.vs = is_whole(request) ? NULL : &k.request_views[k.n_requests - 1],
		.n_stages = n_stages,
	};
	for (size_t i = 0; i < fs->n_figures && fs->n_cells; i++) {
		if (!decide_about(&d, fs->figure[i * fs->n_cells].indicator, e))
			return false;
		apply_to(&d, i, fs, &report);
	}
	*out = report;
	return true;
}

bool figures_publish(struct arena *a, const struct instrument *in,
		     const struct fact_tables *tables, const struct figure_request *request,
		     const struct published_requests *before, enum lang lang,
		     const struct runner *runner, struct figures *out,
		     struct disclosure_report *report, struct err *e)
{
	struct figures fs;
	struct disclosure_report found;
	if (!figures_compute(a, in, tables, request, lang, runner, &fs, e) ||
	    !disclosure_apply(a, in, tables, request, before, runner, &fs, &found, e))
		return false;
	*out = fs;
	if (report)
		*report = found;
	return true;
}
