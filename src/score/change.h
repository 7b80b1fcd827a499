/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From one round to another: which clusters are the same (register and lineage), how their levels
 * moved, how each score's change comes about by item, and what the other method would have said.
 *
 * Levels and scores are compared only under one method.  Where two rounds used different ones, both
 * are scored again under each of them over the items that bridges allow (`igual`, `similar`,
 * `puente`); what the bridges do not allow is not compared and says so. */
#ifndef SSME_SCORE_CHANGE_H
#define SSME_SCORE_CHANGE_H

#include "score/score.h"

/* One round as it is compared. */
struct round_side {
	const struct round_fact *round;
	const struct instrument *instrument;
	const struct fact_tables *tables; /* scores joined */
	const struct scores *scores;
};

/* ---- the matched panel ---- */

enum presence { PRESENCE_STAYER, PRESENCE_ENTRANT, PRESENCE_LEAVER };

/* A stayer is one cluster of each round that the register, with its lineage between the two rounds,
 * says are the same: the same id, or a chain of renames and changes of manager.  A merge makes the
 * successor follow the member that the lineage names first; the other members are leavers; a split
 * likewise keeps the first successor.  `why` says so. */
struct panel_member {
	enum presence presence;
	uint32_t old_row, new_row; /* of scores.cluster; UINT32_MAX: not there */
	struct str event;          /* "", "rename", "merge", "split", "manager" */
};
struct panel {
	/* stayers by new row, then entrants by new row, then leavers */
	struct panel_member *member;
	size_t n, n_stayers, n_entrants, n_leavers;
};
void panel_match(struct arena *a, const struct cluster_register *clusters,
		 const struct round_side *old_side, const struct round_side *new_side,
		 struct panel *out);

/* ---- scored under one method ---- */

enum comparability {
	COMPARABLE_SAME_METHOD, /* the same id@version, or one that changes no number */
	COMPARABLE_COMMON_ITEMS, /* scored again over the items that bridges allow */
	COMPARABLE_NOT,         /* fewer items than the method may miss; no level is compared */
};

/* Both rounds under one method over the items in common. */
struct common_method {
	const struct instrument *instrument; /* whose rules */
	bool *item;             /* n_items of it: used in both rounds */
	size_t n_items;         /* used */
	struct scores old_scores, new_scores;
};

struct method_change {
	enum comparability comparability;
	struct common_method under_new, under_old; /* under_old only when the methods differ and
						      has_old is set */
	/* the bridges can be read backwards (plain names) for enough items */
	bool has_old;
	struct str why;         /* a sentence in the language asked for when not comparable */
	/* Of the method of the later round, set when the methods differ. */
	size_t n_items_all, n_areas_all; /* what it has */
	size_t n_items_read;    /* items whose every question a bridge gives */
	size_t n_areas_kept;    /* areas that miss no more of their items than the method allows */
	size_t n_gates_left_out; /* of all profiles, in both rounds: they read a question without
				    bridge or an area left out */
	bool backwards;         /* old_side is the later round by its last day */
};
/* `under_new` is always the method of the later round by its last day, `under_old` that of the
 * earlier one, whichever was given first; old_scores and new_scores follow the sides as given, so
 * that the rounds in the other order give every change with the other sign.
 *
 * An item stays when a bridge gives every question that its points read; an area stays when no more
 * than area_missing_max percent of its items are gone (else all of it goes), and the rounds are
 * comparable when no more than areas_missing_max areas are gone.  What goes is left out of both
 * rounds as if it did not apply.  A gate that reads what is not there is left out of both too.
 * COMPARABLE_NOT: under_new has item and n_items alone.
 * ERR_INPUT: a bridge that cannot be read, see score/bridge.h; points as in score_clusters(). */
bool method_change_make(struct arena *a, const struct round_side *old_side,
			const struct round_side *new_side, enum lang lang,
			struct method_change *out, struct err *e) MUST_CHECK;

/* ---- levels ---- */

struct transitions {
	size_t n_levels;        /* of profile[0] of the method compared under */
	int64_t *count;         /* n_levels * n_levels: from row to column, stayers only */
	int64_t up, down, same;
	/* exact two-sided sign test of up against down; 1 when nobody moved */
	double sign_p;
	bool has_homogeneity;   /* Stuart-Maxwell; false: nobody moved */
	double homogeneity_chi2, homogeneity_p;
	int homogeneity_df;
};
/* Stayers that are not categorizable under that method in either round are left out.
 * Not to be called when the rounds are not comparable. */
void transitions_make(struct arena *a, const struct panel *p, const struct common_method *m,
		      struct transitions *out);

/* ---- one cluster's score ---- */

/* A score is a sum over items, weight times share of the item's maximum: weight = 100 * weight of
 * its area / weights of the computed areas * its maximum / maxima of the applicable items.
 *
 * T. Bennet, The theory of measurement of changes in cost of living, J. Roy. Statist. Soc. 83
 * (1920) 455-462: for a weighted mean, half the sum of weights times the change of the parts plus
 * half the sum of parts times the change of weights.  Parts add up to the change exactly
 * (rationals; shown in 10^-6 by largest remainder).  An item that counts in one of the two rounds
 * alone changes through its weight. */
struct item_change {
	size_t item;
	int64_t answer_micro;   /* through other points */
	int64_t weight_micro;   /* through other weights: an item that came to apply or not to */
};
struct score_change {
	bool computed;          /* a stayer, the rounds comparable, both categorizable */
	int64_t old_micro, new_micro; /* under the method of the later round */
	struct item_change *item; /* those with a change, largest |change| first */
	size_t n_items;
	/* Shapley of two factors, when both methods could score both rounds: each round under its
	 * own method over the items in common, its change = answers + method, exactly. */
	bool has_method;
	int64_t answers_micro, method_micro;
};
void score_change_make(struct arena *a, const struct method_change *m,
		       const struct panel_member *member, struct score_change *out);

#endif
