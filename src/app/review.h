/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reviewing what was sent: which questionnaire first and why, threads on single answers, a second
 * scoring of a sample, the result before the round is closed, how far a round is, and errata after
 * its freeze.  Reading functions work in c->a; deeds are pairs as in app/questionnaire.h. */
#ifndef SSME_APP_REVIEW_H
#define SSME_APP_REVIEW_H

#include "app/questionnaire.h"
#include "app/reporting.h"
#include "store/review.h"

/* ---- pieces ---- */

/* A question as people know it: what its group asks and what it asks itself. */
struct str review_question_words(struct arena *a, const struct question *q, enum lang lang);
/* A cell as a page shows it: names of options become their labels, numbers and dates take the form
 * of the language, ND and NA become words. */
struct str review_value_words(struct arena *a, const struct question *q, struct str cell,
			      enum lang lang);
/* The number in a cell; false: it is none. */
bool review_number(const struct question *q, struct str cell, double *out);

/* ---- threads ---- */

struct review_thread {
	struct str question;
	int64_t item;
	bool open;
	bool answered; /* open, and the last word is the cluster's */
	const struct review_message *const *message; /* oldest first */
	size_t n;
};
struct review_threads {
	const struct review_thread *thread; /* in the order in which they were begun */
	size_t n, n_open;
};
bool review_threads_of(struct call *c, struct store *s, const struct questionnaire_key *k,
		       struct review_threads *out, struct err *e) MUST_CHECK;
/* NULL: nothing was said of it. */
const struct review_thread *review_thread_find(const struct review_threads *all,
					       struct str question, int64_t item);

/* --round, --cluster, --question TEXT, --item INTEGER, --text TEXT, --resolve FLAG.  Who reviews
 * asks, who answers for the cluster answers; a contributor only in its area.  ERR_DENIED,
 * ERR_ABSENT as sheet_open(); ERR_INPUT: no such question, nothing said.  Row: writes, csrf. */
bool prepare_review_message(struct call *c, struct err *e);
bool do_review_message(struct call *c, struct err *e);
/* Does the question lie in the one area that a contributor has?  True for everybody else. */
bool review_in_area(const struct sheet *sheet, const struct question *q);

/* ---- the queue ---- */

/* Risk = 10 for each warning without a reason + 8 for each number that its companies pass + 5 for
 * each jump + 4 for each outlier + 2 for each warning with a reason.
 *
 * Jump: against what the bridges call the same question in the cluster's last round, less than one
 * half or more than double; not for percentages, nor where both numbers are below JUMP_FROM.
 * Outlier: among REVIEW_PEERS_MIN clusters or more of the round (sent or accepted), further from
 * the median than OUTLIER_Z by 0.6745 |x - median| / MAD (B. Iglewicz, D. Hoaglin, How to Detect
 * and Handle Outliers, 1993); on log(1 + x) where no value is below 0 and it is no percentage.
 * Companies: method/rollups.csv; their total passes the manager's number by more than the
 * tolerance. */
enum {
	RISK_UNEXPLAINED = 10,
	RISK_ROLLUP = 8,
	RISK_JUMP = 5,
	RISK_OUTLIER = 4,
	RISK_WARNING = 2,
	JUMP_FROM = 10,
	REVIEW_PEERS_MIN = 8,
};
#define OUTLIER_Z 3.5

enum review_reason_kind {
	REASON_UNEXPLAINED,
	REASON_ROLLUP,
	REASON_JUMP,
	REASON_OUTLIER,
	REASON_WARNING,
};
struct review_reason {
	enum review_reason_kind kind;
	int points;
	const struct question *question;
	int64_t item;
	struct str words; /* one sentence, language of the call */
};
struct review_entry {
	struct stored_questionnaire head;
	struct cluster_entry cluster; /* of the register; its id alone where it is not in it */
	int64_t risk;
	const struct review_reason *reason; /* by points, then in the order of the form */
	size_t n_reasons;
	int64_t n_open, n_answered; /* threads, as in struct review_count */
};
/* Empty: any. */
struct review_filter {
	struct str chamber, department, sector;
	struct str search; /* in name and id, without case and accents */
	unsigned states;   /* 1 << enum questionnaire_state; 0: sent */
};
struct review_queue {
	struct stored_round round;
	const struct instrument *instrument;
	struct cluster_register clusters;
	const struct review_entry *entry; /* by risk, then who waits longest */
	size_t n;
};
/* Only clusters that the caller sees.  --round names the round.  ERR_ABSENT: no such round. */
bool review_queue(struct call *c, struct store *s, struct str round,
		  const struct review_filter *filter, struct review_queue *out,
		  struct err *e) MUST_CHECK;
/* Is the cluster among what the filter lets through? */
bool review_passes(struct arena *a, const struct review_filter *f,
		   const struct cluster_entry *entry);
/* --chamber, --department, --sector, --search of the call. */
struct review_filter review_filter_of(const struct call *c);

/* ---- a second scoring ---- */

