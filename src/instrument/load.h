/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what the parts of loading share. */
#ifndef SSME_INSTRUMENT_LOAD_H
#define SSME_INSTRUMENT_LOAD_H

#include "instrument/grid.h"
#include "instrument/mention.h"

/* ---- names ---- */

/* A set of texts with an index each. */
struct name_map {
	struct arena *a;
	struct str *key;
	size_t *value;
	size_t n, n_slots; /* n_slots a power of two, 0 at first */
};
/* SIZE_MAX: not there. */
size_t name_map_get(const struct name_map *m, struct str key);
/* False, and nothing changed, when the key is there. */
bool name_map_add(struct name_map *m, struct str key, size_t value);

struct loader {
	struct arena *a;
	struct problems *ps;
	const struct raw *raw;
	struct instrument *in; /* being filled */
	/* Names whose type is a guess, for their own row was refused: faults of type in what reads
	 * them would only repeat that. */
	struct name_map unsure;
};

/* ---- report.c: problems and single cells ---- */

/* es or en, as the list of problems speaks. */
const char *load_say(const struct loader *l, const char *es, const char *en);
/* "did you mean X?" for the candidate nearest to s, or empty. */
struct str load_did_you_mean(struct loader *l, struct str s, const struct str *candidate, size_t n);
struct problem load_error(struct loader *l, const struct grid *g, size_t row, const char *head,
			  const char *rule);
struct problem load_warning(struct loader *l, const struct grid *g, size_t row, const char *head,
			    const char *rule);

/* A cell that must not be empty; false after an error. */
bool load_required(struct loader *l, const struct grid *g, size_t row, const char *head,
		   struct str *out);
/* Letters, digits, _ - . and a letter or _ first: what a question, an area or an indicator may be
 * called (an XML name without a colon).  Other alphabets' letters count. */
bool load_is_name(struct str s);
/* A required name; false after an error. */
bool load_name(struct loader *l, const struct grid *g, size_t row, const char *head,
	       struct str *out);
/* 10^-6 units, at most 6 decimals, lo..hi (micro); false after an error.  Empty is an error. */
bool load_micro(struct loader *l, const struct grid *g, size_t row, const char *head, int64_t lo,
		int64_t hi, int64_t *out);
/* A whole number lo..hi; an empty cell gives absent. */
bool load_int(struct loader *l, const struct grid *g, size_t row, const char *head, int64_t lo,
	      int64_t hi, int64_t absent, int64_t *out);
/* A label whose languages should both be there: warns when one is missing. */
struct label load_label(struct loader *l, const struct grid *g, size_t row, const char *head);
/* Warns where a method's text is there in one language only. */
void load_check_translated(struct loader *l, const struct grid *g, size_t row, const char *head,
			   const struct label *label);

/* Longest chain of calculations or figures that read each other; the walks over them are recursive.
 */
enum { CHAIN_MAX = 1000 };

enum want { WANT_ANY, WANT_CONDITION, WANT_NUMBER, WANT_AGGREGATE };
/* Parses source, which stands in that cell, and reports every fault.  NULL: empty or refused.
 * want AGGREGATE: allowed by the scope; a row expression is refused. */
const struct expr *load_expr(struct loader *l, const struct grid *g, size_t row, const char *head,
			     struct str source, const struct expr_scope *scope, enum want want);

/* ---- the parts ---- */

/* The form whose survey stands in that slot, into l->in->form[which]; every problem is reported. */
void load_form(struct loader *l, enum slot survey, const char *name, int which);
/* The area of each section of the cluster's form, once the scores are there. */
void load_section_areas(struct loader *l);
/* All sheets of the method. */
void load_method(struct loader *l);
/* Index of the cell's word in a table, 0 for an empty cell, -1 after an error. */
int load_word(struct loader *l, const struct grid *g, size_t row, const char *head,
	      const char *const *word, size_t n);
/* False after an error when the sheet has rows but lacks one of the columns, or has no row. */
bool load_has_columns(struct loader *l, const struct grid *g, const char *const *head, size_t n);
#define HAS_COLUMNS(l, g, ...) \
	load_has_columns((l), (g), (const char *const[]){ __VA_ARGS__ }, \
			 sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))
/* A question of the cluster form or a group of parts; false after an error. */
bool load_check_question(struct loader *l, const struct grid *g, size_t row, const char *head,
			 struct str name);
void load_figures(struct loader *l); /* figures, bridges, published */
void load_steps(struct loader *l);
void load_rollups(struct loader *l);

/* ---- canonical.c ---- */

void raw_canonical(struct arena *a, struct buf *b, const struct raw *raw);

/* ---- scope.c ---- */

/* Over the cluster's row: questions, register columns, the round's dates; gates also score and
 * area_CODE. */
struct expr_scope cluster_scope(struct arena *a, const struct instrument *in, bool gate);

#endif
