/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between what people type, a cell of a file, and a stored document. */
#include <string.h>

#include "base/date.h"
#include "base/num.h"
#include "codec/json.h"
#include "response/reader.h"

#include "response/look.h"

enum { NUMBER_BYTES_MAX = 400, GROUPED_FROM = 5 /* digits: a year stays a year */ };

/* ---- numbers ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of a space (plain, no-break, narrow no-break) or an apostrophe at s.p[at]; 0: none. */
static size_t blank_at(struct str s, size_t at)
{
	static const char *const blank[] = { " ", "\xC2\xA0", "\xE2\x80\xAF", "'",
					     "\xE2\x80\x99" };
	for (size_t i = 0; i < sizeof(blank) / sizeof(*blank); i++)
		if (str_starts(str_sub(s, at, s.n), blank[i]))
			return strlen(blank[i]);
	return 0;
}

static bool three_digits_at(struct str s, size_t at)
{
	return s.n >= at + 3 && is_digit(s.p[at]) && is_digit(s.p[at + 1]) &&
		is_digit(s.p[at + 2]) && (s.n == at + 3 || !is_digit(s.p[at + 3]));
}

/* "$ 1 234 567", "45 %", "−3": without the sign of its unit and the blanks between groups. */
static struct str plain_signs(struct arena *a, const struct question *q, struct str s)
{
	struct buf b;
	if (str_is(q->unit, "cop") && str_starts(s, "$"))
		s = cell_trim(str_sub(s, 1, s.n));
	if (str_is(q->unit, "percent") && str_ends(s, "%"))
		s = cell_trim(str_sub(s, 0, s.n - 1));
	buf_init(&b, a, s.n + 1);
	for (size_t i = 0; i < s.n;) {
		size_t blank = i && is_digit(s.p[i - 1]) ? blank_at(s, i) : 0;
		if (blank && three_digits_at(s, i + blank)) {
			i += blank;
		} else if (!i && str_starts(s, "\xE2\x88\x92")) {
			buf_putc(&b, '-');
			i += 3;
		} else {
			buf_putc(&b, s.p[i++]);
		}
	}
	return b.n ? buf_str(&b) : STR("");
}

/* "1,234,567.5" without its commas; false when they do not group by three. */
static bool from_point(struct str s, struct buf *out)
{
	size_t run = 0, whole_end = s.n;
	bool grouped = false;
	(void)str_find(s, STR("."), &whole_end);
	for (size_t i = 0; i < whole_end; i++) {
		if (s.p[i] == ',') {
			if (grouped ? run != 3 : run < 1 || run > 3)
				return false;
			grouped = true;
			run = 0;
			continue;
		}
		run += is_digit(s.p[i]);
		buf_putc(out, s.p[i]);
	}
	buf_put(out, str_sub(s, whole_end, s.n));
	return !grouped || run == 3;
}

static struct str number_of_typed(struct arena *a, const struct question *q, struct str typed,
				  enum lang lang)
{
	struct buf b;
	double v;
	if (typed.n > NUMBER_BYTES_MAX)
		return typed;
	struct str s = plain_signs(a, q, typed);
	buf_init(&b, a, s.n + 2);
	bool read = lang == LANG_ES ? num_from_comma(s, &b) : from_point(s, &b);
	if (read && b.n && num_real(buf_str(&b), &v))
		return buf_str(&b);
	return num_real(s, &v) ? s : typed;
}

static bool is_number(const struct question *q)
{
	return q->column == COLUMN_INTEGER || q->column == COLUMN_REAL;
}

/* -1234567.5: digits, at most one point with digits behind. */
static bool is_plain_number(struct str s, size_t *ret_whole_end)
{
	size_t at = s.n && s.p[0] == '-', from = at;
	while (at < s.n && is_digit(s.p[at]))
		at++;
	*ret_whole_end = at;
	if (at == from || at == s.n)
		return at > from;
	if (s.p[at++] != '.' || at == s.n)
		return false;
	while (at < s.n && is_digit(s.p[at]))
		at++;
	return at == s.n;
}

