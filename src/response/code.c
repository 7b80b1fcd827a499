/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes of a catalogue (departments, municipalities, activities) inside a text answer.
 *
 * A spreadsheet that took the codes for numbers has lost their leading zeros: they are put back
 * where exactly one code then fits, and that is told.  A code longer than those of the catalogue
 * (a class of four digits where the catalogue has the divisions of two) is checked by its first
 * digits, where the question has a constraint of its own, which then says what form the rest must
 * have. */
#include "base/fold.h"
#include "response/reader.h"

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static bool known(const struct asked *k, struct str code)
{
	return lookup_find(&k->codes, code) >= 0;
}

static bool known_by_prefix(const struct asked *k, struct str code)
{
	unsigned digits = k->catalogue->digits;
	return digits && code.n > digits && all_digits(code) &&
		(k->q->constraint || k->q->own_constraint) && known(k, str_sub(code, 0, digits));
}

/* The one code that is `code` with zeros before it; empty: none, or several. */
static struct str with_zeros(struct arena *a, const struct asked *k, struct str code)
{
	static const char zeros[] = "0000000";
	struct str found = STR("");
	size_t most = sizeof(zeros) - 1;
	if (!all_digits(code) || code.n > 8)
		return found;
	if (k->catalogue->digits)
		most = code.n < k->catalogue->digits ? k->catalogue->digits - code.n : 0;
	for (size_t n = 1; n <= most && n < sizeof(zeros); n++) {
		struct str padded = str_fmt(a, "%.*s%.*s", (int)n, zeros, STR_ARG(code));
		if (!known(k, padded))
			continue;
		if (found.n)
			return STR("");
		found = padded;
	}
	return found;
}

/* The code of the place whose name was written, or empty. */
static struct str code_of_name(struct spot *s, const struct asked *k)
{
	const struct dictionary *d = &k->catalogue->codes;
	struct str f = fold(&s->b->scratch, str_sub(s->raw, 0, 200));
	if (!s->b->r->nearest_left || !d->label)
		return STR("");
	s->b->r->nearest_left--;
	for (size_t i = 0; i < d->n; i++)
		for (int lang = 0; lang < LANG_N; lang++)
			if (d->label[i].in[lang].n &&
			    str_eq(fold(&s->b->scratch, d->label[i].in[lang]), f))
				return d->name[i];
	return STR("");
}

static void report_code(struct spot *s, const struct asked *k, struct str code)
{
	struct str cure = suggest_write(s->b, code_of_name(s, k));
	if (!cure.n && all_digits(code))
		cure = k->catalogue->lookalike;
	if (!cure.n && !all_digits(code) && k->catalogue->digits)
		cure = str_fmt(
			&s->b->scratch,
			s->b->ps->lang == LANG_ES
				? "escriba el código de %u cifras; varios, separados por espacios"
				: "write the code of %u digits; several ones with spaces between",
			k->catalogue->digits);
	if (!cure.n)
		cure = say(s->b->ps, "use un código de ese catálogo",
			   "use a code of that catalogue");
	problem_report(s->b->ps, spot_problem(s, SEVERITY_ERROR, "catalogue", cure),
		       "«%.*s» no está en el catálogo «%.*s»",
		       "\"%.*s\" is not in the catalogue \"%.*s\"",
		       STR_ARG(k->q->personal ? STR("…") : str_sub(code, 0, 60)),
		       STR_ARG(k->catalogue->name));
}

static void tell_mended(struct spot *s, const struct asked *k, struct str code, struct str mended)
{
	s->b->n_mended++;
	if (k->q->personal)
		code = mended = STR("…");
	problem_report(s->b->ps, spot_problem(s, SEVERITY_NOTE, "leading_zero", STR("")),
		       "«%.*s» perdió el cero inicial; leído como %.*s",
		       "\"%.*s\" lost its leading zero; read as %.*s", STR_ARG(code),
		       STR_ARG(mended));
}

/* One code; *out is what it stands for.  False after a problem. */
static bool one_code(struct spot *s, const struct asked *k, struct str code, struct str *out)
{
	*out = code;
	if (known(k, code) || known_by_prefix(k, code))
		return true;
	struct str mended = with_zeros(&s->b->scratch, k, code);
	if (!mended.n) {
		report_code(s, k, code);
		return false;
	}
	tell_mended(s, k, code, mended);
	*out = mended;
	return true;
}

bool codes_read(struct spot *s, struct str text, struct str *out)
{
	const struct asked *k = &s->b->r->asked[s->question];
	struct str rest = text, word = str_word(&rest), code;
	if (!str_trim(rest).n) { /* the usual case: one */
		bool good = one_code(s, k, word, &code);
		*out = good ? code : text;
		return good;
	}
	struct buf b;
	bool good = true;
	buf_init(&b, &s->b->scratch, text.n + 256);
	for (; word.n; word = str_word(&rest)) {
		/* what is a name of several words is one problem */
		if (!one_code(s, k, word, &code)) {
			good = false;
			break;
		}
		if (b.n)
			buf_putc(&b, ' ');
		buf_put(&b, code);
	}
	*out = buf_str(&b);
	return good;
}
