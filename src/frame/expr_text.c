/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions that go row by row: texts, dates and conversions.  The plan runs them once a distinct
 * text where it can (expr_plan.c: lifting), so they need not be fast. */
#include "base/date.h"
#include "base/nit.h"
#include "base/num.h"
#include "frame/expr_check.h"
#include "frame/expr_eval.h"
#include "frame/expr_regex.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { ARGS_MAX = 3 };

static struct expr_value value_at(const struct expr_vector *v, enum expr_class class, size_t i)
{
	struct expr_value x = { 0, { "", 0 } };
	switch (class) {
	case EXPR_CLASS_NUMBER: x.number = v->number[i]; break;
	case EXPR_CLASS_TRUTH: x.number = v->truth[i]; break;
	case EXPR_CLASS_TEXT: x.text = v->text[i]; break;
	case EXPR_CLASS_CODE:
	case EXPR_CLASS_SET: assert(false); break; /* texts come as texts */
	}
	return x;
}

static void put_value(const struct expr_slot *b, enum expr_class class, size_t i,
		      struct expr_value x)
{
	if (class == EXPR_CLASS_NUMBER)
		b->number[i] = x.number;
	else if (class == EXPR_CLASS_TRUTH)
		b->truth[i] = x.number > 0;
	else
		b->text[i] = x.text;
}

void expr_run_rows(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		   struct expr_vector *out)
{
	struct expr_vector v[ARGS_MAX] = { { 0 } };
	const struct expr_slot *b = &s->slot[slot];
	assert(p->n_args <= ARGS_MAX);
	for (size_t k = 0; k < p->n_args; k++)
		v[k] = expr_run_arg(p, k, s, slot);
	for (size_t i = 0; i < s->n; i++) {
		struct expr_value arg[ARGS_MAX], result = { 0, { "", 0 } };
		unsigned missing = MISSING_NO;
		for (size_t k = 0; k < p->n_args; k++) {
			arg[k] = value_at(&v[k], p->arg[k]->class, i);
			if (!missing && v[k].missing)
				missing = v[k].missing[i];
		}
		if (!missing)
			missing = (unsigned)p->row(p, s, arg, &result);
		if (missing || result.text.n > EXPR_TEXT_MAX || !isfinite(result.number)) {
			result = (struct expr_value){ 0, { "", 0 } };
			missing = missing ? missing : MISSING_NR;
		}
		b->missing[i] = (uint8_t)missing;
		put_value(b, p->class, i, result);
	}
	*out = (struct expr_vector){ b->number, b->truth, NULL, b->text, b->missing };
}

static enum missing give(struct expr_value *out, double v)
{
	out->number = v;
	return MISSING_NO;
}

static enum missing give_text(struct expr_value *out, struct str s)
{
	out->text = s;
	return MISSING_NO;
}

static enum missing give_buf(struct expr_value *out, const struct buf *b)
{
	out->text = b->n ? buf_str(b) : (struct str){ "", 0 };
	return b->over ? MISSING_NR : MISSING_NO;
}

#define ROW(name)                                                                   \
	static enum missing name(const struct expr_step *p, struct expr_scratch *s, \
				 const struct expr_value *arg, struct expr_value *out)
#define UNUSED ((void)p, (void)s)

/* --- texts --- */

ROW(row_string_length)
{
	UNUSED;
	return give(out, (double)utf8_length(arg[0].text));
}

ROW(row_contains)
{
	UNUSED;
	size_t at;
	return give(out, str_find(arg[0].text, arg[1].text, &at));
}

ROW(row_starts_with)
{
	UNUSED;
	return give(out, str_eq(str_sub(arg[0].text, 0, arg[1].text.n), arg[1].text));
}

ROW(row_ends_with)
{
	UNUSED;
	struct str t = arg[0].text, end = arg[1].text;
	return give(out, t.n >= end.n && str_eq(str_sub(t, t.n - end.n, end.n), end));
}

