/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manager's form around its areas: which clusters are somebody's, and what one of them owes. */
#include <string.h>

#include "app/review.h"
#include "page/escape.h"
#include "page/form_inside.h"

/* ---- the sheet ---- */

bool form_sheet(struct call *c, struct store **ret_s, struct sheet *out, struct err *e)
{
	struct questionnaire_key key;
	return call_store(c, ret_s, e) && sheet_key(c, *ret_s, FORM_CLUSTER, &key, e) &&
	       sheet_open(c, *ret_s, &key, out, e);
}

void form_go(struct call *c, const struct sheet *sheet, struct str rest, const char *done,
	     struct str anchor)
{
	struct buf b;
	size_t at;
	buf_init(&b, c->a, 4096);
	buf_puts(&b, "/formulario/");
	escape_url_path(&b, sheet->key.cluster);
	buf_put(&b, rest);
	buf_puts(&b, str_find(rest, STR("?"), &at) ? "&round=" : "?round=");
	escape_url_query(&b, sheet->key.round);
	if (done)
		buf_fmt(&b, "&hecho=%s", done);
	if (anchor.n)
		buf_fmt(&b, "#%.*s", STR_ARG(anchor));
	page_go(c, buf_str(&b), NULL);
}

/* ---- sections ---- */

struct str form_section_key(struct arena *a, const struct sheet *sheet, size_t section)
{
	const struct str name = sheet->form->section[section].name;
	return name.n ? name : str_fmt(a, "%zu", section + 1);
}

static bool is_visible(const struct sheet *sheet, size_t section)
{
	const size_t area = sheet->form->section[section].area;
	return !sheet->area.n ||
	       (area != NO_AREA &&
		str_eq(sheet->known->instrument->area[area].code, sheet->area));
}

size_t form_section_of_key(const struct sheet *sheet, struct str key)
{
	ARENA_SCOPE(a, 1 << 20);
	for (size_t i = 0; i < sheet->form->n_sections; i++)
		if (str_eq(form_section_key(&a, sheet, i), key) && is_visible(sheet, i))
			return i;
	return SIZE_MAX;
}

struct str form_section_title(const struct call *c, const struct sheet *sheet, size_t section)
{
	const struct form_section *at = &sheet->form->section[section];
	const struct str label = label_in(&at->label, c->lang);
	const struct str title = label_in(&sheet->form->title, c->lang);
	return label.n ? label : title.n ? title : call_say(c, "Preguntas", "Questions");
}

bool form_section_shown(const struct sheet *sheet, size_t section)
{
	const struct form_section *at = &sheet->form->section[section];
	for (size_t i = at->first; i < at->first + at->n; i++)
		if (form_is_asked(&sheet->form->question[i]))
			return is_visible(sheet, section);
	return false;
}

size_t form_section_beside(const struct sheet *sheet, size_t section, int step)
{
	for (size_t i = section;;) {
		if (step > 0 ? i + 1 == sheet->form->n_sections : i == 0)
			return SIZE_MAX;
		i = step > 0 ? i + 1 : i - 1;
		if (form_section_shown(sheet, i))
			return i;
	}
}

/* ---- the state of an area ---- */

enum stage { STAGE_EMPTY, STAGE_BEGUN, STAGE_FAULTY, STAGE_WARNED, STAGE_DONE, STAGE_NONE };
static const struct {
	const char *mark;
	struct label word;
} stages[] = {
	[STAGE_EMPTY] = { "blank", { { STR("vacía"), STR("empty") } } },
	[STAGE_BEGUN] = { "begun", { { STR("en curso"), STR("begun") } } },
	[STAGE_FAULTY] = { "faulty", { { STR("con errores"), STR("with faults") } } },
	[STAGE_WARNED] = { "warned", { { STR("con advertencias"), STR("with warnings") } } },
	[STAGE_DONE] = { "complete", { { STR("completa"), STR("complete") } } },
	[STAGE_NONE] = { "absent", { { STR("no aplica"), STR("does not apply") } } },
};

static enum stage stage_of(const struct look_section *n)
{
	if (n->n_faults)
		return STAGE_FAULTY;
	if (!n->n_asked)
		return STAGE_NONE;
	if (!n->n_answered)
		return STAGE_EMPTY;
	if (n->n_unexplained)
		return STAGE_WARNED;
	return n->n_owed ? STAGE_BEGUN : STAGE_DONE;
}

