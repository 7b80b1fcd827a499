/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a round is: who has not begun, where people are stuck, what waits. */
#include <stdlib.h>

#include "base/fold.h"
#include "app/print.h"
#include "page/escape.h"
#include "page/review_inside.h"

enum { ROWS_SHOWN_MAX = 120, GROUPS_MAX = 60, WRITE_ADDRESS_BYTES_MAX = 6000 };

static const struct {
	const char *name;
	struct label word;
} bys[DIMENSIONS_N] = {
	[BY_CHAMBER] = { "chamber", { { STR("Cámara"), STR("Chamber") } } },
	[BY_DEPARTMENT] = { "department", { { STR("Departamento"), STR("Department") } } },
	[BY_SECTOR] = { "sector", { { STR("Sector"), STR("Sector") } } },
};
static const char *const catalogues[DIMENSIONS_N] = { "chambers", "departments", "sectors" };

/* Index of --state, or BOARD_STATES_N: all. */
static int state_asked(const struct call *c)
{
	int i = 0;
	while (i < BOARD_STATES_N &&
	       !str_is(call_text(c, "--state"), board_state_name((enum board_state)i)))
		i++;
	return i;
}

static enum review_dimension by_asked(const struct call *c)
{
	for (int i = 0; i < DIMENSIONS_N; i++)
		if (str_is(call_text(c, "--by"), bys[i].name))
			return (enum review_dimension)i;
	return BY_CHAMBER;
}

static bool read_board(struct call *c, struct review_filter *f, struct board *out, struct err *e)
{
	struct store *s;
	*f = review_filter_of(c);
	return call_store(c, &s, e) && review_board(c, s, call_text(c, "--round"), f, out, e);
}

static struct str base_of(struct call *c, const struct board *b)
{
	return str_fmt(c->a, "/rondas/%.*s/avance", STR_ARG(b->round.id));
}

/* ---- counts ---- */

static bool may_write(const struct call *c)
{
	return (c->caller.roles & (ROLE_TEAM | ROLE_CHAMBER)) != 0;
}

/* Where those of a state are written to; a chamber names its clusters, for it reaches no others. */
static struct str write_address(struct call *c, const struct board *b, enum board_state s)
{
	struct buf text;
	buf_init(&text, c->a, WRITE_ADDRESS_BYTES_MAX);
	buf_fmt(&text, "/rondas/%.*s/escribir?to=%s", STR_ARG(b->round.id), board_state_name(s));
	for (size_t i = 0; !(c->caller.roles & ROLE_TEAM) && i < b->n; i++) {
		const struct str id = b->row[i].cluster.id;
		if (b->row[i].state != s || !caller_sees(&c->caller, ROLE_CHAMBER, id))
			continue;
		buf_puts(&text, "&cluster=");
		escape_url_query(&text, id);
	}
	return text.over ? STR("") : buf_str(&text);
}

static void put_counts(struct call *c, const struct board *b, const struct review_filter *f,
		       struct template_board *t)
{
	struct template_board_count *out = NEW(c->a, BOARD_STATES_N, struct template_board_count);
	for (int i = 0; i < BOARD_STATES_N; i++) {
		const enum board_state s = (enum board_state)i;
		const bool behind = s == BOARD_UNOPENED || s == BOARD_STARTED || s == BOARD_STUCK ||
				    s == BOARD_RETURNED;
		if (s == BOARD_ANNULLED && !b->count[i])
			continue;
		out[t->n_counts++] = (struct template_board_count){
			.word = board_state_word(s, c->lang),
			.n = (int64_t)b->count[i],
			.address = review_address(c, base_of(c, b), f, "state",
						  str_of(board_state_name(s))),
			.write = behind && b->count[i] && may_write(c)
					 ? write_address(c, b, s)
					 : STR(""),
		};
	}
	t->counts = out;
}

/* ---- groups ---- */

