/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of deeds: who did what, when, from where, what was there before and after, and how it
 * ended.  Rows are only added.  Each row holds the SHA-256 of the row before it and of its own
 * fields, so that a row changed, left out or put in later is found by store_check_audit(); the last
 * hash, kept elsewhere (a printed backup report, another machine), pins all of them.
 *
 * hash = SHA-256 over the 64 hexadecimal digits of the row before (64 zeros before the first) and
 * the fields in the order of struct audit_entry from n to outcome, each as its length in bytes in
 * decimal digits, ':' and its bytes; n in decimal digits.
 *
 * Rows that were written before rows had a hash get theirs when the next row is added; until then
 * their hash is empty.  Their plain words stand in after as {"detail":"..."}.
 *
 * Deeds of the store itself: instrument publish, register import, round open, round freeze, round
 * publish, request answer, import; account create, account change, password set, second factor set,
 * second factor confirm, second factor remove, recovery code use, role grant, role revoke, session
 * begin, session complete, session end, session end all, token create, token revoke, link create,
 * link revoke, review message, review resolve, scoring sample, scoring put, erratum add, tidy.  The
 * subject is a round, an instrument, the address of an account or "link 7".  The program notes
 * beside them: sign in, second factor, refused or failed writes, and backup, whose subject is the
 * name of the file. */
#ifndef SSME_STORE_AUDIT_H
#define SSME_STORE_AUDIT_H

#include "store/store.h"

struct audit_entry {
	int64_t n;               /* 1, 2, 3 … without a gap */
	struct str at;           /* ISO 8601 UTC */
	/* "cli", the address of an account, "link 7", "token 3 of MAIL", "-" */
	struct str actor;
	struct str origin;       /* network address; empty on the command line */
	struct str deed;         /* "sign in", "answer put", "account change" … */
	struct str subject;      /* what it was done to */
	struct str before, after; /* short JSON objects or empty; never an answer, never a secret */
	struct str outcome;      /* "done", "denied", "failed" */
	struct str hash;         /* hex */
};

/* Notes what no verb of the store notes by itself: a refusal, a reading that must be known of.  In
 * the transaction that is open, or in one of its own.  outcome: one of the three above, else
 * ERR_CONFLICT. */
bool store_note(struct store *s, const char *deed, struct str subject, struct str before,
		struct str after, const char *outcome, struct err *e) MUST_CHECK;

struct audit_filter {
	struct str actor, deed, subject; /* exactly; empty: any */
	struct str from, to;             /* days, both included; empty: any */
	int64_t before_n;                /* only rows before this one; 0: from the last */
	size_t limit;                    /* most rows, 1 … AUDIT_ROWS_MAX */
};
enum { AUDIT_ROWS_MAX = 100000 };
/* Newest first.  A limit of 0 is 1, one above AUDIT_ROWS_MAX is that.  A filter that finds little
 * reads many rows: about 3 s a million. */
bool store_list_audit(struct store *s, struct arena *a, const struct audit_filter *f,
		      struct audit_entry **ret_list, size_t *ret_n, struct err *e) MUST_CHECK;
/* Distinct deeds, for the choice on a page. */
bool store_list_deeds(struct store *s, struct arena *a, struct str **ret_list, size_t *ret_n,
		      struct err *e) MUST_CHECK;

/* Reads the chain from the first row, as it stands at one moment.  *ret_bad: number of the first
 * row that does not fit or is missing, or 0; *ret_n rows and the last hash (64 hex digits in a;
 * what stands in the last row when it does not fit).  About 4 s a million rows. */
bool store_check_audit(struct store *s, struct arena *a, int64_t *ret_n, int64_t *ret_bad,
		       struct str *ret_last, struct err *e) MUST_CHECK;

#endif
