/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far two people agree on points: a sample scored twice. */
#include <stdlib.h>

#include "app/review.h"
#include "base/num.h"
#include "stat/bootstrap.h"
#include "stat/homogeneity.h"
#include "stat/random.h"

enum {
	CATEGORIES = SCORING_MOST + 1,
	KAPPA_DRAWS = 2000,
	KAPPA_SEED = 1,
	KAPPA_PURPOSE = 71, /* of the streams of random numbers */
	SAMPLE_PURPOSE = 72,
	INTERVAL_CLUSTERS_MIN = 6, /* below, an interval would promise too much */
};

/* ---- the first points ---- */

struct gathering {
	struct call *c;
	struct store *s;
	struct review_agreement out;
	const struct known_instrument *known;
	struct stored_answers answers; /* of the sampled that have any */
	struct scores scores;
};

/* What counts of a cluster: its accepted answer, else what it sent. */
static bool document_of(struct gathering *g, struct str cluster, struct str *out, struct err *e)
{
	const struct form *f = g->known->instrument->form[FORM_CLUSTER];
	const struct questionnaire_key key = { .round = g->out.round.id,
					       .form = FORM_CLUSTER,
					       .cluster = cluster };
	struct stored_answer answer;
	struct sheet sheet;
	bool found;
	*out = (struct str){ 0 };
	if (!store_find_answer(g->s, g->c->a, key.round, FORM_CLUSTER, f, cluster, STR(""), &found,
			       &answer, e))
		return false;
	if (found) {
		*out = answer.document;
		return true;
	}
	if (!sheet_open(g->c, g->s, &key, &sheet, e))
		return false;
	if (sheet.found && sheet.head.state == QUESTIONNAIRE_SENT)
		*out = sheet.look->document;
	return true;
}

static bool read_answers(struct gathering *g, struct err *e)
{
	struct stored_answers *all = &g->answers;
	const size_t n = g->out.n_sampled;
	all->cluster = NEW(g->c->a, n + 1, struct str);
	all->document = NEW(g->c->a, n + 1, struct str);
	all->warned = NEW(g->c->a, n + 1, struct warned);
	for (size_t i = 0; i < n; i++) {
		struct str document;
		if (!document_of(g, g->out.sampled[i].cluster, &document, e))
			return err_in(e, "%.*s", STR_ARG(g->out.sampled[i].cluster));
		if (!document.n)
			continue;
		all->cluster[all->n] = g->out.sampled[i].cluster;
		all->document[all->n++] = document;
	}
	return true;
}

static const struct cluster_score *score_of(const struct gathering *g, struct str cluster)
{
	for (size_t i = 0; i < g->scores.n; i++)
		if (str_eq(g->scores.cluster[i].cluster, cluster))
			return &g->scores.cluster[i];
	return NULL;
}

/* ---- pairs ---- */

static size_t item_of(const struct instrument *in, struct str question)
{
	for (size_t i = 0; i < in->n_items; i++)
		if (str_eq(in->item[i].question, question))
			return i;
	return SIZE_MAX;
}

static int quarters_of(int64_t points_micro, int64_t max_micro)
{
	return max_micro > 0 ? (int)num_round_div((__int128)SCORING_MOST * points_micro, max_micro)
			     : 0;
}

static bool pair_of(const struct gathering *g, const struct scoring *in, struct review_pair *out)
{
	const struct instrument *m = g->out.instrument;
	const struct cluster_score *own = score_of(g, in->cluster);
	const size_t item = item_of(m, in->question);
	if (!own || item == SIZE_MAX || in->quarters == SCORING_NONE ||
	    own->item[item].missing == MISSING_NA)
		return false;
	*out = (struct review_pair){
		.cluster = in->cluster,
		.item = item,
		.scorer = in->scorer,
		.first = quarters_of(own->item[item].points_micro, m->item[item].max_micro),
		.second = (int)in->quarters,
	};
	return true;
}

static bool make_pairs(struct gathering *g, struct err *e)
{
	struct scoring *list;
	size_t n;
	if (!store_list_scorings(g->s, g->c->a, g->out.round.id, STR(""), STR(""), &list, &n, e))
		return false;
	struct review_pair *pair = NEW(g->c->a, n + 1, struct review_pair);
	size_t *n_scored = NEW(g->c->a, g->out.n_sampled + 1, size_t);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < g->out.n_sampled; k++)
			n_scored[k] += str_eq(list[i].scorer, g->c->caller.name) &&
				       str_eq(list[i].cluster, g->out.sampled[k].cluster);
		g->out.n_pairs += pair_of(g, &list[i], &pair[g->out.n_pairs]);
	}
	g->out.pair = pair;
	g->out.n_scored = n_scored;
	return true;
}

