/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A round from the store to its figures: the one path that figures, scores, explain, bulletin and
 * export all take. */
#ifndef SSME_APP_MEASURE_H
#define SSME_APP_MEASURE_H

#include "app/command.h"
#include "indicator/disclosure.h"
#include "score/change.h"

struct measure {
	struct stored_round round;
	const struct instrument *instrument;
	struct str data_sha256; /* hex; of the freeze, else of the answers as they are now */
	struct cluster_register clusters;
	const struct catalogues *catalogues;
	const struct round_fact *rounds; /* every round of the store */
	size_t n_rounds, current;
	struct fact_tables tables;       /* scores joined */
	struct scores scores;
	struct stored_answers answers[2];
	int64_t n_warnings, n_unexplained; /* over both forms */
	/* Answered before and not declared by the method; nothing before the round is frozen, for
	 * its data were others then. */
	struct published_requests before;
	struct store *store; /* where it came from; open as long as the call */
	bool proposed; /* by measure_answers(): not the answers that the round has */
};

/* Loads an instrument out of the store, which refuses nothing of what was published. */
bool measure_instrument(const struct call *c, struct store *s, struct str id, struct str version,
			const struct instrument **out, struct err *e) MUST_CHECK;

/* any_name: the caller will read questions that the method's figures do not name (--by, --where);
 * without it company answers, of which there are many, are read only as far as figures over them
 * need. ERR_ABSENT: no such round. */
bool measure_round(const struct call *c, struct store *s, struct str round, bool any_name,
		   struct measure *out, struct err *e) MUST_CHECK;

/* The same with these answers of clusters in place of the round's own: what would be if they were
 * accepted.  Nothing of companies is read, and data_sha256 is that of these documents. */
bool measure_answers(const struct call *c, struct store *s, struct str round,
		     const struct stored_answers *clusters, struct measure *out,
		     struct err *e) MUST_CHECK;

/* The last round before that has answers of clusters; *ret_found false: there is none, and *out is
 * untouched. */
bool measure_before(const struct call *c, struct store *s, const struct measure *m,
		    struct measure *out, bool *ret_found, struct err *e) MUST_CHECK;
/* A round as score/change.h compares it; borrows from m. */
struct round_side measure_side(const struct measure *m);

/* The figures of a round as they may leave the program, after disclosure control: every command,
 * page and export takes them from here.  A request that the method does not declare is written down
 * before it is answered, once the round is frozen.  ERR_LIMIT: there are too many of those. */
bool measure_figures(const struct call *c, const struct measure *m,
		     const struct figure_request *request, struct figures *out,
		     struct err *e) MUST_CHECK;

#endif
