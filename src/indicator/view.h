/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table as a request sees it: its breakdown, its rows that count, and the cells that the tables
 * have in common.  Internal to the room indicator. */
#ifndef SSME_INDICATOR_VIEW_H
#define SSME_INDICATOR_VIEW_H

#include "indicator/indicator.h"

struct view {
	const struct frame *frame;          /* NULL: the round has no such table */
	bool usable; /* it has every name of the breakdown and the condition */
	bool register_only;                 /* those names are columns of the register alone */
	const struct column **dimension;    /* a column of the frame's rows each */
	struct grouping grouping;
	uint32_t *cell_of_group;            /* grouping.n_groups */
	uint32_t *group_of_cell;            /* n_cells; GROUP_NONE: no row of that cell here */
};

struct views {
	struct view table[TABLE_N];
	size_t n_dimensions;
	size_t n_cells;
	struct cell_key *key;               /* n_cells * n_dimensions */
};

/* ERR_INPUT: a dimension or a condition that no table understands. */
bool views_make(struct arena *a, const struct instrument *in, const struct fact_tables *tables,
		const struct figure_request *request, enum lang lang, struct views *out,
		struct err *e) MUST_CHECK;

/* Every name the expression reads is a column of the register and no question of the cluster form.
 * NULL reads nothing. */
bool reads_register_only(const struct instrument *in, const struct expr *e);
/* Some name it reads is a personal question. */
bool reads_personal(const struct instrument *in, const struct expr *e);

#endif
