/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The C library's snprintf("%e") and strtod() follow the C locale only in the decimal mark.  Here
 * neither ever meets one: digits are read around whatever mark snprintf wrote, and strtod() is
 * given digits and an exponent without a mark.  That is why %e may be used in this one file. */
#include "base/num.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double power10[23] = { 1e0,  1e1,	1e2,  1e3,  1e4,  1e5,	1e6,  1e7,
				    1e8,  1e9,	1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
				    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

static const int64_t ipower10[19] = { 1,
				      10,
				      100,
				      1000,
				      10000,
				      100000,
				      1000000,
				      10000000,
				      100000000,
				      1000000000,
				      10000000000,
				      100000000000,
				      1000000000000,
				      10000000000000,
				      100000000000000,
				      1000000000000000,
				      10000000000000000,
				      100000000000000000,
				      1000000000000000000 };

#define EXACT_INTEGER 9007199254740992.0 /* 2^53 */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* --- reading --------------------------------------------------------------------------------- */

bool num_int_slow(struct str s, int64_t *out)
{
	size_t i = 0;
	bool minus = false;
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		minus = s.p[i++] == '-';
	if (i == s.n)
		return false;
	int64_t v = 0; /* kept negative: its range is one wider */
	for (; i < s.n; i++) {
		if (!is_digit(s.p[i]) || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, s.p[i] - '0', &v))
			return false;
	}
	if (!minus && v == INT64_MIN)
		return false;
	*out = minus ? v : -v;
	return true;
}

/* The parts of a decimal number; digits of the whole and of the fraction are texts of digits. */
struct parts {
	bool minus;
	struct str whole, fraction;
	int64_t exponent; /* held to +-10^9 */
};

static struct str digits_at(struct str s, size_t *at)
{
	size_t from = *at;
	while (*at < s.n && is_digit(s.p[*at]))
		(*at)++;
	return str_sub(s, from, *at - from);
}

static bool split(struct str s, char mark, struct parts *out)
{
	size_t at = 0;
	*out = (struct parts){ 0 };
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		out->minus = s.p[at++] == '-';
	out->whole = digits_at(s, &at);
	if (at < s.n && s.p[at] == mark) {
		at++;
		out->fraction = digits_at(s, &at);
	}
	if (out->whole.n + out->fraction.n == 0)
		return false;
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		at++;
		bool minus = false;
		if (at < s.n && (s.p[at] == '-' || s.p[at] == '+'))
			minus = s.p[at++] == '-';
		struct str e = digits_at(s, &at);
		if (!e.n)
			return false;
		for (size_t i = 0; i < e.n && out->exponent < 1000000000; i++)
			out->exponent = out->exponent * 10 + (e.p[i] - '0');
		if (minus)
			out->exponent = -out->exponent;
	}
	return at == s.n;
}

enum {
	/* No midpoint between two doubles has more significant digits than 767; past that it only
	 * matters whether a digit that is not zero follows. */
	DIGITS_THAT_MATTER = 768,
};

/* Adds digits to d (n of them so far, without leading zeros); counts in *dropped those left out. */
static size_t gather(char *d, size_t n, struct str digits, int64_t *dropped, bool *sticky)
{
	for (size_t i = 0; i < digits.n; i++) {
		if (n == 0 && digits.p[i] == '0')
			continue;
		if (n < DIGITS_THAT_MATTER) {
			d[n++] = digits.p[i];
		} else {
			(*dropped)++;
			*sticky = *sticky || digits.p[i] != '0';
		}
	}
	return n;
}

bool num_real_slow(struct str s, double *out)
{
	struct parts p;
	if (!split(s, '.', &p))
		return false;
	char d[DIGITS_THAT_MATTER + 32];
	int64_t dropped = 0;
	bool sticky = false;
	size_t n = gather(d, 0, p.whole, &dropped, &sticky);
	n = gather(d, n, p.fraction, &dropped, &sticky);
	int64_t e = p.exponent + dropped - (int64_t)p.fraction.n;
	if (sticky) {
		d[n++] = '1';
		e--;
	}
	double v = 0;
	if (n) {
		/* Far outside the range of a double the exact exponent no longer matters. */
		e = e > 9999 ? 9999 : e < -9999 ? -9999 : e;
		snprintf(d + n, sizeof(d) - n, "e%d", (int)e);
		v = strtod(d, NULL);
	}
	if (!isfinite(v))
		return false;
	*out = p.minus ? -v : v;
	return true;
}

