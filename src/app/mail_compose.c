/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter as bytes, and the reading of one that came back. */
#include <sodium.h>
#include <string.h>

#include "app/mail.h"
#include "base/date.h"
#include "base/num.h"

enum {
	LETTER_BYTES_MAX = 256 << 10,
	WORD_BYTES_MAX = 39,  /* of text in an encoded word: under 76 behind "Subject: " */
	LINE_BYTES_MAX = 75,  /* before the '=' that ends a line */
	HEADER_WORDS_MAX = 1000,
};

/* ---- headers ---- */

static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const char ch = s.p[i];
		const bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
				    (ch >= '0' && ch <= '9');
		if (!letter && ch != ' ' && ch != '-')
			return false;
	}
	return s.n < WORD_BYTES_MAX;
}

/* The beginning of s that fits into one encoded word, without half a character at its end. */
static size_t piece_of(struct str s)
{
	size_t n = s.n < WORD_BYTES_MAX ? s.n : WORD_BYTES_MAX;
	while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n ? n : 1;
}

/* Text of a person in a header: RFC 2047, so that no byte of it can end the header. */
static void put_words(struct buf *b, struct str s)
{
	char coded[sodium_base64_ENCODED_LEN(WORD_BYTES_MAX, sodium_base64_VARIANT_ORIGINAL)];
	s = str_sub(s, 0, HEADER_WORDS_MAX);
	if (is_plain(s)) {
		buf_put(b, s);
		return;
	}
	for (bool first = true; s.n; first = false) {
		const size_t n = piece_of(s);
		sodium_bin2base64(coded, sizeof(coded), (const unsigned char *)s.p, n,
				  sodium_base64_VARIANT_ORIGINAL);
		buf_fmt(b, "%s=?UTF-8?B?%s?=", first ? "" : "\r\n ", coded);
		s = str_sub(s, n, s.n);
	}
}

static void put_person(struct buf *b, const char *header, struct str name, struct str email)
{
	buf_fmt(b, "%s: ", header);
	put_words(b, name);
	buf_fmt(b, "%s<%.*s>\r\n", name.n ? "\r\n " : "", STR_ARG(email));
}

