/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers, units, hours and people, as a page of the form says them. */
#include <string.h>

#include "base/date.h"
#include "base/num.h"
#include "page/form_inside.h"

enum { BOGOTA_SECONDS = -5 * 3600, DAY_SECONDS = 86400 };

struct str form_key(struct arena *a, struct str question, int64_t item, char joint)
{
	return item ? str_fmt(a, "%.*s%c%lld", STR_ARG(question), joint, (long long)item)
		    : question;
}

/* ---- units ---- */

struct str form_unit_words(const struct call *c, struct str unit)
{
	if (str_is(unit, "cop"))
		return STR("pesos");
	if (str_is(unit, "percent"))
		return STR("%");
	if (c->lang == LANG_EN) {
		static const char *const english[][2] = {
			{ "empresas", "companies" },  { "entidades", "entities" },
			{ "actores", "actors" },      { "empleos", "jobs" },
			{ "meses", "months" },	      { "personas", "people" },
			{ "sesiones", "sessions" },   { "miembros", "members" },
			{ "alianzas", "alliances" },  { "acciones", "actions" },
			{ "historias", "stories" },   { "menciones", "mentions" },
			{ "productos", "products" },  { "convocatorias", "calls" },
		};
		for (size_t i = 0; i < sizeof(english) / sizeof(*english); i++)
			if (str_is(unit, english[i][0]))
				return str_of(english[i][1]);
	}
	return unit;
}

/* ---- answers ---- */

static void put_number(struct buf *b, const struct call *c, const struct question *q,
		       struct str cell)
{
	const struct str typed = look_typed_of_cell(c->a, q, cell, c->lang);
	const struct str unit = form_unit_words(c, q->unit);
	const bool money = str_is(q->unit, "cop");
	buf_puts(b, money ? "$ " : "");
	buf_put(b, typed);
	if (unit.n && !money)
		buf_fmt(b, str_is(unit, "%") ? "\u00a0%.*s" : " %.*s", STR_ARG(unit));
}

static bool is_number(const struct question *q)
{
	return q->column == COLUMN_INTEGER || q->column == COLUMN_REAL;
}

static void put_option(struct buf *b, const struct call *c, const struct question *q,
		       struct str name)
{
	const struct dictionary *d = &q->list->options;
	const int64_t i = dictionary_find(d, name);
	const struct str label = i >= 0 && d->label ? label_in(&d->label[i], c->lang)
						    : (struct str){ 0 };
	buf_put(b, label.n ? label : name);
}

static void put_options(struct buf *b, const struct call *c, const struct question *q,
			struct str cell)
{
	struct str rest = cell, name;
	const bool ranked = q->type == QUESTION_RANK;
	for (unsigned place = 1; (name = str_word(&rest)).n; place++) {
		if (place > 1)
			buf_puts(b, ranked ? "; " : ", ");
		if (ranked)
			buf_fmt(b, "%u. ", place);
		put_option(b, c, q, name);
	}
}

static void put_date(struct buf *b, const struct call *c, const struct question *q,
		     struct str cell)
{
	struct date d;
	size_t at;
	if (!date_parse(cell, true, &d))
		buf_put(b, cell);
	else if (str_find(q->appearance, STR("month-year"), &at))
		buf_fmt(b, "%02d/%d", d.month, d.year);
	else
		date_put_local(b, c->lang, d);
}

struct str form_answer_words(const struct call *c, const struct question *q, struct str cell)
{
	struct buf b;
	if (!cell.n)
		return cell;
	if (str_is(cell, "ND"))
		return call_say(c, "no sabe", "does not know");
	if (str_is(cell, "NA"))
		return call_say(c, "no aplica", "does not apply");
	buf_init(&b, c->a, 4 * ANSWER_BYTES_MAX);
	if (q->list && q->type != QUESTION_SELECT_ONE)
		put_options(&b, c, q, cell);
	else if (q->list)
		put_option(&b, c, q, cell);
	else if (q->type == QUESTION_DATE)
		put_date(&b, c, q, cell);
	else if (q->type == QUESTION_ACKNOWLEDGE)
		return call_say(c, "sí", "yes");
	else if (is_number(q))
		put_number(&b, c, q, cell);
	else
		return cell;
	return buf_str(&b);
}

