/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages for people.  A page is a row of page_table and a function that fills the struct of a
 * template (web/template/x.html, compiled by tools/tplc.c) and has it written into call.out; the
 * frame around it — title, language, navigation by role, who is signed in, foot — is the same for
 * all.
 *
 * A page speaks Spanish, or English where its path has PAGE_ENGLISH before it ("/en/entrar") or its
 * query says lang=en; links of an English page lead to English pages.
 *
 * A page works without scripts, weighs under PAGE_BYTES_MAX, and says what to do next.  Writes are
 * forms with method POST that carry the session's token and a key against being sent twice, and
 * answer with 303 to a page that shows the result; what was wrong is shown in the form, beside the
 * field, with all that was typed still there (status 422), passwords and codes excepted. */
#ifndef SSME_PAGE_PAGE_H
#define SSME_PAGE_PAGE_H

#include "app/command.h"
#include "app/shelf.h"

enum { PAGE_BYTES_MAX = 100 << 10 };
#define PAGE_ENGLISH "/en"

/* Rows of the pages, in parts: those of everybody and of administrators, then a file a kind of
 * work (table_desk.c …). */
extern const struct command_rows table_page, table_sheet, table_form, table_company,
	table_review_page;
extern const struct command_rows table_desk_page;
extern const struct command_rows *const page_parts[];
extern const size_t n_page_parts;

struct page_fact {
	struct str name, value;
	bool fault;
};

/* What the server offers to pages: call.server.  Plain facts and functions; page does not know
 * http. */
struct page_server {
	/* "https://ssme.example.co", without a final '/'; from the settings */
	struct str public_url;
	bool secure;              /* reached by TLS, here or at the proxy */
	/* Path of an embedded file with its hash in it: "style.css" → "/static/3f9c…/style.css". */
	struct str (*asset)(const void *user, struct arena *a, const char *name);
	/* Facts about the running server, for the status page: rows of name and value. */
	void (*facts)(const void *user, struct arena *a, enum lang lang,
		      struct page_fact **ret_fact, size_t *ret_n);
	/* Has work done soon on a thread for heavy computing, by a call of nobody's.  While one is
	 * waiting or at work, more are forgotten.  NULL: there is no such thread. */
	void (*soon)(const void *user, bool (*work)(struct call *c, struct err *e));
	const void *user;
	/* Published bulletins in memory (app/shelf.h); NULL: made or read from the cache folder
	 * each time. */
	struct shelf *shelf;
};
/* Writes an error as a page: status, what is wrong, what to do.  For errors of every row that
 * answers with pages.  Never fails: what does not fit is cut. */
void page_error(struct call *c, unsigned status, const struct err *e);

/* The answer of a write: 303 to path.  With a word that the next page shows once (a short fixed
 * text by its name, never free text): "?hecho=NAME". */
void page_go(struct call *c, struct str path, const char *done);

/* Puts what the first page says on the shelf, in both languages: page_server.soon, at the start and
 * when a round was published since. */
bool page_warm(struct call *c, struct err *e) MUST_CHECK;

#endif
