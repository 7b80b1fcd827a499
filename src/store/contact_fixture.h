/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests of contacts and of letters to them. */
#ifndef SSME_STORE_CONTACT_FIXTURE_H
#define SSME_STORE_CONTACT_FIXTURE_H

#include "store/contact.h"
#include "store/fixture.h"

/* The manager of C001; their number. */
static inline int64_t fixture_contact(struct fixture *x, const char *email,
				      const char *name)
{
	const struct stored_contact in = { .cluster = STR("C001"),
					   .kind = STR("manager"),
					   .lang = STR("es"),
					   .name = str_of(name),
					   .email = str_of(email) };
	int64_t id = 0;
	GOOD(store_put_contact(x->s, &in, &id, e));
	return id;
}

#endif