static struct str counts_words(struct call *c, const struct look_section *n)
{
	struct buf b;
	const bool es = c->lang == LANG_ES;
	buf_init(&b, c->a, 512);
	buf_fmt(&b, es ? "%zu de %zu respondidas" : "%zu of %zu answered", n->n_answered,
		n->n_asked);
	if (n->n_owed)
		buf_fmt(&b, es ? " · faltan %zu obligatorias" : " · %zu required still open",
			n->n_owed);
	if (n->n_faults)
		buf_fmt(&b, es ? " · %zu por corregir" : " · %zu to correct", n->n_faults);
	if (n->n_unexplained)
		buf_fmt(&b,
			es ? " · advertencias sin explicar: %zu"
			   : " · warnings without a reason: %zu",
			n->n_unexplained);
	if (n->n_aside)
		buf_fmt(&b, es ? " · %zu guardadas aparte" : " · %zu put aside", n->n_aside);
	return buf_str(&b);
}

/* Open questions of the review about answers of a section. */
static int64_t open_questions(const struct sheet *sheet, const struct review_threads *all,
			      size_t section)
{
	int64_t n = 0;
	for (size_t i = 0; i < all->n; i++)
		n += all->thread[i].open &&
		     sheet_section_of(sheet->form, all->thread[i].question) == section;
	return n;
}

/* How many are open, and where the first that nobody has answered is. */
static void put_threads(struct call *c, const struct review_threads *all,
			struct template_form_overview *t)
{
	const struct review_thread *first = NULL;
	t->threads = (int64_t)all->n_open;
	for (size_t i = 0; i < all->n; i++) {
		const struct review_thread *thread = &all->thread[i];
		if (thread->open && (!first || (first->answered && !thread->answered)))
			first = thread;
	}
	if (!first)
		return;
	t->thread_key = form_key(c->a, first->question, first->item, '.');
	t->thread_waits = !first->answered;
}

static void put_areas(struct call *c, const struct sheet *sheet,
		      const struct review_threads *threads, struct template_form_overview *t)
{
	struct template_form_area_row *row = NEW(c->a, sheet->form->n_sections,
						 struct template_form_area_row);
	t->areas = row;
	for (size_t i = 0; i < sheet->form->n_sections; i++) {
		const struct look_section *n = &sheet->look->section[i];
		const enum stage stage = stage_of(n);
		if (!form_section_shown(sheet, i))
			continue;
		row[t->n_areas++] = (struct template_form_area_row){
			.key = form_section_key(c->a, sheet, i),
			.title = form_section_title(c, sheet, i),
			.state = label_in(&stages[stage].word, c->lang),
			.mark = str_of(stages[stage].mark),
			.counts = counts_words(c, n),
			.open = open_questions(sheet, threads, i),
		};
		if (!t->next.n && stage != STAGE_DONE && stage != STAGE_NONE) {
			t->next = row[t->n_areas - 1].key;
			t->next_title = row[t->n_areas - 1].title;
		}
	}
}

/* Notes of a section that asks nothing are said before the areas. */
static void put_notes(struct call *c, const struct sheet *sheet, struct template_form_overview *t)
{
	struct str *note = NEW(c->a, sheet->form->n_questions, struct str);
	t->notes = note;
	for (size_t i = 0; i < sheet->look->n; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		if (entry->question->type == QUESTION_NOTE && entry->relevance != LOOK_SKIPPED &&
		    !form_section_shown(sheet, form_section_at(sheet->form, entry->question)))
			note[t->n_notes++] = label_in(&entry->question->label, c->lang);
	}
}

/* ---- words about the whole ---- */

static bool is_sent(const struct sheet *sheet)
{
	return sheet->found && (sheet->head.state == QUESTIONNAIRE_SENT ||
				sheet->head.state == QUESTIONNAIRE_ACCEPTED);
}

static struct str why_closed(struct call *c, const struct sheet *sheet)
{
	if (sheet->may_answer || is_sent(sheet))
		return (struct str){ 0 };
	if (sheet->found && sheet->head.state == QUESTIONNAIRE_ANNULLED)
		return call_say(c, "Este formulario se anuló: queda en la historia y no cuenta.",
				"This form was annulled: it stays on record and does not count.");
	if (sheet->round.state == ROUND_DRAFT)
		return call_say(c, "La ronda todavía no se abre. Puede mirar lo que preguntará.",
				"The round is not open yet. You may look at what it will ask.");
	if (sheet->round.state != ROUND_OPEN)
		return str_fmt(c->a,
			       c->lang == LANG_ES ? "La ronda está %s y ya no recibe respuestas."
						  : "The round is %s and takes no more answers.",
			       round_state_word(sheet->round.state, c->lang));
	return call_say(c, "Usted lee este formulario; responderlo es de su gestor.",
			"You read this form; answering it is for its manager.");
}

