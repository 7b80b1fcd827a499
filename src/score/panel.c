/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The matched panel: each cluster of the earlier round is followed through the lineage to its id in
 * the later one; where several arrive at one id, the one the lineage names first stays. */
#include "score/change.h"

/* The stretch of time between two rounds, in its own direction. */
struct span {
	const struct cluster_register *clusters;
	int32_t after, until; /* lineage of the days after < day <= until */
	const struct scores *early, *late;
};

static uint32_t row_of(const struct scores *s, struct str cluster)
{
	for (size_t i = 0; i < s->n; i++) {
		if (str_eq(s->cluster[i].cluster, cluster))
			return (uint32_t)i;
	}
	return UINT32_MAX;
}

static bool within(const struct span *s, const struct lineage_entry *l)
{
	return l->day > s->after && l->day <= s->until;
}

/* Where a cluster of the earlier round has got to. */
struct trail {
	struct str id, event;
	size_t rank; /* 1 + the entry of the merge that brought it there; 0: it was there anyway */
	struct str split_from; /* its id before the last split, */
	int32_t split_day;     /* and the day of it: the other successors are others */
};

/* Does the entry move the cluster on?  A cluster that split and still answers under its own id is
 * its own first successor. */
static bool moves(const struct trail *t, const struct lineage_entry *l)
{
	if (!str_eq(l->from, t->id))
		return false;
	bool other_successor = t->split_from.n && str_eq(t->split_from, l->from) &&
			       t->split_day == l->day;
	return !str_is(l->event, "split") || !other_successor;
}

static void step(const struct span *s, struct trail *t, const struct lineage_entry *l, size_t i)
{
	if (str_is(l->event, "split")) {
		t->split_from = l->from;
		t->split_day = l->day;
		t->event = l->event;
		if (row_of(s->late, l->from) != UINT32_MAX)
			return;
	}
	bool itself = str_eq(l->from, l->to);
	if (str_is(l->event, "merge") && !(itself && t->rank))
		t->rank = i + 1;
	if (!t->event.n || !str_is(l->event, "manager"))
		t->event = l->event;
	t->id = l->to;
}

static struct trail follow(const struct span *s, struct str id)
{
	struct trail t = { .id = id };
	for (size_t i = 0; i < s->clusters->n_lineage; i++) {
		const struct lineage_entry *l = &s->clusters->lineage[i];
		if (within(s, l) && moves(&t, l))
			step(s, &t, l, i);
	}
	return t;
}

/* The last thing that made this id: how an entrant came to be. */
static struct str origin(const struct span *s, struct str id)
{
	struct str event = { 0 };
	for (size_t i = 0; i < s->clusters->n_lineage; i++) {
		const struct lineage_entry *l = &s->clusters->lineage[i];
		if (within(s, l) && str_eq(l->to, id) && !str_is(l->event, "manager"))
			event = l->event;
	}
	return event;
}

/* claim[row of the later round]: which earlier row stays there, and what the others did. */
struct claim {
	uint32_t row;
	size_t rank;
	bool contested;
};

static void make_claims(const struct span *s, const struct trail *trail, uint32_t *arrives,
			struct claim *claim)
{
	for (size_t i = 0; i < s->late->n; i++)
		claim[i].row = UINT32_MAX;
	for (size_t i = 0; i < s->early->n; i++) {
		arrives[i] = row_of(s->late, trail[i].id);
		if (arrives[i] == UINT32_MAX)
			continue;
		struct claim *c = &claim[arrives[i]];
		c->contested = c->row != UINT32_MAX;
		if (c->contested && c->rank <= trail[i].rank)
			continue;
		c->row = (uint32_t)i;
		c->rank = trail[i].rank;
	}
}

static void add(struct panel *p, enum presence presence, uint32_t early, uint32_t late,
		struct str event)
{
	p->member[p->n++] = (struct panel_member){ presence, early, late, event };
}

static void fill(const struct span *s, const struct trail *trail, const struct claim *claim,
		 const uint32_t *arrives, struct panel *p)
{
	for (uint32_t i = 0; i < s->late->n; i++) {
		if (claim[i].row == UINT32_MAX)
			continue;
		bool merged = claim[i].contested && !trail[claim[i].row].event.n;
		add(p, PRESENCE_STAYER, claim[i].row, i,
		    merged ? STR("merge") : trail[claim[i].row].event);
	}
	p->n_stayers = p->n;
	for (uint32_t i = 0; i < s->late->n; i++) {
		if (claim[i].row == UINT32_MAX)
			add(p, PRESENCE_ENTRANT, UINT32_MAX, i,
			    origin(s, s->late->cluster[i].cluster));
	}
	p->n_entrants = p->n - p->n_stayers;
	for (uint32_t i = 0; i < s->early->n; i++) {
		if (arrives[i] == UINT32_MAX || claim[arrives[i]].row != i)
			add(p, PRESENCE_LEAVER, i, UINT32_MAX, trail[i].event);
	}
	p->n_leavers = p->n - p->n_stayers - p->n_entrants;
}

/* The same panel seen from the other end: who left came, and stayers follow the other round. */
static void turn_round(struct arena *a, const struct panel *p, const struct scores *new_scores,
		       struct panel *out)
{
	struct panel q = { .member = NEW(a, p->n, struct panel_member) };
	uint32_t *at = NEW(a, new_scores->n, uint32_t);
	for (size_t i = 0; i < new_scores->n; i++)
		at[i] = UINT32_MAX;
	for (uint32_t i = 0; i < p->n_stayers; i++)
		at[p->member[i].old_row] = i;
	for (uint32_t i = 0; i < new_scores->n; i++) {
		if (at[i] != UINT32_MAX)
			add(&q, PRESENCE_STAYER, p->member[at[i]].new_row, i,
			    p->member[at[i]].event);
	}
	q.n_stayers = q.n;
	for (size_t i = p->n_stayers + p->n_entrants; i < p->n; i++)
		add(&q, PRESENCE_ENTRANT, UINT32_MAX, p->member[i].old_row, p->member[i].event);
	q.n_entrants = q.n - q.n_stayers;
	for (size_t i = p->n_stayers; i < p->n_stayers + p->n_entrants; i++)
		add(&q, PRESENCE_LEAVER, p->member[i].new_row, UINT32_MAX, p->member[i].event);
	q.n_leavers = q.n - q.n_stayers - q.n_entrants;
	*out = q;
}

void panel_match(struct arena *a, const struct cluster_register *clusters,
		 const struct round_side *old_side, const struct round_side *new_side,
		 struct panel *out)
{
	int32_t old_end = round_end(old_side->round), new_end = round_end(new_side->round);
	bool backwards = old_end > new_end;
	const struct span s = { .clusters = clusters,
				.after = backwards ? new_end : old_end,
				.until = backwards ? old_end : new_end,
				.early = backwards ? new_side->scores : old_side->scores,
				.late = backwards ? old_side->scores : new_side->scores };
	struct trail *trail = NEW(a, s.early->n, struct trail);
	uint32_t *arrives = NEW(a, s.early->n, uint32_t);
	struct claim *claim = NEW(a, s.late->n, struct claim);
	for (size_t i = 0; i < s.early->n; i++)
		trail[i] = follow(&s, s.early->cluster[i].cluster);
	make_claims(&s, trail, arrives, claim);
	struct panel p = { .member = NEW(a, s.early->n + s.late->n, struct panel_member) };
	fill(&s, trail, claim, arrives, &p);
	if (backwards)
		turn_round(a, &p, new_side->scores, out);
	else
		*out = p;
}