bool num_decimal(struct str s, struct decimal *out)
{
	struct parts p;
	if (!split(s, '.', &p) || memchr(s.p, 'e', s.n) || memchr(s.p, 'E', s.n))
		return false;
	/* zeros at the end of the fraction say nothing; they may not cost a number its place */
	while (p.fraction.n > 0 && p.whole.n + p.fraction.n > 18 &&
	       p.fraction.p[p.fraction.n - 1] == '0')
		p.fraction.n--;
	if (p.fraction.n > 18)
		return false;
	int64_t v = 0;
	size_t n = p.whole.n + p.fraction.n;
	for (size_t i = 0; i < n; i++) {
		char c = i < p.whole.n ? p.whole.p[i] : p.fraction.p[i - p.whole.n];
		if (v >= ipower10[17])
			return false;
		v = v * 10 + (c - '0');
	}
	*out = (struct decimal){ p.minus ? -v : v, (int)p.fraction.n };
	return true;
}

/* "1.234.567": groups of three after a first one of one to three that is not 0. */
static bool grouped(struct str whole, struct buf *out)
{
	struct str rest = whole, group = str_cut(&rest, '.');
	if (group.n < 1 || group.n > 3 || group.p[0] == '0')
		return false;
	buf_put(out, group);
	while (rest.p) {
		group = str_cut(&rest, '.');
		if (group.n != 3)
			return false;
		buf_put(out, group);
	}
	return true;
}

bool num_from_comma(struct str s, struct buf *out)
{
	struct buf b;
	buf_init(&b, out->a, s.n + 2);
	size_t at = 0;
	if (s.n && (s.p[0] == '-' || s.p[0] == '+')) {
		at = 1;
		if (s.p[0] == '-')
			buf_putc(&b, '-');
	}
	size_t to = at;
	while (to < s.n && (is_digit(s.p[to]) || s.p[to] == '.'))
		to++;
	struct str whole = str_sub(s, at, to - at);
	size_t dot;
	if (!str_find(whole, STR("."), &dot))
		buf_put(&b, whole);
	else if (!grouped(whole, &b))
		return false;
	struct parts p;
	struct str tail = str_sub(s, to, s.n - to);
	if (tail.n && tail.p[0] == ',') {
		if (!whole.n)
			buf_putc(&b, '0');
		if (tail.n > 1 && is_digit(tail.p[1]))
			buf_putc(&b, '.');
		else if (!whole.n)
			return false;
		tail = str_sub(tail, 1, tail.n);
	}
	buf_put(&b, tail);
	if (!split(buf_str(&b), '.', &p))
		return false;
	buf_put(out, buf_str(&b));
	return true;
}

/* --- shortest decimal form ------------------------------------------------------------------- */

/* v = 0.d1d2d3... * 10^point, d1 > 0, last digit > 0; n == 0: v is zero.  The sign is apart. */
struct decimal_digits {
	char d[24];
	int n, point;
	bool minus;
};

static void digits_of_integer(uint64_t u, struct decimal_digits *out)
{
	char reversed[20];
	int n = 0;
	for (; u; u /= 10)
		reversed[n++] = (char)('0' + u % 10);
	out->point = n;
	for (int i = 0; i < n; i++)
		out->d[i] = reversed[n - 1 - i];
	while (n && out->d[n - 1] == '0')
		n--;
	out->n = n;
}

/* Most numbers of a survey have few decimals: m / 10^k for a small k gives v back, and a decimal of
 * at most 15 digits that does so is the shortest. */
static bool digits_if_few(double v, struct decimal_digits *out)
{
	if (v < 1e-5 || v >= 1e12)
		return false;
	for (int k = 0; k <= 6; k++) {
		double m = v * power10[k];
		if (m >= 1e15)
			return false;
		double whole = (double)(int64_t)(m + 0.5);
		if (whole / power10[k] == v) {
			digits_of_integer((uint64_t)whole, out);
			out->point -= k;
			return true;
		}
	}
	return false;
}

