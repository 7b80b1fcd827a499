/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The days of a round, and what happened to rounds and clusters. */
#include "store/calendar.h"

#include "base/num.h"
#include "store/access.h"

/* ---- days ---- */

enum { BOGOTA_BEHIND_HOURS = 5 };

/* The moment in UTC of an hour of Colombia on a day. */
static struct str moment_of(struct arena *a, struct str day, bool at_end)
{
	struct date d;
	struct buf b;
	if (!day.n || !date_parse(day, false, &d))
		return (struct str){ 0 };
	if (at_end) /* 23:59:59 there is 04:59:59 of the next day in UTC */
		d = date_from_days(date_days(d) + 1);
	buf_init(&b, a, 64);
	date_put(&b, d);
	buf_fmt(&b, "T%02d:%s", at_end ? BOGOTA_BEHIND_HOURS - 1 : BOGOTA_BEHIND_HOURS,
		at_end ? "59:59Z" : "00:00Z");
	return buf_str(&b);
}

struct str calendar_day(struct arena *a, struct str moment)
{
	struct date d;
	struct buf b;
	int64_t hour;
	if (moment.n < 13 || !date_parse(str_sub(moment, 0, 10), false, &d) ||
	    !num_int(str_sub(moment, 11, 2), &hour))
		return (struct str){ 0 };
	if (hour < BOGOTA_BEHIND_HOURS)
		d = date_from_days(date_days(d) - 1);
	buf_init(&b, a, 64);
	date_put(&b, d);
	return buf_str(&b);
}

static int32_t days_until(struct arena *a, struct str now, struct str last)
{
	struct date today, end;
	if (!date_parse(calendar_day(a, now), false, &today) || !date_parse(last, false, &end))
		return 0;
	const int32_t left = date_days(end) - date_days(today) + 1;
	return left > 0 ? left : 0;
}

void calendar_of(struct arena *a, const struct stored_round *r, struct str now,
		 struct calendar *out)
{
	*out = (struct calendar){ .opens_at = moment_of(a, r->from, false),
				  .closes_at = moment_of(a, r->to, true) };
	out->begun = !out->opens_at.n || str_cmp(now, out->opens_at) >= 0;
	out->over = out->closes_at.n && str_cmp(now, out->closes_at) > 0;
	out->days_left = days_until(a, now, r->to);
	out->takes_answers = r->state == ROUND_REVIEW ||
			     (r->state == ROUND_OPEN && out->begun && !out->over);
}

bool calendar_must_take(const struct stored_round *r, struct str now, struct err *e)
{
	ARENA_SCOPE(a, 1 << 16);
	struct calendar k;
	calendar_of(&a, r, now, &k);
	if (k.takes_answers)
		return true;
	if (r->state != ROUND_OPEN)
		return err_say(e, ERR_CONFLICT,
			       "la ronda %.*s está %s%.0s y no recibe respuestas",
			       "round %.*s is %.0s%s and takes no answers", STR_ARG(r->id),
			       round_state_word(r->state, LANG_ES),
			       round_state_word(r->state, LANG_EN));
	if (!k.begun)
		return err_say(e, ERR_CONFLICT,
			       "la ronda %.*s recibe respuestas desde el %.*s",
			       "round %.*s takes answers from %.*s", STR_ARG(r->id),
			       STR_ARG(r->from));
	return err_say(e, ERR_CONFLICT,
		       "la ronda %.*s cerró el %.*s; el equipo nacional puede ampliar el plazo",
		       "round %.*s closed on %.*s; the national team can extend it", STR_ARG(r->id),
		       STR_ARG(r->to));
}

/* ---- what happened ---- */

bool happening_add(struct store *s, const char *kind, struct str subject, const char *event,
		   struct str before, struct str after, struct str note, struct err *e)
{
	int64_t last = 0;
	struct db_value key[P_happening_last_N] = {
		[P_happening_last_kind] = db_text(str_of(kind)),
		[P_happening_last_subject] = db_text(subject),
	};
	if (!access_short(note, HAPPENING_NOTE_BYTES_MAX, "la razón", "the reason", e) ||
	    !access_integer(s, STMT_happening_last, key, &last, e))
		return false;
	struct db_value arg[P_happening_put_N] = {
		[P_happening_put_kind] = db_text(str_of(kind)),
		[P_happening_put_subject] = db_text(subject),
		[P_happening_put_number] = db_integer(last + 1),
		[P_happening_put_event] = db_text(str_of(event)),
		[P_happening_put_before] = db_text(before),
		[P_happening_put_after] = db_text(after),
		[P_happening_put_note] = db_text(note),
		[P_happening_put_author] = db_text(str_of(s->actor)),
		[P_happening_put_happened_at] = db_text(store_now(s)),
	};
	return db_run(s->db, STMT_happening_put, arg, NULL, NULL, e);
}

