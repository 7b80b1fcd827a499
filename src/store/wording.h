/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In what words the team writes a letter ("invitation" …) in a language ("es", "en").  Each wording
 * has a number and is kept; the last one counts.  Where none was written the shipped one does
 * (app/mail.h).  Errors besides those of store.h stand at the verb. */
#ifndef SSME_STORE_WORDING_H
#define SSME_STORE_WORDING_H

#include "store/account.h"

enum { MAIL_SUBJECT_BYTES_MAX = 200, MAIL_BODY_BYTES_MAX = 16 << 10 };

struct stored_mail_text {
	int64_t number;        /* 1… ; 0: none was written, the shipped one counts */
	struct str subject, body;
	struct str author, at;
};
/* *ret_found false: nobody wrote one. */
bool store_find_mail_text(struct store *s, struct arena *a, struct str name, struct str lang,
			  bool *ret_found, struct stored_mail_text *out, struct err *e) MUST_CHECK;
bool store_list_mail_texts(struct store *s, struct arena *a, struct str name, struct str lang,
			   struct stored_mail_text **ret_list, size_t *ret_n,
			   struct err *e) MUST_CHECK;
/* ERR_LIMIT: too long. */
bool store_put_mail_text(struct store *s, struct str name, struct str lang,
			 const struct stored_mail_text *in, struct err *e) MUST_CHECK;

#endif
