/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state while one body is compiled; shared by tplc_body.c, tplc_tag.c and tplc_value.c. */
#ifndef SSME_TPLC_BODY_H
#define SSME_TPLC_BODY_H

#include "tplc.h"

enum { OPEN_MAX = 64, LOOPS_MAX = 8 };

/* Where a value stands, which decides how it is escaped. */
enum context {
	IN_TEXT,
	IN_RAW,      /* <title>, <textarea> */
	IN_ATTRIBUTE,
	IN_URL,      /* is the whole address */
	IN_URL_OWN,  /* is the whole address, and one of ours */
	IN_URL_PATH,
	IN_URL_QUERY,
	IN_URL_MAIL,
};

struct loop {
	char *name;
	struct type type; /* of one element */
};
struct open {
	const struct element *element;
	struct place at;
	bool untranslated; /* its letters, or those of one around it, are no words for people */
};
/* An input, and what may label it. */
struct control {
	struct place at;
	const char *name, *id; /* id NULL: none, so that nothing can label it from outside */
};
struct form {
	struct place at;
	bool inside, post, csrf, idempotency;
	int branches;
};
struct body {
	struct compiler *c;
	struct definition *d;
	const char *p, *end;
	int line;
	struct text literal; /* markup that is not yet in d->code */
	struct open open[OPEN_MAX];
	size_t n_open;
	struct loop loop[LOOPS_MAX];
	size_t n_loops;
	int branches;  /* open if and each */
	int n_counters; /* of loops so far: each needs a name of its own */
	struct form form;
	/* White space: what is held back until it is known that it shows; '\0': none. */
	char space;
	bool inline_before; /* what was written last is neither white space nor a block's edge */
	/* {{end}} or {{else ...}}, read and not yet taken by whom it belongs to */
	struct tokens held;
	struct place held_at;
	struct control *control;
	size_t n_controls;
	char **label_for;
	size_t n_labels;
};

struct place place_of(const struct body *b);
/* Markup as it stands; and a line of C, whose #line is that of the body. */
void put_literal(struct body *b, const char *p, size_t n);
void put_code(struct body *b, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void put_pending(struct body *b); /* what put_literal left, into the code */
/* The tokens of the {{...}} at b->p, which it moves past. */
struct tokens read_directive(struct body *b, struct place *ret_at);
bool at_directive(const struct body *b);

/* ---- tplc_value.c ---- */

struct operand {
	struct type type;
	char *c;       /* as C */
	char *count;   /* of a list: how many, as C */
	char *format;  /* behind the colon, or "" */
};
struct operand operand_find(struct body *b, const char *path, struct place at);
/* {{x}}, {{_ "..." x}}, {{lang}}: what may stand in a text and in an attribute. */
void put_value(struct body *b, const struct tokens *t, struct place at, enum context context);
/* The condition of `if` from the token on, as C. */
char *condition(struct body *b, const struct token *t, struct place at);
/* NAME=value ... from the token on, as the initial values of all fields of d. */
char *arguments(struct body *b, const struct token *t, struct definition *d, struct place at);
void put_c_string(struct text *out, const char *s, size_t n);

/* ---- tplc_tag.c ---- */

/* The tag whose < stands at b->p: begin_tag reads its name, read_tag the rest with its >, and opens
 * the element.  *ret_open: an end tag must follow. */
const struct element *begin_tag(struct body *b);
void read_tag(struct body *b, const struct element *e, bool *ret_open);
void check_labels(const struct body *b);

/* ---- branches ---- */

/* How a place that may hold {{if}} and {{each}} reads a branch, which ends at a held directive or
 * where the place itself ends.  begin and end, which may be NULL, bring back and join what the
 * place knows, so that every branch begins alike. */
struct branching {
	void (*begin)(struct body *b, void *user);
	void (*part)(struct body *b, void *user);
	void (*end)(struct body *b, void *user);
	void *user;
};
/* The directive t, if it is an `if` or `each` with all its branches; false: it is another one. */
bool read_branches(struct body *b, const struct tokens *t, struct place at,
		   const struct branching *how);
/* Holds the directive when it is an `else` or `end`. */
bool hold_directive(struct body *b, const struct tokens *t, struct place at);

#endif