static struct str typed_of_number(struct arena *a, struct str cell, enum lang lang)
{
	const char group = lang == LANG_ES ? '.' : ',', point = lang == LANG_ES ? ',' : '.';
	size_t from = cell.n && cell.p[0] == '-', end;
	struct buf b;
	if (!is_plain_number(cell, &end))
		return cell;
	buf_init(&b, a, 2 * cell.n + 2);
	for (size_t i = 0; i < end; i++) {
		if (i > from && (end - i) % 3 == 0 && end - from >= GROUPED_FROM)
			buf_putc(&b, group);
		buf_putc(&b, cell.p[i]);
	}
	if (end < cell.n)
		buf_putc(&b, point);
	buf_put(&b, str_sub(cell, end + 1, cell.n));
	return buf_str(&b);
}

/* ---- dates ---- */

static struct str iso(struct arena *a, struct date d)
{
	struct buf b;
	buf_init(&b, a, 32);
	date_put(&b, d);
	return buf_str(&b);
}

/* A field for month and year gives "2024-07", people write "7/2024": the first day. */
static struct str month_of_typed(struct arena *a, const struct question *q, struct str typed)
{
	struct date d;
	size_t slash;
	bool month = str_find(q->appearance, STR("month-year"), NULL) ||
		str_is(q->appearance, "year");
	if (!month || typed.n > 10)
		return STR("");
	if (date_parse(typed, true, &d))
		return iso(a, d);
	if (!str_find(typed, STR("/"), &slash))
		return STR("");
	return cell_date_meant(a, str_fmt(a, "1/%.*s", STR_ARG(typed)));
}

static struct str date_of_typed(struct arena *a, const struct question *q, struct str typed)
{
	struct date d;
	struct str month = month_of_typed(a, q, typed);
	if (date_parse(typed, false, &d))
		return typed;
	if (month.n)
		return month;
	struct str meant = cell_date_meant(a, typed);
	return meant.n ? meant : typed;
}

/* ---- one answer ---- */

