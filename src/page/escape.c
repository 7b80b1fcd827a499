/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page/escape.h"

#include <string.h>

#include "base/date.h"

/* ---- cleaning ---- */

/* Drops what turns the direction of the text around it, and the controls of ISO 8859-1. */
static bool is_dropped(uint32_t code)
{
	return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
		(code >= 0x80 && code < 0xa0);
}

enum special { PLAIN, DROPPED, HIGH, AMPERSAND, LESS, GREATER, QUOTE, APOSTROPHE, TAB, LINE };

#define CONTROLS [0x00 ... 0x08] = DROPPED, [0x0b ... 0x1f] = DROPPED, [0x7f] = DROPPED
#define BYTES_ABOVE_ASCII [0x80 ... 0xff] = HIGH

static const uint8_t in_text[256] = {
	CONTROLS, BYTES_ABOVE_ASCII, ['&'] = AMPERSAND, ['<'] = LESS, ['>'] = GREATER
};
static const uint8_t in_attribute[256] = {
	CONTROLS, BYTES_ABOVE_ASCII, ['&'] = AMPERSAND, ['<'] = LESS, ['>'] = GREATER,
	['"'] = QUOTE, ['\''] = APOSTROPHE, ['\t'] = TAB, ['\n'] = LINE
};

static bool eight_plain(const unsigned char *p, const uint8_t special[256])
{
	return !(special[p[0]] | special[p[1]] | special[p[2]] | special[p[3]] | special[p[4]] |
		 special[p[5]] | special[p[6]] | special[p[7]]);
}

/* How many bytes from s.p on go as they are: most values do as a whole.  Letters with an accent
 * (two bytes, U+00C0 to U+07FF) are among them. */
static size_t plain_bytes(struct str s, const uint8_t special[256])
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;
	for (;;) {
		while (s.n - i >= 8 && eight_plain(p + i, special))
			i += 8;
		while (i < s.n && !special[p[i]])
			i++;
		if (s.n - i < 2 || p[i] < 0xc3 || p[i] > 0xdf || (p[i + 1] & 0xc0) != 0x80)
			return i;
		i += 2;
	}
}

static const struct str reference[] = {
	[DROPPED] = { "", 0 }, [AMPERSAND] = { "&amp;", 5 }, [LESS] = { "&lt;", 4 },
	[GREATER] = { "&gt;", 4 }, [QUOTE] = { "&quot;", 6 }, [APOSTROPHE] = { "&#39;", 5 },
	[TAB] = { "&#9;", 4 }, [LINE] = { "&#10;", 5 },
};

/* The character above ASCII at *i, and past it; false: it is to be replaced by what *ret_instead
 * says. */
static bool sound_character(struct str s, size_t *i, struct str *ret_instead)
{
	size_t from = *i;
	uint32_t code = utf8_next(s, i);
	bool broken = code == 0xfffd && *i - from == 1;
	*ret_instead = broken ? STR("\xef\xbf\xbd") : STR("");
	return !broken && !is_dropped(code);
}

static void escape(struct buf *out, struct str s, const uint8_t special[256])
{
	size_t i = s.n ? plain_bytes(s, special) : 0, from = 0;
	while (i < s.n) {
		enum special what = special[(unsigned char)s.p[i]];
		size_t at = i;
		struct str instead;
		if (what != HIGH) {
			instead = reference[what];
			i++;
		} else if (sound_character(s, &i, &instead)) {
			i += plain_bytes(str_sub(s, i, s.n), special);
			continue;
		}
		put_markup(out, (struct str){ s.p + from, at - from });
		put_markup(out, instead);
		from = i;
		i += plain_bytes(str_sub(s, i, s.n), special);
	}
	if (from < s.n)
		put_markup(out, (struct str){ s.p + from, s.n - from });
}

void escape_text(struct buf *out, struct str s)
{
	escape(out, s, in_text);
}

void escape_attribute(struct buf *out, struct str s)
{
	escape(out, s, in_attribute);
}

/* ---- addresses ---- */

enum { UNRESERVED = 1, RESERVED = 2, AT = 4 };

#define LETTERS_AND_DIGITS                                                                         \
	['a' ... 'z'] = UNRESERVED, ['A' ... 'Z'] = UNRESERVED, ['0' ... '9'] = UNRESERVED

/* RFC 3986 §2.  The apostrophe is no danger between double quotes, and is encoded nevertheless. */
static const uint8_t url_class[256] = {
	LETTERS_AND_DIGITS, ['-'] = UNRESERVED, ['.'] = UNRESERVED, ['_'] = UNRESERVED,
	['~'] = UNRESERVED, [':'] = RESERVED,   ['/'] = RESERVED,   ['?'] = RESERVED,
	['#'] = RESERVED,   ['['] = RESERVED,   [']'] = RESERVED,   ['@'] = RESERVED | AT,
	['!'] = RESERVED,   ['$'] = RESERVED,   ['&'] = RESERVED,   ['('] = RESERVED,
	[')'] = RESERVED,   ['*'] = RESERVED,   ['+'] = RESERVED,   [','] = RESERVED,
	[';'] = RESERVED,   ['='] = RESERVED,   ['%'] = RESERVED
};

static void put_encoded(struct buf *out, struct str bytes)
{
	static const char digit[] = "0123456789ABCDEF";
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];
		buf_put(out,
			(struct str){ (const char[]){ '%', digit[c >> 4], digit[c & 15] }, 3 });
	}
}