/* A place counted from 0; negative from the end; kept inside 0..n. */
static size_t place_in(double v, size_t n)
{
	v = trunc(v);
	if (v < 0)
		v += (double)n;
	return v <= 0 ? 0 : v >= (double)n ? n : (size_t)v;
}

/* substr(text, from, to): code points from .. to-1. */
ROW(row_substr)
{
	(void)s;
	struct str t = arg[0].text;
	size_t n = utf8_length(t);
	size_t from = place_in(arg[1].number, n);
	size_t to = p->n_args > 2 ? place_in(arg[2].number, n) : n;
	size_t at = 0, begin = t.n, end = t.n;
	for (size_t i = 0; at < t.n; i++) {
		if (i == from)
			begin = at;
		if (i == to)
			end = at;
		(void)utf8_next(t, &at);
	}
	return give_text(out, begin < end ? str_sub(t, begin, end - begin) : (struct str){ "", 0 });
}

ROW(row_substring_before)
{
	UNUSED;
	size_t at;
	bool found = str_find(arg[0].text, arg[1].text, &at);
	return give_text(out, str_sub(arg[0].text, 0, found ? at : 0));
}

ROW(row_substring_after)
{
	UNUSED;
	size_t at;
	struct str t = arg[0].text;
	if (!str_find(t, arg[1].text, &at))
		return give_text(out, (struct str){ "", 0 });
	return give_text(out, str_sub(t, at + arg[1].text.n, t.n));
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

ROW(row_normalize_space)
{
	(void)p;
	struct str t = str_trim(arg[0].text);
	struct buf b;
	buf_init(&b, s->a, t.n + 1);
	for (size_t i = 0; i < t.n; i++) {
		if (!is_space(t.p[i]))
			buf_putc(&b, t.p[i]);
		else if (!is_space(t.p[i - 1]))
			buf_putc(&b, ' ');
	}
	return give_buf(out, &b);
}

/* Number of the code point c in s, or SIZE_MAX. */
static size_t find_code_point(struct str s, uint32_t c)
{
	size_t at = 0;
	for (size_t i = 0; at < s.n; i++)
		if (utf8_next(s, &at) == c)
			return i;
	return SIZE_MAX;
}

/* Each code point found in arg[1] becomes the one at the same place of arg[2], or nothing. */
ROW(row_translate)
{
	(void)p;
	struct str t = arg[0].text, to = arg[2].text;
	struct buf b;
	buf_init(&b, s->a, EXPR_TEXT_MAX);
	for (size_t at = 0; at < t.n;) {
		uint32_t c = utf8_next(t, &at);
		size_t place = find_code_point(arg[1].text, c);
		if (place == SIZE_MAX) {
			buf_put_code_point(&b, c);
			continue;
		}
		size_t j = 0;
		for (size_t i = 0; i < place && j < to.n; i++)
			(void)utf8_next(to, &j);
		if (j < to.n)
			buf_put_code_point(&b, utf8_next(to, &j));
	}
	return give_buf(out, &b);
}

/* Latin letters: ASCII, Latin-1, and the pairs of Latin Extended-A. */
static uint32_t lower_of(uint32_t c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7))
		return c + 0x20;
	bool even = (c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14A && c <= 0x177);
	bool odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
	if ((even && c % 2 == 0) || (odd && c % 2 == 1))
		return c + 1;
	return c;
}

static uint32_t upper_of(uint32_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 0xE0 && c <= 0xFE && c != 0xF7))
		return c - 0x20;
	if (c > 0x100 && c <= 0x17E && lower_of(c - 1) == c)
		return c - 1;
	return c;
}

static enum missing change_case(struct expr_scratch *s, struct str t, uint32_t (*of)(uint32_t),
				struct expr_value *out)
{
	struct buf b;
	buf_init(&b, s->a, EXPR_TEXT_MAX);
	for (size_t at = 0; at < t.n;)
		buf_put_code_point(&b, of(utf8_next(t, &at)));
	return give_buf(out, &b);
}

ROW(row_lower_case)
{
	(void)p;
	return change_case(s, arg[0].text, lower_of, out);
}

ROW(row_upper_case)
{
	(void)p;
	return change_case(s, arg[0].text, upper_of, out);
}

