/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One response while it is being filled in: which questions apply, what is answered, owed, faulty
 * or warned of.  The same plan and the same rules as for a file (response.h); here every question
 * gets its verdict, and nothing that was typed is lost: an answer to a question that does not apply
 * (any more) is set aside, it does not count, and it is there again when the question applies. */
#ifndef SSME_RESPONSE_LOOK_H
#define SSME_RESPONSE_LOOK_H

#include "response/response.h"

/* What was typed, as a cell of a file with decimal points (look_cell_of_typed()). */
struct look_cell {
	struct str question; /* name */
	int64_t item;        /* 0; in a repeat: number of the item, from 1, in any order */
	struct str value;    /* may be faulty; ND and NA as in a file */
	struct str reason;   /* why it is right although it is warned of; or empty */
};
/* The items that a repeat has, in the order in which they are shown. */
struct look_item {
	struct str repeat;
	int64_t item;
};

enum look_relevance {
	LOOK_ASKED,
	LOOK_SKIPPED, /* it does not apply */
	LOOK_OPEN,    /* that hangs on an answer that is not there: asked, and not owed */
};

struct look_finding {
	const char *rule;       /* "required", "constraint", "integer", …: as problems have it */
	struct str message;     /* one sentence */
	struct str suggestion;  /* the cure; or empty */
};

/* One question, of one item where it stands in a repeat.  Notes too (nothing but relevance). */
struct look_entry {
	const struct question *question;
	size_t index;           /* of the question in its form */
	int64_t item;           /* 0; or number of the item */
	struct str value;       /* as it was given, or what was calculated; empty: none */
	struct str reason;
	enum missing missing;   /* MISSING_NO: there is a value; ND, NA as answered; NR: open */
	enum look_relevance relevance;
	bool required;          /* an answer is owed while it applies */
	bool set_aside;         /* there is an answer, and the question does not apply */
	const struct look_finding *fault; /* what keeps it from being sent; without "required" */
	size_t n_faults;
	const struct look_finding *warning; /* what needs a reason */
	size_t n_warnings;
	/* by option of the question's list: the choice_filter lets it stand; NULL: all of them
	 * (also where the question does not apply) */
	const uint8_t *allowed;
};

/* A section of the form (instrument.h), or what of it one item of a repeat is. */
struct look_section {
	size_t n_asked;       /* questions that apply, without notes and calculations */
	size_t n_answered;    /* of these, with an answer; ND and NA are answers */
	size_t n_owed;        /* required and open */
	size_t n_faults;      /* questions with a fault */
	size_t n_warnings;    /* questions with a warning */
	size_t n_unexplained; /* of these, without a reason */
	size_t n_aside;       /* answers set aside */
};

struct look {
	const struct form *form;
	const struct look_entry *entry; /* by question; in a repeat by item, then question */
	size_t n;
	const struct look_section *section; /* by section of the form */
	struct look_section whole;
	/* The answer as it would be stored; empty while something is owed or faulty. */
	struct str document;
};

/* plan: response_plan_make() of the form.  lang: of the messages.  cell: each question and item at
 * most once; unknown names are passed over (an older form had them).  company: empty for a cluster
 * form.  Works in a.  ERR_INPUT: the form cannot be read by its plan (a bug). */
struct look_request {
	const struct response_plan *plan;
	const struct response_round *round;
	struct str cluster, company;
	enum lang lang;
	const struct look_cell *cell;
	size_t n_cells;
	const struct look_item *item;
	size_t n_items;
	/* true: allowed stays NULL everywhere.  Weighing every option of a long list takes longer
	 * than all the rest, and who saves shows no lists. */
	bool without_options;
};
bool response_look(struct arena *a, const struct look_request *in, const struct look **out,
		   struct err *e) MUST_CHECK;

/* Entry of a question; NULL: there is none. */
const struct look_entry *look_find(const struct look *l, struct str question, int64_t item);

/* What people type, as a cell: numbers lose their groups and get a decimal point as the language
 * writes them ("1.234.567,5" in Spanish, "1,234,567.5" in English; "$" and "%" where that is the
 * unit), dates become ISO 8601 ("31/12/2024"; "7/2024" where the appearance is month-year), blanks
 * at the ends go; what cannot be read so stays as it is, to be found faulty and shown again.  In a.
 */
struct str look_cell_of_typed(struct arena *a, const struct question *q, struct str typed,
			      enum lang lang);
/* And back: a cell as a field of a form shows it ("1.234.567,5", grouped from five digits on, so
 * that a year stays a year); dates stay as they are, as a date field wants them.  In a. */
struct str look_typed_of_cell(struct arena *a, const struct question *q, struct str cell,
			      enum lang lang);

/* A stored document back as cells, repeats as items 1… in their order (ret_item); what is
 * calculated is left out.  NA stands too where a question did not apply: response_look() tells
 * those apart, as skipped.  ERR_INPUT: the document does not fit the form. */
bool look_cells_of_document(struct arena *a, const struct form *form, struct str document,
			    struct look_cell **ret_cell, size_t *ret_n_cells,
			    struct look_item **ret_item, size_t *ret_n_items,
			    struct err *e) MUST_CHECK;

#endif
