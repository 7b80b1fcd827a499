/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/compare.h"
#include "base/num.h"
#include "codec/json.h"

/* ---- members ---- */

static void put_text(struct json_out *o, const char *key, struct str s)
{
	json_put_key(o, str_of(key));
	if (s.n)
		json_put_string(o, s);
	else
		json_put_null(o);
}

static void put_real_if(struct json_out *o, const char *key, bool has, double v)
{
	json_put_key(o, str_of(key));
	if (has)
		json_put_real(o, v);
	else
		json_put_null(o);
}

static void put_micro(struct json_out *o, const char *key, int64_t micro)
{
	struct buf b;
	ARENA_SCOPE(a, 4096);
	buf_init(&b, &a, 64);
	num_put_micro(&b, micro);
	json_put_key(o, str_of(key));
	json_put_raw(o, buf_str(&b));
}

static void open_object(struct json_out *o, const char *key)
{
	json_put_key(o, str_of(key));
	json_put_object(o);
}

static void open_array(struct json_out *o, const char *key)
{
	json_put_key(o, str_of(key));
	json_put_array(o);
}

/* ---- method and data ---- */

static void put_side(struct json_out *o, const char *key, const struct measure *m)
{
	open_object(o, key);
	put_text(o, "round", m->round.id);
	open_object(o, "method");
	put_text(o, "id", m->instrument->id);
	put_text(o, "version", m->instrument->version);
	put_text(o, "sha256", sha256_hex(o->b->a, m->instrument->sha256));
	json_end_object(o);
	open_object(o, "data");
	put_text(o, "sha256", m->data_sha256);
	json_member_int(o, "responses", (int64_t)m->scores.n);
	json_end_object(o);
	json_end_object(o);
}

static void put_method(struct json_out *o, const struct method_change *m)
{
	static const char *const name[] = {
		[COMPARABLE_SAME_METHOD] = "same_method",
		[COMPARABLE_COMMON_ITEMS] = "common_items",
		[COMPARABLE_NOT] = "not_comparable",
	};
	open_object(o, "comparability");
	put_text(o, "kind", str_of(name[m->comparability]));
	put_text(o, "why", m->why);
	json_member_int(o, "items", (int64_t)m->under_new.n_items);
	if (m->comparability != COMPARABLE_SAME_METHOD) {
		json_member_int(o, "items_read", (int64_t)m->n_items_read);
		json_member_int(o, "items_all", (int64_t)m->n_items_all);
		json_member_int(o, "areas_kept", (int64_t)m->n_areas_kept);
		json_member_int(o, "areas_all", (int64_t)m->n_areas_all);
		json_member_int(o, "gates_left_out", (int64_t)m->n_gates_left_out);
		json_member_bool(o, "both_ways", m->has_old);
	}
	json_end_object(o);
}

/* ---- panel and levels ---- */

static void put_member(struct json_out *o, const struct comparison *x,
		       const struct panel_member *m)
{
	static const char *const name[] = {
		[PRESENCE_STAYER] = "stayer",
		[PRESENCE_ENTRANT] = "entrant",
		[PRESENCE_LEAVER] = "leaver",
	};
	json_put_object(o);
	put_text(o, "presence", str_of(name[m->presence]));
	put_text(o, "old", compare_id(x, m, false));
	put_text(o, "new", compare_id(x, m, true));
	put_text(o, "event", m->event);
	if (m->presence != PRESENCE_STAYER)
		put_text(o, "reason", str_of(compare_reason(x, m)));
	json_end_object(o);
}

static void put_panel(struct json_out *o, const struct comparison *x)
{
	open_object(o, "panel");
	json_member_int(o, "stayers", (int64_t)x->panel.n_stayers);
	json_member_int(o, "entrants", (int64_t)x->panel.n_entrants);
	json_member_int(o, "leavers", (int64_t)x->panel.n_leavers);
	open_array(o, "members");
	for (size_t i = 0; i < x->panel.n; i++)
		put_member(o, x, &x->panel.member[i]);
	json_end_array(o);
	json_end_object(o);
}

static const char *finding(int proven)
{
	return proven > 0 ? "up" : proven < 0 ? "down" : "not_shown";
}

static void put_matrix(struct json_out *o, const struct profile *p, const struct transitions *t)
{
	open_array(o, "levels");
	for (size_t i = 0; i < t->n_levels; i++)
		json_put_string(o, p->level[i].code);
	json_end_array(o);
	open_array(o, "from_to");
	for (size_t i = 0; i < t->n_levels; i++) {
		json_put_array(o);
		for (size_t k = 0; k < t->n_levels; k++)
			json_put_int(o, t->count[i * t->n_levels + k]);
		json_end_array(o);
	}
	json_end_array(o);
}

static void put_levels(struct json_out *o, const struct comparison *x)
{
	const struct transitions *t = &x->levels;
	if (x->method.comparability == COMPARABLE_NOT || !t->n_levels) {
		json_member_null(o, "transitions");
		return;
	}
	open_object(o, "transitions");
	put_matrix(o, &x->method.under_new.instrument->profile[0], t);
	json_member_int(o, "up", t->up);
	json_member_int(o, "down", t->down);
	json_member_int(o, "same", t->same);
	json_member_real(o, "sign_p", t->sign_p);
	if (t->has_homogeneity) {
		open_object(o, "stuart_maxwell");
		json_member_real(o, "chi2", t->homogeneity_chi2);
		json_member_int(o, "df", t->homogeneity_df);
		json_member_real(o, "p", t->homogeneity_p);
		json_end_object(o);
	} else {
		json_member_null(o, "stuart_maxwell");
	}
	put_text(o, "finding", str_of(finding(compare_levels_proven(t))));
	json_end_object(o);
}