ROW(row_regex)
{
	const struct expr_regex *re = p->node->regex;
	struct arena_mark m = arena_mark(s->a);
	void *scratch = arena_alloc(s->a, 1, expr_regex_scratch_bytes(re));
	bool match = expr_regex_match(re, arg[0].text, scratch);
	arena_rewind(s->a, m);
	return give(out, match);
}

/* False too for what is no number of this kind, and for one without its check digit. */
ROW(row_nit_valid)
{
	(void)p;
	struct buf digits;
	struct err e = { 0 };
	int check = -1;
	buf_init(&digits, s->a, 64);
	bool read = nit_read(str_trim(arg[0].text), &digits, &check, &e);
	return give(out, read && check >= 0 && nit_check_digit(buf_str(&digits)) == check);
}

/* --- dates --- */

ROW(row_date_of_text)
{
	UNUSED;
	struct date d;
	if (!date_parse(str_trim(arg[0].text), false, &d))
		return MISSING_NR;
	return give(out, (double)date_days(d));
}

static struct date date_at(double day)
{
	return date_from_days((int32_t)day);
}

ROW(row_year)
{
	UNUSED;
	return give(out, date_at(arg[0].number).year);
}

ROW(row_month)
{
	UNUSED;
	return give(out, date_at(arg[0].number).month);
}

ROW(row_day)
{
	UNUSED;
	return give(out, date_at(arg[0].number).day);
}

static void put_day_name(struct buf *b, enum lang lang, double day)
{
	static const char *const name[LANG_N][7] = {
		[LANG_ES] = { "jue", "vie",
			      "s\xC3\xA1"
			      "b",
			      "dom", "lun", "mar", "mi\xC3\xA9" },
		[LANG_EN] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" },
	};
	int64_t from_thursday = (int64_t)day % 7; /* 1970-01-01 was a Thursday */
	buf_puts(b, name[lang][from_thursday < 0 ? from_thursday + 7 : from_thursday]);
}

static void put_month_name(struct buf *b, enum lang lang, int month)
{
	static const char *const name[LANG_N][12] = {
		[LANG_ES] = { "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct",
			      "nov", "dic" },
		[LANG_EN] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
			      "Nov", "Dec" },
	};
	buf_puts(b, name[lang][month - 1]);
}

/* One code behind %.  A date has no time: hours, minutes and seconds are zero. */
static void put_date_part(struct buf *b, enum lang lang, char code, double day)
{
	struct date d = date_at(day);
	switch (code) {
	case 'Y': buf_fmt(b, "%04d", d.year); break;
	case 'y': buf_fmt(b, "%02d", d.year % 100); break;
	case 'm': buf_fmt(b, "%02d", d.month); break;
	case 'n': buf_fmt(b, "%d", d.month); break;
	case 'b': put_month_name(b, lang, d.month); break;
	case 'd': buf_fmt(b, "%02d", d.day); break;
	case 'e': buf_fmt(b, "%d", d.day); break;
	case 'a': put_day_name(b, lang, day); break;
	case 'H':
	case 'M':
	case 'S': buf_puts(b, "00"); break;
	case 'h': buf_puts(b, "0"); break;
	case '3': buf_puts(b, "000"); break;
	default: buf_fmt(b, "%%%c", code); break;
	}
}

ROW(row_format_date)
{
	struct str f = arg[1].text;
	struct buf b;
	buf_init(&b, s->a, EXPR_TEXT_MAX);
	for (size_t i = 0; i < f.n; i++) {
		bool code = f.p[i] == '%' && i + 1 < f.n && (unsigned char)f.p[i + 1] < 0x80;
		if (code)
			put_date_part(&b, p->lang, f.p[++i], arg[0].number);
		else
			buf_putc(&b, f.p[i]);
	}
	return give_buf(out, &b);
}

/* --- conversions --- */

ROW(row_number_of_text)
{
	UNUSED;
	double v;
	if (!num_real(str_trim(arg[0].text), &v))
		return MISSING_NR;
	return give(out, v);
}

