/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One byte decides at a time, but for runs inside a part.  The delimiter holds one CR, its first
 * byte, so that after a mismatch only a new CR can begin another: no going back is needed. */
#include "http/multipart.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static bool malformed(struct err *e)
{
	return err_say(e, ERR_INPUT,
		       "el formulario llegó mal armado (multipart/form-data): vuelva a enviarlo",
		       "the form came malformed (multipart/form-data): send it again");
}

static bool same_word(struct str s, const char *lower)
{
	size_t n = strlen(lower);
	return s.n == n && strncasecmp(s.p, lower, n) == 0;
}

/* Takes the value of a parameter off *rest: a quoted text, in which \" and \\ stand for themselves,
 * or what lies before the next semicolon.  to: room for rest->n bytes.  False: no closing quote. */
static bool take_value(struct str *rest, char *to, struct str *out)
{
	size_t at = 0, n = 0;
	if (rest->n && rest->p[0] == '"') {
		for (at = 1; at < rest->n && rest->p[at] != '"'; at++) {
			bool escape = rest->p[at] == '\\' && at + 1 < rest->n &&
				      (rest->p[at + 1] == '"' || rest->p[at + 1] == '\\');
			at += escape;
			to[n++] = rest->p[at];
		}
		if (at++ >= rest->n)
			return false;
		*out = (struct str){ to, n };
	} else {
		while (at < rest->n && rest->p[at] != ';')
			at++;
		memcpy(to, rest->p, at);
		*out = str_trim((struct str){ to, at });
	}
	*rest = str_trim(str_sub(*rest, at, rest->n - at));
	return true;
}

/* The next "; name=value" of *rest.  False: there is none, or it is malformed (*ret_bad). */
static bool take_parameter(struct str *rest, char *to, struct str *ret_name, struct str *ret_value,
			   bool *ret_bad)
{
	*rest = str_trim(*rest);
	if (!rest->n)
		return false;
	size_t at = 1;
	while (at < rest->n && rest->p[at] != '=')
		at++;
	*ret_bad = rest->p[0] != ';' || at == rest->n;
	if (*ret_bad)
		return false;
	*ret_name = str_trim(str_sub(*rest, 1, at - 1));
	*rest = str_trim(str_sub(*rest, at + 1, rest->n - at - 1));
	*ret_bad = !take_value(rest, to, ret_value);
	return !*ret_bad;
}

bool multipart_boundary(struct str content_type, struct str *out, struct err *e)
{
	size_t at = 0;
	while (at < content_type.n && content_type.p[at] != ';')
		at++;
	struct str rest = str_sub(content_type, at, content_type.n - at);
	struct str boundary = STR("");
	if (!same_word(str_trim(str_sub(content_type, 0, at)), "multipart/form-data"))
		return malformed(e);
	char to[PART_HEAD_BYTES_MAX];
	struct str name, value;
	bool bad = rest.n > sizeof(to);
	while (!bad && take_parameter(&rest, to, &name, &value, &bad))
		if (same_word(name, "boundary")) {
			bad = boundary.n || !value.n || value.n > BOUNDARY_BYTES_MAX;
			/* a boundary has nothing to escape: it is found as it stands */
			size_t where;
			bad = bad || !str_find(content_type, value, &where);
			if (!bad)
				boundary = str_sub(content_type, where, value.n);
		}
	for (size_t i = 0; i < boundary.n; i++)
		bad = bad || (unsigned char)boundary.p[i] < 0x20 || boundary.p[i] == 0x7f;
	if (bad || !boundary.n)
		return malformed(e);
	*out = boundary;
	return true;
}

void multipart_start(struct multipart *m, struct str boundary, struct multipart_sink sink)
{
	assert(boundary.n && boundary.n <= BOUNDARY_BYTES_MAX);
	*m = (struct multipart){ .sink = sink, .state = MULTIPART_BODY };
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary.p, boundary.n);
	m->n_delimiter = 4 + boundary.n;
	m->n_matched = 2; /* the line end before the first boundary is not sent */
}

struct disposition {
	struct str name, file_name;
	bool named;
};

static bool read_disposition(struct str value, char *to, struct disposition *d, struct err *e)
{
	size_t at = 0;
	while (at < value.n && value.p[at] != ';')
		at++;
	if (d->named || !same_word(str_trim(str_sub(value, 0, at)), "form-data"))
		return malformed(e);
	struct str rest = str_sub(value, at, value.n - at), name, text;
	bool bad = false;
	while (take_parameter(&rest, to, &name, &text, &bad)) {
		to += text.n;
		if (same_word(name, "name") && !d->named) {
			d->name = text;
			d->named = true;
		} else if (same_word(name, "filename") && !d->file_name.p) {
			d->file_name = text;
		} else if (!same_word(name, "filename*")) {
			return malformed(e);
		}
	}
	return !bad || malformed(e);
}

