/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell of text into one answer, and what is wrong with it. */
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/fold.h"
#include "base/num.h"
#include "response/reader.h"

/* U+00A0 comes with what was copied from a page or a document. */
struct str cell_trim(struct str s)
{
	static const char no_break[] = "\xc2\xa0";
	s = str_trim(s);
	while (s.n >= 2 &&
	       (memcmp(s.p, no_break, 2) == 0 || memcmp(s.p + s.n - 2, no_break, 2) == 0)) {
		s = memcmp(s.p, no_break, 2) == 0 ? str_sub(s, 2, s.n) : str_sub(s, 0, s.n - 2);
		s = str_trim(s);
	}
	return s;
}

static const struct question *question_of(const struct spot *s)
{
	return s->b->r->asked[s->question].q;
}

#define REPORT(s, rule, suggestion, ...) \
	do { \
		if (!(s)->quiet) \
			problem_report((s)->b->ps, \
				       spot_problem((s), SEVERITY_ERROR, (rule), (suggestion)), \
				       __VA_ARGS__); \
	} while (0)

/* A word that stands for a missing answer but is not one of ours: what to write instead. */
static struct str missing_meant(const struct spot *s)
{
	static const char *const nd[] = { "nd",    "n/d",           "ns", "no sabe",
					  "no se", "does not know", "dk" };
	static const char *const na[] = { "na", "n/a", "#n/a", "no aplica", "does not apply" };
	static const char *const nr[] = { "nr", "n/r",  "ns/nr", "-",          "--",
					  ".",  "null", "nan",   "no responde" };
	if (s->raw.n > 20)
		return STR("");
	struct arena *a = &s->b->scratch;
	struct str f = fold(a, s->raw);
	for (size_t i = 0; i < sizeof(nd) / sizeof(*nd); i++)
		if (str_is(f, nd[i]))
			return suggest_write(s->b, STR("ND"));
	for (size_t i = 0; i < sizeof(na) / sizeof(*na); i++)
		if (str_is(f, na[i]))
			return suggest_write(s->b, STR("NA"));
	for (size_t i = 0; i < sizeof(nr) / sizeof(*nr); i++)
		if (str_is(f, nr[i]))
			return say(s->b->ps, "deje la celda vacía", "leave the cell empty");
	return STR("");
}

/* ---- numbers ---- */

/* "1,234,567" "1.234.567" "1 234 567" "1'234'567": the digits alone; empty when groups are not of
 * three. */
static struct str without_groups(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.n + 1);
	size_t run = 0;
	bool grouped = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '-' && i == 0) {
			buf_putc(&b, c);
		} else if (c >= '0' && c <= '9') {
			buf_putc(&b, c);
			run++;
		} else if (strchr(",.' \xa0\xc2", c) && c) {
			if ((unsigned char)c == 0xc2)
				continue; /* first byte of U+00A0 */
			if (grouped ? run != 3 : run < 1 || run > 3)
				return STR("");
			grouped = true;
			run = 0;
		} else {
			return STR("");
		}
	}
	return grouped && run == 3 ? buf_str(&b) : STR("");
}

/* "96,1": the number with a point, or empty. */
static struct str with_point(struct arena *a, struct str s)
{
	struct buf b;
	double v;
	buf_init(&b, a, s.n + 2);
	return num_from_comma(s, &b) && num_real(buf_str(&b), &v) ? buf_str(&b) : STR("");
}

/* How to write the number that the text probably is, where numbers have a point. */
static struct str number_meant(struct spot *s, struct str raw)
{
	struct arena *a = &s->b->scratch;
	bool es = s->b->ps->lang == LANG_ES;
	struct str plain = without_groups(a, raw), point = with_point(a, raw), words = STR("");
	double v;
	if (plain.n && num_real(plain, &v))
		words = spot_words(s, v);
	if (plain.n && point.n && !str_eq(plain, point) && question_of(s)->column == COLUMN_REAL)
		return str_fmt(
			a,
			es ? "escriba %.*s si la coma separa miles, o %.*s si separa decimales"
			   : "write %.*s if the comma groups thousands, or %.*s if it starts "
			     "the decimals",
			STR_ARG(plain), STR_ARG(point));
	if (plain.n && str_eq(plain, point))
		return str_fmt(a,
			       es ? "escriba %.*s, sin separador de miles%.*s, o importe con "
				    "--decimal comma"
				  : "write %.*s, without a thousands mark%.*s, or import with "
				    "--decimal comma",
			       STR_ARG(plain), STR_ARG(words));
	if (plain.n)
		return str_fmt(a,
			       es ? "escriba %.*s, sin separador de miles%.*s"
				  : "write %.*s, without a thousands mark%.*s",
			       STR_ARG(plain), STR_ARG(words));
	if (point.n)
		return str_fmt(a,
			       es ? "escriba %.*s, o importe con --decimal comma"
				  : "write %.*s, or import with --decimal comma",
			       STR_ARG(point));
	return STR("");
}

