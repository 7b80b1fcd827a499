/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/exchange.h"

#include <assert.h>

struct str request_header(const struct request *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (str_is(r->header[i].name, name))
			return r->header[i].value;
	return STR("");
}

void response_header(struct response *r, const char *name, struct str value)
{
	assert(r->n_headers < sizeof(r->header) / sizeof(r->header[0]));
	r->header[r->n_headers++] = (struct http_field){ str_of(name), value };
}