static bool read_line(struct str line, char *to, struct disposition *d, struct err *e)
{
	struct str rest = line, name = str_cut(&rest, ':');
	if (!rest.p || !name.n)
		return malformed(e);
	struct str value = str_trim(rest);
	if (same_word(name, "content-disposition"))
		return read_disposition(value, to, d, e);
	if (same_word(name, "content-transfer-encoding") && !same_word(value, "binary") &&
	    !same_word(value, "8bit") && !same_word(value, "7bit"))
		return err_say(e, ERR_INPUT,
			       "una parte del formulario viene codificada (%.*s): envíela tal cual",
			       "a part of the form comes encoded (%.*s): send it as it is",
			       (int)(value.n < 40 ? value.n : 40), value.p);
	return true;
}

static bool begin_part(struct multipart *m, struct err *e)
{
	char to[PART_HEAD_BYTES_MAX];
	struct disposition d = { 0 };
	struct str rest = { m->head, m->n_head };
	while (rest.n) {
		struct str line = str_cut(&rest, '\n');
		if (!str_ends(line, "\r"))
			return malformed(e);
		line.n--;
		if (line.n && !read_line(line, to, &d, e))
			return false;
	}
	if (!d.named)
		return malformed(e);
	m->state = MULTIPART_BODY;
	m->n_matched = 0;
	m->inside = true;
	return m->sink.begin(m->sink.user, d.name, d.file_name, e);
}

/* One byte of a part's head; the head ends with an empty line. */
static bool take_head(struct multipart *m, char c, struct err *e)
{
	if (m->n_head == sizeof(m->head))
		return err_say(e, ERR_LIMIT,
			       "el encabezado de una parte del formulario pasa de %d bytes",
			       "the head of a part of the form is over %d bytes",
			       PART_HEAD_BYTES_MAX);
	m->head[m->n_head++] = c;
	bool ended = m->n_head >= 4 && memcmp(m->head + m->n_head - 4, "\r\n\r\n", 4) == 0;
	bool none = m->n_head == 2 && memcmp(m->head, "\r\n", 2) == 0;
	return !(ended || none) || begin_part(m, e);
}

/* Behind a delimiter: a line end goes on to the next part, two hyphens end the body. */
static bool take_fork(struct multipart *m, char c, struct err *e)
{
	m->head[m->n_head++] = c;
	if (m->n_head < 2)
		return (c == '\r' || c == '-') || malformed(e);
	if (memcmp(m->head, "\r\n", 2) == 0)
		m->state = MULTIPART_HEAD;
	else if (memcmp(m->head, "--", 2) == 0)
		m->state = MULTIPART_DONE;
	else
		return malformed(e);
	m->n_head = 0;
	return true;
}

static bool hand_on(struct multipart *m, struct str bytes, struct err *e)
{
	if (!bytes.n)
		return true;
	if (!m->inside)
		return malformed(e); /* something before the first boundary */
	return m->sink.bytes(m->sink.user, bytes, e);
}

static bool end_part(struct multipart *m, struct err *e)
{
	bool was_inside = m->inside;
	m->state = MULTIPART_FORK;
	m->n_head = 0;
	m->inside = false;
	return !was_inside || m->sink.end(m->sink.user, e);
}

/* One byte that may belong to a delimiter. */
static bool take_body(struct multipart *m, char c, struct err *e)
{
	if (c == m->delimiter[m->n_matched]) {
		m->n_matched++;
		return m->n_matched < m->n_delimiter || end_part(m, e);
	}
	/* What looked like a delimiter was the part's own.  The line end before the first boundary
	 * was never sent. */
	size_t n = m->n_matched;
	m->n_matched = c == '\r';
	return hand_on(m, (struct str){ m->delimiter, n }, e) &&
	       (m->n_matched || hand_on(m, (struct str){ &c, 1 }, e));
}

bool multipart_take(struct multipart *m, struct str bytes, struct err *e)
{
	size_t at = 0;
	while (at < bytes.n) {
		if (m->state == MULTIPART_DONE)
			return true;
		if (m->state == MULTIPART_BODY && !m->n_matched) {
			const char *cr = memchr(bytes.p + at, '\r', bytes.n - at);
			size_t n = cr ? (size_t)(cr - (bytes.p + at)) : bytes.n - at;
			if (!hand_on(m, str_sub(bytes, at, n), e))
				return false;
			at += n;
			if (at == bytes.n)
				return true;
		}
		char c = bytes.p[at++];
		if (m->state == MULTIPART_BODY ? !take_body(m, c, e) :
		    m->state == MULTIPART_HEAD ? !take_head(m, c, e) :
						 !take_fork(m, c, e))
			return false;
	}
	return true;
}

bool multipart_end(const struct multipart *m, struct err *e)
{
	if (m->state != MULTIPART_DONE)
		return err_say(e, ERR_INPUT,
			       "el formulario llegó cortado: falta su final; vuelva a enviarlo",
			       "the form came cut short: its end is missing; send it again");
	return true;
}
