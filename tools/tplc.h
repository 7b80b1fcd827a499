/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compiler of templates (tplc.c says what it does).  Everything lives until the program ends:
 * it runs for a moment while building, and gives its memory back by ending. */
#ifndef SSME_TPLC_H
#define SSME_TPLC_H

#include <stdbool.h>
#include <stddef.h>

/* ---- words: tplc_word.c ---- */

struct text { /* grows; NUL-terminated once something was added */
	char *p;
	size_t n, cap;
};
void text_add(struct text *t, const char *p, size_t n);
void text_puts(struct text *t, const char *s);
void text_fmt(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

struct place {
	const char *file;
	int line;
};
/* Says "tplc: FILE:LINE: ..." and ends the program. */
_Noreturn void die(struct place at, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void *must(void *p);
char *copy(const char *p, size_t n);
char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* One more object of size bytes, zeroed, at the end of an array of *n. */
void *grow(void *array, size_t *n, size_t size);
/* A whole file: UTF-8 without control characters but tabs and line ends. */
char *read_file(const char *path);
void write_file(const char *path, const struct text *t);

enum token_kind { TOKEN_WORD, TOKEN_STRING, TOKEN_SYMBOL, TOKEN_END };
struct token {
	enum token_kind kind;
	char *text; /* of a string: without quotes and escapes */
};
struct tokens {
	struct token *token; /* ends in a TOKEN_END */
	size_t n;
};
/* Words, "strings" and the symbols = == != up to end. */
struct tokens tokenize(const char *p, const char *end, struct place at);
bool token_is(const struct token *t, const char *word); /* a word or symbol, not a string */

/* ---- translations: tplc_po.c ---- */

struct message {
	char *es, *en;
	struct place at;
	bool used;
};
struct messages {
	struct message *message;
	size_t n;
	const char *file;
};
void messages_read(struct messages *all, const char *file);
/* The message of a Spanish sentence that takes n_values; dies where it has no English. */
const struct message *message_find(struct messages *all, const char *es, size_t n_values,
				   struct place at);
void messages_all_used(const struct messages *all);
/* Next piece of a sentence from *p on: true, a placeholder, *ret_value counting from 0 (*next
 * counts those that have no number); false, letters.  *ret_n is 0 at the end. */
bool message_piece(const char **p, size_t *next, size_t *ret_value, const char **ret_letters,
		   size_t *ret_n);

/* ---- HTML: tplc_html.c ---- */

enum element_trait {
	ELEMENT_VOID = 1,    /* has no end tag */
	ELEMENT_BLOCK = 2,   /* white space beside it does not show */
	ELEMENT_ENDS_P = 4,  /* a parser closes an open <p> before it */
	ELEMENT_NO_TEXT = 8, /* a parser moves or drops text directly inside */
	ELEMENT_RAW = 16,    /* only text inside: <title>, <textarea> */
	ELEMENT_SPACES = 32, /* white space counts: <pre>, <textarea> */
	ELEMENT_SVG = 64,
	ELEMENT_CODE = 128,  /* its letters are no words for people: <code> */
	ELEMENT_ALONE = 256, /* not inside another of its name: <a>, <form> */
};
struct element {
	const char *name;
	unsigned traits;
};
const struct element *element_find(const char *name, struct place at);
/* Dies for what no template may set: onclick, style, ... */
void attribute_allowed(const char *name, bool in_svg, struct place at);
bool attribute_is_url(const char *name);
bool attribute_is_words(const char *name);   /* read by people: title, alt, ... */
bool attribute_is_literal(const char *name); /* decides how a parser or browser behaves */
/* Length of the character reference at p, dies where it is none we know. */
size_t reference_length(const char *p, const char *end, struct place at);
bool is_letter(char c);                     /* of a word for people: ASCII, or Latin in UTF-8 */
/* Letters with & < > " as references. */
void put_escaped(struct text *out, const char *p, size_t n);

/* ---- definitions: tplc.c ---- */

enum kind {
	KIND_STR, KIND_INT, KIND_REAL, KIND_FLAG, KIND_DATE, KIND_HTML, KIND_SVG, KIND_RECORD
};
struct definition;
struct type {
	enum kind kind;
	bool list;
	struct definition *record; /* KIND_RECORD */
};
struct field {
	char *name;
	struct type type;
	char *type_name;
	struct place at;
	bool used;
};
enum sort { SORT_RECORD, SORT_PAGE, SORT_PART, SORT_LAYOUT, SORT_FRAME };
struct use { /* of a part */
	struct definition *part;
	struct place at;
	bool no_text; /* stands where text would be moved away */
	bool repeated; /* stands in an each */
	bool bare;     /* stands outside of any element */
	bool in_form, in_p;
};
struct id {
	char *name;
	struct place at;
};
struct definition {
	enum sort sort;
	char *name;
	struct place at;
	struct field *field;
	size_t n_fields;
	const char *body;
	size_t body_bytes;
	int body_line;
	struct tokens in; /* behind @in */
	struct place in_at;
	struct definition *layout;
	/* what compiling the body found */
	struct text code, in_code; /* in_code: initial values of the layout's fields */
	struct use *use;
	size_t n_uses;
	struct id *id;
	size_t n_ids;
	bool bare; /* text or a value stands outside of any element */
	struct place bare_at;
	bool has_form, has_block; /* a form; an element that no <p> holds */
	bool content; /* a layout's {{content}} was there */
	bool used;
	int mark; /* while looking for circles */
};
struct compiler {
	struct definition **definition;
	size_t n_definitions;
	struct definition *frame; /* or NULL */
	struct messages messages;
};
struct definition *definition_find(const struct compiler *c, const char *name);

/* ---- bodies: tplc_body.c, and the values in them: tplc_value.c ---- */

void compile_body(struct compiler *c, struct definition *d);
void compile_layout_fields(struct compiler *c, struct definition *d);

/* ---- tplc_write.c ---- */

void write_header(const struct compiler *c, const char *path);
void write_code(const struct compiler *c, const char *path, const char *header);

#endif