static void report_no_number(struct spot *s)
{
	struct str raw = str_sub(s->raw, 0, 60), cure;
	double v;
	if (s->quiet)
		return;
	cure = missing_meant(s);
	if (!cure.n && s->b->r->mark == DECIMAL_POINT)
		cure = number_meant(s, raw);
	else if (!cure.n && num_real(s->raw, &v))
		cure = say(s->b->ps,
			   "con --decimal comma los decimales van tras una coma y el punto agrupa "
			   "miles",
			   "with --decimal comma a comma starts the decimals and a point groups "
			   "thousands");
	if (!cure.n)
		cure = say(s->b->ps, "escriba solo el número, sin signos ni letras",
			   "write the number alone, without signs or letters");
	REPORT(s, "number", cure, "«%.*s» no es un número", "\"%.*s\" is no number",
	       STR_ARG(question_of(s)->personal ? STR("…") : raw));
}

/* The number in its plain form (point, no groups); false: none. */
static bool real_of(struct spot *s, double *out)
{
	if (s->b->r->mark == DECIMAL_POINT)
		return num_real(s->raw, out);
	struct buf b;
	buf_init(&b, &s->b->scratch, s->raw.n + 2);
	return num_from_comma(s->raw, &b) && num_real(buf_str(&b), out);
}

static enum cell_state report_not_whole(struct spot *s, double v)
{
	struct arena *a = &s->b->scratch;
	struct str plain = s->quiet ? STR("") : without_groups(a, str_sub(s->raw, 0, 60)),
		   cure = STR("");
	if (v == trunc(v)) {
		REPORT(s, "integer", STR(""), "el número es demasiado grande",
		       "the number is too large");
		return CELL_BAD;
	}
	if (plain.n && s->b->r->mark == DECIMAL_POINT && num_real(plain, &v))
		cure = str_fmt(
			a,
			s->b->ps->lang == LANG_ES
				? "si el punto separa miles, escriba %.*s%.*s o importe "
				  "con --decimal comma"
				: "if the point groups thousands, write %.*s%.*s or import with "
				  "--decimal comma",
			STR_ARG(plain), STR_ARG(spot_words(s, v)));
	if (!cure.n)
		cure = say(s->b->ps, "escríbalo sin decimales", "write it without decimals");
	REPORT(s, "integer", cure, "«%.*s» no es un número entero", "\"%.*s\" is no whole number",
	       STR_ARG(question_of(s)->personal ? STR("…") : str_sub(s->raw, 0, 60)));
	return CELL_BAD;
}

/* Steps from the start of a range, in which float noise of a decimal step is forgiven. */
static bool in_range(const struct question *q, double v)
{
	if (q->type != QUESTION_RANGE)
		return true;
	double low = fmin(q->range_start, q->range_end), high = fmax(q->range_start, q->range_end);
	double steps = q->range_step > 0 ? (v - low) / q->range_step : 0;
	return v >= low - 1e-9 && v <= high + 1e-9 && fabs(steps - nearbyint(steps)) < 1e-6;
}

static enum cell_state report_range(struct spot *s)
{
	const struct question *q = question_of(s);
	struct buf from, to;
	buf_init(&from, &s->b->scratch, 64);
	buf_init(&to, &s->b->scratch, 64);
	num_put_real(&from, q->range_start);
	num_put_real(&to, q->range_end);
	REPORT(s, "range", STR(""), "fuera de la escala: va de %.*s a %.*s",
	       "outside the scale, which goes from %.*s to %.*s", STR_ARG(buf_str(&from)),
	       STR_ARG(buf_str(&to)));
	return CELL_BAD;
}

static enum cell_state read_integer(struct spot *s, struct value *out)
{
	double v;
	if (!num_int(s->raw, &out->integer)) {
		if (!real_of(s, &v)) {
			report_no_number(s);
			return CELL_BAD;
		}
		if (v != trunc(v) || fabs(v) > 9007199254740992.0)
			return report_not_whole(s, v);
		out->integer = (int64_t)v;
	}
	if (!in_range(question_of(s), (double)out->integer))
		return report_range(s);
	return CELL_VALUE;
}

static enum cell_state read_real(struct spot *s, struct value *out)
{
	if (!real_of(s, &out->real)) {
		report_no_number(s);
		return CELL_BAD;
	}
	if (!in_range(question_of(s), out->real))
		return report_range(s);
	return CELL_VALUE;
}

/* ---- dates ---- */

