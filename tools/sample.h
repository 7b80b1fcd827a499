/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sample rounds: invented clusters and answers whose sums are those that the bulletin of 2022
 * prints.
 *
 *     sample FOLDER INSTRUMENT     writes the tables of docs/sample.md into FOLDER
 *
 * Everything follows from one seed by whole numbers, so that every run on every machine writes the
 * same bytes.  Answers that a printed figure fixes are dealt out by quota and by largest remainder;
 * the others follow a dial for each cluster, which is turned until the scores that INSTRUMENT gives
 * reach what the cluster should have: no points, weights or cuts are repeated here. */
#ifndef SSME_TOOLS_SAMPLE_H
#define SSME_TOOLS_SAMPLE_H

#include "base/text.h"

enum {
	N_CLUSTERS = 130,     /* ever in the register */
	N_ENDED = 10,         /* of these, merged or gone before 2022 */
	N_SECTORS = 3,
	ANSWERS_MAX = 120,    /* of one round */
	TABLE_BYTES_MAX = 64 << 20,
	DIAL_MIN = -500,
	DIAL_MAX = 1500,
};

enum sector { AGROINDUSTRIA, MANUFACTURA, SERVICIOS };
extern const char *const sector_name[N_SECTORS];

/* ---- numbers (sample_number.c) --------------------------------------------------------- */

/* A number of 0..n-1 that depends on the seed, two ids and a name only. */
unsigned draw(unsigned n, unsigned first, unsigned second, const char *name);

/* Whole parts in proportion to weight that add up to total exactly (largest remainder, ties to the
 * first); no part over its cap (NULL: none).  The caps of those with a weight must add up to total
 * or more. */
void apportion(int64_t total, const int64_t *weight, const int64_t *cap, size_t n, int64_t *out);

/* order[0] is the index of the largest key, and so on down; ties to the first. */
void order_down(const int64_t *key, size_t n, size_t *order);

/* ---- clusters (sample_register.c) ------------------------------------------------------- */

struct place {
	const char *department;   /* DIVIPOLA */
	const char *of;           /* how names of clusters end: "del Huila" */
	const char *municipality; /* codes, the capital first */
	const char *chamber;      /* codes */
	unsigned n_silent;        /* did not answer in 2022 */
	unsigned n_ended;
	/* Keys, one a cluster: first those that answer in 2022, then silent, then ended. */
	const char *products;
};

struct product {
	const char *key, *name;
	enum sector sector;
	const char *classes; /* CIIU */
};

struct cluster {
	unsigned number;     /* 1..N_CLUSTERS, the older the smaller */
	const struct place *place;
	const struct product *product;
	bool silent, ended;
	bool worked_example; /* in 2022 it has the scores of the method's worked example */
	char manager;        /* choice of the manager list */
	const char *chamber; /* first two bytes; NULL when it is no chamber's */
	int since;           /* year */
	const char *until;   /* date, or NULL */
	unsigned maturity;   /* 0..999 */
};

struct population {
	struct cluster cluster[N_CLUSTERS]; /* by number */
};
void population_make(struct population *p);
void population_put_register(const struct population *p, struct buf *b);
void population_put_lineage(const struct population *p, struct buf *b);

/* The n clusters that answered in that year, by number.  Those in the register then must be n or
 * more. */
void population_answering(const struct population *p, int year, size_t n,
			  const struct cluster **out);

/* ---- answers of the method of 2022 (sample_quota.c, sample_answer.c) ---------------------- */

enum { SIZE_N = 4, TYPE_N = 5, ACTOR_N = 4, MARKET_N = 3, REGIONAL_N = 7, GIFT_N = 5 };
enum quota { Q_G01, Q_G02, Q_G03, Q_G04, Q_G06, Q_S01, Q_S04, QUOTA_N };

/* What the answers of a round add up to. */
struct round_plan {
	const char *id, *instrument, *from, *to;
	int year;
	size_t n;
	int64_t entities[TYPE_N];   /* A01: companies first */
	int64_t size[SIZE_N];       /* A03: micro first; adds up to entities[0] */
	int64_t seats[ACTOR_N];     /* G05 */
	size_t n_councils;
	int64_t actors[ACTOR_N];    /* S03 */
	int64_t universe, universe_jobs;
	int64_t jobs, jobs_before;
	int64_t sales[N_SECTORS], sales_before; /* whole thousands of pesos; pesos */
	int abroad_percent[N_SECTORS], national_percent;
	int64_t purchases[ACTOR_N]; /* I06: local national abroad unknown, summed over clusters */
	int quota[QUOTA_N][2];      /* clusters with the first and the second answer */
	int level[2];               /* clusters at the lowest level and at the next */
};

/* One cluster's answers that are fixed before the dial is turned. */
struct answer {
	const struct cluster *cluster;
	const struct round_plan *round;
	int target;                 /* score aimed at, hundredths */
	int level;                  /* index of the level that it must reach */
	int dial;                   /* DIAL_MIN..DIAL_MAX */
	char quota[QUOTA_N];        /* 'a' 'b' 'c' */
	int64_t entities[TYPE_N], size[SIZE_N], seats[ACTOR_N], actors[ACTOR_N];
	int64_t universe, universe_jobs;
	int64_t formal, informal, formal_before, informal_before;
	int64_t sales, sales_before;
	int64_t sold[MARKET_N];     /* local national abroad, percent */
	int64_t purchases[ACTOR_N]; /* percent */
	bool regional[REGIONAL_N], contributes[GIFT_N];
};
void answers_plan(const struct round_plan *r, const struct cluster *const *cluster,
		  struct answer *out);

/* Turns the dials until every answer has its level, by the instrument in the folder.  ERR_INPUT: an
 * answer is refused by the instrument, or no dial gives the level. */
bool answers_steer(struct str instrument_folder, struct str register_csv, struct answer *x,
		   size_t n, struct err *e) MUST_CHECK;
/* The form's table and that of its projects. */
void answers_put(const struct answer *x, size_t n, struct arena *a, struct buf *form,
		 struct buf *projects);

/* ---- tables (sample_number.c) --------------------------------------------------------------- */

/* A table being written: the names of its columns come from its first row. */
struct table {
	struct buf head, body;
	size_t n_rows, n_cells;
};
void table_start(struct table *t, struct arena *a);
void table_cell(struct table *t, const char *column, const char *fmt, ...) PRINTF_LIKE(3, 4);
void table_end_row(struct table *t);
void table_put(const struct table *t, struct buf *b);

void answer_put(const struct answer *x, struct table *form, struct table *projects);
/* The companies of the clusters: sizes and jobs add up to those of their cluster. */
void companies_put(const struct answer *x, size_t n, struct table *t);
/* A row of the form of 2016 and 2018 (sample_old.c). */
void old_answer_put(const struct cluster *c, int year, struct table *t);

/* ---- choosing (sample_number.c) -------------------------------------------------------- */

/* How well a cluster does on an item, 0..1000: the dial and a part of chance that mostly stays from
 * round to round. */
int grade_of(const struct cluster *c, int year, int dial, const char *item);
/* k of the names (separated by spaces), the earlier ones more often; bias 0..1000 says how much
 * more.  ranked: in the order of preference, else in the order of names. */
const char *choose(struct arena *a, const char *names, unsigned k, unsigned bias, bool ranked,
		   unsigned first, unsigned second, const char *item);

#endif
