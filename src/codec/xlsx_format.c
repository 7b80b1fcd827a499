/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/xlsx_format.h"

#include "base/date.h"
#include "base/num.h"

enum xlsx_format xlsx_format_builtin(unsigned id)
{
	if (id == 22)
		return XLSX_DATE_TIME;
	if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47) || (id >= 32 && id <= 33) ||
	    (id >= 55 && id <= 56))
		return XLSX_TIME;
	if ((id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58))
		return XLSX_DATE;
	return XLSX_NUMBER;
}

/* [h] [mm] [ss]: elapsed time; other brackets are colours, conditions and locales. */
static bool is_elapsed(struct str inside)
{
	for (size_t i = 0; i < inside.n; i++) {
		char c = (char)(inside.p[i] | 0x20);
		if (c != 'h' && c != 'm' && c != 's')
			return false;
	}
	return inside.n > 0;
}

/* Where the code goes on after the literal piece at i; i itself when there is none. */
static size_t after_literal(struct str code, size_t i, bool *time)
{
	char c = code.p[i];
	if (c == '\\' || c == '_' || c == '*')
		return i + 2;
	if (c != '"' && c != '[')
		return i;
	size_t to = i + 1;
	while (to < code.n && code.p[to] != (c == '"' ? '"' : ']'))
		to++;
	if (c == '[' && is_elapsed(str_sub(code, i + 1, to - i - 1)))
		*time = true;
	return to + 1;
}

enum xlsx_format xlsx_format_custom(struct str code)
{
	bool day = false, month = false, time = false;
	for (size_t i = 0; i < code.n && code.p[i] != ';';) {
		size_t next = after_literal(code, i, &time);
		if (next > i) {
			i = next;
			continue;
		}
		char c = (char)(code.p[i] | 0x20);
		if (c == 'g' && str_starts(str_sub(code, i, 7), "General")) {
			i += 7;
			continue;
		}
		day = day || c == 'd' || c == 'y';
		month = month || c == 'm';
		time = time || c == 'h' || c == 's';
		i++;
	}
	if (day)
		return time ? XLSX_DATE_TIME : XLSX_DATE;
	if (time)
		return XLSX_TIME;
	return month ? XLSX_DATE : XLSX_NUMBER;
}

static void put_two(struct buf *b, long v)
{
	buf_putc(b, (char)('0' + v / 10 % 10));
	buf_putc(b, (char)('0' + v % 10));
}

static void put_clock(struct buf *b, long seconds)
{
	put_two(b, seconds / 3600);
	buf_putc(b, ':');
	put_two(b, seconds / 60 % 60);
	buf_putc(b, ':');
	put_two(b, seconds % 60);
}

static bool put_date(struct buf *b, double serial, enum xlsx_format format, bool system_1904)
{
	double day = (double)(int64_t)serial;
	long seconds = (long)((serial - day) * 86400 + 0.5);
	if (seconds >= 86400) {
		seconds = 0;
		day += 1;
	}
	if (format == XLSX_TIME && day < 1) {
		put_clock(b, seconds);
		return true;
	}
	struct date d;
	if (!date_from_excel(day, system_1904, &d))
		return false;
	date_put(b, d);
	if (format != XLSX_DATE && seconds) {
		buf_putc(b, 'T');
		put_clock(b, seconds);
	}
	return true;
}

static bool plain_integer(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n && s.n <= 15 && (s.n == 1 || s.p[0] != '0');
}

struct str xlsx_number_text(struct arena *a, struct str raw, enum xlsx_format format,
			    bool system_1904)
{
	if (format == XLSX_NUMBER && plain_integer(raw))
		return raw;
	double v;
	if (!num_real(raw, &v))
		return raw;
	struct buf b;
	buf_init(&b, a, 64);
	bool dated = format != XLSX_NUMBER && v >= 0 && v < 3000000 &&
		put_date(&b, v, format, system_1904);
	if (!dated)
		num_put_real(&b, v);
	return buf_str(&b);
}
