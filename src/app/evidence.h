/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of evidence beside answers of a cluster's form: what may be kept, and the deeds of putting
 * one there and taking it away.  Deeds are pairs as in app/access.h. */
#ifndef SSME_APP_EVIDENCE_H
#define SSME_APP_EVIDENCE_H

#include "app/questionnaire.h"
#include "store/evidence.h"

/* Kinds of file that are kept, as PARAM_FILE's choices. */
#define EVIDENCE_KINDS "pdf|png|jpeg|xlsx|docx"

/* The kind of a file by its first bytes (and, of what Office packs, by the names inside); NULL:
 * none of those.  The name it has does not count. */
const char *evidence_kind(struct str bytes);

struct evidence_deed {
	struct sheet sheet;
	bool refused;
	const char *field; /* on the web: "file", "question"; NULL: the whole */
	struct label why;
	struct str question;
	int64_t item, number;
	struct stored_evidence in;
	struct str bytes;
};
/* --round, --cluster, --question NAME, --item INTEGER (0), FILE.  ERR_DENIED: not the caller's
 * area.  Refused: no such question, no file, of no kind above, over a limit, there already. */
bool prepare_add_evidence(struct call *c, struct err *e);
bool do_add_evidence(struct call *c, struct err *e);
/* --round, --cluster, NUMBER.  ERR_ABSENT, ERR_CONFLICT as store_remove_evidence(). */
bool prepare_remove_evidence(struct call *c, struct err *e);
bool do_remove_evidence(struct call *c, struct err *e);
struct evidence_deed *evidence_deed_of(const struct call *c);

/* May the caller see what stands beside this question? */
bool evidence_is_visible(const struct sheet *sheet, struct str question);

#endif
