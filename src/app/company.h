/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A company's own form: authorisation, answers, sending, and taking the authorisation back.
 *
 * Two questions of the company form have a part of their own, and the instrument says which:
 *   the tax number      the text question with `nit` in ssme::catalogue
 *   the authorisation   the select_one question of the list `consent`: its first option gives it,
 *                       any other refuses
 * A form may have neither.  Deeds are pairs as in app/questionnaire.h, whose parameters their rows
 * have; the company is that of the caller's link or session, never one that the address names. */
#ifndef SSME_APP_COMPANY_H
#define SSME_APP_COMPANY_H

#include "app/questionnaire.h"
#include "store/company.h"

/* Personal answers are asked for only behind this: a text of data/consent, VERSION.es.txt and
 * VERSION.en.txt.  The newest version is the last by name. */
struct consent_text {
	struct str version;
	struct str words; /* paragraphs with an empty line between, the first is the title */
};
/* version empty: the newest.  ERR_ABSENT: there is no such text. */
bool consent_text_of(struct arena *a, struct str version, enum lang lang, struct consent_text *out,
		     struct err *e) MUST_CHECK;

struct company_sheet {
	struct sheet sheet;
	const struct question *number, *authorisation; /* or NULL */
	bool decided;                  /* there is a decision on the authorisation */
	struct stored_consent consent; /* the last one */
	bool sent;                     /* it counts: sent and not being corrected */
};
/* The company of the caller's grant into --company of the call.  ERR_DENIED: it has none for this
 * cluster. */
bool company_take(struct call *c, struct err *e) MUST_CHECK;
/* Takes it, and reads all that its page shows. */
bool company_open(struct call *c, struct company_sheet *out, struct err *e) MUST_CHECK;
const struct question *company_number_question(const struct form *f);
const struct question *company_consent_question(const struct form *f);

/* --consent CHOICE "yes|no", --version TEXT, and the parameters of saving.  Whoever refuses, or
 * takes back, keeps the other answers; what was personal is erased. */
bool prepare_company_consent(struct call *c, struct err *e);
bool do_company_consent(struct call *c, struct err *e);
/* As prepare_save(); without an authorisation personal answers are passed over.  ERR_CONFLICT: no
 * decision on the authorisation yet. */
bool prepare_company_save(struct call *c, struct err *e);
bool do_company_save(struct call *c, struct err *e);
/* As prepare_send(), without a signature.  Refused besides: another company of the cluster answered
 * with the same tax number in this round. */
bool prepare_company_send(struct call *c, struct err *e);
bool do_company_send(struct call *c, struct err *e);
/* One's own sent answers, to be corrected and sent again, as long as the round is open. */
bool prepare_company_correct(struct call *c, struct err *e);
bool do_company_correct(struct call *c, struct err *e);
/* The authorisation is taken back, at any time: before and after sending, in a frozen round too. */
bool prepare_company_withdraw(struct call *c, struct err *e);
bool do_company_withdraw(struct call *c, struct err *e);


/* ---- links; then do_create_link() ---- */

/* --round, --cluster, --days and, to be filled in here, --role, --person: a link for any company of
 * the cluster. */
bool prepare_open_company_link(struct call *c, struct err *e);
/* --cluster and, to be filled in here, --round, --role, --company, --person, --days: for the
 * caller's own company, to come back by. */
bool prepare_own_company_link(struct call *c, struct err *e);

#endif
