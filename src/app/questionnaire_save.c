/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving answers while a questionnaire is filled in.
 *
 * What is sent is compared with what stood before the sender's eyes (seen) and with what stands
 * now: what the sender did not touch is passed over, what nobody else touched is added, and what
 * somebody else said otherwise meanwhile is a conflict, which adds nothing.
 *
 * Items of a repeat are numbered by whoever adds them.  Two who could not know of each other give
 * the same number to two items: the one that comes later gets another, with all that was sent of
 * it. */
#include <string.h>

#include "app/access.h"
#include "app/questionnaire_inside.h"
#include "base/num.h"
#include "store/calendar.h"

/* One question or item of what was sent. */
struct sent {
	struct str question;
	int64_t item;      /* under which it is saved */
	int64_t item_sent; /* under which it was sent */
	const struct question *q; /* NULL: a repeat, by its mark alone */
	bool has_value, has_reason, has_seen;
	struct str value, reason;
	int64_t seen;
	enum answer_mark mark;
	bool marked, fresh; /* fresh: an item that the sender made */
};

struct saving {
	struct save save;
	struct sent *sent;
	size_t n_sent;
	int64_t n_changes_seen; /* of the questionnaire when prepare looked */
};

static struct saving *saving_of(const struct call *c)
{
	return c->prepared;
}

struct save *save_of(const struct call *c)
{
	return &saving_of(c)->save;
}

/* ---- reading what was sent ---- */

/* "P01_nombre.3" is the question P01_nombre of item 3. */
static void split_name(struct str name, struct str *question, int64_t *item)
{
	size_t dot = name.n;
	*question = name;
	*item = 0;
	while (dot > 0 && name.p[dot - 1] >= '0' && name.p[dot - 1] <= '9')
		dot--;
	if (dot == name.n || dot < 2 || name.p[dot - 1] != '.' ||
	    !num_int(str_sub(name, dot, name.n), item))
		return;
	*question = str_sub(name, 0, dot - 1);
}

static bool is_repeat(const struct form *f, struct str name)
{
	for (size_t i = 0; i < f->n_repeats; i++)
		if (str_eq(f->repeat[i].name, name))
			return true;
	return false;
}

static bool refuse_name(struct call *c, struct str name, struct err *e)
{
	c->blamed = str_c(c->a, str_fmt(c->a, "answer.%.*s", STR_ARG(name)));
	return err_say(e, ERR_INPUT, "el formulario no tiene una pregunta %.*s",
		       "the form has no question %.*s", STR_ARG(name));
}

/* The item must be given to questions of a repeat, and to no other. */
static bool check_name(struct call *c, const struct form *f, struct str name,
		       const struct sent *in, struct err *e)
{
	const bool repeat = !in->q && is_repeat(f, in->question);
	const bool in_repeat = repeat || (in->q && in->q->repeat >= 0);
	if ((!in->q && !repeat) || in_repeat != (in->item != 0))
		return refuse_name(c, name, e);
	if (in->item < 0 || in->item > REPEAT_ITEMS_MAX)
		return err_say(e, ERR_LIMIT, "%.*s: hasta %d fichas", "%.*s: up to %d items",
			       STR_ARG(in->question), REPEAT_ITEMS_MAX);
	if (in->q && (in->q->type == QUESTION_NOTE || in->q->type == QUESTION_CALCULATE))
		return refuse_name(c, name, e);
	return true;
}

/* The entry of a name, made at its first mention. */
static bool entry_of(struct call *c, struct saving *v, struct str name, struct sent **out,
		     struct err *e)
{
	struct sent in = { 0 };
	split_name(name, &in.question, &in.item);
	for (size_t i = 0; i < v->n_sent; i++) {
		*out = &v->sent[i];
		if (v->sent[i].item_sent == in.item && str_eq(v->sent[i].question, in.question))
			return true;
	}
	in.item_sent = in.item;
	in.q = form_question(v->save.sheet.form, in.question);
	if (!check_name(c, v->save.sheet.form, name, &in, e))
		return false;
	if (in.q)
		in.question = in.q->name;
	*out = &v->sent[v->n_sent];
	v->sent[v->n_sent++] = in;
	return true;
}

