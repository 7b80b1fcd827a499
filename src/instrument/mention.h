/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: the words of an expression, without parsing it.  Enough to know which names it
 * mentions before their types are known, and to turn bare names into ${names}. */
#ifndef SSME_INSTRUMENT_MENTION_H
#define SSME_INSTRUMENT_MENTION_H

#include "base/text.h"

enum mention_kind {
	MENTION_NAME, /* ${name}: text is the name */
	MENTION_WORD, /* a bare name or an operator in letters */
	MENTION_CALL, /* a word that a parenthesis follows */
	MENTION_TEXT, /* quoted: text is what stands between the quotes */
	MENTION_NUMBER,
	MENTION_SIGN, /* any other sign, one byte */
};

struct mention {
	enum mention_kind kind;
	size_t at, n; /* in the source, quotes and braces included */
	struct str text;
};

/* The next word at or after *at, which moves behind it.  False at the end. */
bool mention_next(struct str source, size_t *at, struct mention *out);

/* and or div mod */
bool mention_is_operator(struct str word);

/* source with each bare name replaced by what `rename` gives for it ("${name}"), or left alone
 * where that is empty. */
struct str mention_rewrite(struct arena *a, struct str source,
			   struct str (*rename)(void *user, struct str word), void *user);

/* ${x} = '' and ${x} != '' with string() around the name: a number or a set has no empty text, but
 * forms made for other tools compare them with it.  *ret_found: whether there was any. */
struct str mention_blank_as_text(struct arena *a, struct str source, bool *ret_found);

#endif
