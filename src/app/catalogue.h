/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reference catalogues and other files that are compiled in. */
#ifndef SSME_APP_CATALOGUE_H
#define SSME_APP_CATALOGUE_H

#include "app/embedded.h"
#include "response/response.h"

/* A file of an embedded folder, unpacked into a; ERR_ABSENT: none of that name. */
bool embedded_read(struct arena *a, const struct embedded *folder, size_t n, const char *name,
		   struct str *out, struct err *e) MUST_CHECK;
/* Every file whose name begins with prefix, named without it. */
bool embedded_files(struct arena *a, const struct embedded *folder, size_t n, const char *prefix,
		    struct instrument_file **ret_files, size_t *ret_n, struct err *e) MUST_CHECK;

/* departments, municipalities, ciiu_divisions, chambers: from data/.  lang: of their hints. */
bool catalogues_load(struct arena *a, enum lang lang, const struct catalogues **out,
		     struct err *e) MUST_CHECK;

#endif
