/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deeds about who may come in, for pages, for the API and for the command line.
 *
 * A deed is a pair.  prepare_x() reads, checks and does what is slow; do_x() writes, in the
 * transaction of the one writer, and may be called again from the start.  A row of a page names the
 * parameters that stand at the deed, has prepare_x() as its prepare, and calls do_x() from its own
 * run; then access_of(c) says what came of it:
 *
 *     if (!do_sign_in(c, e))
 *             return false;                                 the system failed
 *     const struct access *x = access_of(c);
 *     if (x->refused)
 *             return sign_in_form(c, x->field, label_in(&x->why, c->lang), e);   status 422
 *     page_go(c, STR("/"), NULL);                           the cookie is set already
 *
 * What somebody typed wrongly is no error: both halves return true and the deed is refused, for a
 * failed sign-in must be counted, which is a write.  An error (false) is for what no form would
 * mend: not signed in, the thing is gone, the system failed.
 *
 * do_x() leaves in c->reply the cookie of the session and, when refused, the status 422; it writes
 * nothing into c->out.  For the command line and the API run.h has run_x(): the same deed, printed,
 * a refusal being an error with c->blamed set. */
#ifndef SSME_APP_ACCESS_H
#define SSME_APP_ACCESS_H

#include "app/account.h"

/* What came of a deed.  Texts live as long as the call. */
struct access {
	bool refused;
	const char *field;     /* parameter of the row that the refusal is about, or NULL */
	enum err_code code;    /* of the refusal: ERR_INPUT, ERR_CONFLICT, ERR_LIMIT … */
	struct label why;      /* one sentence with the cure, in both languages */

	bool half;             /* signed in but for the second factor: go to its page */
	/* Shown once: they cannot be had again. */
	struct str secret;     /* of a token; of a link or an invitation it is in path */
	struct str path;       /* "/enlace/…", "/invitacion/…" */
	struct str expires_at; /* of the token, link or invitation */
	struct str recovery[RECOVERY_CODES];
	size_t n_recovery;
	int64_t id;            /* of what was made */
	struct stored_account account; /* that the deed was about */
	struct stored_link link;       /* do_follow_link(), do_create_link() */
	void *inside;          /* the deed's own */
};
/* Of a call whose prepare was one of those below; never NULL. */
struct access *access_of(const struct call *c);

/* ---- coming in and going: rows for ROLE_PUBLIC or whoever is signed in ---- */

/* --email TEXT, --password SECRET.  LANE_PASSWORD, writes.  Refused: wrong (the same words whatever
 * is wrong), or too many failures.  Else x->half says which page comes next. */
bool prepare_sign_in(struct call *c, struct err *e);
bool do_sign_in(struct call *c, struct err *e);
/* --code SECRET: of the authenticator, or a recovery code.  Writes.  A row for ROLE_PUBLIC with
 * half: who owes the second factor has no other role yet.  ERR_DENIED: the caller does not owe it.
 * Refused: wrong, used before, too many failures. */
bool prepare_second_factor(struct call *c, struct err *e);
bool do_second_factor(struct call *c, struct err *e);
/* Writes; a row for ROLE_PUBLIC with half and own.  Of an account or of a link; clears the
 * cookie. */
bool prepare_sign_out(struct call *c, struct err *e);
bool do_sign_out(struct call *c, struct err *e);

/* --token TEXT: the end of /invitacion/….  For the page that asks for the first password;
 * *ret_found false: unknown, used, expired. */
bool access_look_invitation(struct call *c, struct str token, bool *ret_found,
			    struct stored_account *out, struct err *e) MUST_CHECK;
/* --token TEXT, --new-password SECRET.  LANE_PASSWORD, writes.  Sets the password and uses the
 * invitation up; nobody is signed in by it.  Refused: weak password; ERR_ABSENT with field --token
 * when the invitation is not good any more. */
