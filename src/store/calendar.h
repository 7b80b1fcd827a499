/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The days of a round, its way from draft to review, and what happened to rounds and clusters.
 *
 * Days are those of Colombia: a round opens on its first day at 00:00 and closes on its last at
 * 23:59:59, five hours behind UTC all the year.  A round without a day has no such end.  Each verb
 * that writes notes its deed in the audit and as a happening.  Errors besides those of store.h
 * stand at the verb. */
#ifndef SSME_STORE_CALENDAR_H
#define SSME_STORE_CALENDAR_H

#include "store/store.h"

enum { HAPPENING_NOTE_BYTES_MAX = 1000 };

struct calendar {
	struct str opens_at, closes_at; /* the moments in UTC, ISO 8601; or empty */
	bool begun;        /* its first day has come (always, where it has none) */
	bool over;         /* its last day is past */
	/* open, begun and not over; in review, where what was returned is mended: always */
	bool takes_answers;
	int32_t days_left; /* today counts: 1 on the last day; 0 once it is over */
};
/* now: ISO 8601 UTC.  In a. */
void calendar_of(struct arena *a, const struct stored_round *r, struct str now,
		 struct calendar *out);
/* ERR_CONFLICT: the round is not open yet, is over (cure: to extend it), or its state takes no
 * answers.  For what people type; files of answers come in by store_put_answers(). */
bool calendar_must_take(const struct stored_round *r, struct str now, struct err *e) MUST_CHECK;
/* The day in Colombia of a moment in UTC, "2024-07-01"; in a.  Empty: it is no moment. */
struct str calendar_day(struct arena *a, struct str moment);

/* A round that takes no answers yet.  Errors as store_open_round(). */
bool store_draft_round(struct store *s, const struct stored_round *r, struct err *e) MUST_CHECK;
/* draft -> open.  ERR_CONFLICT: it is no draft. */
bool store_start_round(struct store *s, struct str id, struct err *e) MUST_CHECK;
/* open -> review: no new answers but of what is returned.  ERR_CONFLICT: it is not open. */
bool store_review_round(struct store *s, struct str id, struct err *e) MUST_CHECK;
/* Another last day, and why; a round in review goes back to open.  ERR_CONFLICT: it is frozen.
 * ERR_INPUT: no reason, or a day before the first. */
bool store_extend_round(struct store *s, struct str id, struct str to, struct str note,
			struct err *e) MUST_CHECK;
/* Both days of a draft. */
bool store_plan_round(struct store *s, struct str id, struct str from, struct str to,
		      struct err *e) MUST_CHECK;

/* Another name, department, sector, chamber … of one cluster; what is the same is no happening.
 * ERR_ABSENT: it is not in the register. */
bool store_change_cluster(struct store *s, const struct cluster_entry *c, struct str note,
			  struct err *e) MUST_CHECK;
/* A cluster that was not in the register.  ERR_CONFLICT: it is. */
bool store_add_cluster(struct store *s, const struct cluster_entry *c, struct str note,
		       struct err *e) MUST_CHECK;
/* One step of the lineage, noted at both clusters.  ERR_ABSENT: one of them is not in the register.
 * ERR_CONFLICT: the step is there already. */
bool store_add_lineage(struct store *s, const struct lineage_entry *l, struct str note,
		       struct err *e) MUST_CHECK;

/* Clusters and steps of the lineage of a file: each one that is new or differs is a happening of
 * its cluster, with that note; what is the same is none.  Clusters that it does not name stay.
 * store_put_register() is this without a note. */
bool store_import_register(struct store *s, const struct cluster_register *r, struct str note,
			   struct err *e) MUST_CHECK;

struct happening {
	int64_t number;           /* 1… of its subject */
	struct str event;         /* "draft", "open", "extend", "review"; "change", "rename", … */
	struct str before, after; /* short JSON objects, or empty */
	struct str note;          /* why; or empty */
	struct str author, at;
};
/* One thing that a happening changed: "name", "sector" … of a cluster; "date", "event", "from",
 * "to" of a step of the lineage.  before is empty where it was not there. */
struct happening_change {
	struct str name, before, after;
};
enum { HAPPENING_CHANGES_MAX = 16 };
/* What its before and after say, in a; *ret_n 0: nothing that can be read. */
void happening_changes(struct arena *a, const struct happening *h,
		       struct happening_change ret_list[HAPPENING_CHANGES_MAX], size_t *ret_n);
/* kind: "round", "cluster".  Newest first. */
bool store_list_happenings(struct store *s, struct arena *a, const char *kind, struct str subject,
			   struct happening **ret_list, size_t *ret_n, struct err *e) MUST_CHECK;

#endif
