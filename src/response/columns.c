/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The heading of a file against the questions of a form. */
#include <string.h>

#include "base/fold.h"
#include "response/reader.h"

/* Columns that go with a question's own. */
static const char reason_suffix[] = "__reason", imputed_suffix[] = "__imputed";

struct matching {
	struct response_reader *r;
	size_t table;
	struct problems *ps;
	struct arena *a;            /* dropped afterwards */
	const struct lookup *names; /* of every question of the form */
	size_t guess;               /* the question behind the one found last */
};

static struct problem heading(struct matching *m, struct str head, const char *rule,
			      struct str suggestion)
{
	return (struct problem){ .severity = SEVERITY_ERROR,
				 .file = m->r->source[m->table].file,
				 .row = 1,
				 .column = head,
				 .value = head,
				 .rule = rule,
				 .suggestion = suggestion };
}

/* A question whose label somebody wrote instead of its name, or NULL. */
static const struct question *by_label(struct matching *m, struct str head)
{
	const struct form *f = m->r->form;
	struct str wanted = fold(m->a, head);
	for (size_t i = 0; i < f->n_questions; i++)
		for (int lang = 0; lang < LANG_N; lang++) {
			struct str label = f->question[i].label.in[lang];
			if (label.n && str_eq(fold(m->a, label), wanted))
				return &f->question[i];
		}
	return NULL;
}

/* "grupo/A01", "grupo.A01": exports that name the groups too. */
static struct str last_part(struct str head)
{
	size_t from = head.n;
	while (from && head.p[from - 1] != '/' && head.p[from - 1] != '.')
		from--;
	return str_sub(head, from, head.n);
}

static void report_unknown(struct matching *m, struct str head)
{
	struct str meant = last_part(head);
	if (lookup_find(m->names, meant) < 0)
		meant = STR("");
	const struct question *labelled = meant.n ? NULL : by_label(m, head);
	if (labelled)
		meant = labelled->name;
	if (!meant.n && head.n <= 200)
		meant = fold_nearest(m->a, head, m->names->name, m->names->n);
	struct str cure = str_fmt(m->a, "%.*s",
				  STR_ARG(say(m->ps, "quite la columna", "take the column out")));
	if (meant.n)
		cure = str_fmt(m->a,
			       m->ps->lang == LANG_ES ? "¿quiso decir %.*s?" : "did you mean %.*s?",
			       STR_ARG(meant));
	problem_report(m->ps, heading(m, head, "unknown_column", cure),
		       "el formulario «%.*s» no tiene una pregunta «%.*s»",
		       "the form \"%.*s\" has no question \"%.*s\"", STR_ARG(m->r->form->name),
		       STR_ARG(str_sub(head, 0, 200)));
}

/* A question of another table: of a repeat in the main file, or the other way about. */
static void report_elsewhere(struct matching *m, struct str head, const struct asked *k)
{
	const struct form *f = m->r->form;
	if (k->q->type == QUESTION_NOTE)
		problem_report(m->ps,
			       heading(m, head, "unknown_column",
				       say(m->ps, "quite la columna", "take the column out")),
			       "«%.*s» es una nota, no una pregunta",
			       "\"%.*s\" is a note, no question", STR_ARG(head));
	else if (k->table)
		problem_report(
			m->ps, heading(m, head, "repeat_column", STR("")),
			"«%.*s» es de la repetición «%.*s»: va en el archivo de esta (--repeat)",
			"\"%.*s\" belongs to the repeat \"%.*s\": it goes into its file (--repeat)",
			STR_ARG(head), STR_ARG(f->repeat[k->table - 1].name));
	else
		problem_report(m->ps, heading(m, head, "repeat_column", STR("")),
			       "«%.*s» no es de la repetición: va en el archivo principal",
			       "\"%.*s\" is not in the repeat: it goes into the main file",
			       STR_ARG(head));
}

/* The question of that name; -1: none.  Columns mostly come in the order of the questions. */
static int64_t question_named(struct matching *m, struct str name)
{
	int64_t at = m->guess < m->names->n && str_eq(m->names->name[m->guess], name)
			     ? (int64_t)m->guess
			     : lookup_find(m->names, name);
	if (at >= 0)
		m->guess = (size_t)at + 1;
	return at;
}

/* The place for the column's number, or NULL after a problem. */
static int *place_of(struct matching *m, struct str head)
{
	struct source *s = &m->r->source[m->table];
	if (str_is(head, "cluster"))
		return &s->cluster;
	if (m->r->company && str_is(head, "company"))
		return &s->company;
	int64_t at = question_named(m, head);
	bool reason = at < 0 && str_ends(head, reason_suffix);
	bool imputed = at < 0 && str_ends(head, imputed_suffix);
	size_t suffix = reason ? strlen(reason_suffix) : strlen(imputed_suffix);
	if (reason || imputed)
		at = lookup_find(m->names, str_sub(head, 0, head.n - suffix));
	if (at < 0) {
		report_unknown(m, head);
		return NULL;
	}
	struct asked *k = &m->r->asked[at];
	if (k->table != m->table || k->q->type == QUESTION_NOTE) {
		report_elsewhere(m, head, k);
		return NULL;
	}
	return reason ? &k->reason : imputed ? &k->imputed : &k->column;
}

static void match_one(struct matching *m, size_t column)
{
	struct source *s = &m->r->source[m->table];
	struct str head = cell_trim(s->head[column]);
	if (!head.n) {
		s->unnamed[s->n_unnamed++] = column;
		return;
	}
	int *place = place_of(m, head);
	if (place && *place != NO_COLUMN)
		problem_report(m->ps, heading(m, head, "duplicate_column", STR("")),
			       "la columna «%.*s» está dos veces",
			       "the column \"%.*s\" stands twice", STR_ARG(head));
	else if (place)
		*place = (int)column;
}

void columns_match(struct response_reader *r, size_t table, struct problems *ps)
{
	ARENA_SCOPE(scratch, (size_t)256 << 20);
	struct source *s = &r->source[table];
	struct matching m = {
		.r = r, .table = table, .ps = ps, .a = &scratch, .names = r->names
	};
	s->unnamed = NEW(r->a, s->n_columns, size_t);
	for (size_t c = 0; c < s->n_columns; c++)
		match_one(&m, c);
	if (s->cluster == NO_COLUMN)
		problem_report(ps, heading(&m, STR("cluster"), "missing_column", STR("")),
			       "falta la columna «cluster», que va primero",
			       "the column \"cluster\" is missing; it comes first");
	if (r->company && s->company == NO_COLUMN)
		problem_report(ps, heading(&m, STR("company"), "missing_column", STR("")),
			       "falta la columna «company», que va segunda",
			       "the column \"company\" is missing; it comes second");
}
