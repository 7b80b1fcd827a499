/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How sure each level is, and what moves it. */
#include <math.h>

#include "app/print.h"
#include "app/run.h"
#include "base/num.h"
#include "codec/json.h"
#include "score/robustness.h"

enum { LINE_BYTES_MAX = 1 << 16, PERCENT = 100 };

/* ---- words ----------------------------------------------------------------------------------- */

static struct str number(struct call *c, double v, int decimals)
{
	struct buf b;
	buf_init(&b, c->a, 64);
	num_put_local(&b, c->lang, v, decimals);
	return buf_str(&b);
}

/* As many decimals as a setting has, at most one. */
static struct str setting(struct call *c, double v)
{
	return number(c, v, fabs(v - nearbyint(v)) > 0.05 ? 1 : 0);
}

/* Drawn scores are counted in fiftieths of a point: more digits would say nothing. */
static struct str hundredths(struct arena *a, double v)
{
	struct buf b;
	buf_init(&b, a, 64);
	num_put_fixed(&b, v, 2);
	return buf_str(&b);
}

static struct str count(struct call *c, size_t n)
{
	struct buf b;
	buf_init(&b, c->a, 64);
	num_put_local_int(&b, c->lang, (int64_t)n);
	return buf_str(&b);
}

/* A share as a whole percent, cut to 0..100: past it lies only the error of the sample. */
static int share(double v)
{
	return (int)nearbyint(PERCENT * fmin(1, fmax(0, v)));
}

static struct str between(struct call *c, double low, double high)
{
	int from = share(low), to = share(high);
	if (from == to)
		return str_fmt(c->a, c->lang == LANG_ES ? "cerca del %d %%" : "about %d%%", from);
	return str_fmt(c->a,
		       c->lang == LANG_ES ? "entre el %d y el %d %%" : "between %d and %d%%",
		       from, to);
}

/* ---- lines above the table ------------------------------------------------------------------- */

static void put_counts(struct call *c, struct buf *b, const struct robustness *r)
{
	size_t n = 0;
	for (size_t i = 0; i < CERTAINTY_N; i++)
		n += r->count[i];
	buf_fmt(b,
		c->lang == LANG_ES
			? "De %.*s clústeres con nivel: %.*s firmes, %.*s probables, %.*s "
			  "indefinidos.\n"
			: "Of %.*s clusters with a level: %.*s firm, %.*s probable, %.*s "
			  "undecided.\n",
		STR_ARG(count(c, n)), STR_ARG(count(c, r->count[CERTAINTY_FIRM])),
		STR_ARG(count(c, r->count[CERTAINTY_PROBABLE])),
		STR_ARG(count(c, r->count[CERTAINTY_UNDECIDED])));
}

static void put_alternatives(struct call *c, struct buf *b, const struct instrument *in,
			     const struct robustness *r)
{
	buf_fmt(b,
		c->lang == LANG_ES
			? "Con pesos iguales, clústeres que tendrían otro nivel: %.*s.\n"
			: "With equal weights, clusters that would have another level: %.*s.\n",
		STR_ARG(count(c, r->equal_changes)));
	if (r->second_changes == SIZE_MAX)
		return;
	buf_fmt(b,
		c->lang == LANG_ES
			? "Con el perfil %.*s, clústeres que tendrían otro nivel: %.*s.\n"
			: "With profile %.*s, clusters that would have another level: %.*s.\n",
		STR_ARG(in->profile[1].name), STR_ARG(count(c, r->second_changes)));
}

static void put_weights(struct call *c, struct buf *b, const struct robustness_model *m)
{
	bool es = c->lang == LANG_ES, both = m->concentration > 0 && m->weight_range > 0;
	if (m->concentration > 0)
		buf_fmt(b, es ? "; pesos de Dirichlet(%.*s × peso)"
			      : "; Dirichlet(%.*s × weight) weights",
			STR_ARG(setting(c, m->concentration)));
	if (both)
		buf_puts(b, es ? ", y en la mitad" : ", and in half of them");
	else if (m->weight_range > 0)
		buf_puts(b, es ? "; cada peso" : "; each weight");
	if (m->weight_range > 0)
		buf_fmt(b, es ? "%s hasta %.*s %% más o menos" : "%s up to %.*s%% more or less",
			both ? (es ? " cada peso" : " each weight") : "",
			STR_ARG(setting(c, m->weight_range)));
}

