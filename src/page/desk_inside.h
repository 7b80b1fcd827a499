/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the round desk and of the register share.
 *
 *   desk.c          a round: its state, days, what comes next; a new one
 *   desk_step.c     opening, review, freezing with its list of hashes, publishing
 *   desk_mail.c     writing to managers, letters, their wordings
 *   desk_bounce.c   letters that came back
 *   desk_contact.c  whom to write to
 *   register.c      the register: its list, one cluster, a new one
 *   register_past.c lineage and history of clusters
 *   register_file.c a file into the register */
#ifndef SSME_PAGE_DESK_INSIDE_H
#define SSME_PAGE_DESK_INSIDE_H

#include "app/desk_run.h"
#include "app/invite.h"
#include "page/inside.h"

enum {
	DESK_ROWS_SHOWN_MAX = 100,
	DESK_REPORT_BYTES_MAX = 1 << 20, /* of a letter that came back, as a file */
	DESK_REPORT_TEXT_BYTES_MAX = 128 << 10, /* and typed */
};
/* Letters that did not reach anybody: refused, come back, not sure. */
#define DESK_UNDELIVERED "undelivered"

bool page_desk(struct call *c, struct err *e);
bool page_desk_new(struct call *c, struct err *e);
bool page_desk_rounds_csv(struct call *c, struct err *e);
bool write_desk_new(struct call *c, struct err *e);
bool write_desk_extend(struct call *c, struct err *e);
bool write_desk_plan(struct call *c, struct err *e);
form_again desk_again, desk_new_again;

bool page_desk_step(struct call *c, struct err *e);
bool page_desk_hashes(struct call *c, struct err *e);
bool write_desk_step(struct call *c, struct err *e);

bool page_desk_write(struct call *c, struct err *e);
bool prepare_desk_write(struct call *c, struct err *e);
bool write_desk_write(struct call *c, struct err *e);
bool page_desk_mail(struct call *c, struct err *e);
bool page_desk_mail_csv(struct call *c, struct err *e);
bool write_desk_retry(struct call *c, struct err *e);
bool write_desk_drop(struct call *c, struct err *e);
bool prepare_desk_report(struct call *c, struct err *e);
bool write_desk_report(struct call *c, struct err *e);
bool write_desk_bounce(struct call *c, struct err *e);
bool page_desk_texts(struct call *c, struct err *e);
bool page_desk_text(struct call *c, struct err *e);
bool write_desk_text(struct call *c, struct err *e);
form_again desk_write_again, desk_mail_again, desk_text_again;

bool page_contacts(struct call *c, struct err *e);
bool page_contacts_csv(struct call *c, struct err *e);
bool write_contact(struct call *c, struct err *e);
bool write_contact_remove(struct call *c, struct err *e);
bool prepare_contacts_file(struct call *c, struct err *e);
bool write_contacts_file(struct call *c, struct err *e);
form_again contacts_again;

/* The form again, with what a failed deed said beside the field; a failure of the system stays
 * one. */
bool desk_refused(struct call *c, form_again *again, const char *field, struct err *e) MUST_CHECK;
/* The national team, or a chamber about a cluster of its own. */
bool desk_sees(const struct call *c, struct str cluster);
bool desk_is_team(const struct call *c);
/* path?name=value&… with the given of the row's parameters named ("--state|--find"), for a list of
 * the same choice. */
struct str desk_address(struct call *c, const char *path, const char *names);
bool desk_is_post(const struct call *c);
/* c->out as a file of that name. */
bool desk_csv(struct call *c, struct str name);
struct str desk_typed(const struct call *c, const char *param, struct str otherwise);

#endif
