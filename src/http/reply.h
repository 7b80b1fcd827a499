/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what a call says to what goes over the wire: status, headers, bytes.  Errors of routes under
 * /api/ are problem documents (RFC 9457), of others pages. */
#ifndef SSME_HTTP_REPLY_H
#define SSME_HTTP_REPLY_H

#include "app/command.h"
#include "http/exchange.h"

/* What every answer carries.  Styles, fonts, pictures and scripts are files of ours; nothing is
 * inline, nothing framed, nothing from elsewhere. */
#define CONTENT_SECURITY_POLICY                                                                    \
	"default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "                  \
	"script-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "          \
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
enum {
	TRANSPORT_SECONDS = 31536000, /* a browser stays with TLS so long */
	MESSAGE_BYTES_MAX = 1024,     /* of the header X-Message */
};

/* Status that an error stands for; 0 asks for the error's own. */
unsigned status_of(const struct err *e, const struct caller *who);
const char *status_title(unsigned status, enum lang lang);

/* The answer of a call that succeeded. */
void reply_put(struct call *c, struct exchange *x);
/* Of one that failed.  c->command may be NULL: no row was found. */
void reply_error(struct call *c, struct exchange *x, unsigned status, const struct err *e);
/* 204 with Allow, or 405. */
void reply_allow(struct call *c, struct exchange *x, const char *const *method, size_t n,
		 bool refused);
/* Of programs, whose errors are problem documents? */
bool path_of_program(struct str path);

#endif
