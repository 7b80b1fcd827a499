/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this room share: the functions behind the rows of table.c, and the pieces they
 * are made of.
 *
 * A page_x() shows the page x.  A deed has prepare (mostly app/access.h's) and a write_x(), which
 * goes on to another page, or shows its form again with the fault beside the field. */
#ifndef SSME_PAGE_INSIDE_H
#define SSME_PAGE_INSIDE_H

#include "app/access.h"
#include "page/page.h"
#include "page/template.h"
#include "template_gen.h"

/* ---- rows ---- */

bool page_home(struct call *c, struct err *e);
bool bulletin_at_once(struct call *c);
bool prepare_bulletin(struct call *c, struct err *e);
bool page_bulletin(struct call *c, struct err *e);

bool page_sign_in(struct call *c, struct err *e);
bool write_sign_in(struct call *c, struct err *e);
bool page_code(struct call *c, struct err *e);
bool write_code(struct call *c, struct err *e);
bool write_sign_out(struct call *c, struct err *e);
bool page_invitation(struct call *c, struct err *e);
bool write_invitation(struct call *c, struct err *e);
bool page_link(struct call *c, struct err *e);
bool write_link(struct call *c, struct err *e);

bool page_self(struct call *c, struct err *e);
bool write_self(struct call *c, struct err *e);
bool write_password(struct call *c, struct err *e);
bool page_second(struct call *c, struct err *e);
bool write_second_begin(struct call *c, struct err *e);
bool write_second_confirm(struct call *c, struct err *e);
bool write_second_stop(struct call *c, struct err *e);
bool write_end_session(struct call *c, struct err *e);
bool write_end_others(struct call *c, struct err *e);
bool write_token(struct call *c, struct err *e);
bool write_revoke_token(struct call *c, struct err *e);

bool page_status(struct call *c, struct err *e);
bool page_accounts(struct call *c, struct err *e);
bool page_new_account(struct call *c, struct err *e);
bool write_new_account(struct call *c, struct err *e);
bool page_account(struct call *c, struct err *e);
bool write_account(struct call *c, struct err *e);
bool write_disable(struct call *c, struct err *e);
bool write_enable(struct call *c, struct err *e);
bool write_invite(struct call *c, struct err *e);
bool write_reset_second(struct call *c, struct err *e);
bool write_end_sessions(struct call *c, struct err *e);
bool write_grant(struct call *c, struct err *e);
bool write_revoke_grant(struct call *c, struct err *e);
bool page_links(struct call *c, struct err *e);
bool write_new_link(struct call *c, struct err *e);
bool write_revoke_link(struct call *c, struct err *e);
bool page_audit(struct call *c, struct err *e);
bool page_audit_export(struct call *c, struct err *e);
bool page_rounds(struct call *c, struct err *e);

/* What the first page says to who is signed in: what they owe, the state of rounds, doors. */
bool home_tasks(struct call *c, struct store *s, struct template_home *t, struct err *e);
/* What the first page says of somebody's forms, at most most of them, into to. */
bool form_tasks(struct call *c, struct store *s, struct template_task *to, size_t most,
		size_t *ret_n, struct err *e) MUST_CHECK;

/* ---- the frame ---- */

/* The frame of the call's page; it lives in c->a. */
const struct page_frame *frame_here(struct call *c);
/* The same without a key against being sent twice: of a page that has no form. */
const struct page_frame *frame_of_reader(struct call *c);
/* As frame_here(), with a program of web/script ("form.js") that the browser runs on the page; the
 * page works without it too. */
const struct page_frame *frame_with_script(struct call *c, const char *name);
/* "hecho=NAME" of the address as the sentence that the page shows, or empty for a name that is
 * none. */
struct str done_words(const struct call *c);
/* What the page is complete with: its type, and ERR_LIMIT where it ran over. */
bool page_end(struct call *c, struct err *e) MUST_CHECK;

/* What the newest bulletin says, if it was made before; false: not yet, and it was asked for. */
struct finding;
bool bulletin_finding(struct call *c, struct store *s, struct str round, struct finding *out);

/* ---- pieces of several pages (choice.c); all in c->a ---- */

/* names: "team|manager" */
const struct template_choice *role_choices(struct call *c, const char *names, struct str chosen,
					   size_t *ret_n);
const struct template_choice *lang_choices(struct call *c, struct str chosen, size_t *ret_n);
const struct template_grant *grant_rows(struct call *c, const struct stored_grant *g, size_t n);
const struct template_session *session_rows(struct call *c, const struct stored_session *s,
					    size_t n);
struct str agent_words(struct arena *a, struct str agent);
/* The answer that shows a secret, once; until when it is good stands in access_of(c). */
bool show_secret(struct call *c, struct str what, struct str why, struct str text,
		 const char *back, struct err *e) MUST_CHECK;
/* A path as people are sent it: with the public address before it. */
struct str whole_address(const struct call *c, struct str path);

/* ---- faults ---- */

/* No fault. */
struct template_fault fault_none(void);
/* Of a deed that was refused: the field by its name on the web. */
struct template_fault fault_of(const struct call *c, const struct access *x);

/* Address of this request, without the language before it. */
struct str frame_own_path(const struct call *c);

/* Whether a role of the caller's opens the page, or list of the API, of a route of the table,
 * "/rondas/nueva"; which cluster it is for is not asked.  A link that would be refused is not
 * shown. */
bool page_may(const struct call *c, const char *route);

/* Rows whose form page_error() shows again when a value cannot be read. */
typedef bool form_again(struct call *c, const struct template_fault *fault, struct err *e);
form_again sign_in_again, code_again, invitation_again, self_again, second_again,
	new_account_again, account_again, links_again;
form_again *form_of(const struct command *row);
/* Which row has which form; a file of rows has a list of its own, which page_forms[] names. */
struct page_form {
	const char *route;
	form_again *again;
};
struct page_form_list {
	const struct page_form *item;
	size_t n;
};
extern const struct page_form_list forms_of_form; /* table_form.c */
extern const struct page_form_list forms_of_company; /* table_company.c */
extern const struct page_form_list review_forms;  /* table_review.c */
extern const struct page_form_list forms_of_desk; /* table_desk.c */

#endif