static void take_value(struct call *c, struct sent *in, struct str value)
{
	const bool several = in->q && (in->q->type == QUESTION_SELECT_MULTIPLE ||
				       in->q->type == QUESTION_RANK);
	if (!call_given(c, "--exact"))
		value = look_cell_of_typed(c->a, in->q, value, c->lang);
	if (several && value.n && in->value.n)
		value = str_fmt(c->a, "%.*s %.*s", STR_ARG(in->value), STR_ARG(value));
	if (value.n || !in->has_value)
		in->value = value;
	in->has_value = true;
}

static bool take_mark(struct call *c, struct sent *in, struct str word, struct err *e)
{
	in->marked = true;
	if (str_is(word, "removed") && !in->q)
		in->mark = MARK_REMOVED;
	else if (str_is(word, "confirmed") && in->q)
		in->mark = MARK_CONFIRMED;
	else if (str_is(word, "new") && !in->q)
		in->fresh = true;
	else if (!str_is(word, "added") || in->q)
		return refuse_name(c, in->question, e);
	return true;
}

enum pairs { ANSWERS, REASONS, MARKS, SEENS };

static bool take_pair(struct call *c, struct saving *v, enum pairs kind, struct str pair,
		      struct err *e)
{
	struct sent *in;
	struct str value = pair, name = str_cut(&value, '=');
	if (!entry_of(c, v, name, &in, e))
		return false;
	if (!in->q && kind != MARKS && kind != SEENS)
		return refuse_name(c, name, e);
	switch (kind) {
	case ANSWERS:
		take_value(c, in, value);
		return true;
	case REASONS:
		in->reason = str_trim(value);
		in->has_reason = true;
		return true;
	case MARKS:
		return !value.n || take_mark(c, in, value, e);
	case SEENS:
		in->has_seen = true;
		if (num_int(value, &in->seen) && in->seen >= 0)
			return true;
		c->blamed = str_c(c->a, str_fmt(c->a, "seen.%.*s", STR_ARG(name)));
		return err_say(e, ERR_INPUT, "«%s» debe ser un número", "\"%s\" must be a number",
			       c->blamed);
	}
	return false;
}

static bool read_sent(struct call *c, struct saving *v, struct err *e)
{
	static const char *const name[] = { "ANSWER", "REASON", "MARK", "SEEN" };
	size_t room = 0;
	for (size_t i = 0; i < 4; i++)
		room += call_values(c, name[i])->n;
	v->sent = NEW(c->a, room + 1, struct sent);
	for (size_t i = 0; i < 4; i++) {
		const struct values *pair = call_values(c, name[i]);
		for (size_t k = 0; k < pair->n; k++)
			if (!take_pair(c, v, (enum pairs)i, pair->text[k], e))
				return false;
	}
	return true;
}

/* ---- items that two people gave one number ---- */

static struct str repeat_of(const struct form *f, struct str question)
{
	const struct question *q = form_question(f, question);
	return q && q->repeat >= 0 ? f->repeat[q->repeat].name : question;
}

static bool is_of_item(const struct form *f, const struct sent *in, const struct sent *fresh)
{
	return in->item_sent == fresh->item_sent &&
	       str_eq(repeat_of(f, in->question), fresh->question);
}

static bool has_item(const struct form *f, const struct standing *st, const struct sent *fresh)
{
	for (size_t i = 0; i < st->n; i++)
		if (st->change[i]->item == fresh->item_sent &&
		    str_eq(repeat_of(f, st->change[i]->question), fresh->question))
			return true;
	return false;
}

/* Sent a second time by somebody who did not hear that it was saved: there is something in it, and
 * all of it stands. */
static bool is_saved_already(const struct saving *v, const struct standing *st,
			     const struct sent *fresh)
{
	bool something = false;
	for (size_t i = 0; i < v->n_sent; i++) {
		const struct sent *in = &v->sent[i];
		if (!in->q || !in->has_value || !is_of_item(v->save.sheet.form, in, fresh))
			continue;
		const struct answer_change *now =
			standing_find(st, in->question, in->item_sent);
		if (in->value.n && !(now && str_eq(now->value, in->value)))
			return false;
		something = something || in->value.n;
	}
	return something;
}

/* The number after all that stand, were sent, or were just given. */
static int64_t free_number(const struct saving *v, const struct standing *st, struct str repeat)
{
	const struct form *f = v->save.sheet.form;
	int64_t last = 0;
	for (size_t i = 0; i < st->n; i++)
		if (st->change[i]->item > last &&
		    str_eq(repeat_of(f, st->change[i]->question), repeat))
			last = st->change[i]->item;
	for (size_t i = 0; i < v->n_sent; i++)
		if (str_eq(repeat_of(f, v->sent[i].question), repeat)) {
			last = v->sent[i].item_sent > last ? v->sent[i].item_sent : last;
			last = v->sent[i].item > last ? v->sent[i].item : last;
		}
	return last + 1;
}

