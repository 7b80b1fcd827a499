/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deeds of access as commands: a refusal is an error. */
#ifndef SSME_APP_ACCESS_RUN_H
#define SSME_APP_ACCESS_RUN_H

#include "app/access.h"
#include "app/print.h"
#include "app/run.h"

/* Does the deed; a refusal becomes the error it speaks of, with c->blamed set. */
bool access_must(struct call *c, bool (*deed)(struct call *, struct err *),
		 struct err *e) MUST_CHECK;
/* A word for people that something was done to the account, or would be. */
void access_say_account(struct call *c, const char *es, const char *en);

/* The address of each account by its number, for lists of what belongs to accounts. */
struct access_addresses {
	const struct stored_account *item;
	size_t n;
};
bool access_addresses(struct call *c, struct store *s, struct access_addresses *out,
		      struct err *e) MUST_CHECK;
struct str access_address(const struct access_addresses *all, int64_t account);

#endif