static bool digits_of(struct str s, size_t least, size_t most, int *out)
{
	int64_t v;
	if (s.n < least || s.n > most || !num_int(s, &v) || v < 0)
		return false;
	*out = (int)v;
	return true;
}

struct str cell_date_meant(struct arena *a, struct str s)
{
	struct str rest = s, piece[3];
	char mark = str_find(s, STR("/"), NULL) ? '/' : str_find(s, STR("."), NULL) ? '.' : '-';
	struct date d;
	for (int i = 0; i < 3; i++)
		piece[i] = rest.p ? str_cut(&rest, mark) : STR("");
	if (rest.p)
		return STR("");
	bool year_first = piece[0].n == 4;
	if (!digits_of(piece[year_first ? 0 : 2], 4, 4, &d.year) ||
	    !digits_of(piece[1], 1, 2, &d.month) ||
	    !digits_of(piece[year_first ? 2 : 0], 1, 2, &d.day) || !date_valid(d))
		return STR("");
	struct buf b;
	buf_init(&b, a, 32);
	date_put(&b, d);
	return buf_str(&b);
}

/* A day number of Excel between 1954 and 2119, as a date cell becomes when its format is lost. */
static bool serial_date(struct spot *s, struct date *out)
{
	double v;
	if (s->raw.n < 5 || !num_real(s->raw, &v) || v < 20000 || v > 80000 ||
	    !date_from_excel(floor(v), false, out))
		return false;
	if (!s->quiet) {
		struct buf b;
		buf_init(&b, &s->b->scratch, 32);
		date_put(&b, *out);
		s->b->n_mended++;
		problem_report(s->b->ps, spot_problem(s, SEVERITY_NOTE, "excel_date", STR("")),
			       "número de día de Excel, leído como %.*s",
			       "an Excel day number, read as %.*s",
			       STR_ARG(question_of(s)->personal ? STR("…") : buf_str(&b)));
	}
	return true;
}

static enum cell_state read_date(struct spot *s, struct value *out)
{
	struct str day = s->raw;
	struct date d;
	if (day.n > 10 && (day.p[10] == 'T' || day.p[10] == ' '))
		day.n = 10; /* the clock of a time stamp says nothing here */
	if (!date_parse(day, false, &d) && !serial_date(s, &d)) {
		struct str cure = missing_meant(s), other = cell_date_meant(&s->b->scratch, day);
		if (!cure.n)
			cure = other.n ? suggest_write(s->b, other)
				       : say(s->b->ps, "escriba año-mes-día, como 2022-07-01",
					     "write year-month-day, as 2022-07-01");
		REPORT(s, "date", cure, "no es una fecha año-mes-día", "no year-month-day date");
		return CELL_BAD;
	}
	out->integer = date_days(d);
	return CELL_VALUE;
}

/* ---- choices ---- */

/* The option whose label, or whose code in other case or as a number, was written. */
static struct str option_meant(struct spot *s, struct str word)
{
	const struct dictionary *d = &question_of(s)->list->options;
	struct arena *a = &s->b->scratch;
	struct str f = fold(a, word);
	double v, option;
	bool number = num_real(word, &v);
	if (!s->b->r->nearest_left)
		return STR("");
	for (size_t i = 0; i < d->n; i++) {
		if (str_eq(fold(a, d->name[i]), f) ||
		    (number && num_real(d->name[i], &option) && option == v))
			return d->name[i];
		for (int lang = 0; d->label && lang < LANG_N; lang++)
			if (d->label[i].in[lang].n && str_eq(fold(a, d->label[i].in[lang]), f))
				return d->name[i];
	}
	return nearest(s->b, word, d->name, d->n);
}

static void report_option(struct spot *s, struct str word)
{
	if (s->quiet)
		return;
	const struct question *q = question_of(s);
	struct str cure = missing_meant(s);
	if (!cure.n)
		cure = suggest_write(s->b, option_meant(s, word));
	REPORT(s, "choice", cure, "«%.*s» no es una opción de la lista «%.*s»",
	       "\"%.*s\" is no option of the list \"%.*s\"",
	       STR_ARG(q->personal ? STR("…") : str_sub(word, 0, 60)), STR_ARG(q->list->name));
}

static enum cell_state read_choice(struct spot *s, struct value *out)
{
	const struct asked *k = &s->b->r->asked[s->question];
	struct str code;
	out->integer = lookup_find(&k->options, s->raw);
	if (out->integer >= 0)
		return CELL_VALUE;
	if (k->catalogue && !s->quiet && s->raw.n <= 200) {
		if (!codes_read(s, s->raw, &code))
			return CELL_BAD;
		out->integer = lookup_find(&k->options, code);
		if (out->integer >= 0)
			return CELL_VALUE;
	}
	report_option(s, s->raw);
	return CELL_BAD;
}

