/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/fold.h"
#include "base/num.h"
#include "response/reader.h"

struct str say(const struct problems *ps, const char *es, const char *en)
{
	return str_of(ps->lang == LANG_ES ? es : en);
}

struct problem spot_problem(struct spot *s, enum severity severity, const char *rule,
			    struct str suggestion)
{
	struct block *b = s->b;
	const struct asked *k = &b->r->asked[s->question];
	const struct table *t = &b->table[k->table];
	size_t file_row = t->from ? t->from[s->row] : s->row;
	bool hidden = k->q->personal && s->raw.n;
	if (severity == SEVERITY_ERROR)
		b->accepted[t->parent ? t->parent[s->row] : s->row] = false;
	return (struct problem){
		.severity = severity,
		.file = b->r->source[k->table].file,
		.row = (int64_t)t->rows->number[file_row],
		.column = k->q->name,
		.value = hidden ? say(b->ps, "[dato personal]", "[personal data]") : s->raw,
		.rule = rule,
		.suggestion = hidden ? STR("") : suggestion,
	};
}

struct str spot_words(struct spot *s, double amount)
{
	const struct question *q = s->b->r->asked[s->question].q;
	if (!str_is(q->unit, "cop") || q->personal || !(fabs(amount) >= 1e6 && fabs(amount) < 9e18))
		return STR("");
	struct buf b;
	buf_init(&b, &s->b->scratch, 256);
	buf_puts(&b, " (");
	num_put_pesos_words(&b, s->b->ps->lang, (int64_t)amount, 1);
	buf_puts(&b, ")");
	return buf_str(&b);
}

struct str nearest(struct block *b, struct str s, const struct str *candidate, size_t n)
{
	if (!b->r->nearest_left || s.n > 200)
		return STR("");
	b->r->nearest_left--;
	return fold_nearest(&b->scratch, s, candidate, n);
}

struct str suggest_write(struct block *b, struct str x)
{
	if (!x.n)
		return STR("");
	return str_fmt(&b->scratch, b->ps->lang == LANG_ES ? "escriba %.*s" : "write %.*s",
		       STR_ARG(str_sub(x, 0, 200)));
}
