/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two languages of the program, and texts that exist in both. */
#ifndef SSME_BASE_LANG_H
#define SSME_BASE_LANG_H

#include "base/text.h"

enum lang { LANG_ES, LANG_EN, LANG_N };

/* A text in each language; a missing one is empty. */
struct label {
	struct str in[LANG_N];
};

/* The text in lang, or in the other language where that one is missing. */
struct str label_in(const struct label *l, enum lang lang);
const char *lang_code(enum lang lang); /* "es", "en" */

#endif
