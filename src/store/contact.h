/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom to write to for a cluster.
 *
 * Name and address are sealed with the store's secret; an address is found again by its keyed hash.
 * Errors besides those of store.h stand at the verb; ERR_ABSENT also: the store has lost its
 * secret. */
#ifndef SSME_STORE_CONTACT_H
#define SSME_STORE_CONTACT_H

#include "store/account.h"

enum { CONTACTS_MAX = 20000 };

struct stored_contact {
	int64_t id;
	struct str cluster;
	struct str kind;  /* "manager", "chamber", "contributor" */
	struct str lang;  /* "es", "en" */
	struct str name, email; /* email: lower case */
	struct str hash;  /* of the address */
	struct str bounced_at; /* a letter came back from there; or empty */
	struct str created_at, created_by;
};
/* Adds it, or changes name and language of the one with this cluster, kind and address.
 * ERR_ABSENT: no such cluster.  ERR_INPUT: no address, or a line end in the name.  ERR_LIMIT: too
 * long, or CONTACTS_MAX. */
bool store_put_contact(struct store *s, const struct stored_contact *in, int64_t *ret_id,
		       struct err *e) MUST_CHECK;
bool store_get_contact(struct store *s, struct arena *a, int64_t id, struct stored_contact *out,
		       struct err *e) MUST_CHECK; /* ERR_ABSENT */
/* Of a cluster, or all when it is empty; by cluster, kind. */
bool store_list_contacts(struct store *s, struct arena *a, struct str cluster,
			 struct stored_contact **ret_list, size_t *ret_n,
			 struct err *e) MUST_CHECK;
/* Name and address are gone for good.  ERR_ABSENT. */
bool store_remove_contact(struct store *s, int64_t id, struct err *e) MUST_CHECK;
/* Something that could be an e-mail address: one @, a dot behind it, no space or control
 * character, at most EMAIL_BYTES_MAX. */
bool email_plausible(struct str email);

#endif