ROW(row_same)
{
	UNUSED;
	return give(out, arg[0].number);
}

ROW(row_text_of_number)
{
	(void)p;
	struct buf b;
	buf_init(&b, s->a, 64);
	num_put_real(&b, arg[0].number);
	return give_buf(out, &b);
}

ROW(row_text_of_truth)
{
	UNUSED;
	return give_text(out, arg[0].number > 0 ? STR("true") : STR("false"));
}

ROW(row_text_of_date)
{
	(void)p;
	struct buf b;
	buf_init(&b, s->a, 32);
	date_put(&b, date_at(arg[0].number));
	return give_buf(out, &b);
}

ROW(row_truth_of_number)
{
	UNUSED;
	return give(out, arg[0].number < 0 || arg[0].number > 0);
}

ROW(row_truth_of_text)
{
	UNUSED;
	return give(out, arg[0].text.n > 0);
}

ROW(row_truth_from_text)
{
	UNUSED;
	return give(out, str_is(arg[0].text, "true") || str_is(arg[0].text, "1"));
}

/* --- rounding --- */

/* Half away from zero on the shortest decimal form, as people round what they see: 1.005 gives 1.01
 * though the double lies below.  Far from a tie the double decides. */
static bool round_places(struct expr_scratch *s, double v, int places, double *out)
{
	double scale = pow(10, places), t = fabs(v) * scale;
	if (t >= 0x1p52 || !isfinite(t)) {
		*out = v;
		return true;
	}
	double whole = floor(t), part = t - whole;
	if (places > 0 && fabs(part - 0.5) < 1e-6 + t * 0x1p-50) {
		struct buf b;
		buf_init(&b, s->a, 400);
		num_put_fixed(&b, v, places);
		return num_real(buf_str(&b), out);
	}
	*out = copysign((part >= 0.5 ? whole + 1 : whole) / scale, v);
	return true;
}

/* To tens, hundreds ... when places are negative; the quotient's tie is exact or decided by it. */
ROW(row_round)
{
	double v = arg[0].number, places = p->n_args > 1 ? trunc(arg[1].number) : 0;
	if (places > 12)
		return give(out, v);
	if (places >= 0)
		return round_places(s, v, (int)places, &out->number) ? MISSING_NO : MISSING_NR;
	if (places < -300)
		return give(out, 0);
	double unit = pow(10, -places);
	return give(out, copysign(floor(fabs(v) / unit + 0.5) * unit, v));
}

/* --- options of a choice or of words in a text --- */

ROW(row_selected)
{
	UNUSED;
	struct str rest = arg[0].text, wanted = str_trim(arg[1].text);
	for (struct str w = str_word(&rest); w.n; w = str_word(&rest))
		if (str_eq(w, wanted))
			return give(out, 1);
	return give(out, 0);
}

ROW(row_count_selected)
{
	UNUSED;
	struct str rest = arg[0].text;
	double n = 0;
	for (struct str w = str_word(&rest); w.n; w = str_word(&rest))
		n++;
	return n > 0 ? give(out, n) : MISSING_NR;
}

ROW(row_selected_at)
{
	UNUSED;
	struct str rest = arg[0].text;
	double n = trunc(arg[1].number);
	for (struct str w = str_word(&rest); w.n && n >= 0; w = str_word(&rest), n--)
		if (n < 1)
			return give_text(out, w);
	return MISSING_NR;
}

/* arg[1] of the node names the list. */
ROW(row_choice_name)
{
	(void)s;
	const struct dictionary *d = p->node->arg[1]->dictionary;
	int64_t code = dictionary_find(d, arg[0].text);
	if (code < 0)
		return MISSING_NR;
	struct str label = d->label ? label_in(&d->label[code], p->lang) : (struct str){ 0 };
	return give_text(out, label.n ? label : d->name[code]);
}

/* --- concat and join --- */