/* "Mon, 01 Jul 2024 13:00:00 +0000" */
static bool put_time(struct buf *b, struct str iso)
{
	static const char *const day[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const month[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct date d;
	if (iso.n != 20 || !date_parse(str_sub(iso, 0, 10), false, &d) || date_days(d) < 0)
		return false;
	buf_fmt(b, "Date: %s, %02d %s %d %.*s +0000\r\n", day[date_days(d) % 7], d.day,
		month[d.month - 1], d.year, STR_ARG(str_sub(iso, 11, 8)));
	return true;
}

/* ---- text ---- */

/* Quoted-printable (RFC 2045).  A dot that begins a line is written in code too, for SMTP. */
static void put_text(struct buf *b, struct str s)
{
	size_t n_line = 0;
	for (size_t i = 0; i < s.n; i++) {
		const unsigned char ch = (unsigned char)s.p[i];
		if (ch == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		if (ch == '\n') {
			buf_puts(b, "\r\n");
			n_line = 0;
			continue;
		}
		const bool last = i + 1 == s.n || s.p[i + 1] == '\n' || s.p[i + 1] == '\r';
		const bool plain = (ch > ' ' && ch < 0x7f && ch != '=' && (ch != '.' || n_line)) ||
				   (ch == ' ' && !last);
		const size_t n = plain ? 1 : 3;
		if (n_line + n > LINE_BYTES_MAX) {
			buf_puts(b, "=\r\n");
			n_line = 0;
		}
		if (plain && !(ch == '.' && !n_line)) {
			buf_putc(b, (char)ch);
			n_line++;
		} else {
			buf_fmt(b, "=%02X", ch);
			n_line += 3;
		}
	}
	buf_puts(b, "\r\n");
}

static bool id_good(struct str id)
{
	for (size_t i = 0; i < id.n; i++) {
		if ((unsigned char)id.p[i] <= ' ' || (unsigned char)id.p[i] >= 0x7f ||
		    id.p[i] == '<' || id.p[i] == '>')
			return false;
	}
	return id.n > 0;
}

bool mail_compose(struct arena *a, const struct stored_mail *m, const char *from,
		  const char *from_name, struct str at, struct str *out, struct err *e)
{
	struct buf b;
	buf_init(&b, a, LETTER_BYTES_MAX);
	if (!email_plausible(m->email) || !id_good(m->message_id))
		return err_say(e, ERR_INPUT, "«%.*s» no es un correo",
			       "\"%.*s\" is no e-mail address", STR_ARG(m->email));
	put_person(&b, "From", str_of(from_name), str_of(from));
	put_person(&b, "To", m->person, m->email);
	buf_puts(&b, "Subject: ");
	put_words(&b, m->subject);
	buf_puts(&b, "\r\n");
	if (!put_time(&b, at))
		return err_say(e, ERR_INPUT, "«%.*s» no es una hora", "\"%.*s\" is no time",
			       STR_ARG(at));
	buf_fmt(&b, "Message-ID: <%.*s>\r\n", STR_ARG(m->message_id));
	buf_fmt(&b,
		"Auto-Submitted: auto-generated\r\nContent-Language: %s\r\n"
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
		str_is(m->lang, "en") ? "en" : "es");
	put_text(&b, m->body);
	*out = buf_str(&b);
	return !b.over || err_say(e, ERR_LIMIT, "la carta pasa de %d KiB",
				  "the letter is over %d KiB", LETTER_BYTES_MAX >> 10);
}

/* ---- a letter that came back ---- */

enum { REPORT_LINES_MAX = 20000, REPORT_VALUE_BYTES_MAX = 2000 };

/* The next line with those that continue it (they begin with a blank), without line ends. */
static struct str next_header(struct arena *a, struct str *rest)
{
	struct buf b;
	buf_init(&b, a, REPORT_VALUE_BYTES_MAX);
	do {
		const struct str line = str_cut(rest, '\n');
		buf_puts(&b, b.n ? " " : "");
		buf_put(&b, str_trim(line));
	} while (rest->n && b.n && (rest->p[0] == ' ' || rest->p[0] == '\t'));
	return buf_str(&b);
}

static char lower(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char)(ch - 'A' + 'a') : ch;
}

/* "Name: value", the name in any case; name in small letters. */
static bool header_is(struct str line, const char *name, struct str *ret_value)
{
	const size_t n = strlen(name);
	if (line.n <= n || line.p[n] != ':')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (lower(line.p[i]) != name[i])
			return false;
	}
	*ret_value = str_trim(str_sub(line, n + 1, line.n));
	return true;
}

/* "rfc822; ana@example.co" */
static struct str behind_type(struct str value)
{
	struct str rest = value;
	const struct str type = str_cut(&rest, ';');
	return str_trim(rest.p ? rest : type);
}

static struct str without_angles(struct str id)
{
	if (id.n > 2 && id.p[0] == '<' && id.p[id.n - 1] == '>')
		return str_sub(id, 1, id.n - 2);
	return id;
}

bool mail_report_read(struct arena *a, struct str file, struct mail_report *out, struct err *e)
{
	struct mail_report r = { 0 };
	struct str rest = file, value, status = { 0 }, action = { 0 };
	for (size_t i = 0; rest.n && i < REPORT_LINES_MAX; i++) {
		const struct str line = next_header(a, &rest);
		if (header_is(line, "final-recipient", &value) ||
		    (header_is(line, "original-recipient", &value) && !r.address.n))
			r.address = behind_type(value);
		else if (header_is(line, "action", &value))
			action = value;
		else if (header_is(line, "status", &value))
			status = value;
		else if (header_is(line, "diagnostic-code", &value))
			r.words = behind_type(value);
		else if (header_is(line, "message-id", &value))
			r.message_id = without_angles(value); /* ours stands last */
	}
	if (!r.address.n || !action.n)
		return err_say(e, ERR_INPUT,
			       "no es un informe de entrega: faltan Final-Recipient o Action "
			       "(RFC 3464)",
			       "it is no report of delivery: Final-Recipient or Action is missing "
			       "(RFC 3464)");
	r.failed = action.n == 6 && lower(action.p[0]) == 'f';
	r.words = r.words.n ? r.words : status;
	*out = r;
	return true;
}
