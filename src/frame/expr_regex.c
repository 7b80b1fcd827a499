/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pattern becomes a tree, the tree a program of small steps, and matching follows all paths of
 * the program at once (Thompson's way), so no text can make it slow. */
#include "frame/expr_regex.h"

#include <assert.h>
#include <string.h>

enum tree_kind { TREE_EMPTY, TREE_ONE, TREE_BEGIN, TREE_END, TREE_CAT, TREE_OR, TREE_REPEAT };

struct range {
	uint32_t low, high;
};

/* A set of code points. */
struct set {
	struct range *range;
	size_t n;
	bool negated;
};

struct tree {
	enum tree_kind kind;
	struct set set;            /* ONE */
	struct tree *left, *right; /* CAT, OR; REPEAT: left */
	unsigned min, max;         /* REPEAT; max UNBOUNDED: no end */
};
#define UNBOUNDED UINT32_MAX
enum { NEST_MAX = 50, REPEAT_MAX = 1000, EMIT_MAX = 20 * EXPR_REGEX_SIZE_MAX };

enum step_kind { STEP_SET, STEP_SPLIT, STEP_JUMP, STEP_BEGIN, STEP_END, STEP_MATCH };
struct step {
	enum step_kind kind;
	struct set set;
	uint32_t x, y; /* SPLIT: both; JUMP: x */
};

struct expr_regex {
	struct step *step;
	uint32_t n;
};

/* --- reading --- */

struct reader {
	struct arena *a;
	struct str s;
	size_t at;
	unsigned nest;
	struct err *e;
	unsigned emitted;
	struct expr_regex *re;
};

/* About 60 bytes of s, cut between code points. */
static struct str start_of(struct str s)
{
	size_t n = s.n < 60 ? s.n : 60;
	while (n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n++;
	return str_sub(s, 0, n);
}

static bool fail(struct reader *r, size_t at)
{
	return err_set(r->e, ERR_INPUT, "%.*s", STR_ARG(start_of(str_sub(r->s, at, r->s.n))));
}

static struct tree *tree_new(struct reader *r, enum tree_kind kind)
{
	struct tree *t = NEW(r->a, 1, struct tree);
	t->kind = kind;
	return t;
}

static char peek(const struct reader *r)
{
	return r->at < r->s.n ? r->s.p[r->at] : '\0';
}

static void add_range(struct reader *r, struct set *s, uint32_t low, uint32_t high)
{
	s->range = arena_grow(r->a, s->range, s->n, s->n + 1, sizeof *s->range);
	s->range[s->n++] = (struct range){ low, high };
}

/* \d \w \s into s; \D \W \S as the gaps between. */
static bool add_class(struct reader *r, struct set *s, char c)
{
	static const struct range digit[] = { { '0', '9' } };
	static const struct range word[] = {
		{ '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' }
	};
	static const struct range space[] = { { '\t', '\r' }, { ' ', ' ' } };
	const struct range *of = NULL;
	size_t n = 0;
	switch (c | 0x20) {
	case 'd': of = digit, n = 1; break;
	case 'w': of = word, n = 4; break;
	case 's': of = space, n = 2; break;
	default: return false;
	}
	uint32_t next = 0;
	for (size_t i = 0; i < n; i++) {
		if (c & 0x20)
			add_range(r, s, of[i].low, of[i].high);
		else
			add_range(r, s, next, of[i].low - 1);
		next = of[i].high + 1;
	}
	if (!(c & 0x20))
		add_range(r, s, next, 0x10FFFF);
	return true;
}

static uint32_t control_of(char c)
{
	switch (c) {
	case 't': return '\t';
	case 'n': return '\n';
	case 'r': return '\r';
	default: return 0;
	}
}

/* What follows a backslash: a class, a control character, or a sign for itself. */
static bool read_escape(struct reader *r, struct set *s, uint32_t *ret_single)
{
	size_t at = r->at - 1;
	char c = peek(r);
	*ret_single = 0;
	if (c && add_class(r, s, c)) {
		r->at++;
		return true;
	}
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
	uint32_t control = control_of(c);
	if (!c || (letter && !control))
		return fail(r, at);
	*ret_single = control ? control : utf8_next(r->s, &r->at);
	r->at += control ? 1 : 0;
	return true;
}

/* One end of a range in brackets; *ret_single 0: it was a class, already added. */
static bool read_bracket_item(struct reader *r, struct set *s, uint32_t *ret_single)
{
	if (str_starts(str_sub(r->s, r->at, 2), "[:"))
		return fail(r, r->at);
	if (peek(r) == '\\') {
		r->at++;
		return read_escape(r, s, ret_single);
	}
	*ret_single = utf8_next(r->s, &r->at);
	return true;
}

static bool read_bracket(struct reader *r, struct set *s)
{
	size_t open = r->at++, first;
	if (peek(r) == '^') {
		s->negated = true;
		r->at++;
	}
	for (first = r->at; r->at < r->s.n && (peek(r) != ']' || r->at == first);) {
		uint32_t low, high;
		if (!read_bracket_item(r, s, &low))
			return false;
		bool dash = peek(r) == '-' && r->at + 1 < r->s.n && r->s.p[r->at + 1] != ']';
		if (!low)
			continue;
		high = low;
		if (dash) {
			r->at++;
			if (!read_bracket_item(r, s, &high))
				return false;
			if (high < low)
				return fail(r, open);
		}
		add_range(r, s, low, high);
	}
	if (peek(r) != ']')
		return fail(r, open);
	r->at++;
	return true;
}

static struct tree *read_or(struct reader *r);

static struct tree *read_group(struct reader *r)
{
	size_t open = r->at++;
	if (str_starts(str_sub(r->s, r->at, 2), "?:"))
		r->at += 2;
	else if (peek(r) == '?')
		return fail(r, open), NULL;
	if (++r->nest > NEST_MAX)
		return fail(r, open), NULL;
	struct tree *t = read_or(r);
	if (!t)
		return NULL;
	if (peek(r) != ')')
		return fail(r, open), NULL;
	r->at++;
	r->nest--;
	return t;
}

static struct tree *read_atom(struct reader *r)
{
	char c = peek(r);
	if (c == '(')
		return read_group(r);
	if (c == '^' || c == '$') {
		r->at++;
		return tree_new(r, c == '^' ? TREE_BEGIN : TREE_END);
	}
	if (c == '*' || c == '+' || c == '?' || c == '{')
		return fail(r, r->at), NULL;
	struct tree *t = tree_new(r, TREE_ONE);
	uint32_t single = 0;
	if (c == '[')
		return read_bracket(r, &t->set) ? t : NULL;
	if (c == '.') {
		r->at++;
		add_range(r, &t->set, '\n', '\n');
		t->set.negated = true;
		return t;
	}
	if (c == '\\') {
		r->at++;
		if (!read_escape(r, &t->set, &single))
			return NULL;
	} else {
		single = utf8_next(r->s, &r->at);
	}
	if (single)
		add_range(r, &t->set, single, single);
	return t;
}

static bool read_count(struct reader *r, unsigned *out)
{
	size_t from = r->at;
	unsigned n = 0;
	while (peek(r) >= '0' && peek(r) <= '9' && n <= REPEAT_MAX)
		n = n * 10 + (unsigned)(r->s.p[r->at++] - '0');
	*out = n;
	return r->at > from && n <= REPEAT_MAX;
}

static bool read_braces(struct reader *r, unsigned *min, unsigned *max)
{
	size_t open = r->at++;
	if (!read_count(r, min))
		return fail(r, open);
	*max = *min;
	if (peek(r) == ',') {
		r->at++;
		*max = UNBOUNDED;
		if (peek(r) != '}' && (!read_count(r, max) || *max < *min))
			return fail(r, open);
	}
	if (peek(r) != '}')
		return fail(r, open);
	r->at++;
	return true;
}

static struct tree *read_repeat(struct reader *r)
{
	struct tree *t = read_atom(r);
	unsigned n = 0;
	while (t) {
		unsigned min = 0, max = UNBOUNDED;
		char c = peek(r);
		if (c == '+')
			min = 1;
		else if (c == '?')
			max = 1;
		else if (c != '*' && c != '{')
			return t;
		if (++n > 1)
			return fail(r, r->at), NULL;
		if (c != '{')
			r->at++;
		else if (!read_braces(r, &min, &max))
			return NULL;
		if (peek(r) == '?' || peek(r) == '+')
			r->at++;
		struct tree *over = tree_new(r, TREE_REPEAT);
		over->left = t;
		over->min = min;
		over->max = max;
		t = over;
	}
	return NULL;
}

static struct tree *join(struct reader *r, enum tree_kind kind, struct tree *left,
			 struct tree *right)
{
	struct tree *t = tree_new(r, kind);
	t->left = left;
	t->right = right;
	return t;
}

static struct tree *read_or(struct reader *r)
{
	struct tree *all = NULL;
	for (;;) {
		struct tree *branch = tree_new(r, TREE_EMPTY);
		while (r->at < r->s.n && peek(r) != '|' && peek(r) != ')') {
			struct tree *t = read_repeat(r);
			if (!t)
				return NULL;
			branch = branch->kind == TREE_EMPTY ? t : join(r, TREE_CAT, branch, t);
		}
		all = all ? join(r, TREE_OR, all, branch) : branch;
		if (peek(r) != '|')
			return all;
		r->at++;
	}
}

/* --- writing the program --- */

static uint32_t put(struct reader *r, struct step s)
{
	struct expr_regex *re = r->re;
	if (re->n >= EXPR_REGEX_SIZE_MAX) {
		r->emitted = EMIT_MAX;
		return re->n - 1;
	}
	if ((re->n & (re->n - 1)) == 0)
		re->step =
			arena_grow(r->a, re->step, re->n, re->n ? (size_t)re->n * 2 : 1, sizeof s);
	re->step[re->n] = s;
	return re->n++;
}

static void emit(struct reader *r, const struct tree *t);

static void emit_or(struct reader *r, const struct tree *t)
{
	uint32_t split = put(r, (struct step){ .kind = STEP_SPLIT });
	r->re->step[split].x = r->re->n;
	emit(r, t->left);
	uint32_t jump = put(r, (struct step){ .kind = STEP_JUMP });
	r->re->step[split].y = r->re->n;
	emit(r, t->right);
	r->re->step[jump].x = r->re->n;
}

static void emit_repeat(struct reader *r, const struct tree *t)
{
	for (unsigned i = 0; i < t->min && r->emitted < EMIT_MAX; i++)
		emit(r, t->left);
	if (t->max == UNBOUNDED) {
		uint32_t split = put(r, (struct step){ .kind = STEP_SPLIT });
		r->re->step[split].x = r->re->n;
		emit(r, t->left);
		(void)put(r, (struct step){ .kind = STEP_JUMP, .x = split });
		r->re->step[split].y = r->re->n;
		return;
	}
	for (unsigned i = t->min; i < t->max && r->emitted < EMIT_MAX; i++) {
		uint32_t split = put(r, (struct step){ .kind = STEP_SPLIT });
		r->re->step[split].x = r->re->n;
		emit(r, t->left);
		r->re->step[split].y = r->re->n;
	}
}

/* Left-deep chains of CAT and OR are as long as the pattern; they are walked, not recursed. */
static void emit_cat(struct reader *r, const struct tree *t)
{
	size_t n = 1;
	for (const struct tree *c = t; c->kind == TREE_CAT; c = c->left)
		n++;
	const struct tree **part = NEW(r->a, n, const struct tree *);
	size_t i = n;
	for (; t->kind == TREE_CAT; t = t->left)
		part[--i] = t->right;
	part[0] = t;
	for (i = 0; i < n; i++)
		emit(r, part[i]);
}

static void emit(struct reader *r, const struct tree *t)
{
	if (r->emitted >= EMIT_MAX)
		return;
	r->emitted++;
	switch (t->kind) {
	case TREE_EMPTY: break;
	case TREE_ONE: (void)put(r, (struct step){ .kind = STEP_SET, .set = t->set }); break;
	case TREE_BEGIN: (void)put(r, (struct step){ .kind = STEP_BEGIN }); break;
	case TREE_END: (void)put(r, (struct step){ .kind = STEP_END }); break;
	case TREE_CAT: emit_cat(r, t); break;
	case TREE_OR: emit_or(r, t); break;
	case TREE_REPEAT: emit_repeat(r, t); break;
	}
}

bool expr_regex_compile(struct arena *a, struct str pattern, struct expr_regex **out, struct err *e)
{
	enum { PATTERN_MAX = 1000 };
	struct reader r = { .a = a, .s = pattern, .e = e };
	if (pattern.n > PATTERN_MAX)
		return err_set(e, ERR_LIMIT, "%.*s", STR_ARG(start_of(pattern)));
	struct tree *t = read_or(&r);
	if (!t)
		return false;
	if (r.at < pattern.n)
		return fail(&r, r.at);
	r.re = NEW(a, 1, struct expr_regex);
	emit(&r, t);
	(void)put(&r, (struct step){ .kind = STEP_MATCH });
	if (r.emitted >= EMIT_MAX)
		return err_set(e, ERR_LIMIT, "%.*s", STR_ARG(start_of(pattern)));
	*out = r.re;
	return true;
}

/* --- matching --- */

/* States reached, in order, and where each stands in the list (checked against the list itself, so
 * it needs no clearing). */
struct states {
	uint32_t *list, *where;
	uint32_t n;
};

size_t expr_regex_scratch_bytes(const struct expr_regex *re)
{
	/* two sets of states, and a stack that holds each state at most twice */
	return ((size_t)re->n * 6 + 2) * sizeof(uint32_t);
}

static bool has(const struct states *s, uint32_t state)
{
	uint32_t w = s->where[state];
	return w < s->n && s->list[w] == state;
}

/* Adds a state and all that it leads to without reading; at tells whether the ends are here. */
static void reach(const struct expr_regex *re, struct states *s, uint32_t *stack, uint32_t from,
		  bool at_begin, bool at_end)
{
	uint32_t n = 0;
	stack[n++] = from;
	while (n > 0) {
		uint32_t i = stack[--n];
		if (has(s, i))
			continue;
		s->where[i] = s->n;
		s->list[s->n++] = i;
		const struct step *step = &re->step[i];
		switch (step->kind) {
		case STEP_JUMP: stack[n++] = step->x; break;
		case STEP_SPLIT:
			stack[n++] = step->y;
			stack[n++] = step->x;
			break;
		case STEP_BEGIN:
			if (at_begin)
				stack[n++] = i + 1;
			break;
		case STEP_END:
			if (at_end)
				stack[n++] = i + 1;
			break;
		case STEP_SET:
		case STEP_MATCH: break;
		}
	}
}

static bool in_set(const struct set *s, uint32_t c)
{
	for (size_t i = 0; i < s->n; i++)
		if (c >= s->range[i].low && c <= s->range[i].high)
			return !s->negated;
	return s->negated;
}

bool expr_regex_match(const struct expr_regex *re, struct str s, void *scratch)
{
	uint32_t *mem = scratch;
	memset(mem, 0, expr_regex_scratch_bytes(re));
	struct states now = { mem, mem + re->n, 0 };
	struct states then = { mem + 2 * (size_t)re->n, mem + 3 * (size_t)re->n, 0 };
	uint32_t *stack = mem + 4 * (size_t)re->n;
	reach(re, &now, stack, 0, true, s.n == 0);
	for (size_t at = 0; at < s.n && now.n > 0;) {
		uint32_t c = utf8_next(s, &at);
		then.n = 0;
		for (uint32_t i = 0; i < now.n; i++) {
			const struct step *step = &re->step[now.list[i]];
			if (step->kind == STEP_SET && in_set(&step->set, c))
				reach(re, &then, stack, now.list[i] + 1, false, at == s.n);
		}
		struct states swap = now;
		now = then;
		then = swap;
	}
	return has(&now, re->n - 1);
}
