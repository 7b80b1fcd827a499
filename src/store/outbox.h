/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters: those that wait, went out, were refused or came back.  Whom they go to stands in
 * contact.h, in what words in wording.h.
 *
 * Name, address, subject, text and the mail server's words are sealed with the store's secret; an
 * address is found again by its keyed hash.  The text of a letter holds a personal link, so it is
 * wiped once the letter is out.
 *
 *   waiting ──claim──► sending ──settle──► sent ──► bounced
 *      ▲                  │  ├──────────► refused
 *      └──────try later───┘  └─nobody said─► unsure
 *
 * A letter is claimed, in a transaction of its own, before it is sent, and settled after: two
 * senders never send the same one, and one whose sender died in between is unsure, not sent again
 * by itself.  Errors besides those of store.h stand at the verb; ERR_ABSENT also: the store has
 * lost its secret. */
#ifndef SSME_STORE_OUTBOX_H
#define SSME_STORE_OUTBOX_H

#include "store/contact.h"
#include "store/wording.h"

enum {
	MAIL_WORDS_BYTES_MAX = 500, /* of the other server, cut */
	MAIL_CLAIM_SECONDS = 900,   /* a sender that says nothing for so long has died */
};

enum mail_state {
	MAIL_WAITING,
	MAIL_SENDING,
	MAIL_SENT,    /* the mail server took it */
	MAIL_REFUSED, /* it did not, and would not */
	MAIL_UNSURE,  /* nobody knows whether it took it */
	MAIL_BOUNCED, /* it came back later */
	MAIL_DROPPED, /* taken out by hand */
};
enum { MAIL_STATES_N = 7 };
const char *mail_state_name(enum mail_state s); /* as stored: "sent" */
const char *mail_state_word(enum mail_state s, enum lang lang); /* for people */

struct stored_mail {
	int64_t id;
	struct str key;          /* what it is for: two of one key are not queued */
	struct str round, cluster;
	struct str name;         /* of the wording: "invitation" … */
	struct str lang;
	struct str person, email;
	struct str subject, body; /* body: empty once it is out */
	struct str words;        /* of the mail server, or of the letter that came back */
	enum mail_state state;
	int64_t attempts;
	int64_t code;            /* last answer of the mail server, 250 …; 0: none */
	struct str next_at, queued_at, queued_by, changed_at;
	struct str message_id;   /* without < > */
	int64_t link;            /* personal link in it; 0: none */
};
/* What is given: key, round, cluster, name, lang, person, email, subject, body, message_id, link,
 * next_at (empty: at once).  *ret_id 0: there is one of that key already.  ERR_INPUT: no address,
 * or a line end in the subject. */
bool store_queue_mail(struct store *s, const struct stored_mail *in, int64_t *ret_id,
		      struct err *e) MUST_CHECK;
bool store_has_mail(struct store *s, struct str key, bool *ret_has, struct err *e) MUST_CHECK;
bool store_get_mail(struct store *s, struct arena *a, int64_t id, struct stored_mail *out,
		    struct err *e) MUST_CHECK; /* ERR_ABSENT */
/* Of a round, or all when it is empty; newest first. */
bool store_list_mail(struct store *s, struct arena *a, struct str round,
		     struct stored_mail **ret_list, size_t *ret_n, struct err *e) MUST_CHECK;
/* By enum mail_state. */
bool store_count_mail(struct store *s, struct str round, int64_t ret_n[MAIL_STATES_N],
		      struct err *e) MUST_CHECK;
/* Letters that may be tried at this moment. */
bool store_count_due(struct store *s, int64_t *ret_n, struct err *e) MUST_CHECK;

/* Takes the next that is due at store time, until so long after; *ret_found false: none.  Those
 * whose sender died become unsure. */
bool store_claim_mail(struct store *s, struct arena *a, struct str until, bool *ret_found,
		      struct stored_mail *out, struct err *e) MUST_CHECK;
/* What came of it: SENT, REFUSED, UNSURE, or WAITING until next_at.  ERR_CONFLICT: it is not being
 * sent. */
bool store_settle_mail(struct store *s, int64_t id, enum mail_state to, int64_t code,
		       struct str words, struct str next_at, struct err *e) MUST_CHECK;
/* Back to wait until next_at: the mail server let no letter in, so this attempt is none of the
 * letter's.  ERR_CONFLICT: it is not being sent. */
bool store_put_back_mail(struct store *s, int64_t id, int64_t code, struct str words,
			 struct str next_at, struct err *e) MUST_CHECK;
/* Refused or unsure -> waiting.  ERR_CONFLICT: in another state. */
bool store_retry_mail(struct store *s, int64_t id, struct err *e) MUST_CHECK;
/* Waiting, refused or unsure -> dropped. */
bool store_drop_mail(struct store *s, int64_t id, struct err *e) MUST_CHECK;
/* A letter came back: the one with this message_id, else the last that went to this address; the
 * address that it went to is marked (the report may name another, which it was handed on to).
 * *ret_id 0: there is no such letter, and the address itself is marked.  ERR_CONFLICT: that letter
 * never went out. */
bool store_bounce_mail(struct store *s, struct str message_id, struct str email, struct str words,
		       int64_t *ret_id, struct err *e) MUST_CHECK;
/* The same of one letter, by hand.  ERR_ABSENT, ERR_CONFLICT. */
bool store_bounce_letter(struct store *s, int64_t id, struct str words,
			 struct err *e) MUST_CHECK;

#endif