static void sort_items(uint16_t *item, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j && item[j - 1] > item[j]; j--) {
			uint16_t swap = item[j];
			item[j] = item[j - 1];
			item[j - 1] = swap;
		}
}

static bool has_item(const uint16_t *item, size_t n, uint16_t wanted)
{
	for (size_t i = 0; i < n; i++)
		if (item[i] == wanted)
			return true;
	return false;
}

/* The whole cell is the label of an option, with its spaces: one problem, not one a word. */
static bool is_one_label(struct spot *s)
{
	const struct dictionary *d = &question_of(s)->list->options;
	struct str f;
	if (s->quiet || !s->b->r->nearest_left || !d->label)
		return false;
	f = fold(&s->b->scratch, s->raw);
	for (size_t i = 0; i < d->n; i++)
		for (int lang = 0; lang < LANG_N; lang++)
			if (d->label[i].in[lang].n &&
			    str_eq(fold(&s->b->scratch, d->label[i].in[lang]), f))
				return true;
	return false;
}

/* The option that a word of a list stands for once its lost zeros are back; -1 after a problem. */
static int64_t mended_option(struct spot *s, struct str word)
{
	const struct asked *k = &s->b->r->asked[s->question];
	int64_t option = -1;
	struct str code;
	if (k->catalogue && !s->quiet && word.n <= 200) {
		if (!codes_read(s, word, &code))
			return -1;
		option = lookup_find(&k->options, code);
	}
	if (option < 0)
		report_option(s, word);
	return option;
}

static enum cell_state read_list(struct spot *s, struct value *out)
{
	const struct question *q = question_of(s);
	uint16_t *item = s->b->item;
	size_t n = 0;
	bool good = true;
	struct str rest = s->raw, word;
	while ((word = str_word(&rest)).n) {
		int64_t code = lookup_find(&s->b->r->asked[s->question].options, word);
		if (code < 0 && is_one_label(s)) {
			report_option(s, s->raw);
			good = false;
			break;
		}
		if (code < 0)
			code = mended_option(s, word);
		if (code < 0) {
			good = false;
		} else if (has_item(item, n, (uint16_t)code)) {
			REPORT(s, "duplicate_choice", STR(""), "«%.*s» está dos veces",
			       "\"%.*s\" stands twice", STR_ARG(q->personal ? STR("…") : word));
			good = false;
		} else {
			item[n++] = (uint16_t)code;
		}
	}
	if (q->type == QUESTION_RANK && q->rank_max && n > q->rank_max) {
		REPORT(s, "rank_max", STR(""), "%zu nombres donde caben %u",
		       "%zu names where %u are asked for", n, q->rank_max);
		good = false;
	}
	if (q->column == COLUMN_MULTIPLE)
		sort_items(item, n);
	out->n_items = n;
	return good ? CELL_VALUE : CELL_BAD;
}

/* ---- the rest ---- */

static enum cell_state read_boolean(struct spot *s, struct value *out)
{
	static const char *const yes[] = { "true", "1", "ok", "yes", "si" };
	static const char *const no[] = { "false", "0", "no" };
	struct str f = fold(&s->b->scratch, str_sub(s->raw, 0, 20));
	for (size_t i = 0; i < 5; i++)
		if (str_is(f, yes[i])) {
			out->integer = 1;
			return CELL_VALUE;
		}
	for (size_t i = 0; i < 3; i++)
		if (str_is(f, no[i])) {
			out->integer = 0;
			return CELL_VALUE;
		}
	REPORT(s, "boolean", say(s->b->ps, "escriba true o false", "write true or false"),
	       "no es verdadero ni falso", "neither true nor false");
	return CELL_BAD;
}

static enum cell_state read_value(struct spot *s, struct value *out)
{
	switch (question_of(s)->column) {
	case COLUMN_INTEGER:
		return read_integer(s, out);
	case COLUMN_REAL:
		return read_real(s, out);
	case COLUMN_DATE:
		return read_date(s, out);
	case COLUMN_CHOICE:
		return read_choice(s, out);
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		return read_list(s, out);
	case COLUMN_BOOLEAN:
		return read_boolean(s, out);
	case COLUMN_TEXT:
		break;
	}
	out->text = s->raw;
	if (s->b->r->asked[s->question].catalogue && !s->quiet &&
	    !codes_read(s, s->raw, &out->text))
		return CELL_BAD;
	return CELL_VALUE;
}

enum cell_state cell_read(struct spot *s, struct value *out)
{
	if (!s->raw.n)
		return CELL_NR;
	if (s->raw.n == 2 && s->raw.p[0] == 'N') {
		if (s->raw.p[1] == 'D')
			return CELL_ND;
		if (s->raw.p[1] == 'A')
			return CELL_NA;
	}
	return read_value(s, out);
}