/* ---- kappa ---- */

struct kappa_units {
	const struct review_pair *const *pair;
	const size_t *unit; /* cluster of each pair, 0..n_units-1 */
	size_t n, n_units;
};

static bool kappa_value(void *arg, const uint32_t *times, double *out)
{
	const struct kappa_units *u = arg;
	double count[CATEGORIES * CATEGORIES] = { 0 };
	struct kappa k;
	for (size_t i = 0; i < u->n; i++)
		count[u->pair[i]->first * CATEGORIES + u->pair[i]->second] += times[u->unit[i]];
	if (!homogeneity_kappa(count, CATEGORIES, &k))
		return false;
	*out = k.linear;
	return true;
}

/* Pairs come cluster by cluster. */
static size_t number_units(const struct review_pair *const *pair, size_t n, size_t *unit)
{
	size_t n_units = 0;
	for (size_t i = 0; i < n; i++) {
		n_units += i == 0 || !str_eq(pair[i]->cluster, pair[i - 1]->cluster);
		unit[i] = n_units - 1;
	}
	return n_units;
}

static void put_interval(const struct call *c, struct kappa_units *u, struct review_kappa *out)
{
	const struct bootstrap_statistic s = { .n = u->n_units, .value = kappa_value, .arg = u };
	const struct bootstrap_plan plan = { .n_replicate = KAPPA_DRAWS,
					     .level = 0.95,
					     .seed = KAPPA_SEED,
					     .purpose = KAPPA_PURPOSE,
					     .runner = c->runner };
	struct bootstrap_result r;
	struct err ignored = { 0 };
	if (u->n_units < INTERVAL_CLUSTERS_MIN ||
	    !bootstrap_sample(c->a, &s, &plan, &r, &ignored))
		return;
	out->has_interval = true;
	out->low = r.low;
	out->high = r.high;
}

static struct review_kappa kappa_of(const struct call *c, const struct review_pair *const *pair,
				    size_t n)
{
	struct review_kappa out = { .n = n };
	size_t *unit = NEW(c->a, n + 1, size_t);
	struct kappa_units u = { .pair = pair, .unit = unit, .n = n };
	u.n_units = out.n_clusters = number_units(pair, n, unit);
	uint32_t *once = NEW(c->a, u.n_units + 1, uint32_t);
	for (size_t i = 0; i < u.n_units; i++)
		once[i] = 1;
	for (size_t i = 0; i < n; i++)
		out.agree += pair[i]->first == pair[i]->second;
	out.agree = n ? out.agree / (double)n : 0;
	out.computed = n && kappa_value(&u, once, &out.kappa);
	if (out.computed)
		put_interval(c, &u, &out);
	return out;
}

static void make_kappas(struct gathering *g)
{
	struct arena *a = g->c->a;
	const struct instrument *in = g->out.instrument;
	struct review_kappa *area = NEW(a, in->n_areas, struct review_kappa);
	const struct review_pair **some = NEW(a, g->out.n_pairs + 1, const struct review_pair *);
	for (size_t k = 0; k <= in->n_areas; k++) {
		size_t n = 0;
		for (size_t i = 0; i < g->out.n_pairs; i++)
			if (k == in->n_areas || in->item[g->out.pair[i].item].area == k)
				some[n++] = &g->out.pair[i];
		*(k == in->n_areas ? &g->out.whole : &area[k]) = kappa_of(g->c, some, n);
	}
	g->out.area = area;
}

bool review_agreement(struct call *c, struct store *s, struct str round,
		      struct review_agreement *out, struct err *e)
{
	struct gathering g = { .c = c, .s = s };
	struct sampled *sampled;
	struct measure m;
	if (!store_get_round(s, c->a, round, &g.out.round, e) ||
	    !cache_known(c, s, g.out.round.instrument_id, g.out.round.instrument_version, &g.known,
			 e) ||
	    !store_list_sample(s, c->a, round, &sampled, &g.out.n_sampled, e))
		return false;
	g.out.sampled = sampled;
	g.out.instrument = g.known->instrument;
	if (!read_answers(&g, e))
		return false;
	if (g.answers.n) {
		if (!measure_answers(c, s, round, &g.answers, &m, e))
			return false;
		g.scores = m.scores;
	}
	if (!make_pairs(&g, e))
		return false;
	make_kappas(&g);
	*out = g.out;
	return true;
}

/* ---- drawing ---- */

struct drawing {
	struct str round;
	const struct str *cluster;
	size_t n;
	int64_t seed;
};

static bool is_in(const struct str *list, size_t n, struct str id)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], id))
			return true;
	return false;
}

static bool is_sampled(const struct sampled *list, size_t n, struct str id)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].cluster, id))
			return true;
	return false;
}

