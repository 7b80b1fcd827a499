/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages about review, the result and the board share.
 *
 *   review.c            the queue, and the next one in it
 *   review_sheet.c      one questionnaire: decisions, answers by area, history
 *   review_question.c   one answer and its thread
 *   review_agreement.c  a second scoring
 *   result.c            what a cluster would get
 *   board.c             how far a round is
 *   board_errata.c      corrections after the freeze
 *   review_words.c      pieces of several of them */
#ifndef SSME_PAGE_REVIEW_INSIDE_H
#define SSME_PAGE_REVIEW_INSIDE_H

#include "app/review.h"
#include "page/inside.h"
#include "store/evidence.h"

/* ---- rows ---- */

bool page_review_queue(struct call *c, struct err *e);
bool page_review_now(struct call *c, struct err *e);
bool page_review_csv(struct call *c, struct err *e);
bool page_review_next(struct call *c, struct err *e);
bool page_review_sheet(struct call *c, struct err *e);
bool write_review_accept(struct call *c, struct err *e);
bool write_review_return(struct call *c, struct err *e);
bool write_review_annul(struct call *c, struct err *e);
bool page_review_question(struct call *c, struct err *e);
bool write_review_message(struct call *c, struct err *e);
bool page_review_agreement(struct call *c, struct err *e);
bool write_review_sample(struct call *c, struct err *e);
bool page_review_scoring(struct call *c, struct err *e);
bool write_review_scoring(struct call *c, struct err *e);
bool page_result(struct call *c, struct err *e);
bool page_result_report(struct call *c, struct err *e);
bool page_board(struct call *c, struct err *e);
bool page_board_csv(struct call *c, struct err *e);
bool page_errata(struct call *c, struct err *e);
bool write_erratum(struct call *c, struct err *e);
form_again review_question_again, review_sheet_again, review_agreement_again, errata_again;

/* ---- pieces; all in c->a ---- */

/* May the caller review, or only see what is asked of it? */
bool review_is_reviewer(const struct call *c);
/* "Cámara de …, Huila, agroindustria", what of it is known. */
struct str review_place(struct call *c, const struct cluster_entry *k);
/* The label of a code in a catalogue ("chambers", "departments"), else the code. */
struct str review_label(struct call *c, const char *catalogue, struct str code);
/* What clusters of a register have of chamber, department and sector, for the filter. */
enum review_dimension { BY_CHAMBER, BY_DEPARTMENT, BY_SECTOR, DIMENSIONS_N };
struct str review_dimension_of(const struct cluster_entry *k, enum review_dimension d);
const struct template_choice *review_dimension_choices(struct call *c,
						       const struct cluster_register *r,
						       enum review_dimension d, struct str chosen,
						       size_t *ret_n);
/* "G01", "P01_nombre.3" */
struct str review_key(struct arena *a, struct str question, int64_t item);
/* And back. */
void review_key_read(struct str key, struct str *ret_question, int64_t *ret_item);
/* Files beside the answers, or beside one (question empty: all). */
const struct template_review_file *review_files(struct call *c,
						const struct stored_evidence *list, size_t n,
						struct str question, int64_t item, size_t *ret_n);
/* path?name=value&… for a list of the same filter; rest: "", or "state=sent". */
struct str review_address(struct call *c, struct str path, const struct review_filter *f,
			  const char *name, struct str value);
/* A table as a file that the browser saves. */
bool review_send_csv(struct call *c, const struct print_table *t, const char *name,
		     struct err *e) MUST_CHECK;

#endif
