/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/measure.h"

#include "app/catalogue.h"
#include "base/date.h"

bool measure_instrument(const struct call *c, struct store *s, struct str id, struct str version,
			const struct instrument **out, struct err *e)
{
	struct stored_instrument stored;
	if (!store_get_instrument(s, c->a, id, version, &stored, e))
		return false;
	struct instrument_file file = { .path = STR("canonical"), .bytes = stored.canonical };
	struct problems ps;
	problems_init(&ps, c->a, c->lang);
	if (!instrument_load(c->a, &file, 1, &ps, out, e))
		return err_in(e, "instrument %.*s@%.*s", STR_ARG(id), STR_ARG(version));
	if (!*out)
		return err_say(e, ERR_IO,
			       "instrumento %.*s@%.*s: este programa no lo lee como el que lo "
			       "publicó: %.*s",
			       "instrument %.*s@%.*s: this program does not read it as the one "
			       "that published it: %.*s",
			       STR_ARG(id), STR_ARG(version),
			       STR_ARG(ps.n ? ps.item[0].message : STR("")));
	return true;
}

/* ---- rounds ---- */

static bool days_of(struct str iso, int32_t *out)
{
	struct date d;
	if (!iso.n || !date_parse(iso, false, &d))
		return false;
	*out = date_days(d);
	return true;
}

static bool load_rounds(const struct call *c, struct store *s, struct measure *m, struct err *e)
{
	struct stored_round *list;
	if (!store_list_rounds(s, c->a, &list, &m->n_rounds, e))
		return false;
	struct round_fact *r = NEW(c->a, m->n_rounds, struct round_fact);
	for (size_t i = 0; i < m->n_rounds; i++) {
		r[i] = (struct round_fact){ .id = list[i].id,
					    .year = list[i].year,
					    .ordinal = (int)i + 1 };
		r[i].has_from = days_of(list[i].from, &r[i].from);
		r[i].has_to = days_of(list[i].to, &r[i].to);
		if (str_eq(list[i].id, m->round.id))
			m->current = i;
	}
	m->rounds = r;
	return true;
}

/* ---- answers ---- */

/* Names that formulas read. */
struct names {
	struct arena *a;
	struct str *item;
	size_t n, cap;
};

static void names_add(struct names *ns, const struct expr *e)
{
	size_t n = 0;
	const struct str *name = e ? expr_names(e, &n) : NULL;
	if (ns->n + n > ns->cap) {
		size_t cap = 2 * (ns->n + n);
		ns->item = arena_grow(ns->a, ns->item, ns->n, cap, sizeof(*ns->item));
		ns->cap = cap;
	}
	for (size_t i = 0; i < n; i++)
		ns->item[ns->n++] = name[i];
}

static void names_add_one(struct names *ns, struct str name)
{
	ns->item = arena_grow(ns->a, ns->item, ns->n, ns->n + 1, sizeof(*ns->item));
	ns->item[ns->n++] = name;
	ns->cap = ns->n;
}

static struct names names_over_companies(struct arena *a, const struct instrument *in)
{
	struct names ns = { .a = a, .item = NEW(a, 1, struct str), .cap = 1 };
	for (size_t i = 0; i < in->n_indicators; i++) {
		if (in->indicator[i].table == TABLE_COMPANY) {
			names_add(&ns, in->indicator[i].value);
			names_add(&ns, in->indicator[i].universe);
		}
	}
	names_add_one(&ns, STR("company")); /* who stands behind a figure */
	return ns;
}

/* Company answers are many: only the questions that figures over them read get a column, and any
 * that is not personal when the caller may name it. */
static const bool *wanted_of_companies(const struct call *c, const struct instrument *in,
				       const struct names *names, bool any_name)
{
	const struct form *f = in->form[FORM_COMPANY];
	bool *wanted = NEW(c->a, f->n_questions, bool);
	for (size_t i = 0; i < f->n_questions; i++)
		wanted[i] = any_name && !f->question[i].personal;
	for (size_t i = 0; i < names->n; i++) {
		const struct question *q = form_question(f, names->item[i]);
		if (q)
			wanted[q - f->question] = true;
	}
	return wanted;
}

static bool has_figure_over(const struct instrument *in, enum table_kind table)
{
	for (size_t i = 0; i < in->n_indicators; i++) {
		if (in->indicator[i].table == table)
			return true;
	}
	return false;
}

/* Personal answers stay sealed unless a question that is wanted is one. */
static const struct form *to_open(const struct form *f, const bool *wanted)
{
	for (size_t i = 0; i < f->n_questions; i++) {
		if (f->question[i].personal && (!wanted || wanted[i]))
			return f;
	}
	return NULL;
}