static struct str carried_words(struct call *c, const struct sheet *sheet)
{
	const struct carried *n = &sheet->carried;
	if (!n->n_offered)
		return (struct str){ 0 };
	return str_fmt(c->a,
		       c->lang == LANG_ES
			       ? "frente a %d: %zu iguales, %zu cambiadas, %zu sin mirar"
			       : "against %d: %zu the same, %zu changed, %zu not looked at",
		       sheet->before_year, n->n_confirmed, n->n_changed, n->n_open);
}

static bool put_last(struct call *c, struct store *s, const struct sheet *sheet,
		     struct template_form_overview *t, struct err *e)
{
	struct form_people people;
	if (!sheet->n_changes)
		return true;
	if (!form_people(c, s, sheet->key.round, &people, e))
		return false;
	const struct answer_change *last = &sheet->change[sheet->n_changes - 1];
	t->last = str_fmt(c->a,
			  c->lang == LANG_ES ? "Última respuesta: %.*s, %.*s"
					     : "Last answer: %.*s, %.*s",
			  STR_ARG(form_person(c, &people, last->author)),
			  STR_ARG(form_hour_words(c, last->at)));
	return true;
}

static bool put_returned(struct call *c, struct store *s, const struct sheet *sheet,
			 struct template_form_overview *t, struct err *e)
{
	struct questionnaire_event *event;
	size_t n;
	if (!sheet->found || sheet->head.state != QUESTIONNAIRE_RETURNED)
		return true;
	if (!store_list_questionnaire_events(s, c->a, &sheet->key, &event, &n, e))
		return false;
	for (size_t i = n; i-- > 0 && !t->returned.n;) {
		if (event[i].state != QUESTIONNAIRE_RETURNED)
			continue;
		t->returned = event[i].note;
		t->returned_when = event[i].at;
	}
	return true;
}

static bool put_evidence(struct call *c, struct store *s, const struct sheet *sheet,
			 struct template_form_overview *t, struct err *e)
{
	struct stored_evidence *file;
	size_t n;
	if (!store_list_evidence(s, c->a, &sheet->key, &file, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		t->evidence += !file[i].removed_at.n;
	return true;
}

/* ---- the clusters of somebody ---- */

/* Each once, in the order of the grants; of round only, where it is given. */
static size_t own_clusters(const struct call *c, struct str *out, size_t most)
{
	size_t n = 0;
	for (size_t i = 0; i < c->caller.n_grants && n < most; i++) {
		const struct caller_grant *g = &c->caller.grant[i];
		bool known = !g->cluster.n || g->role == ROLE_COMPANY;
		for (size_t k = 0; k < n && !known; k++)
			known = str_eq(out[k], g->cluster);
		if (!known)
			out[n++] = g->cluster;
	}
	return n;
}

static const struct stored_questionnaire *of_cluster(const struct stored_questionnaire *list,
						     size_t n, struct str cluster)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].key.cluster, cluster))
			return &list[i];
	return NULL;
}

static void fill_cluster(struct call *c, const struct stored_questionnaire *q,
			 struct template_form_cluster *out)
{
	const bool open = !q || q->state == QUESTIONNAIRE_DRAFT ||
			  q->state == QUESTIONNAIRE_RETURNED;
	out->state = q ? str_of(questionnaire_state_word(q->state, c->lang))
		       : call_say(c, "sin empezar", "not begun");
	out->button = !open ? call_say(c, "Ver", "See")
			    : q ? call_say(c, "Seguir", "Go on") : call_say(c, "Empezar", "Begin");
	if (q && open)
		out->owed = str_fmt(c->a,
				    c->lang == LANG_ES ? "%lld de %lld respondidas, faltan %lld"
						       : "%lld of %lld answered, %lld missing",
				    (long long)q->progress.n_answered,
				    (long long)q->progress.n_asked, (long long)q->progress.n_owed);
}

