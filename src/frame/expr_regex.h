/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regular expressions of regex(text, pattern): the whole text must match, as in XLSForm.
 *
 * Understood: characters, `.`, [abc] [^a-z], \d \w \s \D \W \S, \\ before a sign, groups ( ) and
 * (?: ), alternatives |, and the repetitions * + ? {n} {n,} {n,m} (a following ? or + changes
 * nothing, since only whether the whole text matches is asked), ^ at the start and $ at the end.
 * Characters are code points.  No back-references and no looking around: matching takes time in
 * proportion to length of the text × size of the pattern, never more. */
#ifndef SSME_FRAME_EXPR_REGEX_H
#define SSME_FRAME_EXPR_REGEX_H

#include "base/text.h"

enum { EXPR_REGEX_SIZE_MAX = 4000 }; /* steps of a compiled pattern, repetitions written out */

struct expr_regex;

/* ERR_INPUT: a fault of the pattern; the message is the rest of the pattern from there.
 * ERR_LIMIT: too large; the message is the start of the pattern. */
bool expr_regex_compile(struct arena *a, struct str pattern, struct expr_regex **out,
			struct err *e) MUST_CHECK;
/* Bytes of working memory for one match. */
size_t expr_regex_scratch_bytes(const struct expr_regex *re);
/* scratch: of at least that many bytes, aligned to 4. */
bool expr_regex_match(const struct expr_regex *re, struct str s, void *scratch);

#endif
