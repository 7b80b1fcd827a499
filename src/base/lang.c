/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lang.h"

struct str label_in(const struct label *l, enum lang lang)
{
	struct str s = l->in[lang];
	return s.n ? s : l->in[lang == LANG_ES ? LANG_EN : LANG_ES];
}

const char *lang_code(enum lang lang)
{
	return lang == LANG_EN ? "en" : "es";
}