/* Percent-encodes all but the classes that stay. */
static void encode(struct buf *out, struct str s, unsigned stay)
{
	for (size_t i = 0, from; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		struct str instead;
		from = i;
		while (i < s.n && s.p[i] != '&' && url_class[(unsigned char)s.p[i]] & stay)
			i++;
		buf_put(out, (struct str){ s.p + from, i - from });
		if (i > from)
			continue;
		if (c >= 0x80) {
			if (sound_character(s, &i, &instead))
				instead = str_sub(s, from, i - from);
			put_encoded(out, instead);
			continue;
		}
		i++;
		if (c < ' ' || c == 0x7f)
			continue;
		if (c == '&' && stay & RESERVED)
			buf_put(out, STR("&amp;"));
		else
			put_encoded(out, (struct str){ s.p + from, 1 });
	}
}

/* Whether s begins with the scheme, in any case of letters. */
static bool has_scheme(struct str s, const char *scheme)
{
	size_t n = strlen(scheme);
	bool same = s.n >= n;
	for (size_t i = 0; i < n && same; i++) {
		char c = s.p[i];
		same = (c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c) == scheme[i];
	}
	return same;
}

/* Browsers drop control characters inside an address and read \ as /, before they look for the
 * scheme: an address with one of these is none of ours. */
static bool is_sly(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < ' ' || c == 0x7f || c == '\\')
			return true;
	}
	return s.n && s.p[0] == ' ';
}

void escape_url(struct buf *out, struct str base, struct str s)
{
	size_t letters = 0;
	while (letters < s.n && !memchr(":/?#", s.p[letters], 4))
		letters++;
	bool scheme = letters < s.n && s.p[letters] == ':';
	bool allowed = has_scheme(s, "http://") || has_scheme(s, "https://") ||
		has_scheme(s, "mailto:");
	bool ours = s.n && s.p[0] == '/';
	if ((scheme && !allowed) || is_sly(s) || (ours && s.n > 1 && s.p[1] == '/')) {
		buf_putc(out, '#');
		return;
	}
	if (ours)
		escape_attribute(out, base);
	encode(out, s, UNRESERVED | RESERVED);
}

void escape_url_own(struct buf *out, struct str base, struct str s)
{
	escape_url(out, base, s.n && s.p[0] == '/' ? s : STR("#"));
}

void escape_url_path(struct buf *out, struct str s)
{
	size_t before = out->n;
	if (!str_is(s, ".") && !str_is(s, ".."))
		encode(out, s, UNRESERVED);
	struct str written = str_sub(buf_str(out), before, out->n - before);
	if (written.n && !str_is(written, ".") && !str_is(written, ".."))
		return;
	/* nothing, or dots that cleaning left alone */
	out->n = before;
	buf_putc(out, '-');
}

void escape_url_query(struct buf *out, struct str s)
{
	encode(out, s, UNRESERVED);
}

void escape_mail(struct buf *out, struct str s)
{
	encode(out, s, UNRESERVED | AT);
}

/* ---- days and moments ---- */

enum { COLOMBIA_BEHIND_UTC_MINUTES = 5 * 60, MINUTES_IN_DAY = 24 * 60 };

/* Two digits at i, or -1. */
static int two_digits(struct str s, size_t i)
{
	bool digits = i + 2 <= s.n && s.p[i] >= '0' && s.p[i] <= '9' && s.p[i + 1] >= '0' &&
		s.p[i + 1] <= '9';
	return digits ? (s.p[i] - '0') * 10 + (s.p[i + 1] - '0') : -1;
}

static void put_day(struct buf *out, enum lang lang, struct date d)
{
	static const char *const month[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	if (lang == LANG_EN)
		buf_fmt(out, "%d %s %d", d.day, month[d.month - 1], d.year);
	else
		buf_fmt(out, "%02d/%02d/%04d", d.day, d.month, d.year);
}

static void show(struct buf *out, enum lang lang, struct str iso, bool with_time)
{
	struct date d;
	bool moment = iso.n >= 17 && iso.p[iso.n - 1] == 'Z' &&
		(iso.p[10] == 'T' || iso.p[10] == ' ') && iso.p[13] == ':';
	int hour = moment ? two_digits(iso, 11) : 0, minute = moment ? two_digits(iso, 14) : 0;
	if (!date_parse(str_sub(iso, 0, 10), false, &d) || (iso.n > 10 && !moment) || hour < 0 ||
	    hour > 23 || minute < 0 || minute > 59) {
		escape_attribute(out, iso);
		return;
	}
	int minutes = hour * 60 + minute - (moment ? COLOMBIA_BEHIND_UTC_MINUTES : 0);
	if (minutes < 0) {
		d = date_from_days(date_days(d) - 1);
		minutes += MINUTES_IN_DAY;
	}
	put_day(out, lang, d);
	if (moment && with_time)
		buf_fmt(out, " %02d:%02d", minutes / 60, minutes % 60);
}

void show_date(struct buf *out, enum lang lang, struct str iso)
{
	show(out, lang, iso, false);
}

void show_moment(struct buf *out, enum lang lang, struct str iso)
{
	show(out, lang, iso, true);
}

/* ---- forms ---- */

static void put_hidden(struct buf *out, const char *name, struct str value)
{
	buf_put(out, STR("<input type=\"hidden\" name=\""));
	buf_puts(out, name);
	buf_put(out, STR("\" value=\""));
	escape_attribute(out, value);
}

void form_csrf(struct buf *out, const struct page_frame *f)
{
	put_hidden(out, FORM_CSRF, f->csrf);
	buf_put(out, STR("\">"));
	if (f->writer.n) {
		put_hidden(out, FORM_WRITER, f->writer);
		buf_put(out, STR("\">"));
	}
}

void form_idempotency(struct buf *out, const struct page_frame *f)
{
	size_t place = out->n;
	put_hidden(out, FORM_IDEMPOTENCY, f->idempotency);
	buf_fmt(out, "-%zu\">", place);
}
