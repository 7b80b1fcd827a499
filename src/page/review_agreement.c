/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two readings of the same answers: the sample, the second reading, and how far they agree. */
#include "base/num.h"
#include "page/review_inside.h"

enum { DISAGREEMENTS_SHOWN_MAX = 100, SAMPLE_USUAL = 5, SEED_USUAL = 1 };

static struct str fixed(struct call *c, double v, int decimals)
{
	struct buf b;
	buf_init(&b, c->a, 64);
	num_put_local(&b, c->lang, v, decimals);
	return buf_str(&b);
}

static struct str quarters_words(struct call *c, int quarters)
{
	static const struct label word[] = {
		{ { STR("nada"), STR("none") } },
		{ { STR("un cuarto"), STR("a quarter") } },
		{ { STR("la mitad"), STR("half") } },
		{ { STR("tres cuartos"), STR("three quarters") } },
		{ { STR("todo"), STR("all") } },
	};
	return label_in(&word[quarters], c->lang);
}

/* ---- agreement ---- */

static struct template_review_kappa kappa_row(struct call *c, struct str area,
					      const struct review_kappa *k)
{
	struct template_review_kappa out = { .area = area,
					     .n = (int64_t)k->n,
					     .clusters = (int64_t)k->n_clusters };
	out.agree = k->n ? str_fmt(c->a, "%.*s %%", STR_ARG(fixed(c, 100 * k->agree, 0)))
			 : STR("");
	if (k->computed)
		out.kappa = fixed(c, k->kappa, 2);
	if (k->has_interval)
		out.interval = str_fmt(c->a, c->lang == LANG_ES ? "entre %.*s y %.*s"
								: "between %.*s and %.*s",
				       STR_ARG(fixed(c, k->low, 2)),
				       STR_ARG(fixed(c, k->high, 2)));
	return out;
}

static void put_kappas(struct call *c, const struct review_agreement *all,
		       struct template_review_agreement *t)
{
	const size_t n = all->instrument->n_areas;
	struct template_review_kappa *out = NEW(c->a, n + 1, struct template_review_kappa);
	if (!all->n_pairs)
		return;
	out[t->n_kappas++] = kappa_row(c, call_say(c, "Todas", "All"), &all->whole);
	for (size_t i = 0; i < n; i++)
		if (all->area[i].n)
			out[t->n_kappas++] =
				kappa_row(c, label_in(&all->instrument->area[i].label, c->lang),
					  &all->area[i]);
	t->kappas = out;
}

static void put_disagreements(struct call *c, const struct review_agreement *all,
			      struct template_review_agreement *t)
{
	struct template_review_disagreement *out =
		NEW(c->a, DISAGREEMENTS_SHOWN_MAX, struct template_review_disagreement);
	for (size_t i = 0; i < all->n_pairs; i++) {
		const struct review_pair *p = &all->pair[i];
		if (p->first == p->second)
			continue;
		if (t->n_disagreements == DISAGREEMENTS_SHOWN_MAX) {
			t->more++;
			continue;
		}
		out[t->n_disagreements++] = (struct template_review_disagreement){
			.cluster = p->cluster,
			.question = all->instrument->item[p->item].question,
			.first = quarters_words(c, p->first),
			.second = quarters_words(c, p->second),
			.scorer = p->scorer,
		};
	}
	t->disagreements = out;
}

static bool put_sampled(struct call *c, struct store *s, const struct review_agreement *all,
			struct template_review_agreement *t, struct err *e)
{
	struct cluster_register r;
	if (!store_get_round_register(s, c->a, all->round.id, &r, e))
		return false;
	struct template_review_sampled *out =
		NEW(c->a, all->n_sampled + 1, struct template_review_sampled);
	for (size_t i = 0; i < all->n_sampled; i++) {
		const struct cluster_entry *entry = register_find(&r, all->sampled[i].cluster);
		out[i] = (struct template_review_sampled){
			.cluster = all->sampled[i].cluster,
			.name = entry ? entry->name : all->sampled[i].cluster,
			.scored = (int64_t)all->n_scored[i],
			.drawn = all->sampled[i].drawn_at,
		};
	}
	t->sampled = out;
	t->n_sampled = all->n_sampled;
	return true;
}

/* Who has not finished the reading of a cluster must not see what the questionnaire got there. */
static bool is_finished(const struct review_agreement *all)
{
	for (size_t i = 0; i < all->n_sampled; i++)
		if (all->n_scored[i] && all->n_scored[i] < all->instrument->n_items)
			return false;
	return true;
}

bool review_agreement_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct review_agreement all;
	struct store *s;
	if (!call_store(c, &s, e) || !review_agreement(c, s, call_text(c, "--round"), &all, e))
		return false;
	struct template_review_agreement t = {
		.round = all.round.id,
		.items = (int64_t)all.instrument->n_items,
		.n = fault ? call_integer(c, "--n", SAMPLE_USUAL) : SAMPLE_USUAL,
		.seed = fault ? call_integer(c, "--seed", SEED_USUAL) : SEED_USUAL,
		.fault = fault ? *fault : fault_none(),
	};
	put_kappas(c, &all, &t);
	if (is_finished(&all))
		put_disagreements(c, &all, &t);
	if (!put_sampled(c, s, &all, &t, e))
		return false;
	template_review_agreement(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_review_agreement(struct call *c, struct err *e)
{
	return review_agreement_again(c, NULL, e);
}

bool write_review_sample(struct call *c, struct err *e)
{
	if (!do_review_sample(c, e))
		return false;
	page_go(c, str_fmt(c->a, "/revision/%.*s/acuerdo", STR_ARG(call_text(c, "--round"))),
		"muestra");
	return true;
}

/* ---- a second reading ---- */

static struct str chosen_of(const struct scoring *list, size_t n, struct str question,
			    struct arena *a)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].question, question))
			return list[i].quarters == SCORING_NONE
				       ? STR("none")
				       : str_fmt(a, "%lld", (long long)list[i].quarters);
	return (struct str){ 0 };
}