static bool move_item(struct saving *v, const struct standing *st, const struct sent *fresh,
		      struct err *e)
{
	const int64_t to = free_number(v, st, fresh->question);
	if (to > REPEAT_ITEMS_MAX)
		return err_say(e, ERR_LIMIT, "%.*s: hasta %d fichas", "%.*s: up to %d items",
			       STR_ARG(fresh->question), REPEAT_ITEMS_MAX);
	for (size_t i = 0; i < v->n_sent; i++)
		if (is_of_item(v->save.sheet.form, &v->sent[i], fresh))
			v->sent[i].item = to;
	struct save_move *all = (struct save_move *)(uintptr_t)v->save.move;
	all[v->save.n_moves++] = (struct save_move){ fresh->question, fresh->item_sent, to };
	return true;
}

static bool number_items(struct call *c, struct saving *v, const struct standing *st,
			 struct err *e)
{
	v->save.move = NEW(c->a, v->n_sent + 1, struct save_move);
	v->save.n_moves = 0;
	for (size_t i = 0; i < v->n_sent; i++)
		v->sent[i].item = v->sent[i].item_sent;
	for (size_t i = 0; i < v->n_sent; i++) {
		const struct sent *in = &v->sent[i];
		if (in->fresh && has_item(v->save.sheet.form, st, in) &&
		    !is_saved_already(v, st, in) && !move_item(v, st, in, e))
			return false;
	}
	return true;
}

/* ---- comparing ---- */

static bool is_same(const struct answer_change *ch, struct str value, struct str reason)
{
	return ch ? str_eq(ch->value, value) && str_eq(ch->reason, reason)
		  : !value.n && !reason.n;
}

/* The change with a number, if it is of this question. */
static const struct answer_change *change_seen(const struct sheet *sheet, const struct sent *in)
{
	if (in->seen < 1 || (size_t)in->seen > sheet->n_changes)
		return NULL;
	const struct answer_change *ch = &sheet->change[in->seen - 1];
	return ch->item == in->item && str_eq(ch->question, in->question) ? ch : NULL;
}

/* What is sent, complete: «sigue igual» takes the value of the round before. */
static struct answer_change wanted(const struct sheet *sheet, const struct sent *in,
				   const struct answer_change *now)
{
	struct answer_change out = { .question = in->question, .item = in->item };
	out.value = in->has_value ? in->value : now ? now->value : (struct str){ 0 };
	out.reason = in->has_reason ? in->reason : now ? now->reason : (struct str){ 0 };
	if (in->marked)
		out.mark = in->mark;
	else if (now && str_eq(now->value, out.value))
		out.mark = now->mark; /* a reason alone leaves it confirmed */
	if (in->marked && in->mark == MARK_CONFIRMED) {
		const struct before_cell *before = sheet_before(sheet, in->question);
		if (before)
			out.value = before->value;
		else
			out.mark = MARK_TYPED;
	}
	if (!in->q && out.mark == MARK_CONFIRMED)
		out.mark = MARK_TYPED;
	return out;
}

static void add_conflict(struct save *v, const struct sent *in, const struct answer_change *want,
			 const struct answer_change *now)
{
	struct save_conflict *all = (struct save_conflict *)(uintptr_t)v->conflict;
	all[v->n_conflicts++] = (struct save_conflict){ .question = in->question, .item = in->item,
							.mine = want->value, .theirs = now };
}

static void weigh(struct save *v, const struct sent *in, const struct standing *st)
{
	const struct answer_change *now = standing_find(st, in->question, in->item);
	const struct answer_change want = wanted(&v->sheet, in, now);
	const int64_t number = now ? now->number : 0;
	const bool added = !in->q && want.mark == MARK_TYPED;
	if (is_same(now, want.value, want.reason) && (now ? now->mark : MARK_TYPED) == want.mark &&
	    (now || !added))
		return;
	if (in->has_seen && number > in->seen) {
		if (!in->marked && is_same(change_seen(&v->sheet, in), want.value, want.reason))
			return; /* the sender left it as it was */
		if (!str_eq(now->value, want.value)) {
			add_conflict(v, in, &want, now);
			return;
		}
	}
	v->change[v->n_changes++] = want;
}

