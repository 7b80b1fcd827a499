/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of answers into a round: read, checked and stored in blocks, so that memory does not grow
 * with it. */
#ifndef SSME_APP_IMPORTER_H
#define SSME_APP_IMPORTER_H

#include "app/measure.h"

enum { IMPORT_BLOCK_ROWS = 4096, IMPORT_REPEATS_MAX = 16 };

struct import_request {
	struct str round;
	int form;                      /* FORM_CLUSTER, FORM_COMPANY */
	const char *name;              /* of the file, for messages */
	struct str bytes;              /* CSV or XLSX, mapped or in memory */
	const struct response_repeat_file *repeat;
	size_t n_repeats;
	enum decimal_mark mark;
	bool partial;                  /* keep the good rows of a file with bad ones */
	bool dry_run;                  /* check only */
};

struct import_outcome {
	uint64_t n_rows, n_accepted, n_mended;
	bool kept;                     /* the accepted rows were stored (or would have been) */
};

/* Every problem goes into ps.  One transaction, or part of the one that is open already: all of the
 * accepted rows or none.  ERR_CONFLICT: the round is not open.  ERR_INPUT: the file cannot be read,
 * or the method has no such form. */
bool import_answers(struct call *c, struct store *s, const struct import_request *request,
		    struct problems *ps, struct import_outcome *out, struct err *e) MUST_CHECK;

/* What ${round_year}, ${round_from} and ${round_to} are while answers of a round are checked. */
struct response_round round_dates(const struct stored_round *r);

#endif