/* The answer of a question, or those of the parts of a group that the scores name as one. */
static struct str answer_words(struct call *c, const struct sheet *sheet, struct str name)
{
	struct buf b;
	buf_init(&b, c->a, 4096);
	const struct group *group = form_group(sheet->form, name);
	for (size_t i = 0; i < sheet->look->n; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		const bool own = str_eq(entry->question->name, name),
			   part = group && entry->question->group != NO_GROUP &&
				  &sheet->form->group[entry->question->group] == group;
		if ((!own && !part) || entry->question->type == QUESTION_NOTE || !entry->value.n)
			continue;
		buf_puts(&b, b.n ? "; " : "");
		if (part && !own) {
			buf_put(&b, label_in(&entry->question->label, c->lang));
			buf_puts(&b, ": ");
		}
		buf_put(&b, review_value_words(c->a, entry->question, entry->value, c->lang));
	}
	return b.n ? buf_str(&b) : call_say(c, "sin respuesta", "no answer");
}

static struct str item_words(struct call *c, const struct form *f, struct str name)
{
	const struct question *q = form_question(f, name);
	const struct group *g = form_group(f, name);
	const struct str words = q   ? review_question_words(c->a, q, c->lang)
				 : g ? label_in(&g->label, c->lang)
				     : (struct str){ 0 };
	return words.n ? words : name;
}

static void put_items(struct call *c, const struct sheet *sheet, const struct scoring *list,
		      size_t n, struct template_review_scoring *t)
{
	const struct instrument *in = sheet->known->instrument;
	struct template_review_item_area *area =
		NEW(c->a, in->n_areas, struct template_review_item_area);
	for (size_t k = 0; k < in->n_areas; k++) {
		struct template_review_item *item =
			NEW(c->a, in->n_items + 1, struct template_review_item);
		area[k].title = label_in(&in->area[k].label, c->lang);
		area[k].items = item;
		for (size_t i = 0; i < in->n_items; i++)
			if (in->item[i].area == k)
				item[area[k].n_items++] = (struct template_review_item){
					.code = in->item[i].question,
					.question = item_words(c, sheet->form,
							       in->item[i].question),
					.value = answer_words(c, sheet, in->item[i].question),
					.chosen = chosen_of(list, n, in->item[i].question, c->a),
				};
	}
	t->areas = area;
	t->n_areas = in->n_areas;
}

/* Answers that came by a file have no changes: they are shown all the same. */
static bool look_at_answer(struct call *c, struct store *s, struct sheet *sheet, struct err *e)
{
	struct stored_answer answer;
	struct look_cell *cell;
	struct look_item *item;
	size_t n, n_items;
	bool found;
	if (sheet->found)
		return true;
	if (!store_find_answer(s, c->a, sheet->key.round, FORM_CLUSTER, sheet->form,
			       sheet->key.cluster, STR(""), &found, &answer, e))
		return false;
	if (!found)
		return true;
	if (!look_cells_of_document(c->a, sheet->form, answer.document, &cell, &n, &item, &n_items,
				    e))
		return false;
	struct look *l = NEW(c->a, 1, struct look);
	struct look_entry *entry = NEW(c->a, n + 1, struct look_entry);
	*l = *sheet->look;
	l->entry = entry;
	l->n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct question *q = form_question(sheet->form, cell[i].question);
		if (q)
			entry[l->n++] = (struct look_entry){
				.question = q,
				.index = (size_t)(q - sheet->form->question),
				.item = cell[i].item,
				.value = cell[i].value
			};
	}
	sheet->look = l;
	return true;
}

bool page_review_scoring(struct call *c, struct err *e)
{
	struct questionnaire_key key;
	struct stored_evidence *evidence;
	struct scoring *list;
	struct sheet sheet;
	struct store *s;
	size_t n, n_evidence;
	if (!call_store(c, &s, e) || !sheet_key(c, s, FORM_CLUSTER, &key, e) ||
	    !sheet_open(c, s, &key, &sheet, e) || !look_at_answer(c, s, &sheet, e) ||
	    !store_list_scorings(s, c->a, key.round, key.cluster, c->caller.name, &list, &n, e) ||
	    !store_list_evidence(s, c->a, &key, &evidence, &n_evidence, e))
		return false;
	struct template_review_scoring t = { .round = key.round,
					     .cluster = key.cluster,
					     .name = sheet.cluster_name };
	t.files = review_files(c, evidence, n_evidence, STR(""), 0, &t.n_files);
	put_items(c, &sheet, list, n, &t);
	template_review_scoring(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool write_review_scoring(struct call *c, struct err *e)
{
	if (!do_review_scoring(c, e))
		return false;
	page_go(c, str_fmt(c->a, "/revision/%.*s/acuerdo", STR_ARG(call_text(c, "--round"))),
		"puntos");
	return true;
}