struct happenings {
	struct arena *a;
	struct happening *item;
	size_t n, cap;
};

static bool take_happening(void *user, const struct db_value *column, struct err *e)
{
	struct happenings *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct happening){
		.number = column[C_happening_list_number].integer,
		.event = str_dup(l->a, column[C_happening_list_event].text),
		.before = str_dup(l->a, column[C_happening_list_before].text),
		.after = str_dup(l->a, column[C_happening_list_after].text),
		.note = str_dup(l->a, column[C_happening_list_note].text),
		.author = str_dup(l->a, column[C_happening_list_author].text),
		.at = str_dup(l->a, column[C_happening_list_happened_at].text),
	};
	return true;
}

bool store_list_happenings(struct store *s, struct arena *a, const char *kind, struct str subject,
			   struct happening **ret_list, size_t *ret_n, struct err *e)
{
	struct happenings l = { .a = a };
	struct db_value key[P_happening_list_N] = {
		[P_happening_list_kind] = db_text(str_of(kind)),
		[P_happening_list_subject] = db_text(subject),
	};
	if (!db_run(s->db, STMT_happening_list, key, take_happening, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

static struct happening_change *change_named(struct happening_change *list, size_t *n,
					     struct str name)
{
	for (size_t i = 0; i < *n; i++) {
		if (str_eq(list[i].name, name))
			return &list[i];
	}
	if (*n == HAPPENING_CHANGES_MAX)
		return NULL;
	list[*n] = (struct happening_change){ .name = name };
	return &list[(*n)++];
}

static void read_changes(struct arena *a, struct str object, bool after,
			 struct happening_change *list, size_t *n)
{
	struct json_in j;
	struct str name;
	json_in_start(&j, a, object);
	if (!object.n || !json_in_object(&j))
		return;
	while (json_in_key(&j, &name)) {
		struct happening_change *k =
			json_in_peek(&j) == JSON_IS_STRING ? change_named(list, n, name) : NULL;
		if (!k)
			json_in_skip(&j);
		else if (after)
			k->after = json_in_string(&j);
		else
			k->before = json_in_string(&j);
	}
}

void happening_changes(struct arena *a, const struct happening *h,
		       struct happening_change ret_list[HAPPENING_CHANGES_MAX], size_t *ret_n)
{
	*ret_n = 0;
	read_changes(a, h->before, false, ret_list, ret_n);
	read_changes(a, h->after, true, ret_list, ret_n);
}

/* ---- rounds ---- */

static struct str state_note(struct arena *a, enum round_state state)
{
	struct note n;
	note_start(&n, a);
	json_member_string(&n.json, "state", str_of(round_state_name(state)));
	return note_end(&n);
}

static struct str days_note(struct arena *a, struct str from, struct str to)
{
	struct note n;
	note_start(&n, a);
	json_member_string(&n.json, "from", from);
	json_member_string(&n.json, "to", to);
	return note_end(&n);
}

static bool check_days(struct str from, struct str to, struct err *e)
{
	return !from.n || !to.n || str_cmp(from, to) <= 0 ||
	       err_say(e, ERR_INPUT, "el último día (%.*s) es anterior al primero (%.*s)",
		       "the last day (%.*s) is before the first (%.*s)", STR_ARG(to),
		       STR_ARG(from));
}

static bool is_free(struct store *s, struct str id, struct err *e)
{
	ARENA_SCOPE(a, 1 << 16);
	struct db_value key[P_round_state_N] = { db_text(id) };
	struct str name;
	bool exists;
	if (!read_text(s->db, &a, STMT_round_state, key, &name, &exists, e))
		return false;
	return !exists || err_say(e, ERR_CONFLICT, "la ronda %.*s ya existe; elija otro nombre",
				  "round %.*s exists already; choose another name", STR_ARG(id));
}

static bool draft(struct store *s, const struct stored_round *r, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str hash;
	if (!is_free(s, r->id, e) || !check_days(r->from, r->to, e) ||
	    !store_get_instrument_hash(s, &a, r->instrument_id, r->instrument_version, &hash, e))
		return false;
	struct db_value arg[P_round_draft_N] = {
		[P_round_draft_id] = db_text(r->id),
		[P_round_draft_instrument] = db_text(r->instrument_id),
		[P_round_draft_version] = db_text(r->instrument_version),
		[P_round_draft_year] = db_integer(r->year),
		[P_round_draft_from_date] = db_text(r->from),
		[P_round_draft_to_date] = db_text(r->to),
		[P_round_draft_synthetic] = db_integer(r->synthetic),
	};
	struct note after;
	note_start(&after, &a);
	json_member_string(&after.json, "state", STR("draft"));
	json_member_string(&after.json, "instrument", r->instrument_id);
	json_member_string(&after.json, "version", r->instrument_version);
	json_member_string(&after.json, "from", r->from);
	json_member_string(&after.json, "to", r->to);
	const struct str words = note_end(&after);
	return db_run(s->db, STMT_round_draft, arg, NULL, NULL, e) &&
	       happening_add(s, "round", r->id, "draft", STR(""), words, STR(""), e) &&
	       store_audit(s, "round draft", r->id, STR(""), words, e);
}

bool store_draft_round(struct store *s, const struct stored_round *r, struct err *e)
{
	return store_begun(s, e) && store_done(s, draft(s, r, e), e);
}

static bool refuse_state(const struct stored_round *r, const char *es, const char *en,
			 struct err *e)
{
	return err_say(e, ERR_CONFLICT,
		       "la ronda %.*s está %s%.0s: %s%.0s; véala con: ssme round show %.*s",
		       "round %.*s is %.0s%s: %.0s%s; see it with: ssme round show %.*s",
		       STR_ARG(r->id), round_state_word(r->state, LANG_ES),
		       round_state_word(r->state, LANG_EN), es, en, STR_ARG(r->id));
}

static bool set_state(struct store *s, const struct stored_round *r, enum round_state to,
		      struct err *e)
{
	struct db_value arg[P_round_move_N] = {
		[P_round_move_state] = db_text(str_of(round_state_name(to))),
		[P_round_move_id] = db_text(r->id),
	};
	return db_run(s->db, STMT_round_move, arg, NULL, NULL, e);
}

static bool move(struct store *s, struct str id, enum round_state from, enum round_state to,
		 const char *event, const char *deed, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct stored_round r;
	if (!store_get_round_head(s, &a, id, &r, e))
		return false;
	if (r.state != from)
		return from == ROUND_DRAFT
			       ? refuse_state(&r, "solo se abre un borrador",
					      "only a draft is opened", e)
			       : refuse_state(&r, "solo una ronda abierta pasa a revisión",
					      "only an open round goes to review", e);
	const struct str before = state_note(&a, from), after = state_note(&a, to);
	return set_state(s, &r, to, e) &&
	       happening_add(s, "round", id, event, before, after, STR(""), e) &&
	       store_audit(s, deed, id, before, after, e);
}

bool store_start_round(struct store *s, struct str id, struct err *e)
{
	return store_begun(s, e) &&
	       store_done(s, move(s, id, ROUND_DRAFT, ROUND_OPEN, "open", "round start", e), e);
}

bool store_review_round(struct store *s, struct str id, struct err *e)
{
	return store_begun(s, e) &&
	       store_done(s, move(s, id, ROUND_OPEN, ROUND_REVIEW, "review", "round review", e),
			  e);
}

static bool set_days(struct store *s, const struct stored_round *r, struct str from,
		     struct str to, const char *event, const char *deed, struct str note,
		     struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct db_value arg[P_round_days_N] = {
		[P_round_days_from_date] = db_text(from),
		[P_round_days_to_date] = db_text(to),
		[P_round_days_id] = db_text(r->id),
	};
	const struct str before = days_note(&a, r->from, r->to), after = days_note(&a, from, to);
	return check_days(from, to, e) && db_run(s->db, STMT_round_days, arg, NULL, NULL, e) &&
	       happening_add(s, "round", r->id, event, before, after, note, e) &&
	       store_audit(s, deed, r->id, before, after, e);
}

static bool extend(struct store *s, struct str id, struct str to, struct str note, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct stored_round r;
	if (!store_get_round_head(s, &a, id, &r, e))
		return false;
	if (r.state != ROUND_OPEN && r.state != ROUND_REVIEW)
		return refuse_state(&r, "solo se amplía una ronda abierta o en revisión",
				    "only an open round or one in review is extended", e);
	if (!str_trim(note).n)
		return err_say(e, ERR_INPUT, "diga por qué se amplía el plazo",
			       "say why the round is extended");
	if (r.state == ROUND_REVIEW && !set_state(s, &r, ROUND_OPEN, e))
		return false;
	return set_days(s, &r, r.from, to, "extend", "round extend", str_trim(note), e);
}

bool store_extend_round(struct store *s, struct str id, struct str to, struct str note,
			struct err *e)
{
	return store_begun(s, e) && store_done(s, extend(s, id, to, note, e), e);
}

static bool plan(struct store *s, struct str id, struct str from, struct str to, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct stored_round r;
	if (!store_get_round_head(s, &a, id, &r, e))
		return false;
	if (r.state != ROUND_DRAFT)
		return refuse_state(&r, "sus días se fijan mientras es borrador; luego se amplía",
				    "its days are set while it is a draft; later it is extended",
				    e);
	return set_days(s, &r, from, to, "plan", "round plan", STR(""), e);
}

bool store_plan_round(struct store *s, struct str id, struct str from, struct str to,
		      struct err *e)
{
	return store_begun(s, e) && store_done(s, plan(s, id, from, to, e), e);
}
