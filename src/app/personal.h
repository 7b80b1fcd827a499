/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people ask about their own data, and what is held on them (Ley 1581 de 2012).
 *
 * Terms are counted in Colombian working days from the day after the request comes, in the time of
 * Bogotá: a query (see) ten days and five more, a claim (correct, remove, withdraw) fifteen and
 * eight more, the second only once and explained.  Deeds are pairs as in app/access.h, and
 * access_of() says what came of them. */
#ifndef SSME_APP_PERSONAL_H
#define SSME_APP_PERSONAL_H

#include "app/access.h"
#include "store/personal_request.h"

enum {
	PERSONAL_SEE_DAYS = 10,
	PERSONAL_SEE_MORE_DAYS = 5,
	PERSONAL_CLAIM_DAYS = 15,
	PERSONAL_CLAIM_MORE_DAYS = 8,
	PERSONAL_REQUESTS_PER_WINDOW = 5, /* from one network address, in LOCK_WINDOW_S */
};
#define PERSONAL_KIND_CHOICES "see|correct|remove|withdraw"
#define PERSONAL_OUTCOME_CHOICES "granted|partial|denied"

const char *personal_kind_word(enum personal_kind k, enum lang lang); /* for people */
/* Last day of the term of a request that came at a moment (UTC); ISO day in a. */
struct str personal_due(struct arena *a, enum personal_kind k, struct str received_at);
/* The day to which it may be extended. */
struct str personal_due_extended(struct arena *a, const struct stored_request_of_person *r);
/* Working days from the day of `now` in Bogotá to the end of its term; negative: late by so
 * many. */
int personal_days_left(const struct stored_request_of_person *r, struct str now);

/* --kind CHOICE, --person TEXT, --email TEXT, --words TEXT.  For everybody: who has an account or a
 * link is who they are; anybody else gets a letter by which the address is confirmed.  x->id: its
 * number.  Refused: no address, no words, too many from one place. */
bool prepare_personal_request(struct call *c, struct err *e);
bool do_personal_request(struct call *c, struct err *e);
/* --token TEXT: of that letter.  Refused with ERR_ABSENT: unknown, or used. */
bool prepare_personal_confirm(struct call *c, struct err *e);
bool do_personal_confirm(struct call *c, struct err *e);
/* REQUEST INTEGER, --outcome CHOICE, --words TEXT, --erase FLAG: what the request is about is made
 * anonymous: an account names nobody any more, of a company's answers what is personal goes.  The
 * answer goes out by mail where there is an address.  Refused: no words, nothing to erase, the last
 * administrator. */
bool prepare_personal_answer(struct call *c, struct err *e);
bool do_personal_answer(struct call *c, struct err *e);
/* REQUEST INTEGER, --words TEXT: why it takes longer. */
bool prepare_personal_extend(struct call *c, struct err *e);
bool do_personal_extend(struct call *c, struct err *e);

/* All that is held on the caller, as JSON.  Reads only.  ERR_DENIED: neither account nor link. */
bool personal_export(struct call *c, struct buf *out, struct err *e) MUST_CHECK;

#endif