static void digits_by_printf(double v, struct decimal_digits *out)
{
	/* 15 digits always survive the way through a double, 17 always suffice; numbers below the
	 * normal range have fewer. */
	for (int precision = v < 0x1p-1022 ? 1 : 15; precision <= 17; precision++) {
		char e[48], whole[48];
		snprintf(e, sizeof(e), "%.*e", precision - 1, v);
		size_t n = 0;
		char *at = e;
		for (; *at && *at != 'e'; at++)
			if (is_digit(*at))
				whole[n++] = *at;
		int64_t exponent = 0;
		bool has_exponent = *at && num_int(str_of(at + 1), &exponent);
		assert(has_exponent);
		(void)has_exponent;
		snprintf(whole + n, sizeof(whole) - n, "e%d", (int)exponent - (precision - 1));
		if (precision < 17 && strtod(whole, NULL) != v)
			continue;
		while (n > 1 && whole[n - 1] == '0')
			n--;
		memcpy(out->d, whole, n);
		out->n = (int)n;
		out->point = (int)exponent + 1;
		return;
	}
}

static struct decimal_digits digits_of(double v)
{
	assert(isfinite(v));
	struct decimal_digits out = { .minus = v < 0 };
	v = fabs(v);
	if (v < EXACT_INTEGER && v == (double)(uint64_t)v)
		digits_of_integer((uint64_t)v, &out);
	else if (!digits_if_few(v, &out))
		digits_by_printf(v, &out);
	return out;
}

/* Rounds to `decimals` places, half away from zero. */
static void digits_round(struct decimal_digits *x, int decimals)
{
	int keep = x->point + decimals; /* digits that stay */
	if (keep >= x->n)
		return;
	bool up = keep >= 0 && x->d[keep] >= '5';
	x->n = keep > 0 ? keep : 0;
	while (up && x->n > 0 && x->d[x->n - 1] == '9')
		x->n--;
	if (up && x->n > 0) {
		x->d[x->n - 1]++;
	} else if (up) {
		x->d[0] = '1';
		x->n = 1;
		x->point = keep > 0 ? x->point + 1 : 1 - decimals;
	}
	while (x->n && x->d[x->n - 1] == '0')
		x->n--;
}

/* --- writing --------------------------------------------------------------------------------- */

/* How a number is dressed. */
struct habit {
	struct str minus;
	char point;
	char group; /* 0: no groups */
};

static const struct habit plain = { { "-", 1 }, '.', 0 };

static struct habit habit_of(enum lang lang)
{
	struct habit h = { STR("−"), '.', ',' };
	if (lang == LANG_ES) {
		h.point = ',';
		h.group = '.';
	}
	return h;
}

static void put_digits(struct buf *b, const struct decimal_digits *x, int decimals, struct habit h)
{
	if (x->minus && x->n)
		buf_put(b, h.minus);
	int whole = x->point > 0 ? x->point : 1;
	for (int i = 0; i < whole; i++) {
		bool have = x->point > 0 && i < x->n;
		buf_putc(b, have ? x->d[i] : '0');
		if (h.group && i + 1 < whole && (whole - i - 1) % 3 == 0)
			buf_putc(b, h.group);
	}
	if (decimals > 0)
		buf_putc(b, h.point);
	for (int i = 0; i < decimals; i++) {
		int at = x->point + i;
		bool have = x->n && at >= 0 && at < x->n;
		buf_putc(b, have ? x->d[at] : '0');
	}
}

static int decimals_of(const struct decimal_digits *x)
{
	return x->n && x->n > x->point ? x->n - x->point : 0;
}