/* One item judged twice: by the questionnaire's own points and by a person who did not see them. */
struct review_pair {
	struct str cluster;
	size_t item;         /* of the instrument */
	struct str scorer;
	int first, second;   /* quarters of the item's most, 0..SCORING_MOST */
};
struct review_kappa {
	size_t n, n_clusters;
	double agree;        /* share of pairs that are equal */
	bool computed;       /* false: too few, or all in one category */
	double kappa;        /* J. Cohen's, with linear weights */
	bool has_interval;   /* percentile interval of 95 % over 2000 draws of clusters */
	double low, high;
};
struct review_agreement {
	struct stored_round round;
	const struct instrument *instrument;
	const struct sampled *sampled;
	size_t n_sampled;
	const size_t *n_scored;     /* items by sampled cluster, by the caller */
	const struct review_pair *pair;
	size_t n_pairs;
	struct review_kappa whole;
	const struct review_kappa *area; /* n_areas */
};
/* The first points are those of the accepted answer, else of what was sent. */
bool review_agreement(struct call *c, struct store *s, struct str round,
		      struct review_agreement *out, struct err *e) MUST_CHECK;
/* --round, --n INTEGER, --seed INTEGER: draws n more clusters of those sent or accepted.  Refused
 * (ERR_CONFLICT): there are none left. */
bool prepare_review_sample(struct call *c, struct err *e);
bool do_review_sample(struct call *c, struct err *e);
/* --round, --cluster, PARAM_PAIRS points: points.G01=0…4, or "none".  ERR_INPUT: no such item. */
bool prepare_review_scoring(struct call *c, struct err *e);
bool do_review_scoring(struct call *c, struct err *e);

/* ---- the result before the close ---- */

/* Everything of one cluster's report, computed from what was sent as if it were accepted.  Its
 * peers are the other clusters of the last published round with the same method, or nobody. */
struct review_result {
	struct sheet sheet;
	struct reporting reporting; /* without the draft: now and bounds alone */
	size_t row;                /* of the cluster, in reporting.now.scores */
	struct str peers_round;    /* empty: there are none */
	struct str notice;         /* that it is provisional, and against whom it is seen */
	struct document document;  /* with the draft: the cluster's report, marked provisional */
};
/* draft: the report too, for which levels are drawn thousands of times.  ERR_CONFLICT: it was not
 * sent yet. */
bool review_result(struct call *c, struct store *s, bool draft, struct review_result *out,
		   struct err *e) MUST_CHECK;

/* ---- how far a round is ---- */

enum board_state {
	BOARD_UNOPENED,
	BOARD_STARTED,
	BOARD_STUCK, /* a draft, and nothing was saved for BOARD_STUCK_DAYS */
	BOARD_SENT,
	BOARD_RETURNED,
	BOARD_ACCEPTED,
	BOARD_ANNULLED,
};
enum { BOARD_STATES_N = 7, BOARD_STUCK_DAYS = 7 };
struct str board_state_word(enum board_state s, enum lang lang);
const char *board_state_name(enum board_state s); /* "stuck" */

struct board_row {
	struct cluster_entry cluster;
	enum board_state state;
	struct stored_questionnaire head; /* unless BOARD_UNOPENED; of an imported answer: empty */
	bool imported;                    /* accepted without a questionnaire */
	int64_t days_still;               /* since the last save; -1: never */
	struct str contact;               /* who has a link or an account for it; or empty */
};
struct board {
	struct stored_round round;
	int64_t days_left;      /* to the end of the round's last day; INT64_MIN: no last day */
	const struct form *form;
	struct cluster_register clusters;
	const struct board_row *row; /* clusters of the round that the caller sees, by name */
	size_t n;
	size_t count[BOARD_STATES_N];
};
bool review_board(struct call *c, struct store *s, struct str round,
		  const struct review_filter *filter, struct board *out, struct err *e) MUST_CHECK;

/* ---- errata ---- */

struct erratum_deed {
	struct stored_round round;
	const struct instrument *instrument;
	struct stored_erratum erratum; /* as it is written; number when done */
	bool refused;
	const char *field; /* parameter that the refusal is about, or NULL */
	struct label why;
	void *inside;
};
/* --round, --cluster, --question, --item INTEGER, --value TEXT (a cell; empty: the answer goes),
 * --reason TEXT.  Refused: the round is not frozen, no such answer or question, the value breaks a
 * rule or is what stands, no reason. */
bool prepare_erratum(struct call *c, struct err *e);
bool do_erratum(struct call *c, struct err *e);
struct erratum_deed *erratum_of(const struct call *c);

/* A section that lists them, at the end of a published document; nothing where there are none. */
bool review_add_errata(const struct call *c, struct store *s, struct str round,
		       struct document *d, struct err *e) MUST_CHECK;

/* ---- the same as commands: printed, a refusal being an error ---- */

bool run_review_list(struct call *c, struct err *e);
bool run_review_agreement(struct call *c, struct err *e);
bool run_review_sample(struct call *c, struct err *e);
bool run_round_board(struct call *c, struct err *e);
bool run_questionnaire_list(struct call *c, struct err *e);
bool prepare_cluster_accept(struct call *c, struct err *e);
bool run_questionnaire_accept(struct call *c, struct err *e);
bool prepare_cluster_return(struct call *c, struct err *e);
bool run_questionnaire_return(struct call *c, struct err *e);
bool prepare_cluster_annul(struct call *c, struct err *e);
bool run_questionnaire_annul(struct call *c, struct err *e);
bool run_erratum_add(struct call *c, struct err *e);
bool run_erratum_list(struct call *c, struct err *e);

/* Rows of reasons, clusters and errata for a CSV file (base of the pages' "as CSV" and of the
 * commands). */
struct print_table;
void review_queue_table(struct call *c, const struct review_queue *q, struct print_table *out);
void review_board_table(struct call *c, const struct board *b, struct print_table *out);

#endif