/* ---- figures ---- */

static void put_parts(struct json_out *o, const struct figure_change *f)
{
	if (!f->computed || !compare_open(f)) {
		json_member_null(o, "parts");
		return;
	}
	open_object(o, "parts");
	json_member_real(o, "stayers", f->stayers);
	json_member_real(o, "entrants", f->entrants);
	json_member_real(o, "leavers", f->leavers);
	json_member_real(o, "method", f->method);
	json_end_object(o);
}

static void put_panel_values(struct json_out *o, const struct figure_change *f)
{
	if (!f->has_panel || !compare_open(f)) {
		json_member_null(o, "panel");
		return;
	}
	open_object(o, "panel");
	json_member_real(o, "old", f->panel_old);
	json_member_real(o, "new", f->panel_new);
	json_member_int(o, "n", (int64_t)f->panel_n);
	json_end_object(o);
}

static void put_test(struct json_out *o, const struct figure_change *f)
{
	if (!f->has_test || !compare_open(f)) {
		json_member_null(o, "test");
		return;
	}
	open_object(o, "test");
	put_text(o, "kind", f->by_mcnemar ? STR("mcnemar_mid_p") : STR("wilcoxon_signed_rank"));
	json_member_int(o, "up", f->gained);
	json_member_int(o, "down", f->lost);
	json_member_real(o, "p", f->p);
	json_member_real(o, "p_adjusted", f->p_adjusted);
	put_text(o, "finding", str_of(finding(f->proven)));
	json_end_object(o);
}

static void put_figure(struct json_out *o, const struct figure_change *f)
{
	bool differ = f->has_old && f->has_new && f->relation != SERIES_BROKEN;
	json_put_object(o);
	put_text(o, "id", f->indicator->id);
	put_text(o, "unit", str_of(indicator_unit_name[f->indicator->unit]));
	put_text(o, "relation", str_of(compare_relation(f->relation)));
	put_text(o, "note", f->note);
	put_real_if(o, "old", f->has_old, f->old_value);
	put_real_if(o, "new", f->has_new, f->new_value);
	json_member_bool(o, "recomputed", f->recomputed);
	put_real_if(o, "change", differ, f->new_value - f->old_value);
	json_member_bool(o, "protected", f->protected);
	put_parts(o, f);
	put_panel_values(o, f);
	put_test(o, f);
	json_end_object(o);
}

/* ---- clusters ---- */

static void put_score(struct json_out *o, const char *key, const struct instrument *in,
		      const struct cluster_score *s)
{
	open_object(o, key);
	put_micro(o, "score", s->micro);
	put_text(o, "level", s->level[0] >= 0 ? in->profile[0].level[s->level[0]].code
					      : (struct str){ 0 });
	json_end_object(o);
}

static void put_items(struct json_out *o, const struct instrument *in, const struct score_change *s)
{
	open_array(o, "items");
	for (size_t i = 0; i < s->n_items; i++) {
		const struct item_change *part = &s->item[i];
		json_put_object(o);
		put_text(o, "question", in->item[part->item].question);
		put_text(o, "area", in->area[in->item[part->item].area].code);
		put_micro(o, "answer", part->answer_micro);
		put_micro(o, "weight", part->weight_micro);
		json_end_object(o);
	}
	json_end_array(o);
}

static void put_cluster(struct json_out *o, const struct comparison *x,
			const struct panel_member *m)
{
	const struct common_method *cm = &x->method.under_new;
	struct score_change s;
	score_change_make(o->b->a, &x->method, m, &s);
	json_put_object(o);
	put_text(o, "cluster", compare_id(x, m, true));
	put_text(o, "old_cluster", compare_id(x, m, false));
	json_member_bool(o, "computed", s.computed);
	if (s.computed) {
		put_score(o, "old", cm->instrument, &cm->old_scores.cluster[m->old_row]);
		put_score(o, "new", cm->instrument, &cm->new_scores.cluster[m->new_row]);
		put_micro(o, "change", s.new_micro - s.old_micro);
		put_items(o, cm->instrument, &s);
	}
	if (s.has_method) {
		open_object(o, "by_method");
		put_micro(o, "answers", s.answers_micro);
		put_micro(o, "method", s.method_micro);
		json_end_object(o);
	}
	json_end_object(o);
}

void compare_json(struct buf *b, const struct comparison *x, bool by_cluster)
{
	struct json_out o;
	json_out(&o, b);
	json_put_object(&o);
	put_side(&o, "old", &x->old_measure);
	put_side(&o, "new", &x->new_measure);
	put_method(&o, &x->method);
	put_panel(&o, x);
	put_levels(&o, x);
	open_array(&o, "figures");
	for (size_t i = 0; i < x->n_figures; i++)
		put_figure(&o, &x->figure[i]);
	json_end_array(&o);
	if (by_cluster) {
		open_array(&o, "clusters");
		for (size_t i = 0; i < x->panel.n_stayers; i++)
			put_cluster(&o, x, &x->panel.member[i]);
		json_end_array(&o);
	}
	json_end_object(&o);
	buf_putc(b, '\n');
}