struct str form_question_words(const struct call *c, const struct look_entry *entry)
{
	const struct question *q = entry->question;
	const struct str label = label_in(&q->label, c->lang);
	return entry->item ? str_fmt(c->a, "%.*s (%lld) %.*s", STR_ARG(q->name),
				     (long long)entry->item, STR_ARG(label))
			   : str_fmt(c->a, "%.*s %.*s", STR_ARG(q->name), STR_ARG(label));
}

/* ---- time ---- */

static bool bogota(struct str moment, int64_t *out)
{
	int64_t s;
	if (!access_seconds(moment, &s))
		return false;
	*out = s + BOGOTA_SECONDS;
	return true;
}

static int64_t day_of(int64_t seconds)
{
	return seconds >= 0 ? seconds / DAY_SECONDS : -((DAY_SECONDS - 1 - seconds) / DAY_SECONDS);
}

struct str form_hour_words(const struct call *c, struct str moment)
{
	int64_t at, now;
	struct buf b;
	if (!bogota(moment, &at) || !bogota(c->now, &now))
		return (struct str){ 0 };
	const int64_t day = day_of(at), in_day = at - day * DAY_SECONDS;
	buf_init(&b, c->a, 64);
	buf_fmt(&b, "%02d:%02d", (int)(in_day / 3600), (int)(in_day / 60 % 60));
	if (day != day_of(now)) {
		const struct date d = date_from_days((int32_t)day);
		buf_fmt(&b, c->lang == LANG_ES ? ", %02d/%02d/%d" : ", %d-%02d-%02d",
			c->lang == LANG_ES ? d.day : d.year, d.month,
			c->lang == LANG_ES ? d.year : d.day);
	}
	return buf_str(&b);
}

struct str form_days_words(const struct call *c, struct str until, bool *ret_late)
{
	struct date d;
	int64_t now;
	*ret_late = false;
	if (!date_parse(str_sub(until, 0, 10), false, &d) || !bogota(c->now, &now))
		return (struct str){ 0 };
	const long long left = (long long)date_days(d) - (long long)day_of(now);
	*ret_late = left < 0;
	if (left == 0)
		return call_say(c, "El plazo vence hoy.", "The term ends today.");
	if (left == 1)
		return call_say(c, "Queda un día.", "One day left.");
	if (left > 1)
		return c->lang == LANG_ES ? str_fmt(c->a, "Quedan %lld días.", left)
					  : str_fmt(c->a, "%lld days left.", left);
	return c->lang == LANG_ES ? str_fmt(c->a, "El plazo venció hace %lld %s.", -left,
					    left == -1 ? "día" : "días")
				  : str_fmt(c->a, "The term ended %lld %s ago.", -left,
					    left == -1 ? "day" : "days");
}

/* ---- people ---- */

bool form_people(struct call *c, struct store *s, struct str round, struct form_people *out,
		 struct err *e)
{
	struct stored_link *list;
	if (!store_list_links(s, c->a, round, &list, &out->n, e))
		return false;
	out->link = list;
	return true;
}

struct str form_person(const struct call *c, const struct form_people *people, struct str author)
{
	int64_t id;
	if (str_eq(author, c->caller.name))
		return call_say(c, "usted", "you");
	if (!str_starts(author, "link ") || !num_int(str_sub(author, 5, author.n), &id))
		return author;
	for (size_t i = 0; i < people->n; i++)
		if (people->link[i].id == id)
			return people->link[i].person;
	return call_say(c, "quien tenía un enlace personal", "who had a personal link");
}
