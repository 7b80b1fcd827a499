/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON (RFC 8259) written over a struct buf, and read piece by piece without a tree.
 *
 * The reader is strict: UTF-8 only, no trailing comma, no leading zero, no \u0000, no lone
 * surrogate, no number past the range of a double, nothing behind the value, at most
 * JSON_DEPTH_MAX levels.  It is meant for documents that this program wrote; a name that stands
 * twice in one object is given twice.  A fault sticks: every later call says "no more", and
 * json_in_end() tells. */
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

/* A member: key and value in one. */
void json_member_string(struct json_out *o, const char *key, struct str v);
void json_member_int(struct json_out *o, const char *key, int64_t v);
void json_member_real(struct json_out *o, const char *key, double v);
void json_member_bool(struct json_out *o, const char *key, bool v);
void json_member_null(struct json_out *o, const char *key);

/* ---- reading ---- */

/* No name here is one of jansson's, with which other parts of the program are linked. */

enum { JSON_DEPTH_MAX = 64 };
enum json_kind {
	JSON_IS_NONE,
	JSON_IS_NULL,
	JSON_IS_BOOL,
	JSON_IS_NUMBER,
	JSON_IS_STRING,
	JSON_IS_ARRAY,
	JSON_IS_OBJECT
};

struct json_in {
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
void json_in_start(struct json_in *j, struct arena *a, struct str text);
/* What stands next; JSON_IS_NONE after a fault or at the end of the text. */
enum json_kind json_in_peek(struct json_in *j);

/* Opens an object; then json_in_key() for each member, one value after each.  False: it is no
 * object.
 *     if (json_in_object(&j)) while (json_in_key(&j, &key)) ...;
 * json_in_key() gives false behind the last member (and has closed the object), or after a
 * fault. */
bool json_in_object(struct json_in *j);
bool json_in_key(struct json_in *j, struct str *ret_key);
/* Opens an array; json_in_item() is true when one more element follows. */
bool json_in_array(struct json_in *j);
bool json_in_item(struct json_in *j);

/* One value each; on another kind a fault, and the empty text, 0 or false. */
struct str json_in_string(struct json_in *j);
struct json_number json_in_number(struct json_in *j);
bool json_in_bool(struct json_in *j);
void json_in_null(struct json_in *j);
void json_in_skip(struct json_in *j); /* any one value, checked all the same */

/* ERR_INPUT: a fault (the byte is named), or something behind the value. */
bool json_in_end(struct json_in *j, struct err *e) MUST_CHECK;

#endif