static void append_text(struct expr_scratch *s, struct str *to, struct str glue, struct str more)
{
	char *p = arena_alloc(s->a, to->n + glue.n + more.n + 1, 1);
	memcpy(p, to->p, to->n);
	memcpy(p + to->n, glue.p, glue.n);
	memcpy(p + to->n + glue.n, more.p, more.n);
	*to = (struct str){ p, to->n + glue.n + more.n };
}

/* concat(a, b, …) and join(glue, a, b, …): an argument at a time, in the slot after the glue's. */
void expr_run_concat(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		     struct expr_vector *out)
{
	struct expr_slot *b = &s->slot[slot];
	const bool join = p->node->op == EXPR_OP_JOIN;
	struct expr_vector glue = { 0 };
	memset(b->missing, 0, s->n);
	if (join) {
		glue = expr_run_arg(p, 0, s, slot);
		if (glue.missing)
			memcpy(b->missing, glue.missing, s->n);
	}
	for (size_t i = 0; i < s->n; i++)
		b->text[i] = (struct str){ "", 0 };
	for (size_t k = join; k < p->n_args; k++) {
		struct expr_vector v = { 0 };
		p->arg[k]->run(p->arg[k], s, slot + 1 + join, &v);
		for (size_t i = 0; i < s->n; i++) {
			if (!b->missing[i] && v.missing)
				b->missing[i] = v.missing[i];
			if (b->missing[i])
				continue;
			struct str between = join && k > 1 ? glue.text[i] : (struct str){ "", 0 };
			if (b->text[i].n + between.n + v.text[i].n > EXPR_TEXT_MAX)
				b->missing[i] = MISSING_NR;
			else
				append_text(s, &b->text[i], between, v.text[i]);
		}
	}
	out->text = b->text;
	out->missing = b->missing;
}

static expr_row *conversion(enum expr_op op, enum expr_type argument)
{
	const bool text = argument == EXPR_TEXT;
	switch ((int)op) {
	case EXPR_OP_TO_NUMBER: return text ? row_number_of_text : row_same;
	case EXPR_OP_TO_TRUTH: return text ? row_truth_of_text : row_truth_of_number;
	case EXPR_OP_TO_TEXT:
		if (argument == EXPR_BOOLEAN)
			return row_text_of_truth;
		return argument == EXPR_DATE ? row_text_of_date : row_text_of_number;
	default: return NULL;
	}
}

expr_row *expr_row_function(enum expr_op op, enum expr_type argument)
{
	static expr_row *const row[EXPR_OP_N] = {
		[EXPR_OP_STRING_LENGTH] = row_string_length,
		[EXPR_OP_CONTAINS] = row_contains,
		[EXPR_OP_STARTS_WITH] = row_starts_with,
		[EXPR_OP_ENDS_WITH] = row_ends_with,
		[EXPR_OP_SUBSTR] = row_substr,
		[EXPR_OP_SUBSTRING_BEFORE] = row_substring_before,
		[EXPR_OP_SUBSTRING_AFTER] = row_substring_after,
		[EXPR_OP_NORMALIZE_SPACE] = row_normalize_space,
		[EXPR_OP_TRANSLATE] = row_translate,
		[EXPR_OP_LOWER_CASE] = row_lower_case,
		[EXPR_OP_UPPER_CASE] = row_upper_case,
		[EXPR_OP_REGEX] = row_regex,
		[EXPR_OP_NIT_VALID] = row_nit_valid,
		[EXPR_OP_DATE] = row_date_of_text,
		[EXPR_OP_YEAR] = row_year,
		[EXPR_OP_MONTH] = row_month,
		[EXPR_OP_DAY_OF] = row_day,
		[EXPR_OP_FORMAT_DATE] = row_format_date,
		[EXPR_OP_TRUTH_FROM_TEXT] = row_truth_from_text,
		[EXPR_OP_ROUND] = row_round,
		[EXPR_OP_SELECTED] = row_selected,
		[EXPR_OP_COUNT_SELECTED] = row_count_selected,
		[EXPR_OP_SELECTED_AT] = row_selected_at,
		[EXPR_OP_CHOICE_NAME] = row_choice_name,
	};
	return row[op] ? row[op] : conversion(op, argument);
}