static void put_model(struct call *c, struct buf *b, const struct robustness_model *m)
{
	bool es = c->lang == LANG_ES;
	buf_fmt(b, es ? "Modelo: %.*s repeticiones, semilla %llu" : "Model: %.*s draws, seed %llu",
		STR_ARG(count(c, m->draws)), (unsigned long long)m->seed);
	put_weights(c, b, m);
	if (m->geometric > 0)
		buf_fmt(b, es ? "; media geométrica de las áreas en el %.*s %%"
			      : "; geometric mean of the areas in %.*s%%",
			STR_ARG(setting(c, m->geometric)));
	if (m->item_error > 0)
		buf_fmt(b,
			es ? "; %.*s %% de las respuestas un escalón abajo y otro tanto arriba"
			   : "; %.*s%% of the answers one step down and as many up",
			STR_ARG(setting(c, m->item_error)));
	if (m->missing)
		buf_puts(b, es ? "; cada respuesta que falta, entre cero y su máximo"
			       : "; each missing answer between nothing and its maximum");
	buf_fmt(b,
		es ? ".\nUn nivel es firme desde %.*s de 100 repeticiones y probable desde %.*s; "
		     "error de la simulación: a lo más %.*s de 100.\n"
		   : ".\nA level is firm from %.*s of 100 draws and probable from %.*s; error of "
		     "the simulation: at most %.*s of 100.\n",
		STR_ARG(setting(c, m->firm)), STR_ARG(setting(c, m->probable)),
		STR_ARG(number(c, PERCENT * 1.96 * sqrt(0.25 / m->draws), 2)));
}

