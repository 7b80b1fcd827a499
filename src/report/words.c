/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/words.h"

#include "base/num.h"

enum {
	SENTENCE_BYTES_MAX = 64 * 1024,
	OF_DENOMINATOR_MAX = 100, /* larger bases are said in percent only */
};

struct str words_int(struct arena *a, enum lang lang, int64_t v)
{
	struct buf b;
	buf_init(&b, a, 64);
	num_put_local_int(&b, lang, v);
	return buf_str(&b);
}

struct str words_of(struct arena *a, const struct figure *f, enum lang lang)
{
	const struct result *r = &f->result;
	if (r->missing || f->status == STATUS_SUPPRESSED || r->estimator != ESTIMATOR_SHARE ||
	    !(r->denominator > 0) || r->denominator > OF_DENOMINATOR_MAX)
		return (struct str){ 0 };
	return str_fmt(a, lang == LANG_ES ? "%d de %d" : "%d of %d", (int)r->numerator,
		       (int)r->denominator);
}

/* «entre 68 y 75» */
static void put_between(struct buf *b, const struct figure *f, double low, double high,
			enum lang lang)
{
	buf_puts(b, lang == LANG_ES ? "entre " : "between ");
	num_put_local(b, lang, low, f->indicator->decimals);
	buf_puts(b, lang == LANG_ES ? " y " : " and ");
	num_put_local(b, lang, high, f->indicator->decimals);
}

struct str words_interval(struct arena *a, const struct figure *f, enum lang lang)
{
	if (f->interval == INTERVAL_NONE || f->status == STATUS_SUPPRESSED)
		return (struct str){ 0 };
	struct buf b;
	buf_init(&b, a, 128);
	put_between(&b, f, f->low, f->high, lang);
	return buf_str(&b);
}

struct str words_bounds(struct arena *a, const struct figure *f, enum lang lang)
{
	if (!f->has_bounds || f->status == STATUS_SUPPRESSED || !(f->upper > f->lower))
		return (struct str){ 0 };
	struct buf b;
	buf_init(&b, a, 256);
	put_between(&b, f, f->lower, f->upper, lang);
	buf_puts(&b, lang == LANG_ES ? " según lo que callan los que no respondieron"
				     : " depending on those who did not answer");
	return buf_str(&b);
}

/* ---- placeholders ---- */

static struct str placeholder(struct arena *a, struct str inside, const struct figures *fs,
			      enum lang lang)
{
	struct str what = inside, id = str_cut(&what, '.');
	const struct figure *f = figures_find(fs, id);
	struct str text = { 0 };
	if (!f)
		return text;
	if (str_is(what, "of"))
		text = words_of(a, f, lang);
	else if (str_is(what, "interval"))
		text = words_interval(a, f, lang);
	else if (str_is(what, "n"))
		text = words_int(a, lang, (int64_t)f->result.n);
	if (!text.n)
		text = figure_text(a, f, lang);
	if (!f->caution || str_is(what, "n"))
		return text;
	return str_fmt(a, lang == LANG_ES ? "%.*s (por verificar)" : "%.*s (to be verified)",
		       STR_ARG(text));
}

struct str words_fill(struct arena *a, struct str text, const struct figures *fs, enum lang lang)
{
	struct buf b;
	buf_init(&b, a, SENTENCE_BYTES_MAX);
	size_t at = 0;
	while (at < text.n) {
		size_t open, close;
		struct str rest = str_sub(text, at, text.n - at);
		struct str filled = { 0 };
		if (!str_find(rest, STR("{"), &open) || !str_find(rest, STR("}"), &close) ||
		    close < open) {
			buf_put(&b, rest);
			break;
		}
		buf_put(&b, str_sub(rest, 0, open));
		filled = placeholder(a, str_sub(rest, open + 1, close - open - 1), fs, lang);
		buf_put(&b, filled.n ? filled : str_sub(rest, open, close - open + 1));
		at += close + 1;
	}
	return buf_str(&b);
}

/* ---- ids ---- */

/* "F13" -> letters "F", number 13; false when the id does not end in a number. */
static bool split_id(struct str id, struct str *letters, int64_t *number)
{
	size_t n = id.n;
	while (n && id.p[n - 1] >= '0' && id.p[n - 1] <= '9')
		n--;
	*letters = str_sub(id, 0, n);
	return n < id.n && num_int(str_sub(id, n, id.n - n), number);
}

static bool follows(struct str a, struct str b)
{
	struct str la, lb;
	int64_t na, nb;
	return split_id(a, &la, &na) && split_id(b, &lb, &nb) && str_eq(la, lb) && nb == na + 1;
}

struct str words_ids(struct arena *a, const struct figure *const *f, size_t n)
{
	struct buf b;
	buf_init(&b, a, SENTENCE_BYTES_MAX);
	for (size_t i = 0; i < n; i++) {
		size_t last = i;
		while (last + 1 < n && follows(f[last]->indicator->id, f[last + 1]->indicator->id))
			last++;
		buf_puts(&b, i ? ", " : "");
		buf_put(&b, f[i]->indicator->id);
		if (last > i) {
			buf_puts(&b, last > i + 1 ? "–" : ", ");
			buf_put(&b, f[last]->indicator->id);
		}
		i = last;
	}
	return buf_str(&b);
}