void num_put_int(struct buf *b, int64_t v)
{
	char text[20];
	size_t at = sizeof(text);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	do {
		text[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (v < 0)
		text[--at] = '-';
	buf_put(b, (struct str){ text + at, sizeof(text) - at });
}

void num_put_real(struct buf *b, double v)
{
	if (fabs(v) < EXACT_INTEGER && v == (double)(int64_t)v) {
		num_put_int(b, (int64_t)v);
		return;
	}
	struct decimal_digits x = digits_of(v);
	if (x.point > -5 && x.point <= 17) {
		put_digits(b, &x, decimals_of(&x), plain);
		return;
	}
	if (x.minus)
		buf_putc(b, '-');
	buf_putc(b, x.d[0]);
	if (x.n > 1) {
		buf_putc(b, '.');
		buf_put(b, (struct str){ x.d + 1, (size_t)x.n - 1 });
	}
	buf_fmt(b, "e%c%02d", x.point < 1 ? '-' : '+', abs(x.point - 1));
}

void num_put_fixed(struct buf *b, double v, int decimals)
{
	assert(decimals >= 0 && decimals <= 12);
	struct decimal_digits x = digits_of(v);
	digits_round(&x, decimals);
	put_digits(b, &x, decimals, plain);
}

void num_put_micro(struct buf *b, int64_t micro)
{
	struct decimal_digits x = { .minus = micro < 0 };
	digits_of_integer(micro < 0 ? 0 - (uint64_t)micro : (uint64_t)micro, &x);
	x.point -= 6;
	put_digits(b, &x, decimals_of(&x), plain);
}

void num_put_local(struct buf *b, enum lang lang, double v, int decimals)
{
	assert(decimals >= 0 && decimals <= 12);
	struct decimal_digits x = digits_of(v);
	digits_round(&x, decimals);
	put_digits(b, &x, decimals, habit_of(lang));
}

void num_put_local_int(struct buf *b, enum lang lang, int64_t v)
{
	struct decimal_digits x = { .minus = v < 0 };
	digits_of_integer(v < 0 ? 0 - (uint64_t)v : (uint64_t)v, &x);
	put_digits(b, &x, 0, habit_of(lang));
}

/* A step of a scale: amounts of at least 10^exponent pesos are counted in it. */
struct step {
	int exponent;
	const char *one, *many; /* after exactly 1, after any other number */
};

static void put_step(struct buf *b, enum lang lang, const struct step *s, struct decimal_digits x)
{
	x.point -= s->exponent;
	bool one = x.n == 1 && x.d[0] == '1' && x.point == 1;
	if (one && lang == LANG_ES && s->exponent == 9) {
		/* «mil millones», never «1 mil millones» */
		if (x.minus)
			buf_put(b, STR("−"));
	} else {
		put_digits(b, &x, decimals_of(&x), habit_of(lang));
		buf_putc(b, ' ');
	}
	buf_puts(b, one ? s->one : s->many);
}

void num_put_pesos_words(struct buf *b, enum lang lang, int64_t pesos, int decimals)
{
	static const struct step steps[LANG_N][3] = {
		[LANG_ES] = { { 12, "billón de pesos", "billones de pesos" },
			      { 9, "mil millones de pesos", "mil millones de pesos" },
			      { 6, "millón de pesos", "millones de pesos" } },
		[LANG_EN] = { { 12, "trillion pesos", "trillion pesos" },
			      { 9, "billion pesos", "billion pesos" },
			      { 6, "million pesos", "million pesos" } },
	};
	assert(decimals >= 0 && decimals <= 3);
	struct decimal_digits exact = { .minus = pesos < 0 };
	digits_of_integer(pesos < 0 ? 0 - (uint64_t)pesos : (uint64_t)pesos, &exact);
	for (size_t i = 0; i < 3; i++) {
		if (exact.point <= steps[lang][i].exponent)
			continue;
		struct decimal_digits x = exact;
		digits_round(&x, decimals - steps[lang][i].exponent);
		/* 999,96 millones with one decimal are mil millones */
		if (i > 0 && x.point > steps[lang][i - 1].exponent)
			i--;
		put_step(b, lang, &steps[lang][i], x);
		return;
	}
	num_put_local_int(b, lang, pesos);
	buf_puts(b, pesos == 1 || pesos == -1 ? " peso" : " pesos");
}

int64_t num_round_div(__int128 num, __int128 den)
{
	assert(den > 0);
	__int128 q = num / den, r = num % den;
	if (r < 0)
		r = -r;
	if (r >= den - r)
		q += num < 0 ? -1 : 1;
	assert(q >= INT64_MIN && q <= INT64_MAX);
	return (int64_t)q;
}
