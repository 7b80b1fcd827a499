/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing to managers about a round: invitations, reminders, and word of what was decided.  Each
 * letter has a personal link of its own.  A pair as in app/access.h: prepare_invite() finds whom
 * and writes the letters, do_invite() keeps links and letters in the writer's transaction. */
#ifndef SSME_APP_INVITE_H
#define SSME_APP_INVITE_H

#include "app/mail.h"
#include "store/calendar.h"
#include "store/questionnaire.h"

enum {
	INVITE_ITEMS_MAX = 5000,
	STUCK_DAYS = 3,      /* a draft that nobody touched for so long is stuck */
	LINK_DAYS_AFTER = 30, /* a link of a letter is good so long after the round closes */
};
#define INVITE_GROUPS "not-invited|unopened|started|stuck|returned|sent|accepted|all"
struct str invite_group_word(struct str group, enum lang lang); /* for people */

/* A manager, and how the cluster's questionnaire is. */
struct invite_item {
	const struct stored_contact *contact;
	const struct cluster_entry *cluster;
	bool opened;
	struct stored_questionnaire head; /* when opened */
	bool known;                       /* has this letter already: nothing is sent */
	struct stored_link link;
	struct stored_mail mail;
};
struct invite {
	struct stored_round round;
	struct calendar calendar;
	struct invite_item *item;
	size_t n;
	size_t n_known;    /* of these, who has it already (an invitation; today's reminder) */
	size_t n_bounced;  /* left out: their address is dead */
	struct str *without; /* names of clusters of the group without a manager's address */
	size_t n_without;
	size_t n_queued;   /* by do_invite() */
	struct stored_mail_text text[LANG_N]; /* the wording */
};
/* --round, --name CHOICE MAIL_NAME_CHOICES, --to CHOICE INVITE_GROUPS, --cluster TEXT repeated
 * (only these), --force FLAG (also who has it already), --dry-run FLAG.  site: "https://…", what
 * stands before the path of a link.  ERR_CONFLICT: the round is frozen, or a draft.  ERR_INPUT: no
 * site.  ERR_LIMIT: INVITE_ITEMS_MAX. */
bool prepare_invite(struct call *c, struct str site, struct err *e);
/* What prepare finds, without secrets and for looking at alone: the same, and each letter's link is
 * shown as "…/enlace/…". */
bool invite_look(struct call *c, struct str round, struct str name, struct str group, bool force,
		 struct invite *out, struct err *e) MUST_CHECK;
bool do_invite(struct call *c, struct err *e);
struct invite *invite_of(const struct call *c);
/* --to; unless said all of the clusters named, or those that have not opened the form. */
struct str invite_group(const struct call *c);

/* Queues a letter about one cluster to each of its managers, inside a write: "returned" with its
 * reason, "accepted".  occasion: what makes it another letter than the last of that name ("7").
 * Without site or managers it does nothing. */
bool invite_tell(struct call *c, struct store *s, struct str round, struct str cluster,
		 struct str name, struct str reason, struct str occasion, struct str site,
		 size_t *ret_n, struct err *e) MUST_CHECK;

#endif
