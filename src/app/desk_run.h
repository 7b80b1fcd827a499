/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions behind table_desk.c: the days of rounds, contacts, letters. */
#ifndef SSME_APP_DESK_RUN_H
#define SSME_APP_DESK_RUN_H

#include "app/mail.h"
#include "store/calendar.h"

extern const struct command_rows table_desk;

bool run_round_draft(struct call *c, struct err *e);
bool run_round_start(struct call *c, struct err *e);
bool run_round_review(struct call *c, struct err *e);
bool run_round_extend(struct call *c, struct err *e);
bool run_round_calendar(struct call *c, struct err *e);
bool run_contact_list(struct call *c, struct err *e);
bool run_contact_put(struct call *c, struct err *e);
bool run_contact_import(struct call *c, struct err *e);
bool run_contact_remove(struct call *c, struct err *e);
bool run_mail_list(struct call *c, struct err *e);
bool run_mail_send(struct call *c, struct err *e);
bool run_mail_write(struct call *c, struct err *e);
bool run_mail_bounce(struct call *c, struct err *e);
bool run_mail_retry(struct call *c, struct err *e);
bool run_mail_drop(struct call *c, struct err *e);

/* A new round out of ID, --instrument, --from, --to; nothing is kept.  ERR_INPUT: id, instrument,
 * days or year are wrong. */
bool round_draft_read(struct call *c, struct stored_round *out, struct err *e) MUST_CHECK;

/* Contacts out of the file of a parameter, with the columns cluster, name, email and optional kind
 * and lang.  ERR_INPUT names row and column. */
bool contacts_read(struct call *c, const char *param, struct stored_contact **ret_list,
		   size_t *ret_n, struct err *e) MUST_CHECK;
/* All of them or none.  ERR_ABSENT: a cluster is not in the register. */
bool contacts_keep(struct store *s, const struct stored_contact *list, size_t n,
		   struct err *e) MUST_CHECK;
/* A table of contacts, for lists and files. */
void contacts_print(struct call *c, const struct stored_contact *list, size_t n);
void contacts_csv(struct call *c, const struct stored_contact *list, size_t n);
/* Letters without their text. */
void letters_print(struct call *c, const struct stored_mail *list, size_t n);
void letters_csv(struct call *c, const struct stored_mail *list, size_t n);

#endif