static bool check_area(struct call *c, const struct sheet *sheet, const struct sent *in,
		       struct err *e)
{
	const size_t section = sheet_section_of(sheet->form, in->question);
	if (section != SIZE_MAX && sheet_may_answer(sheet, section))
		return true;
	c->blamed = str_c(c->a, str_fmt(c->a, "answer.%.*s", STR_ARG(in->question)));
	return err_say(e, ERR_DENIED, "%.*s: su acceso es para otra área del formulario",
		       "%.*s: your access is for another area of the form", STR_ARG(in->question));
}

static bool compare(struct call *c, struct saving *v, struct err *e)
{
	struct save *out = &v->save;
	const struct standing st =
		standing_of(c->a, out->sheet.change, out->sheet.n_changes);
	out->change = NEW(c->a, v->n_sent + 1, struct answer_change);
	out->conflict = NEW(c->a, v->n_sent + 1, struct save_conflict);
	out->n_changes = out->n_conflicts = 0;
	if (!number_items(c, v, &st, e))
		return false;
	for (size_t i = 0; i < v->n_sent; i++) {
		const size_t n = out->n_changes;
		weigh(out, &v->sent[i], &st);
		if (out->n_changes > n && !check_area(c, &out->sheet, &v->sent[i], e))
			return false;
	}
	v->n_changes_seen = (int64_t)out->sheet.n_changes;
	return sheet_look(c, &out->sheet, out->change, out->n_changes, false, e);
}

/* ---- the deed ---- */

static bool must_be_writable(const struct call *c, const struct sheet *sheet, struct err *e)
{
	if (sheet->may_answer)
		return true;
	if (sheet->found && sheet->head.state != QUESTIONNAIRE_DRAFT &&
	    sheet->head.state != QUESTIONNAIRE_RETURNED)
		return err_say(e, ERR_CONFLICT,
			       "el formulario está %s%.0s y ya no se cambia; si hay que "
			       "corregirlo, pida que se lo devuelvan",
			       "the form is %.0s%s and is not changed any more; if it needs a "
			       "correction, ask for it to be returned",
			       questionnaire_state_word(sheet->head.state, LANG_ES),
			       questionnaire_state_word(sheet->head.state, LANG_EN));
	if (!calendar_must_take(&sheet->round, c->now, e))
		return false;
	if (sheet->round.state == ROUND_REVIEW && !sheet->found)
		return err_say(e, ERR_CONFLICT,
			       "la ronda %.*s está en revisión: solo se corrige lo devuelto",
			       "round %.*s is in review: only what was returned is corrected",
			       STR_ARG(sheet->round.id));
	return err_say(e, ERR_DENIED, "su acceso deja leer este formulario, no responderlo",
		       "your access lets you read this form, not answer it");
}

bool prepare_save(struct call *c, int form, struct err *e)
{
	struct saving *v = NEW(c->a, 1, struct saving);
	struct questionnaire_key key;
	struct store *s;
	c->prepared = v;
	return call_store(c, &s, e) && sheet_key(c, s, form, &key, e) &&
	       sheet_begin(c, s, &key, &v->save.sheet, e) &&
	       must_be_writable(c, &v->save.sheet, e) && read_sent(c, v, e) && compare(c, v, e);
}

/* Somebody else may have saved since prepare looked. */
static bool look_again(struct call *c, struct store *s, struct saving *v, struct err *e)
{
	struct sheet *sheet = &v->save.sheet;
	struct stored_questionnaire head;
	bool found;
	if (!store_find_questionnaire(s, c->a, &sheet->key, &found, &head, e))
		return false;
	if ((found ? head.n_changes : 0) == v->n_changes_seen)
		return true;
	return sheet_read(c, s, sheet, e) && compare(c, v, e);
}

bool do_save(struct call *c, struct err *e)
{
	struct saving *v = saving_of(c);
	struct sheet *sheet = &v->save.sheet;
	struct store *s;
	v->save.saved_at = c->now;
	if (!call_store(c, &s, e) || !look_again(c, s, v, e))
		return false;
	if (!v->save.n_changes)
		return true;
	const struct questionnaire_progress progress = sheet_progress(sheet);
	if (!store_open_questionnaire(s, &sheet->key, e) ||
	    !store_add_changes(s, &sheet->key, sheet->form, v->save.change, v->save.n_changes,
			       &progress, e))
		return false;
	sheet_take(c, sheet, v->save.change, v->save.n_changes);
	return true;
}