bool prepare_accept_invitation(struct call *c, struct err *e);
bool do_accept_invitation(struct call *c, struct err *e);

/* The end of /enlace/…, for the page with the button. */
bool access_look_link(struct call *c, struct str token, bool *ret_found, struct stored_link *out,
		      struct err *e) MUST_CHECK;
/* --token TEXT.  Writes.  Makes a session of the link and sets its cookie; x->link says whose.
 * Refused with ERR_ABSENT: unknown, revoked, expired. */
bool prepare_follow_link(struct call *c, struct err *e);
bool do_follow_link(struct call *c, struct err *e);

/* ---- one's own account: rows for ROLE_ANYBODY with own; ERR_DENIED without an account ---- */

struct access_self {
	struct stored_account account;
	/* newest first; id == c->caller.session is this one */
	const struct stored_session *session;
	size_t n_sessions;
	const struct stored_token *token;     /* without invitations */
	size_t n_tokens;
	const struct stored_grant *grant;
	size_t n_grants;
	int64_t recovery_left;       /* codes not used yet */
	bool totp_begun;             /* a seed waits to be shown to work: totp says it */
	struct totp_words totp;
};
/* For the page of one's own account.  Reads only. */
bool access_look_self(struct call *c, struct access_self *out, struct err *e) MUST_CHECK;

/* --name TEXT, --language CHOICE "es|en" (pages: --lang); what is not given stays.  Writes. */
bool prepare_change_self(struct call *c, struct err *e);
bool do_change_self(struct call *c, struct err *e);
/* --password SECRET (the present one), --new-password SECRET.  LANE_PASSWORD, writes.  Ends the
 * other sessions. */
bool prepare_change_password(struct call *c, struct err *e);
bool do_change_password(struct call *c, struct err *e);
/* No parameter.  Writes.  A seed, to be seen by access_look_self() and shown to work by the next
 * deed.  Refused with ERR_CONFLICT while a second factor is on. */
bool prepare_begin_totp(struct call *c, struct err *e);
bool do_begin_totp(struct call *c, struct err *e);
/* --code SECRET.  Writes.  x->recovery: shown once.  Also when it is on already: new recovery codes
 * in place of the old ones. */
bool prepare_confirm_totp(struct call *c, struct err *e);
bool do_confirm_totp(struct call *c, struct err *e);
/* --password SECRET.  LANE_PASSWORD, writes.  The second factor goes. */
bool prepare_stop_totp(struct call *c, struct err *e);
bool do_stop_totp(struct call *c, struct err *e);
/* SESSION INTEGER: one of one's own.  Writes.  Its own session: as signing out. */
bool prepare_end_session(struct call *c, struct err *e);
bool do_end_session(struct call *c, struct err *e);
/* No parameter.  Writes.  "Log out everywhere": all but the one that asks. */
bool prepare_end_others(struct call *c, struct err *e);
bool do_end_others(struct call *c, struct err *e);
/* --name TEXT, --scope CHOICE repeated "read|write|metrics", --days INTEGER 1…TOKEN_DAYS_MAX.
 * Writes.  x->secret: shown once.  With --account TEXT (address or number), for administrators: of
 * that account. */
bool prepare_create_token(struct call *c, struct err *e);
bool do_create_token(struct call *c, struct err *e);
/* TOKEN INTEGER: one of one's own; an administrator's: whoever's.  Writes. */
bool prepare_revoke_token(struct call *c, struct err *e);
bool do_revoke_token(struct call *c, struct err *e);

/* ---- accounts of others: rows for ROLE_ADMINISTRATOR ----
 *
 * ACCOUNT TEXT is an address or a number; ERR_ABSENT: there is none.  All write, and know the flag
 * --dry-run where the row has it. */

/* --email TEXT, --name TEXT, --language CHOICE, --role CHOICE (ACCESS_ROLE_CHOICES), --object TEXT.
 * x->path: an invitation, good for INVITATION_DAYS.  With --password SECRET (LANE_PASSWORD) there
 * is none.  Refused: bad address, one that has an account, a role without its object. */