/* The typed answers of a form; an empty frame when there is the form but nothing is read. */
static bool load_answers(const struct call *c, struct store *s, struct measure *m, int form,
			 const struct names *names, bool any_name, const struct frame **out,
			 struct err *e)
{
	const struct form *f = m->instrument->form[form];
	struct stored_answers *got = &m->answers[form];
	const bool *wanted = NULL;
	*out = NULL;
	if (!f)
		return true;
	if (m->proposed && form == FORM_COMPANY)
		return true;
	if (form == FORM_COMPANY)
		wanted = wanted_of_companies(c, m->instrument, names, any_name);
	if (!m->proposed &&
	    (form == FORM_CLUSTER || any_name || has_figure_over(m->instrument, TABLE_COMPANY)) &&
	    !store_get_answers(s, c->a, m->round.id, form, to_open(f, wanted), got, e))
		return false;
	return response_frame(c->a, f, got->document, got->cluster, got->company, got->n, wanted,
			      out, e) ||
		err_in(e, "%.*s", STR_ARG(m->round.id));
}

static bool count_warnings(struct store *s, struct measure *m, struct err *e)
{
	if (m->proposed) {
		m->n_warnings = m->answers[FORM_CLUSTER].n_warnings;
		m->n_unexplained = m->answers[FORM_CLUSTER].n_unexplained;
		return true;
	}
	for (int form = FORM_CLUSTER; form <= FORM_COMPANY; form++) {
		int64_t n, warnings, unexplained;
		if (!store_count_answers(s, m->round.id, form, &n, &warnings, &unexplained, e))
			return false;
		m->n_warnings += warnings;
		m->n_unexplained += unexplained;
	}
	return true;
}

static bool make_tables(const struct call *c, struct store *s, struct measure *m, bool any_name,
			struct err *e)
{
	struct fact_input in = { .instrument = m->instrument,
				 .round = m->rounds,
				 .n_rounds = m->n_rounds,
				 .current = m->current,
				 .clusters = &m->clusters,
				 .catalogues = m->catalogues };
	struct names names = names_over_companies(c->a, m->instrument);
	if (!any_name) {
		in.company_column = names.item;
		in.n_company_columns = names.n;
	}
	for (int form = FORM_CLUSTER; form <= FORM_COMPANY; form++) {
		if (!load_answers(c, s, m, form, &names, any_name, &in.answers[form], e))
			return false;
		in.cluster[form] = m->answers[form].cluster;
	}
	in.company = m->answers[FORM_COMPANY].company;
	fact_tables_make(c->a, &in, &m->tables);
	return true;
}

static struct str hash_of_documents(const struct call *c, const struct stored_answers *got)
{
	struct sha256_state state;
	sha256_start(&state);
	for (size_t i = 0; i < got->n; i++) {
		sha256_add(&state, got->cluster[i]);
		sha256_add(&state, got->document[i]);
	}
	return sha256_hex(c->a, sha256_end(&state));
}

static bool data_hash(const struct call *c, struct store *s, struct measure *m, struct err *e)
{
	m->data_sha256 = m->proposed ? hash_of_documents(c, &m->answers[FORM_CLUSTER])
				     : m->round.data_sha256;
	if (m->data_sha256.n)
		return true;
	const struct form *const form[2] = { m->instrument->form[0], m->instrument->form[1] };
	struct sha256 h;
	if (!store_hash_round(s, c->a, m->round.id, form, &h, e))
		return false;
	m->data_sha256 = sha256_hex(c->a, h);
	return true;
}

/* ---- what was answered before ---- */

enum { REQUESTS_MAX = 100 }; /* beyond what the method declares, in one round */

/* Words with a space between. */
static const struct str *words_of(struct arena *a, struct str text, size_t *ret_n)
{
	struct str rest = text, *word = NEW(a, text.n / 2 + 1, struct str);
	*ret_n = 0;
	for (struct str w = str_word(&rest); w.n; w = str_word(&rest))
		word[(*ret_n)++] = w;
	return word;
}

static struct str joined(struct arena *a, const struct str *word, size_t n)
{
	struct buf b;
	buf_init(&b, a, 1 << 16);
	for (size_t i = 0; i < n; i++) {
		buf_puts(&b, i ? " " : "");
		buf_put(&b, word[i]);
	}
	return buf_str(&b);
}

static bool is_frozen(const struct measure *m)
{
	return m->round.state == ROUND_FROZEN || m->round.state == ROUND_PUBLISHED;
}