/* Fields of several lines send CR LF. */
static struct str plain_lines(struct arena *a, struct str s)
{
	struct buf b;
	if (!str_find(s, STR("\r"), NULL))
		return s;
	buf_init(&b, a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\r')
			buf_putc(&b, s.p[i]);
		else if (i + 1 == s.n || s.p[i + 1] != '\n')
			buf_putc(&b, '\n');
	return buf_str(&b);
}

struct str look_cell_of_typed(struct arena *a, const struct question *q, struct str typed,
			      enum lang lang)
{
	struct str s = cell_trim(typed);
	if (!s.n || str_is(s, "ND") || str_is(s, "NA"))
		return s;
	if (is_number(q))
		return number_of_typed(a, q, s, lang);
	if (q->column == COLUMN_DATE)
		return date_of_typed(a, q, s);
	return plain_lines(a, s);
}

struct str look_typed_of_cell(struct arena *a, const struct question *q, struct str cell,
			      enum lang lang)
{
	return is_number(q) ? typed_of_number(a, cell, lang) : cell;
}

/* ---- documents ---- */

struct unpacking {
	struct arena *a;
	const struct form *f;
	struct json_in j;
	struct lookup names; /* questions, then repeats */
	struct look_cell *cell;
	size_t n_cells, cap_cells;
	struct look_item *item;
	size_t n_items, cap_items;
	size_t from; /* first cell of the object being read */
};

static void *grown(struct arena *a, void *old, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return old;
	*cap = 2 * *cap + 32;
	return arena_grow(a, old, n, *cap, size);
}

/* The cell of a question of the object being read; made when it is not there. */
static struct look_cell *cell_for(struct unpacking *u, struct str question, int64_t item)
{
	for (size_t i = u->n_cells; i > u->from; i--)
		if (str_eq(u->cell[i - 1].question, question))
			return &u->cell[i - 1];
	u->cell = grown(u->a, u->cell, u->n_cells, &u->cap_cells, sizeof(*u->cell));
	u->cell[u->n_cells] = (struct look_cell){ .question = question, .item = item };
	return &u->cell[u->n_cells++];
}

static struct str words_of_list(struct unpacking *u)
{
	struct buf b;
	buf_init(&b, u->a, (size_t)1 << 20);
	if (json_in_array(&u->j))
		while (json_in_item(&u->j)) {
			if (b.n)
				buf_putc(&b, ' ');
			buf_put(&b, json_in_string(&u->j));
		}
	return b.n ? buf_str(&b) : STR("");
}

static struct str text_of_number(struct unpacking *u)
{
	struct json_number v = json_in_number(&u->j);
	struct buf b;
	buf_init(&b, u->a, 64);
	if (v.whole)
		num_put_int(&b, v.integer);
	else
		num_put_real(&b, v.real);
	return buf_str(&b);
}

static struct str code_of_missing(struct unpacking *u)
{
	struct str key, code = STR("");
	if (json_in_object(&u->j))
		while (json_in_key(&u->j, &key))
			code = str_dup(u->a, json_in_string(&u->j));
	return code;
}

static struct str value_of_json(struct unpacking *u)
{
	switch (json_in_peek(&u->j)) {
	case JSON_IS_NUMBER: return text_of_number(u);
	case JSON_IS_STRING: return str_dup(u->a, json_in_string(&u->j));
	case JSON_IS_BOOL: return json_in_bool(&u->j) ? STR("true") : STR("false");
	case JSON_IS_ARRAY: return words_of_list(u);
	case JSON_IS_OBJECT: return code_of_missing(u);
	case JSON_IS_NULL:
	case JSON_IS_NONE: break;
	}
	json_in_skip(&u->j);
	return STR("");
}

static void take_object(struct unpacking *u, int64_t item);

static void take_items(struct unpacking *u, struct str repeat)
{
	int64_t item = 0;
	size_t from = u->from;
	if (json_in_array(&u->j))
		while (json_in_item(&u->j)) {
			u->item = grown(u->a, u->item, u->n_items, &u->cap_items, sizeof(*u->item));
			u->item[u->n_items++] = (struct look_item){ repeat, ++item };
			u->from = u->n_cells;
			take_object(u, item);
		}
	u->from = from;
}

static void take_member(struct unpacking *u, struct str key, int64_t item)
{
	static const char suffix[] = "__reason";
	int64_t at = lookup_find(&u->names, key);
	if (at >= (int64_t)u->f->n_questions) {
		take_items(u, u->f->repeat[(size_t)at - u->f->n_questions].name);
	} else if (at >= 0 && u->f->question[at].calculation) {
		json_in_skip(&u->j);
	} else if (at >= 0) {
		struct str value = value_of_json(u);
		cell_for(u, u->f->question[at].name, item)->value = value;
	} else if (str_ends(key, suffix) &&
		   (at = lookup_find(&u->names, str_sub(key, 0, key.n - strlen(suffix)))) >= 0 &&
		   (size_t)at < u->f->n_questions) {
		struct str reason = str_dup(u->a, json_in_string(&u->j));
		cell_for(u, u->f->question[at].name, item)->reason = reason;
	} else {
		json_in_skip(&u->j);
	}
}

static void take_object(struct unpacking *u, int64_t item)
{
	struct str key;
	if (json_in_object(&u->j))
		while (json_in_key(&u->j, &key))
			take_member(u, key, item);
}

static struct lookup names_of(struct arena *a, const struct form *f)
{
	struct str *name = NEW(a, f->n_questions + f->n_repeats, struct str);
	for (size_t i = 0; i < f->n_questions; i++)
		name[i] = f->question[i].name;
	for (size_t i = 0; i < f->n_repeats; i++)
		name[f->n_questions + i] = f->repeat[i].name;
	return lookup_make(a, name, f->n_questions + f->n_repeats);
}

bool look_cells_of_document(struct arena *a, const struct form *form, struct str document,
			    struct look_cell **ret_cell, size_t *ret_n_cells,
			    struct look_item **ret_item, size_t *ret_n_items, struct err *e)
{
	const struct str nobody = STR("");
	const struct frame *fits;
	struct unpacking u = { .a = a, .f = form, .names = names_of(a, form) };
	/* Everything in it is checked against the form there; what follows may trust it. */
	if (!response_frame(a, form, &document, &nobody, NULL, 1, NULL, &fits, e))
		return false;
	json_in_start(&u.j, a, document);
	take_object(&u, 0);
	if (!json_in_end(&u.j, e))
		return false;
	*ret_cell = u.cell;
	*ret_n_cells = u.n_cells;
	*ret_item = u.item;
	*ret_n_items = u.n_items;
	return true;
}