/* Indexes of the factors, the one with the greatest total share first. */
static void order_factors(const struct robustness *r, size_t *order)
{
	for (size_t i = 0; i < r->n_factors; i++) {
		size_t at = i;
		for (; at && r->factor[order[at - 1]].total < r->factor[i].total; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

/* One factor is said to move most only when its interval lies above all others. */
static void put_factors(struct call *c, struct buf *b, const struct robustness *r)
{
	bool es = c->lang == LANG_ES;
	size_t order[ROBUSTNESS_FACTORS_MAX], leading = 1;
	if (!r->n_factors)
		return;
	order_factors(r, order);
	while (leading < r->n_factors &&
	       r->factor[order[leading]].total_high >= r->factor[order[0]].total_low)
		leading++;
	buf_puts(b, es ? "Lo que más mueve el resultado: " : "What moves the result most: ");
	for (size_t i = 0; i < leading; i++) {
		const char *sep = i == 0 ? "" : i + 1 < leading ? ", " : es ? " y " : " and ";
		buf_fmt(b, "%s%.*s", sep,
			STR_ARG(robustness_factor_words(r->factor[order[i]].name, c->lang)));
	}
	if (leading > 1)
		buf_puts(b,
			 es ? "; no se puede decir cuál más"
			    : "; which of them more cannot be told");
	buf_puts(b,
		 es ? ".\nDe la variación de los lugares, cada cosa explica, sola y junto con las "
		      "demás:\n"
		    : ".\nOf the spread of the places, each explains, alone and together with "
		      "the others:\n");
	for (size_t i = 0; i < r->n_factors; i++) {
		const struct robustness_factor *f = &r->factor[order[i]];
		buf_fmt(b, es ? "  %.*s: %.*s; %.*s\n" : "  %.*s: %.*s; %.*s\n",
			STR_ARG(robustness_factor_words(f->name, c->lang)),
			STR_ARG(between(c, f->first_low, f->first_high)),
			STR_ARG(between(c, f->total_low, f->total_high)));
	}
	buf_fmt(b, es ? "Un clúster se mueve en promedio %.*s lugares.\n"
		      : "A cluster moves by %.*s places on average.\n",
		STR_ARG(number(c, r->target_mean, 1)));
}

static struct str certainty_words(struct call *c, enum certainty certainty)
{
	static const char *const en[CERTAINTY_N] = { "firm", "probable", "undecided" };
	return call_say(c, certainty_name[certainty], en[certainty]);
}

/* ---- the table ------------------------------------------------------------------------------- */

static struct str level_text(const struct call *c, const struct profile *p, int level)
{
	return call_wants(c, "csv") ? p->level[level].code
				    : label_in(&p->level[level].label, c->lang);
}

static void put_row(struct call *c, const struct instrument *in, const struct cluster_score *s,
		    const struct cluster_robustness *r, struct str *cell)
{
	const struct profile *p = &in->profile[0];
	bool csv = call_wants(c, "csv");
	*cell++ = s->cluster;
	if (!r->computed) {
		*cell = csv ? STR("no_categorizable")
			    : call_say(c, "no categorizable", "not categorizable");
		return;
	}
	*cell++ = level_text(c, p, s->level[0]);
	for (size_t k = 0; k < p->n_levels; k++)
		*cell++ = csv ? print_real(c->a, r->probability[k])
			      : number(c, PERCENT * r->probability[k], 1);
	*cell++ = csv ? str_of(certainty_name[r->certainty]) : certainty_words(c, r->certainty);
	const double score[] = { s->exact, r->score_low, r->score_median, r->score_high };
	const double rank[] = { r->rank_low, r->rank_median, r->rank_high };
	*cell++ = csv ? print_micro(c->a, s->micro) : number(c, score[0], 1);
	for (size_t k = 1; k < 4; k++)
		*cell++ = csv ? hundredths(c->a, score[k]) : number(c, score[k], 1);
	for (size_t k = 0; k < 3; k++)
		*cell++ = csv ? print_real(c->a, rank[k]) : number(c, rank[k], 0);
	*cell++ = level_text(c, p, r->equal_level);
	if (in->n_profiles > 1)
		*cell++ = level_text(c, &in->profile[1], s->level[1]);
}

static const char *level_head(struct call *c, const struct instrument *in, size_t k)
{
	const struct level *l = &in->profile[0].level[k];
	return call_wants(c, "csv")
		? str_fmt(c->a, "p_%.*s", STR_ARG(l->code)).p
		: str_fmt(c->a, "%% %.*s", STR_ARG(label_in(&l->label, c->lang))).p;
}

static void put_table(struct call *c, const struct measure *m, const struct robustness *r,
		      struct print_table *t)
{
	static const char *const name[] = { "certainty", "score",    "score_5",
					    "score_50",  "score_95", "rank_5",
					    "rank_50",   "rank_95",  "equal_weights" };
	static const char *const es[] = { "certeza",    "puntaje",    "puntaje 5 %",
					  "50 %",       "95 %",       "lugar 5 %",
					  "50 %",       "95 %",       "con pesos iguales" };
	static const char *const en[] = { "certainty", "score", "score 5%", "50%", "95%",
					  "place 5%",  "50%",   "95%",      "equal weights" };
	enum { N = sizeof(name) / sizeof(*name), N_BEFORE = 2 };
	const struct instrument *in = m->instrument;
	bool csv = call_wants(c, "csv"), spanish = c->lang == LANG_ES;
	size_t levels = in->profile[0].n_levels;
	size_t n = N_BEFORE + levels + N + (in->n_profiles > 1);
	const char **head = NEW(c->a, n, const char *);
	bool *is_number = NEW(c->a, n, bool);
	head[0] = csv || !spanish ? "cluster" : "clúster";
	head[1] = csv || !spanish ? "level" : "nivel";
	for (size_t k = 0; k < levels; k++) {
		head[N_BEFORE + k] = level_head(c, in, k);
		is_number[N_BEFORE + k] = true;
	}
	for (size_t k = 0; k < N; k++) {
		head[N_BEFORE + levels + k] = csv ? name[k] : spanish ? es[k] : en[k];
		is_number[N_BEFORE + levels + k] = k > 0 && k + 1 < N;
	}
	if (in->n_profiles > 1)
		head[n - 1] = csv ? "second_profile" : str_c(c->a, in->profile[1].name);
	print_table_init(t, c->a, head, is_number, n);
	for (size_t i = 0; i < r->n; i++)
		put_row(c, in, &m->scores.cluster[i], &r->cluster[i], print_table_row(t));
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void put_model_json(struct json_out *o, const struct robustness_model *m)
{
	json_put_key(o, STR("model"));
	json_put_object(o);
	json_member_int(o, "seed", (int64_t)m->seed);
	json_member_int(o, "draws", m->draws);
	json_member_real(o, "dirichlet", m->concentration);
	json_member_real(o, "weight_range", m->weight_range);
	json_member_real(o, "geometric", m->geometric);
	json_member_real(o, "geometric_floor", m->geometric_floor);
	json_member_real(o, "item_error", m->item_error);
	json_member_bool(o, "missing", m->missing);
	json_member_real(o, "firm", m->firm);
	json_member_real(o, "probable", m->probable);
	json_member_int(o, "sobol", m->sobol);
	json_end_object(o);
}

static void put_levels_json(struct json_out *o, struct arena *a, const struct instrument *in,
			    const struct cluster_score *s, const struct cluster_robustness *r)
{
	const struct profile *p = &in->profile[0];
	json_member_string(o, "level", p->level[s->level[0]].code);
	json_member_string(o, "status", STR("A"));
	json_put_key(o, STR("probability"));
	json_put_object(o);
	for (size_t k = 0; k < p->n_levels; k++)
		json_member_real(o, str_c(a, p->level[k].code), r->probability[k]);
	json_end_object(o);
	json_member_string(o, "likely", p->level[r->likely].code);
	json_member_string(o, "certainty", str_of(certainty_name[r->certainty]));
}

static void put_others_json(struct json_out *o, struct arena *a, const struct instrument *in,
			    const struct cluster_score *s, const struct cluster_robustness *r)
{
	json_put_key(o, STR("equal_weights"));
	json_put_object(o);
	json_put_key(o, STR("score"));
	json_put_raw(o, print_micro(a, r->equal_micro));
	json_member_string(o, "level", in->profile[0].level[r->equal_level].code);
	json_end_object(o);
	json_put_key(o, STR("second_profile"));
	if (in->n_profiles < 2) {
		json_put_null(o);
		return;
	}
	json_put_object(o);
	json_member_string(o, "profile", in->profile[1].name);
	json_member_string(o, "level", in->profile[1].level[s->level[1]].code);
	json_end_object(o);
}

static void put_cluster_json(struct json_out *o, struct arena *a, const struct instrument *in,
			     const struct cluster_score *s, const struct cluster_robustness *r)
{
	json_put_object(o);
	json_member_string(o, "cluster", s->cluster);
	if (!r->computed) {
		json_put_key(o, STR("level"));
		json_put_null(o);
		json_member_string(o, "status", STR("no_categorizable"));
		json_end_object(o);
		return;
	}
	put_levels_json(o, a, in, s, r);
	json_put_key(o, STR("score"));
	json_put_object(o);
	json_put_key(o, STR("value"));
	json_put_raw(o, print_micro(a, s->micro));
	json_put_key(o, STR("low"));
	json_put_raw(o, hundredths(a, r->score_low));
	json_put_key(o, STR("median"));
	json_put_raw(o, hundredths(a, r->score_median));
	json_put_key(o, STR("high"));
	json_put_raw(o, hundredths(a, r->score_high));
	json_end_object(o);
	json_put_key(o, STR("rank"));
	json_put_object(o);
	json_member_real(o, "low", r->rank_low);
	json_member_real(o, "median", r->rank_median);
	json_member_real(o, "high", r->rank_high);
	json_end_object(o);
	json_member_real(o, "peer_below", r->peer_below);
	put_others_json(o, a, in, s, r);
	json_end_object(o);
}

static void put_summary_json(struct json_out *o, const struct robustness *r)
{
	json_put_key(o, STR("summary"));
	json_put_object(o);
	for (size_t i = 0; i < CERTAINTY_N; i++)
		json_member_int(o, certainty_name[i], (int64_t)r->count[i]);
	json_member_int(o, "equal_weights_changes", (int64_t)r->equal_changes);
	json_put_key(o, STR("second_profile_changes"));
	if (r->second_changes == SIZE_MAX)
		json_put_null(o);
	else
		json_put_int(o, (int64_t)r->second_changes);
	json_member_real(o, "mean_rank_shift", r->target_mean);
	json_member_real(o, "monte_carlo_error", 1.96 * sqrt(0.25 / r->model.draws));
	json_end_object(o);
}

static void put_factors_json(struct json_out *o, const struct robustness *r)
{
	json_put_key(o, STR("factors"));
	json_put_array(o);
	for (size_t i = 0; i < r->n_factors; i++) {
		const struct robustness_factor *f = &r->factor[i];
		json_put_object(o);
		json_member_string(o, "name", str_of(f->name));
		json_member_real(o, "first", f->first);
		json_member_real(o, "first_low", f->first_low);
		json_member_real(o, "first_high", f->first_high);
		json_member_real(o, "total", f->total);
		json_member_real(o, "total_low", f->total_low);
		json_member_real(o, "total_high", f->total_high);
		json_end_object(o);
	}
	json_end_array(o);
}

static void put_json(struct call *c, const struct measure *m, const struct robustness *r)
{
	struct json_out o;
	json_out(&o, &c->out);
	json_put_object(&o);
	print_origin(&o, c, m);
	put_model_json(&o, &r->model);
	json_put_key(&o, STR("clusters"));
	json_put_array(&o);
	for (size_t i = 0; i < r->n; i++)
		put_cluster_json(&o, c->a, m->instrument, &m->scores.cluster[i], &r->cluster[i]);
	json_end_array(&o);
	put_summary_json(&o, r);
	put_factors_json(&o, r);
	json_end_object(&o);
	buf_putc(&c->out, '\n');
}

/* ---- the command ----------------------------------------------------------------------------- */

static void put_text(struct call *c, const struct measure *m, const struct robustness *r)
{
	struct print_table t;
	put_table(c, m, r, &t);
	if (call_wants(c, "csv")) {
		print_table_csv(&c->out, &t);
		return;
	}
	struct buf *b = &c->out;
	put_counts(c, b, r);
	put_alternatives(c, b, m->instrument, r);
	put_factors(c, b, r);
	put_model(c, b, &r->model);
	buf_putc(b, '\n');
	print_table_text(b, &t);
	if (m->round.synthetic)
		buf_puts(&c->said, c->said_lang == LANG_ES ? "Datos sintéticos de demostración.\n"
							   : "Synthetic demonstration data.\n");
}

/* The method's model, with what the caller asked otherwise. */
static bool model_of(struct call *c, const struct instrument *in, struct robustness_model *out,
		     struct err *e)
{
	bool has_model;
	if (!robustness_model_read(in, out, &has_model, e))
		return err_in(e, "%.*s@%.*s", STR_ARG(in->id), STR_ARG(in->version));
	if (!has_model)
		return err_say(e, ERR_INPUT,
			       "%.*s@%.*s no declara qué podría ser distinto: una versión nueva "
			       "con ajustes robustness_… en method.settings lo dice",
			       "%.*s@%.*s does not declare what could be otherwise: a new version "
			       "with settings robustness_… in method.settings says it",
			       STR_ARG(in->id), STR_ARG(in->version));
	out->draws = (uint32_t)call_integer(c, "--draws", out->draws);
	out->seed = (uint64_t)call_integer(c, "--seed", (int64_t)out->seed);
	return true;
}

bool run_robustness(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct measure m;
	struct robustness_model model;
	struct robustness r;
	if (!call_store(c, &s, e) || !measure_round(c, s, call_text(c, "--round"), false, &m, e) ||
	    !model_of(c, m.instrument, &model, e) ||
	    !robustness_run(c->a, m.instrument, m.tables.table[TABLE_CLUSTER], &m.scores, &model,
			    c->runner, &r, e))
		return false;
	if (call_wants(c, "json"))
		put_json(c, &m, &r);
	else
		put_text(c, &m, &r);
	return true;
}
