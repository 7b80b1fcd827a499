/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON (RFC 8259) written over a struct buf, and read piece by piece without a tree.
 *
 * The reader is strict: UTF-8 only, no trailing comma, no leading zero, no \u0000, no lone
 * surrogate, no number past the range of a double, nothing behind the value, at most JSON_DEPTH_MAX
 * levels.  It is meant for documents that this program wrote; a name that stands twice in one
 * object is given twice.  A fault sticks: every later call says "no more", and json_end() tells. */
#ifndef SSME_CODEC_JSON_H
#define SSME_CODEC_JSON_H

#include "base/err.h"
#include "base/text.h"

/* ---- writing ---- */

/* Commas between members and elements; the caller closes what it opens. */
struct json_out {
	struct buf *b;
	bool comma; /* a value stands before: the next one needs a comma */
};
void json_out(struct json_out *o, struct buf *b);
void json_put_object(struct json_out *o); /* { */
void json_end_object(struct json_out *o);
void json_put_array(struct json_out *o); /* [ */
void json_end_array(struct json_out *o);
void json_put_key(struct json_out *o, struct str key); /* then one value */
void json_put_string(struct json_out *o, struct str s);
void json_put_int(struct json_out *o, int64_t v); /* in full */
void json_put_real(struct json_out *o, double v); /* finite; shortest that reads back the same */
void json_put_bool(struct json_out *o, bool v);
void json_put_null(struct json_out *o);
void json_put_raw(struct json_out *o, struct str json); /* one value that is JSON already */

/* ---- reading ---- */

enum { JSON_DEPTH_MAX = 64 };
enum json_kind {
	JSON_NONE,
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

struct json {
	struct arena *a; /* texts with escapes are unescaped here; others are slices of the text */
	const char *p, *at, *end;
	const char *fault; /* what is wrong, in Spanish and English, or NULL */
	unsigned depth;
	bool first; /* no member or element of the innermost opened value was read yet */
};

struct json_number {
	bool whole; /* an integer within int64: integer is set */
	int64_t integer;
	double real; /* always set */
};

/* text must outlive the reader and what it gives. */
void json_start(struct json *j, struct arena *a, struct str text);
/* What stands next; JSON_NONE after a fault or at the end of the text. */
enum json_kind json_peek(struct json *j);

/* Opens an object; then json_key() for each member, one value after each.  False: it is no object.
 *     if (json_object(&j)) while (json_key(&j, &key)) ...;
 * json_key() gives false behind the last member (and has closed the object), or after a fault. */
bool json_object(struct json *j);
bool json_key(struct json *j, struct str *ret_key);
/* Opens an array; json_item() is true when one more element follows. */
bool json_array(struct json *j);
bool json_item(struct json *j);

/* One value each; on another kind a fault, and the empty text, 0 or false. */
struct str json_string(struct json *j);
struct json_number json_number(struct json *j);
bool json_bool(struct json *j);
void json_null(struct json *j);
void json_skip(struct json *j); /* any one value, checked all the same */

/* ERR_INPUT: a fault (the byte is named), or something behind the value. */
bool json_end(struct json *j, struct err *e) MUST_CHECK;

#endif
