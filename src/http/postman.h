/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends the letters that wait (app/mail.h), on a thread of its own, for as long as the server
 * lives. What it writes goes through the one writer; a letter is on disk as being sent before its
 * first byte leaves. */
#ifndef SSME_HTTP_POSTMAN_H
#define SSME_HTTP_POSTMAN_H

#include "http/dispatch.h"
#include "os/mail.h"

enum { POSTMAN_LOOK_SECONDS = 5, POSTMAN_REST_SECONDS = 60 /* after the mail server was shut */ };

struct postman;
/* server and its texts must outlive the postman; its stop is set here.  ERR_IO: no thread to be
 * had. */
bool postman_make(struct dispatch *d, const struct mail_server *server, struct postman **out,
		  struct err *e) MUST_CHECK;
/* Leaves off at once, and waits; before dispatch_free().  NULL is allowed. */
void postman_free(struct postman *p);

#endif