bool prepare_create_account(struct call *c, struct err *e);
bool do_create_account(struct call *c, struct err *e);
/* ACCOUNT, --name, --language */
bool prepare_change_account(struct call *c, struct err *e);
bool do_change_account(struct call *c, struct err *e);
/* ACCOUNT.  Refused with ERR_CONFLICT: the last administrator that could sign in. */
bool prepare_disable_account(struct call *c, struct err *e);
bool do_disable_account(struct call *c, struct err *e);
bool prepare_enable_account(struct call *c, struct err *e);
bool do_enable_account(struct call *c, struct err *e);
/* ACCOUNT: a new invitation, by which a lost password is set anew; earlier ones end. */
bool prepare_invite_account(struct call *c, struct err *e);
bool do_invite_account(struct call *c, struct err *e);
/* ACCOUNT, --password SECRET.  LANE_PASSWORD.  Ends its sessions. */
bool prepare_set_password(struct call *c, struct err *e);
bool do_set_password(struct call *c, struct err *e);
/* ACCOUNT: who lost the authenticator and the recovery codes signs in by password alone, until a
 * second factor is set again. */
bool prepare_reset_totp(struct call *c, struct err *e);
bool do_reset_totp(struct call *c, struct err *e);
/* ACCOUNT, and SESSION INTEGER or none for all. */
bool prepare_end_sessions_of(struct call *c, struct err *e);
bool do_end_sessions_of(struct call *c, struct err *e);
/* ACCOUNT, --role CHOICE, --object TEXT.  Refused: no such chamber, cluster or area. */
bool prepare_grant(struct call *c, struct err *e);
bool do_grant(struct call *c, struct err *e);
/* Refused with ERR_CONFLICT: the last administrator. */
bool prepare_revoke_grant(struct call *c, struct err *e);
bool do_revoke_grant(struct call *c, struct err *e);

/* Roles that an account may have, as --role's choices. */
#define ACCESS_ROLE_CHOICES                                                                        \
	"administrator|team|chamber|manager|contributor|reviewer|analyst|publisher"
/* Roles that a personal link may have. */
#define ACCESS_LINK_CHOICES "manager|contributor|company"
#define ACCESS_SCOPE_CHOICES "read|write|metrics"

/* ---- personal links: rows for ROLE_ADMINISTRATOR, ROLE_TEAM, and ROLE_CHAMBER with the object
 * --cluster ---- */

/* --round, --role CHOICE (ACCESS_LINK_CHOICES), --cluster, --area, --company, --person TEXT, --days
 * INTEGER 1…LINK_DAYS_MAX.  x->path: shown once.  Refused: no such round, cluster, area; area or
 * company with another role. */
bool prepare_create_link(struct call *c, struct err *e);
bool do_create_link(struct call *c, struct err *e);
/* LINK INTEGER, --cluster TEXT: when given, the link must be of that cluster. */
bool prepare_revoke_link(struct call *c, struct err *e);
bool do_revoke_link(struct call *c, struct err *e);

enum { INVITATION_DAYS = 3, TOKEN_DAYS_USUAL = 90, LINK_DAYS_USUAL = 60 };

/* ---- pieces ---- */

/* An account by address or number; ERR_ABSENT. */
bool access_find_account(struct call *c, struct str name, struct stored_account *out,
			 struct err *e) MUST_CHECK;
/* The invitations that wait among an account's tokens are no API tokens. */
bool access_is_invitation(const struct stored_token *t);
/* now + seconds, as ISO 8601 UTC.  now must be one. */
struct str access_later(struct arena *a, struct str now, int64_t seconds);
/* Seconds since 1970 of an ISO 8601 UTC text as clock_iso() writes it; false: it is none. */
bool access_seconds(struct str iso, int64_t *out);

#endif