static struct template_board_group *group_of(struct call *c, const struct board *b,
					     const struct review_filter *f, struct str code,
					     struct str *codes, struct template_board_group *g,
					     size_t *n)
{
	const enum review_dimension by = by_asked(c);
	for (size_t i = 0; i < *n; i++)
		if (str_eq(codes[i], code))
			return &g[i];
	if (*n == GROUPS_MAX)
		return NULL;
	codes[*n] = code;
	g[*n] = (struct template_board_group){
		.name = code.n ? review_label(c, catalogues[by], code)
			       : call_say(c, "sin dato", "not said"),
	};
	if (code.n) /* a filter cannot ask for what was not said */
		g[*n].address = review_address(c, base_of(c, b), f, bys[by].name, code);
	return &g[(*n)++];
}

static void add_to(struct template_board_group *g, enum board_state s)
{
	int64_t *const place[BOARD_STATES_N] = {
		[BOARD_UNOPENED] = &g->unopened, [BOARD_STARTED] = &g->started,
		[BOARD_STUCK] = &g->stuck,	 [BOARD_SENT] = &g->sent,
		[BOARD_RETURNED] = &g->returned, [BOARD_ACCEPTED] = &g->accepted,
	};
	if (place[s])
		++*place[s];
	g->total++;
}

/* By name; what was not said, which has no address, last. */
static int by_group_name(const void *x, const void *y)
{
	ARENA_SCOPE(a, 64 << 10);
	const struct template_board_group *p = x, *q = y;
	if (!p->address.n != !q->address.n)
		return p->address.n ? -1 : 1;
	return str_cmp(fold_sort_key(&a, p->name), fold_sort_key(&a, q->name));
}

static void put_groups(struct call *c, const struct board *b, const struct review_filter *f,
		       struct template_board *t)
{
	struct template_board_group *g = NEW(c->a, GROUPS_MAX, struct template_board_group);
	struct str *codes = NEW(c->a, GROUPS_MAX, struct str);
	for (size_t i = 0; i < b->n; i++) {
		struct template_board_group *own =
			group_of(c, b, f, review_dimension_of(&b->row[i].cluster, by_asked(c)),
				 codes, g, &t->n_groups);
		if (own)
			add_to(own, b->row[i].state);
	}
	if (t->n_groups)
		qsort(g, t->n_groups, sizeof(*g), by_group_name);
	t->groups = g;
	t->by = label_in(&bys[by_asked(c)].word, c->lang);
}

/* ---- rows ---- */

/* "G07 — … · hace 12 días" */
static struct str where_of(struct call *c, const struct board *b, const struct board_row *row)
{
	const struct question *q = row->head.last_question.n && b->form
					   ? form_question(b->form, row->head.last_question)
					   : NULL;
	struct buf text;
	buf_init(&text, c->a, 1024);
	if (row->imported)
		return call_say(c, "llegó por archivo", "came by a file");
	if (q)
		buf_fmt(&text, "%.*s", STR_ARG(q->name));
	if (row->days_still > 0)
		buf_fmt(&text,
			c->lang == LANG_ES ? "%shace %lld días" : "%s%lld days ago",
			text.n ? " · " : "", (long long)row->days_still);
	return buf_str(&text);
}

static void put_rows(struct call *c, const struct board *b, struct template_board *t)
{
	struct template_board_row *out = NEW(c->a, ROWS_SHOWN_MAX, struct template_board_row);
	const int asked = state_asked(c);
	for (size_t i = 0; i < b->n; i++) {
		const struct board_row *row = &b->row[i];
		const struct questionnaire_progress *p = &row->head.progress;
		if (asked < BOARD_STATES_N && row->state != (enum board_state)asked)
			continue;
		if (t->n_rows == ROWS_SHOWN_MAX) {
			t->more++;
			continue;
		}
		out[t->n_rows++] = (struct template_board_row){
			.cluster = row->cluster.id,
			.name = row->cluster.name,
			.place = review_place(c, &row->cluster),
			.state = board_state_word(row->state, c->lang),
			.bad = row->state == BOARD_STUCK || row->state == BOARD_RETURNED ||
			       row->state == BOARD_UNOPENED,
			.done = p->n_asked ? str_fmt(c->a, c->lang == LANG_ES ? "%lld de %lld"
									      : "%lld of %lld",
						     (long long)p->n_answered,
						     (long long)p->n_asked)
					   : STR(""),
			.last = where_of(c, b, row),
			.contact = row->contact,
		};
	}
	t->rows = out;
}

