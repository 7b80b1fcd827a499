/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters: in what words, as what bytes, and how those that wait go out.
 *
 * A wording is a subject and a text with fields in braces: {nombre} {cluster} {enlace} {cierre}
 * {dias} {ronda} {motivo}; the same names in both languages.  The shipped ones are data/mail/; the
 * team may write others (store/wording.h). */
#ifndef SSME_APP_MAIL_H
#define SSME_APP_MAIL_H

#include "app/command.h"
#include "app/row.h"
#include "os/mail.h"
#include "store/outbox.h"

/* ---- wordings ---- */

enum { MAIL_NAMES_N = 5, MAIL_FIELDS_N = 7 };
struct mail_name {
	const char *name;   /* "invitation" */
	struct label label; /* "Invitación" */
	bool links;         /* it must have {enlace} */
};
extern const struct mail_name mail_names[MAIL_NAMES_N];
#define MAIL_NAME_CHOICES "invitation|reminder|returned|accepted|thanks"
const struct mail_name *mail_name_of(struct str name); /* NULL: there is none */

struct mail_fields {
	struct str value[MAIL_FIELDS_N]; /* by enum mail_field */
};
enum mail_field {
	MAIL_PERSON,  /* {nombre} */
	MAIL_CLUSTER, /* {cluster}: its name */
	MAIL_LINK,    /* {enlace}: a whole address */
	MAIL_CLOSES,  /* {cierre}: "30 de septiembre de 2024" */
	MAIL_DAYS,    /* {dias}: number */
	MAIL_ROUND,   /* {ronda} */
	MAIL_REASON,  /* {motivo} */
};
const char *mail_field_name(enum mail_field f); /* "nombre" */

/* The one that counts: the team's last, else the shipped one (number 0). */
bool mail_wording(struct call *c, struct store *s, struct str name, struct str lang,
		  struct stored_mail_text *out, struct err *e) MUST_CHECK;
/* ERR_INPUT: an unknown field, a brace that stands alone, no subject or text, a line end in the
 * subject, or {enlace} is missing where the letter needs it. */
bool mail_wording_check(const struct mail_name *name, const struct stored_mail_text *text,
			struct err *e) MUST_CHECK;
/* Puts the text with its fields filled in.  What a field holds is never read as a field. */
void mail_fill(struct buf *out, struct str text, const struct mail_fields *fields);

/* ---- bytes ---- */

/* A whole letter (RFC 5322, MIME): headers in ASCII, text/plain in UTF-8 as quoted-printable, lines
 * of at most 76 bytes with CR LF.  Whatever a person's words hold, it cannot become a header: each
 * is an encoded word or text.  at: ISO 8601 UTC.  ERR_INPUT: an address that is none. */
bool mail_compose(struct arena *a, const struct stored_mail *m, const char *from,
		  const char *from_name, struct str at, struct str *out, struct err *e) MUST_CHECK;
/* What a letter that came back says (RFC 3464), out of the file of the whole letter. */
struct mail_report {
	bool failed;        /* for good; false: it says that the letter is late */
	struct str address; /* whom it did not reach; or empty */
	struct str message_id; /* of ours, without < >; or empty */
	struct str words;   /* the diagnostic, else the status */
};
/* ERR_INPUT: it is no report of delivery. */
bool mail_report_read(struct arena *a, struct str file, struct mail_report *out,
		      struct err *e) MUST_CHECK;

/* ---- going out ---- */

enum {
	MAIL_ATTEMPTS_MAX = 8,       /* then a letter that was put off each time is refused */
	MAIL_PAUSE_SECONDS = 300,    /* before the second attempt; then longer each time */
	MAIL_PAUSE_SECONDS_MAX = 28800,
};
/* One to send through, and who writes into the store. */
struct mail_post {
	const struct mail_server *server;
	int64_t pause_s;             /* before the second attempt */
	/* Runs work in a transaction that is on disk when it returns; work may be run again. */
	bool (*write)(void *user, bool (*work)(struct store *s, void *arg, struct err *e),
		      void *arg, struct err *e);
	void *user;
};
struct mail_tally {
	uint64_t n_taken, n_refused, n_later, n_unsure;
	bool closed;       /* the mail server let nothing in: the rest waits */
	struct str words;  /* why; in the arena given */
};
/* Sends what is due, one after the other, at most `most`; stops early where server->stop says so.
 * False: the store failed. */
bool mail_post_all(struct arena *a, const struct mail_post *p, size_t most,
		   struct mail_tally *out, struct err *e) MUST_CHECK;

/* The mail server by --mail-server, --mail-from, --mail-user, --mail-password-file, --mail-roots,
 * else by $SSME_MAIL_SERVER, _FROM, _USER, _PASSWORD_FILE, _ROOTS; in c->a.  *ret_set false: none
 * is named. ERR_INPUT: an address is none.  ERR_ABSENT, ERR_DENIED: of the password's file. */
bool mail_settings(struct call *c, bool *ret_set, struct mail_server *out,
		   struct err *e) MUST_CHECK;
#define MAIL_PARAMS                                                                                \
	{ "--mail-server", PARAM_TEXT, false, false, 0, 512, NULL,                                 \
	  HELP("servidor de correo: smtp://NOMBRE:587 o smtps://NOMBRE",                           \
	       "mail server: smtp://NAME:587 or smtps://NAME") },                                  \
		{ "--mail-from", PARAM_TEXT, false, false, 0, EMAIL_BYTES_MAX, NULL,               \
		  HELP("correo desde el que se escribe", "address that letters come from") },      \
		{ "--mail-user", PARAM_TEXT, false, false, 0, 256, NULL,                           \
		  HELP("usuario en el servidor de correo", "user at the mail server") },           \
		{ "--mail-password-file", PARAM_PATH, false, false, 0, 0, NULL,                    \
		  HELP("archivo cuya primera línea es su contraseña",                              \
		       "file whose first line is the password") },                                 \
	{                                                                                          \
		"--mail-roots", PARAM_PATH, false, false, 0, 0, NULL,                              \
			HELP("certificados en que se cree (PEM); si no se dice, los del sistema",  \
			     "certificates to believe (PEM); unless said, the system's")           \
	}

#endif
