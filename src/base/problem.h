/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Problems found in somebody's files: each names the place, what is wrong and the cure.
 * They are results, not errors: a check lists all of them in one pass. */
#ifndef SSME_BASE_PROBLEM_H
#define SSME_BASE_PROBLEM_H

#include "base/lang.h"
#include "base/text.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };

struct problem {
	enum severity severity;
	struct str file;       /* as the user named it */
	struct str sheet;      /* "cluster.survey", or empty */
	int64_t row;           /* 1 = the header's row in the file; 0 = no row */
	struct str column;     /* name of the column, or a spreadsheet cell ("D14"), or empty */
	struct str value;      /* the offending value, cut to 200 bytes; never a personal one */
	const char *rule; /* stable short name of the rule: "unknown_column", "required", ... */
	struct str message;    /* one sentence, in the language of the list */
	struct str suggestion; /* the cure, or empty */
};

struct problems {
	struct arena *a;
	enum lang lang; /* language of the messages to be added */
	struct problem *item;
	size_t n, cap;
	size_t n_errors, n_warnings;
	size_t limit;     /* most items kept (the counts go on); 0 = PROBLEMS_LIMIT */
	struct str file;  /* defaults that problem_add() fills in */
	struct str sheet;
};
#define PROBLEMS_LIMIT 10000u

void problems_init(struct problems *ps, struct arena *a, enum lang lang);
/* Copies p (its texts too); empty file/sheet are filled from the defaults. */
void problem_add(struct problems *ps, struct problem p);
/* message chosen by ps->lang from two printf formats with the same arguments */
void problem_report(struct problems *ps, struct problem place, const char *fmt_es,
		    const char *fmt_en, ...) PRINTF_LIKE(3, 5) PRINTF_LIKE(4, 5);

/* A line a problem, as a compiler prints: "file:sheet:row:column: error: message (suggestion)". */
void problems_put_text(struct buf *b, const struct problems *ps);
void problems_put_json(struct buf *b, const struct problems *ps);
void problems_put_csv(struct buf *b, const struct problems *ps);

#endif