static bool load_requests(const struct call *c, struct store *s, struct measure *m, struct err *e)
{
	struct stored_request *list;
	size_t n;
	m->store = s;
	if (!is_frozen(m))
		return true;
	if (!store_list_requests(s, c->a, m->round.id, &list, &n, e))
		return false;
	struct figure_request *r = NEW(c->a, n, struct figure_request);
	for (size_t i = 0; i < n; i++) {
		r[i].dimension = words_of(c->a, list[i].dimensions, &r[i].n_dimensions);
		r[i].where = list[i].condition;
		r[i].id = words_of(c->a, list[i].figures, &r[i].n_ids);
	}
	m->before = (struct published_requests){ r, n };
	return true;
}

static bool is_known(const struct measure *m, struct arena *a, const struct stored_request *r)
{
	for (size_t i = 0; i < m->before.n; i++) {
		const struct figure_request *b = &m->before.request[i];
		if (str_eq(joined(a, b->dimension, b->n_dimensions), r->dimensions) &&
		    str_eq(b->where, r->condition) &&
		    str_eq(joined(a, b->id, b->n_ids), r->figures))
			return true;
	}
	return false;
}

static bool remember(const struct call *c, const struct measure *m,
		     const struct figure_request *request, struct err *e)
{
	struct stored_request r = {
		.dimensions = joined(c->a, request->dimension, request->n_dimensions),
		.condition = request->where,
		.figures = joined(c->a, request->id, request->n_ids),
	};
	if (!is_frozen(m) || disclosure_is_declared(m->instrument, request) ||
	    is_known(m, c->a, &r))
		return true;
	if (m->before.n >= REQUESTS_MAX)
		return err_say(e, ERR_LIMIT,
			       "la ronda %.*s ya respondió %d consultas que el método no anuncia; "
			       "declare en `breakdowns` los desgloses que hagan falta",
			       "round %.*s has answered %d requests that the method does not "
			       "announce; declare the breakdowns that are needed in `breakdowns`",
			       STR_ARG(m->round.id), REQUESTS_MAX);
	return store_put_request(m->store, m->round.id, &r, e);
}

static bool measure(const struct call *c, struct store *s, struct str round, bool any_name,
		    const struct stored_answers *proposed, struct measure *out, struct err *e)
{
	struct measure m = { .proposed = proposed != NULL };
	if (proposed)
		m.answers[FORM_CLUSTER] = *proposed;
	if (!store_get_round(s, c->a, round, &m.round, e) || !load_rounds(c, s, &m, e) ||
	    !measure_instrument(c, s, m.round.instrument_id, m.round.instrument_version,
				&m.instrument, e) ||
	    !store_get_round_register(s, c->a, round, &m.clusters, e) ||
	    !catalogues_load(c->a, c->lang, &m.catalogues, e) ||
	    !make_tables(c, s, &m, any_name, e) || !count_warnings(s, &m, e) ||
	    !data_hash(c, s, &m, e) || !load_requests(c, s, &m, e))
		return false;
	if (m.tables.table[TABLE_CLUSTER]) {
		if (!score_clusters(c->a, m.instrument, m.tables.table[TABLE_CLUSTER], NULL,
				    &m.scores, e))
			return false;
		score_join(c->a, m.instrument, &m.scores, &m.tables);
	}
	*out = m;
	return true;
}

bool measure_round(const struct call *c, struct store *s, struct str round, bool any_name,
		   struct measure *out, struct err *e)
{
	return measure(c, s, round, any_name, NULL, out, e);
}

bool measure_answers(const struct call *c, struct store *s, struct str round,
		     const struct stored_answers *clusters, struct measure *out, struct err *e)
{
	return measure(c, s, round, false, clusters, out, e);
}

bool measure_figures(const struct call *c, const struct measure *m,
		     const struct figure_request *request, struct figures *out, struct err *e)
{
	return figures_publish(c->a, m->instrument, &m->tables, request, &m->before, c->lang,
			       c->runner, out, NULL, e) &&
	       remember(c, m, request, e);
}

bool measure_before(const struct call *c, struct store *s, const struct measure *m,
		    struct measure *out, bool *ret_found, struct err *e)
{
	struct measure one;
	*ret_found = false;
	for (size_t i = m->current; i-- > 0 && !*ret_found;) {
		if (!measure_round(c, s, m->rounds[i].id, false, &one, e))
			return false;
		*ret_found = one.scores.n > 0;
	}
	if (*ret_found)
		*out = one;
	return true;
}

struct round_side measure_side(const struct measure *m)
{
	return (struct round_side){ .round = &m->rounds[m->current],
				    .instrument = m->instrument,
				    .tables = &m->tables,
				    .scores = &m->scores };
}
