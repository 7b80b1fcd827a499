/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What compiled templates work with.  tools/tplc.c turns web/template into template_gen.h and
 * template_gen.c: for each page a struct of its fields and a function that writes it,
 *
 *   void template_NAME(struct buf *out, const struct page_frame *f, const struct template_NAME *t);
 *
 * They only write: no store, no clock, no failure but out->over, asked once at the end.  The text
 * of a field is borrowed for the call.  docs/adding-a-page.md is the guide to the language. */
#ifndef SSME_PAGE_TEMPLATE_H
#define SSME_PAGE_TEMPLATE_H

#include "base/lang.h"
#include "base/text.h"

struct template_nav_item; /* a record of web/template */

/* What every page has, whatever it shows.  Templates read a field as {{frame.NAME}} once the line
 * @frame in web/template/layout.html names it. */
struct page_frame {
	enum lang lang;
	struct str base; /* what stands before every address of ours: empty, or "/x" without a
			    slash at its end, when a proxy serves us below a path */
	struct str csrf;        /* token of the session for {{csrf}}; empty: no session */
	struct str writer;      /* who is shown the form (struct caller), with csrf; or empty */
	struct str idempotency; /* fresh for each page, ASCII letters and digits: {{idempotency}}
				   makes a key of it for each form */
	/* of this page, without base: where a change of language comes back */
	struct str path;
	struct str style;       /* address of the style sheet, without base */
	struct str person;      /* who is signed in, as the page calls them; empty: nobody */
	struct str own;         /* address of the page about them, "/cuenta" */
	const struct template_nav_item *nav; /* where this person may go from here */
	size_t n_nav;
	struct str site_style;  /* address of the second style sheet: of what a bulletin has not */
	struct str other_lang;  /* address of this page in the other language, without base */
	struct str other_code;  /* that language: "en" */
	struct str done;        /* what was just done, as a sentence; or empty */
	struct str script;      /* address of the page's program, without base; or empty */
};

/* Markup that goes into a page as it is.  There is no way from a text of somebody to one of these:
 * only what a template or the room render wrote may be wrapped, and tests/templates.t reads who
 * calls the two functions. */
struct html {
	struct str markup;
};
struct svg {
	struct str markup;
};
static inline struct html html_written(const struct buf *by_a_template)
{
	return (struct html){ buf_str(by_a_template) };
}
static inline struct svg svg_written(const struct buf *by_render)
{
	return (struct svg){ buf_str(by_render) };
}

#endif
