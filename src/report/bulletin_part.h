/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bulletin while it is put together, and the parts of it that rest on more than figures:
 * quality of the data, certainty of the levels, change, associations.  Internal to the room report.
 */
#ifndef SSME_REPORT_BULLETIN_PART_H
#define SSME_REPORT_BULLETIN_PART_H

#include "report/bulletin.h"

struct making {
	struct arena *a;
	const struct bulletin_input *in;
	enum lang lang;
	struct document *d;
	struct section *section; /* the one being filled, or NULL */
	size_t blocks_max;       /* room for blocks in each section */
	bool traced;             /* the warnings and how to check were said */
};

struct str making_say(const struct making *m, const char *es, const char *en);
struct str making_int(const struct making *m, int64_t v);
struct str making_real(const struct making *m, double v, int decimals);
struct str making_p(const struct making *m, double p); /* «0,012», «menos de 0,001» */
struct str making_percent(const struct making *m, double percent); /* «83 %» */

/* At the end of the section at hand; an empty text adds nothing. */
struct block *making_block(struct making *m, enum block_kind kind);
void making_text(struct making *m, enum block_kind kind, struct str text);
void making_heading(struct making *m, int level, struct str text);
/* A table of n_rows rows to be filled; number: a letter a column, 'n' for numbers; es and en:
 * heads. */
struct table *making_table(struct making *m, struct str caption, const char *number,
			   const char *const *es, const char *const *en, size_t n_rows);

/* A part that the sheet `figures` places by its kind.  title: of the sheet, or empty: the part's
 * own. Nothing is added when what it rests on is not there. */
void part_quality(struct making *m, struct str title);
void part_response(struct making *m, struct str title);
void part_certainty(struct making *m, struct str title);
void part_sensitivity(struct making *m, struct str title);
void part_change(struct making *m, struct str title);
void part_associations(struct making *m, struct str title);

#endif