static struct str lead_of(struct call *c, const struct board *b)
{
	const bool es = c->lang == LANG_ES;
	const size_t in = b->count[BOARD_SENT] + b->count[BOARD_ACCEPTED];
	const struct str done = str_fmt(c->a,
					es ? "Respondieron %zu de %zu clústeres."
					   : "%zu of %zu clusters have answered.",
					in, b->n);
	if (b->round.state != ROUND_OPEN || b->days_left == INT64_MIN)
		return done;
	if (b->days_left < 0)
		return str_fmt(c->a, es ? "%.*s El plazo terminó hace %lld días."
					: "%.*s The time ended %lld days ago.",
			       STR_ARG(done), (long long)-b->days_left);
	return str_fmt(c->a, es ? "%.*s Quedan %lld días." : "%.*s %lld days are left.",
		       STR_ARG(done), (long long)b->days_left);
}

static void put_choices(struct call *c, const struct board *b, const struct review_filter *f,
			struct template_board *t)
{
	struct template_choice *state = NEW(c->a, BOARD_STATES_N, struct template_choice),
			       *by = NEW(c->a, DIMENSIONS_N, struct template_choice);
	for (int i = 0; i < BOARD_STATES_N; i++)
		state[i] = (struct template_choice){
			str_of(board_state_name((enum board_state)i)),
			board_state_word((enum board_state)i, c->lang), i == state_asked(c)
		};
	for (int i = 0; i < DIMENSIONS_N; i++)
		by[i] = (struct template_choice){ str_of(bys[i].name),
						  label_in(&bys[i].word, c->lang),
						  i == (int)by_asked(c) };
	t->states = state;
	t->n_states = BOARD_STATES_N;
	t->bys = by;
	t->n_bys = DIMENSIONS_N;
	t->chambers = review_dimension_choices(c, &b->clusters, BY_CHAMBER, f->chamber,
					       &t->n_chambers);
	t->departments = review_dimension_choices(c, &b->clusters, BY_DEPARTMENT, f->department,
						  &t->n_departments);
	t->sectors = review_dimension_choices(c, &b->clusters, BY_SECTOR, f->sector,
					      &t->n_sectors);
}

bool page_board(struct call *c, struct err *e)
{
	struct review_filter f;
	struct board b;
	if (!read_board(c, &f, &b, e))
		return false;
	struct template_board t = {
		.round = b.round.id,
		.title = str_fmt(c->a, c->lang == LANG_ES ? "Avance de la ronda %.*s"
							  : "How far round %.*s is",
				 STR_ARG(b.round.id)),
		.lead = lead_of(c, &b),
		.search = f.search,
		.csv = review_address(c, str_fmt(c->a, "%.*s.csv", STR_ARG(base_of(c, &b))), &f,
				      NULL,
				      STR("")),
		.reviews = review_is_reviewer(c),
		.writes = may_write(c),
		.opens = review_is_reviewer(c) || (c->caller.roles & ROLE_CHAMBER),
	};
	put_counts(c, &b, &f, &t);
	put_choices(c, &b, &f, &t);
	put_groups(c, &b, &f, &t);
	put_rows(c, &b, &t);
	template_board(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_board_csv(struct call *c, struct err *e)
{
	struct review_filter f;
	struct print_table t;
	struct board b;
	if (!read_board(c, &f, &b, e))
		return false;
	review_board_table(c, &b, &t);
	return review_send_csv(c, &t, "avance", e);
}