static int by_id(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Clusters that answered and were not drawn yet, by id. */
static bool candidates(struct call *c, struct store *s, struct str round, struct str **ret_id,
		       size_t *ret_n, struct err *e)
{
	struct stored_questionnaire *head;
	struct stored_answers got;
	struct sampled *sampled;
	size_t n_heads, n_sampled, n = 0;
	if (!store_list_questionnaires(s, c->a, round, FORM_CLUSTER, &head, &n_heads, e) ||
	    !store_get_answers(s, c->a, round, FORM_CLUSTER, NULL, &got, e) ||
	    !store_list_sample(s, c->a, round, &sampled, &n_sampled, e))
		return false;
	struct str *id = NEW(c->a, n_heads + got.n + 1, struct str);
	for (size_t i = 0; i < got.n; i++)
		if (!is_sampled(sampled, n_sampled, got.cluster[i]))
			id[n++] = got.cluster[i];
	for (size_t i = 0; i < n_heads; i++)
		if (head[i].state == QUESTIONNAIRE_SENT && !is_in(id, n, head[i].key.cluster) &&
		    !is_sampled(sampled, n_sampled, head[i].key.cluster))
			id[n++] = head[i].key.cluster;
	if (n)
		qsort(id, n, sizeof(*id), by_id);
	*ret_id = id;
	*ret_n = n;
	return true;
}

bool prepare_review_sample(struct call *c, struct err *e)
{
	struct drawing *d = NEW(c->a, 1, struct drawing);
	struct stored_round round;
	struct store *s;
	struct str *id;
	size_t n;
	c->prepared = d;
	d->round = call_text(c, "--round");
	d->seed = call_integer(c, "--seed", 1);
	if (!call_store(c, &s, e) || !store_get_round_head(s, c->a, d->round, &round, e) ||
	    !candidates(c, s, d->round, &id, &n, e))
		return false;
	if (!n)
		return err_say(e, ERR_CONFLICT,
			       "no queda ningún clúster que haya respondido y no esté en la "
			       "muestra",
			       "no cluster is left that has answered and is not in the sample");
	const size_t most = (size_t)call_integer(c, "--n", 1);
	struct random r = random_of((uint64_t)d->seed, SAMPLE_PURPOSE, 0, 0);
	d->n = most < n ? most : n;
	for (size_t i = 0; i < d->n; i++) {
		const size_t k = i + random_below(&r, (uint32_t)(n - i));
		const struct str other = id[i];
		id[i] = id[k];
		id[k] = other;
	}
	d->cluster = id;
	return true;
}

bool do_review_sample(struct call *c, struct err *e)
{
	const struct drawing *d = c->prepared;
	struct store *s;
	return call_store(c, &s, e) &&
	       store_add_sample(s, d->round, d->cluster, d->n, d->seed, e);
}

/* ---- scoring ---- */

struct points {
	struct str round;
	struct scoring *scoring;
	size_t n;
};

static bool read_quarters(struct str value, int64_t *out)
{
	if (str_is(value, "none")) {
		*out = SCORING_NONE;
		return true;
	}
	return num_int(value, out) && *out >= 0 && *out <= SCORING_MOST;
}

bool prepare_review_scoring(struct call *c, struct err *e)
{
	struct points *p = NEW(c->a, 1, struct points);
	const struct values *pairs = call_values(c, "POINTS");
	const struct instrument *in;
	struct stored_round round;
	struct store *s;
	c->prepared = p;
	p->round = call_text(c, "--round");
	if (!call_store(c, &s, e) || !store_get_round_head(s, c->a, p->round, &round, e) ||
	    !cache_instrument(c, s, round.instrument_id, round.instrument_version, &in, e))
		return false;
	p->scoring = NEW(c->a, pairs->n + 1, struct scoring);
	for (size_t i = 0; i < pairs->n; i++) {
		struct scoring *one = &p->scoring[p->n];
		struct str value = pairs->text[i];
		one->question = str_cut(&value, '=');
		one->cluster = call_text(c, "--cluster");
		if (!value.n)
			continue; /* not judged yet */
		if (item_of(in, one->question) == SIZE_MAX ||
		    !read_quarters(value, &one->quarters)) {
			c->blamed = "points";
			return err_say(e, ERR_INPUT,
				       "%.*s: dé de 0 a %d cuartos de un ítem puntuado, o none",
				       "%.*s: give 0 to %d quarters of a scored item, or none",
				       STR_ARG(one->question), SCORING_MOST);
		}
		p->n++;
	}
	return true;
}

bool do_review_scoring(struct call *c, struct err *e)
{
	const struct points *p = c->prepared;
	struct store *s;
	return call_store(c, &s, e) && store_add_scorings(s, p->round, p->scoring, p->n, e);
}
