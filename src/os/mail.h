/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One letter to one mail server by SMTP, and what the server said.
 *
 * The line is encrypted and the server's certificate checked; only to a server on this machine
 * (127.0.0.1, ::1, localhost) a plain line will do where it offers no other. */
#ifndef SSME_OS_MAIL_H
#define SSME_OS_MAIL_H

#include "base/err.h"
#include "base/text.h"

enum {
	MAIL_CONNECT_SECONDS = 20,
	MAIL_LETTER_SECONDS = 120, /* for all of a letter */
	MAIL_PASSWORD_BYTES_MAX = 1024,
};

struct mail_server {
	const char *url;      /* "smtp://mail.example.co:587" (STARTTLS) or "smtps://…" */
	const char *user;     /* or NULL: the server asks for none */
	const char *password; /* with user */
	const char *roots;    /* PEM file of certificates to believe, or NULL: the system's */
	const char *from;     /* address that letters come from */
	const char *from_name; /* or NULL */
	/* Asked about every second; true: leave off.  Or NULL. */
	bool (*stop)(void *user_of_stop);
	void *user_of_stop;
};
/* ERR_INPUT: the address of the server, or of the sender, is none. */
bool mail_server_check(const struct mail_server *s, struct err *e) MUST_CHECK;

enum mail_end {
	MAIL_END_TAKEN,
	MAIL_END_REFUSED, /* this letter, for good (5yz) */
	MAIL_END_LATER,   /* this letter, for now (4yz) */
	MAIL_END_CLOSED,  /* no letter can be sent: no line, no TLS, not let in */
	MAIL_END_UNSURE,  /* the line went when the text was out and before the server answered */
};
struct mail_outcome {
	enum mail_end end;
	int code;         /* last answer of the server, 250 …; 0: none */
	struct str words; /* the server's, or why there was no line; in a */
};
/* to: an address without < >.  message: whole, with its headers and CR LF.  Never fails: the
 * outcome says what happened. */
void mail_send(struct arena *a, const struct mail_server *s, struct str to, struct str message,
	       struct mail_outcome *out);

#endif