/* That of one's link, else the newest open one, else the newest; NULL: there is none. */
static bool usual_round(struct call *c, struct store *s, const struct stored_round **out,
			struct err *e)
{
	struct stored_round *r;
	size_t n;
	*out = NULL;
	if (!store_list_round_heads(s, c->a, &r, &n, e))
		return false;
	for (size_t i = n; i-- > 0;) {
		for (size_t k = 0; k < c->caller.n_grants; k++) {
			if (str_eq(c->caller.grant[k].round, r[i].id)) {
				*out = &r[i];
				return true;
			}
		}
		if (!*out || (r[i].state == ROUND_OPEN && (*out)->state != ROUND_OPEN))
			*out = &r[i];
	}
	return true;
}

bool page_forms(struct call *c, struct err *e)
{
	struct str *own = NEW(c->a, c->caller.n_grants + 1, struct str);
	const size_t n_own = own_clusters(c, own, c->caller.n_grants);
	struct template_form_cluster *row = NEW(c->a, n_own, struct template_form_cluster);
	const struct stored_round *round;
	struct cluster_register all;
	struct stored_questionnaire *list = NULL;
	struct store *s;
	size_t n = 0;
	bool late;
	if (!call_store(c, &s, e) || !store_get_register(s, c->a, &all, e) ||
	    !usual_round(c, s, &round, e))
		return false;
	if (round && !store_list_questionnaires(s, c->a, round->id, FORM_CLUSTER, &list, &n, e))
		return false;
	for (size_t i = 0; i < n_own; i++) {
		const struct cluster_entry *k = register_find(&all, own[i]);
		row[i].cluster = own[i];
		row[i].name = k && k->name.n ? k->name : own[i];
		fill_cluster(c, of_cluster(list, n, own[i]), &row[i]);
	}
	const struct template_form_clusters t = {
		.round = round ? round->id : (struct str){ 0 },
		.days = round && round->state == ROUND_OPEN
				? form_days_words(c, round->to, &late)
				: (struct str){ 0 },
		.clusters = row,
		.n_clusters = n_own,
	};
	template_form_clusters(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

/* ---- on the first page ---- */

static struct str task_why(struct call *c, const struct stored_round *round,
			   const struct stored_questionnaire *q)
{
	struct template_form_cluster k = { 0 };
	bool late;
	const struct str days = round->state == ROUND_OPEN ? form_days_words(c, round->to, &late)
							   : (struct str){ 0 };
	fill_cluster(c, q, &k);
	return str_fmt(c->a, "%.*s %.*s: %.*s%s%.*s%s%.*s",
		       STR_ARG(call_say(c, "Ronda", "Round")), STR_ARG(round->id),
		       STR_ARG(k.state), k.owed.n ? ". " : "", STR_ARG(k.owed), days.n ? ". " : "",
		       STR_ARG(days));
}

static struct template_task company_task(struct call *c)
{
	for (size_t i = 0; i < c->caller.n_grants; i++)
		if (c->caller.grant[i].role == ROLE_COMPANY)
			return (struct template_task){
				.path = str_fmt(c->a, "/empresa/%.*s",
						STR_ARG(c->caller.grant[i].cluster)),
				.label = call_say(c, "Responder por su empresa",
						  "Answer for your company"),
				.why = call_say(c, "El formulario de empresas de su clúster.",
						"The form for companies of your cluster."),
			};
	return (struct template_task){ 0 };
}

static bool cluster_tasks(struct call *c, struct store *s, const struct str *own, size_t n_own,
			  struct template_task *to, struct err *e)
{
	const struct stored_round *newest;
	struct cluster_register all;
	struct stored_questionnaire *list = NULL;
	size_t n = 0;
	if (!usual_round(c, s, &newest, e) || !store_get_register(s, c->a, &all, e))
		return false;
	if (newest && !store_list_questionnaires(s, c->a, newest->id, FORM_CLUSTER, &list, &n, e))
		return false;
	for (size_t i = 0; i < n_own; i++) {
		const struct cluster_entry *k = register_find(&all, own[i]);
		const struct stored_questionnaire *q = of_cluster(list, n, own[i]);
		struct template_form_cluster row = { 0 };
		fill_cluster(c, q, &row);
		to[i] = (struct template_task){
			.path = str_fmt(c->a, "/formulario/%.*s", STR_ARG(own[i])),
			.label = str_fmt(c->a, "%.*s: %.*s", STR_ARG(row.button),
					 STR_ARG(k && k->name.n ? k->name : own[i])),
			.why = newest ? task_why(c, newest, q)
				      : call_say(c, "Todavía no hay una ronda.",
						 "There is no round yet."),
		};
	}
	return true;
}

bool form_tasks(struct call *c, struct store *s, struct template_task *to, size_t most,
		size_t *ret_n, struct err *e)
{
	struct str *own = NEW(c->a, most + 1, struct str);
	const size_t n = own_clusters(c, own, most + 1);
	const struct template_task company = company_task(c);
	*ret_n = 0;
	if (n > most) {
		to[(*ret_n)++] = (struct template_task){
			.path = STR("/formulario"),
			.label = call_say(c, "Sus formularios", "Your forms"),
			.why = call_say(c, "Cada clúster a su nombre, qué debe y hasta cuándo.",
					"Each cluster in your name, what it owes and until when."),
		};
	} else if (n) {
		if (!cluster_tasks(c, s, own, n, to, e))
			return false;
		*ret_n = n;
	}
	if (company.path.n && *ret_n < most)
		to[(*ret_n)++] = company;
	return true;
}

/* ---- one cluster ---- */

static void put_counts(const struct sheet *sheet, struct template_form_overview *t)
{
	const struct look_section *n = &sheet->look->whole;
	t->answered = (int64_t)n->n_answered;
	t->asked = n->n_asked ? (int64_t)n->n_asked : 1;
	t->percent = 100 * t->answered / t->asked;
	t->owed = (int64_t)n->n_owed;
	t->faults = (int64_t)n->n_faults;
	t->unexplained = (int64_t)n->n_unexplained;
	t->begun = n->n_answered > 0;
	t->ready = !n->n_owed && !n->n_faults && !n->n_unexplained && n->n_answered;
	t->sent = is_sent(sheet);
}

static void put_state(struct call *c, const struct sheet *sheet, struct template_form_overview *t)
{
	const enum questionnaire_state state = sheet->found ? sheet->head.state
							    : QUESTIONNAIRE_DRAFT;
	struct str own[2];
	t->state = sheet->found ? str_of(questionnaire_state_word(state, c->lang))
				: call_say(c, "sin empezar", "not begun");
	t->state_name = str_of(questionnaire_state_name(state));
	t->may_answer = sheet->may_answer;
	t->may_send = sheet->may_send;
	t->delegate = sheet->may_send && sheet->known->instrument->n_areas > 0;
	t->why_closed = why_closed(c, sheet);
	t->many = own_clusters(c, own, 2) > 1;
	if (sheet->may_answer && sheet->round.state == ROUND_OPEN)
		t->days = form_days_words(c, sheet->round.to, &t->late);
}

static bool show_overview(struct call *c, struct store *s, const struct sheet *sheet,
			  struct err *e)
{
	struct template_form_overview t = {
		.cluster = sheet->key.cluster,
		.name = sheet->cluster_name.n ? sheet->cluster_name : sheet->key.cluster,
		.round = sheet->key.round,
		.carried = carried_words(c, sheet),
	};
	struct review_threads threads;
	put_counts(sheet, &t);
	put_state(c, sheet, &t);
	put_notes(c, sheet, &t);
	if (!review_threads_of(c, s, &sheet->key, &threads, e))
		return false;
	put_areas(c, sheet, &threads, &t);
	put_threads(c, &threads, &t);
	if (!put_last(c, s, sheet, &t, e) || !put_returned(c, s, sheet, &t, e) ||
	    !put_evidence(c, s, sheet, &t, e))
		return false;
	template_form_overview(&c->out, frame_with_script(c, "form.js"), &t);
	return page_end(c, e);
}

bool page_form_overview(struct call *c, struct err *e)
{
	struct store *s;
	struct sheet sheet;
	if (!form_sheet(c, &s, &sheet, e))
		return false;
	/* Who answers one area lands on it. */
	for (size_t i = 0; sheet.area.n && i < sheet.form->n_sections; i++) {
		if (!form_section_shown(&sheet, i))
			continue;
		form_go(c, &sheet,
			str_fmt(c->a, "/area/%.*s", STR_ARG(form_section_key(c->a, &sheet, i))),
			NULL, STR(""));
		return true;
	}
	if (sheet.area.n)
		return err_say(e, ERR_ABSENT, "el formulario no tiene el área %.*s",
			       "the form has no area %.*s", STR_ARG(sheet.area));
	return show_overview(c, s, &sheet, e);
}
