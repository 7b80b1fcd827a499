/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision over the places of one family, stage by stage.  What the words mean is said in
 * disclosure_figures.c.  Internal to the room indicator. */
#ifndef SSME_INDICATOR_DISCLOSURE_STAGE_H
#define SSME_INDICATOR_DISCLOSURE_STAGE_H

#include "indicator/disclosure_pattern.h"
#include "indicator/disclosure_unit.h"
#include "indicator/view.h"

enum { STAGE_WHOLE, STAGE_DECLARED, STAGE_REQUEST };

struct formula_facts {
	const struct expr *value;
	enum table_kind table;
	bool controlled, money;
	bool is_public;         /* of figures that the method makes public, and no others */
	bool reads_figures;     /* decided by its topic and by those it reads */
	size_t topic, family;
	struct contribution c;
	struct row_set valid;   /* the same as c.valid */
	double most;            /* what anybody knows that a row contributes at most */
	bool is_signed;         /* some contribution is below 0 */
};

/* A set of rows of which something is published; the arrays have one element for each member of
 * the family. */
struct place {
	struct row_set rows;
	size_t stage;
	size_t partition;       /* places of one partition do not overlap */
	bool subset;            /* by a condition of somebody's own */
	bool open;              /* of public figures: known to anybody, never hidden */
	/* Places whose rows a reader can hold against each other, for who is in them is public (the
	 * register says it), are of one world; a breakdown by answers is a world of its own, for a
	 * reader does not know who stands where in it.  NULL: the whole round, part of all worlds.
	 */
	const void *world;
	const struct figure_request *shape; /* what it is a cell of; NULL: the whole round */
	bool hidden;            /* for the sake of others */
	bool *shown;            /* the formula is published of it, if the place is */
	enum confidentiality *primary; /* of its topic */
	struct row_set *because; /* the rows that make it primary: its own, or a complement's */
};

/* The linear programs of one world, as they were last made. */
struct world {
	const void *name;
	const struct figure_request *shape; /* of a breakdown by answers; else NULL */
	size_t *place;          /* pattern.n_cells indexes into family.place */
	struct pattern pattern;
	size_t (*quantity)[CONTRIBUTION_PARTS]; /* of each member; SIZE_MAX: none */
	bool *turned;           /* n members: the quantity counts those who do not have it */
	/* By stage_audit(), by quantity and cell: what a reader can work out, and where that is too
	 * much. */
	double *low, *high;
	bool *exposed;
};

struct family {
	enum table_kind table;
	size_t *member;         /* formulas */
	size_t n;
	struct place *place;    /* in the order of stages */
	size_t n_places, cap;
	struct world *world;
	size_t n_worlds;
};

struct partition {
	struct str universe;
	const void *breakdown;
};

struct control {
	struct arena *a;
	const struct instrument *in;
	const struct fact_tables *tables;
	const struct runner *runner;
	struct disclosure_rule rule;
	struct unit_rows *units[TABLE_N]; /* made when needed */
	struct formula_facts *formula;
	size_t n_formulas;
	size_t *formula_of;     /* n_indicators */
	const struct figure_request *request; /* of the stages from STAGE_REQUEST on */
	struct views *request_views;
	size_t n_requests;
	struct str *dimension;  /* declared ones, as they are met */
	struct views **dimension_views;
	struct figure_request **dimension_shape;
	size_t n_dimensions;
	const uint8_t **universe; /* n_indicators: rows of each universe, as they are needed */
	struct partition *partition;
	size_t n_partitions;
};

/* Fills what is known of a formula's contributions: valid, is_signed, and most, which is kept only
 * where all of them are within it. */
void formula_bound(struct formula_facts *f, size_t n_rows, struct arena *a);

/* Decides over the places of a stage, whose earlier stages are decided. */
bool stage_decide(struct control *k, struct family *m, size_t stage, struct err *e) MUST_CHECK;

/* Solves for what a reader can work out of all that is visible after the last stage.  Exposed is
 * what is short of its need although hiding more of its own stage would have given it more. */
bool stage_audit(struct control *k, struct family *m, size_t n_stages, struct err *e) MUST_CHECK;

/* The range of a formula's first sum over these rows, as far as it was looked for. */
void stage_range(const struct control *k, const struct family *m, size_t member,
		 const struct row_set *rows, struct disclosure_finding *out);

#endif
