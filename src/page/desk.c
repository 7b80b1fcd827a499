/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A round on the desk: its state, its days, what comes next. */
#include "app/print.h"
#include "page/desk_inside.h"
#include "page/escape.h"
#include "store/questionnaire.h"

enum { ADDRESS_BYTES_MAX = 2000 };

/* ---- pieces ---- */

bool desk_is_post(const struct call *c)
{
	return str_is(str_of(c->command->method), "POST");
}

bool desk_refused(struct call *c, form_again *again, const char *field, struct err *e)
{
	if (err_of_system(e) || e->code == ERR_ABSENT || e->code == ERR_DENIED)
		return false;
	const struct template_fault fault = {
		.field = str_of(field),
		.why = str_dup(c->a, str_of(err_text(e, c->lang == LANG_EN))),
	};
	*e = (struct err){ 0 };
	c->reply.status = 422;
	return again(c, &fault, e);
}

bool desk_csv(struct call *c, struct str name)
{
	c->reply.type = "text/csv; charset=utf-8";
	c->reply.file_name = name;
	return true;
}

struct str desk_typed(const struct call *c, const char *param, struct str otherwise)
{
	const struct command *row = c->command;
	for (size_t i = 0; desk_is_post(c) && i < PARAMS_MAX && row->param[i].name; i++) {
		if (str_is(str_of(param), row->param[i].name))
			return call_text(c, param);
	}
	return otherwise;
}

bool desk_is_team(const struct call *c)
{
	return (c->caller.roles & ROLE_TEAM) != 0;
}

bool desk_sees(const struct call *c, struct str cluster)
{
	return desk_is_team(c) || caller_sees(&c->caller, ROLE_CHAMBER, cluster);
}

struct str desk_address(struct call *c, const char *path, const char *names)
{
	struct str rest = str_of(names);
	struct buf b;
	buf_init(&b, c->a, ADDRESS_BYTES_MAX);
	buf_puts(&b, path);
	for (char sign = '?'; rest.p;) {
		const char *param = str_c(c->a, str_cut(&rest, '|'));
		if (!call_given(c, param))
			continue;
		buf_fmt(&b, "%c%s=", sign, param + 2);
		escape_url_query(&b, call_text(c, param));
		sign = '&';
	}
	return buf_str(&b);
}

/* ---- all of them ---- */

static const char *const rounds_head[] = { "round",    "year",	    "instrument", "state",
					   "from",     "to",	    "clusters",	  "companies",
					   "synthetic", "data_sha256" };
static const bool rounds_number[] = { false, true, false, false, false,
				      false, true, true,  false, false };
enum { ROUNDS_COLUMNS = sizeof(rounds_number) / sizeof(*rounds_number) };

bool page_desk_rounds_csv(struct call *c, struct err *e)
{
	struct stored_round *r;
	struct print_table t;
	struct store *s;
	size_t n;
	if (!call_store(c, &s, e) || !store_list_rounds(s, c->a, &r, &n, e))
		return false;
	print_table_init(&t, c->a, rounds_head, rounds_number, ROUNDS_COLUMNS);
	for (size_t i = 0; i < n; i++) {
		const struct str text[ROUNDS_COLUMNS] = {
			r[i].id,
			print_int(c->a, r[i].year),
			str_fmt(c->a, "%.*s@%.*s", STR_ARG(r[i].instrument_id),
				STR_ARG(r[i].instrument_version)),
			str_of(round_state_name(r[i].state)),
			r[i].from,
			r[i].to,
			print_int(c->a, r[i].n_cluster_answers),
			print_int(c->a, r[i].n_company_answers),
			r[i].synthetic ? STR("yes") : STR("no"),
			r[i].data_sha256,
		};
		struct str *cell = print_table_row(&t);
		for (size_t k = 0; k < ROUNDS_COLUMNS; k++)
			cell[k] = text[k];
	}
	print_table_csv(&c->out, &t);
	return desk_csv(c, STR("rondas.csv"));
}

/* ---- one round ---- */

/* route: of the page, in the table, behind the round; what the caller may not open is no step. */
static void add_step(struct call *c, struct template_desk *t, struct template_desk_step *list,
		     const char *route, const char *query, struct str label, struct str why)
{
	struct str row = str_fmt(c->a, "/rondas/{--round}%s", route);
	if (!page_may(c, str_c(c->a, row)))
		return;
	list[t->n_steps++] = (struct template_desk_step){
		.path = str_fmt(c->a, "/rondas/%.*s%s%s", STR_ARG(t->round), route, query),
		.label = label,
		.why = why,
	};
}

#define STEP(route, query, es_label, en_label, es_why, en_why)                                    \
	add_step(c, t, list, route, query, call_say(c, es_label, en_label),                       \
		 call_say(c, es_why, en_why))

static void put_steps(struct call *c, const struct stored_round *r, struct template_desk *t)
{
	struct template_desk_step *list = NEW(c->a, 12, struct template_desk_step);
	const bool going = r->state == ROUND_OPEN || r->state == ROUND_REVIEW;
	t->steps = list;
	if (r->state == ROUND_DRAFT)
		STEP("/abrir", "", "Abrir la ronda", "Open the round",
		     "Desde entonces los gestores pueden responder.",
		     "From then on managers can answer.");
	if (going) {
		STEP("/escribir", "?name=invitation&to=not-invited", "Invitar a los gestores",
		     "Invite the managers", "Cada uno recibe un enlace personal por correo.",
		     "Each gets a personal link by mail.");
		STEP("/avance", "", "Ver el avance", "See the progress",
		     "Quién no ha abierto, quién está detenido y en qué pregunta.",
		     "Who has not opened it, who is stuck and at which question.");
	}
	if (r->state == ROUND_OPEN)
		STEP("/cerrar", "", "Pasar a revisión", "Go to review",
		     "Ya no entran respuestas nuevas; lo devuelto se corrige.",
		     "No new answers come in; what was returned is mended.");
	if (going)
		STEP("/congelar", "", "Congelar la ronda", "Freeze the round",
		     "Los datos quedan fijos, con su huella.",
		     "The data are fixed, with their hash.");
	if (r->state == ROUND_FROZEN)
		STEP("/publicar", "", "Publicar el boletín", "Publish the bulletin",
		     "Desde entonces cualquiera lo ve.", "From then on anybody sees it.");
	if (r->state == ROUND_FROZEN || r->state == ROUND_PUBLISHED)
		STEP("/erratas", "", "Erratas", "Errata",
		     "Lo que se corrige después de congelar, con número y razón.",
		     "What is mended after the freeze, with number and reason.");
	else
		STEP("/correo", "", "Cartas", "Letters",
		     "Las que esperan, salieron, se rechazaron o volvieron.",
		     "Those that wait, went out, were refused or came back.");
}

static bool put_counts(struct call *c, struct store *s, struct template_desk *t, struct err *e)
{
	struct stored_questionnaire *list;
	int64_t of[QUESTIONNAIRE_STATES_N] = { 0 };
	size_t n;
	if (!store_list_questionnaires(s, c->a, t->round, FORM_CLUSTER, &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		of[list[i].state]++;
	struct template_desk_count *out =
		NEW(c->a, QUESTIONNAIRE_STATES_N, struct template_desk_count);
	t->counts = out;
	for (int i = 0; n && i < QUESTIONNAIRE_STATES_N; i++)
		out[t->n_counts++] = (struct template_desk_count){
			.word = str_of(questionnaire_state_word((enum questionnaire_state)i,
								c->lang)),
			.n = of[i],
		};
	return true;
}

static bool put_letters(struct call *c, struct store *s, struct template_desk *t, struct err *e)
{
	int64_t of[MAIL_STATES_N];
	struct template_desk_count *out = NEW(c->a, MAIL_STATES_N, struct template_desk_count);
	t->letters = out;
	if (!page_may(c, "/rondas/{--round}/correo"))
		return true;
	if (!store_count_mail(s, t->round, of, e))
		return false;
	for (int i = 0; i < MAIL_STATES_N; i++) {
		if (!of[i])
			continue;
		out[t->n_letters++] = (struct template_desk_count){
			.word = str_of(mail_state_word((enum mail_state)i, c->lang)),
			.n = of[i],
			.path = str_fmt(c->a, "/rondas/%.*s/correo?state=%s", STR_ARG(t->round),
					mail_state_name((enum mail_state)i)),
		};
	}
	return true;
}

static struct str event_word(struct call *c, const struct happening *h)
{
	static const struct {
		const char *name;
		struct label word;
	} words[] = {
		{ "draft", { { STR("creada en borrador"), STR("made as a draft") } } },
		{ "plan", { { STR("otros días"), STR("other days") } } },
		{ "open", { { STR("abierta"), STR("opened") } } },
		{ "extend", { { STR("plazo ampliado"), STR("extended") } } },
		{ "review", { { STR("pasó a revisión"), STR("put into review") } } },
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (str_is(h->event, words[i].name))
			return label_in(&words[i].word, c->lang);
	}
	return h->event;
}

static bool put_events(struct call *c, struct store *s, const struct stored_round *r,
		       struct template_desk *t, struct err *e)
{
	struct happening *h;
	size_t n;
	if (!store_list_happenings(s, c->a, "round", r->id, &h, &n, e))
		return false;
	struct template_desk_event *out = NEW(c->a, n + 2, struct template_desk_event);
	t->events = out;
	if (r->published_at.n)
		out[t->n_events++] = (struct template_desk_event){
			.at = r->published_at, .what = call_say(c, "publicada", "published") };
	if (r->frozen_at.n)
		out[t->n_events++] = (struct template_desk_event){
			.at = r->frozen_at, .what = call_say(c, "congelada", "frozen") };
	for (size_t i = 0; i < n; i++)
		out[t->n_events++] = (struct template_desk_event){ .at = h[i].at,
								   .what = event_word(c, &h[i]),
								   .author = h[i].author,
								   .note = h[i].note };
	return true;
}

bool desk_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct template_desk t = { .fault = fault ? *fault : fault_none() };
	struct stored_round r;
	struct calendar k;
	struct store *s;
	if (!call_store(c, &s, e) ||
	    !store_get_round_head(s, c->a, call_text(c, "--round"), &r, e))
		return false;
	calendar_of(c->a, &r, c->now, &k);
	t.round = r.id;
	t.state = str_of(round_state_word(r.state, c->lang));
	t.instrument = str_fmt(c->a, "%.*s@%.*s", STR_ARG(r.instrument_id),
			       STR_ARG(r.instrument_version));
	t.from = r.from;
	t.to = r.to;
	t.days = k.days_left > 0 ? k.days_left - 1 : 0; /* after today */
	t.open = r.state == ROUND_OPEN && r.to.n;
	t.over = k.over;
	t.frozen = r.data_sha256.n > 0;
	t.hash = r.data_sha256;
	const bool team = (c->caller.roles & ROLE_TEAM) != 0;
	t.extend = team && (r.state == ROUND_OPEN || r.state == ROUND_REVIEW);
	t.plan = team && r.state == ROUND_DRAFT;
	t.to_typed = desk_typed(c, "--to", r.to);
	t.from_typed = desk_typed(c, "--from", r.from);
	t.reason = desk_typed(c, "--reason", STR(""));
	put_steps(c, &r, &t);
	if (!put_counts(c, s, &t, e) || !put_letters(c, s, &t, e) || !put_events(c, s, &r, &t, e))
		return false;
	template_desk(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_desk(struct call *c, struct err *e)
{
	return desk_again(c, NULL, e);
}

static bool back_to_desk(struct call *c)
{
	page_go(c, str_fmt(c->a, "/rondas/%.*s", STR_ARG(call_text(c, "--round"))), "guardado");
	return true;
}

bool write_desk_extend(struct call *c, struct err *e)
{
	struct store *s;
	if (!call_store(c, &s, e))
		return false;
	return store_extend_round(s, call_text(c, "--round"), call_text(c, "--to"),
				  call_text(c, "--reason"), e)
		       ? back_to_desk(c)
		       : desk_refused(c, desk_again, "", e);
}

bool write_desk_plan(struct call *c, struct err *e)
{
	struct store *s;
	if (!call_store(c, &s, e))
		return false;
	return store_plan_round(s, call_text(c, "--round"), call_text(c, "--from"),
				call_text(c, "--to"), e)
		       ? back_to_desk(c)
		       : desk_refused(c, desk_again, "", e);
}

/* ---- a new one ---- */

bool desk_new_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct template_desk_new t = { .fault = fault ? *fault : fault_none() };
	struct stored_instrument *list;
	struct store *s;
	size_t n;
	if (!call_store(c, &s, e) || !store_list_instruments(s, c->a, &list, &n, e))
		return false;
	struct template_choice *out = NEW(c->a, n + 1, struct template_choice);
	const struct str chosen = desk_typed(c, "--instrument", STR(""));
	t.instruments = out;
	for (size_t i = n; i-- > 0;) { /* the newest first */
		const struct str name = str_fmt(c->a, "%.*s@%.*s", STR_ARG(list[i].id),
						STR_ARG(list[i].version));
		out[t.n_instruments++] = (struct template_choice){
			.value = name, .word = name, .chosen = str_eq(name, chosen) };
	}
	t.id = desk_typed(c, "ID", STR(""));
	t.from = desk_typed(c, "--from", STR(""));
	t.to = desk_typed(c, "--to", STR(""));
	template_desk_new(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_desk_new(struct call *c, struct err *e)
{
	return desk_new_again(c, NULL, e);
}

bool write_desk_new(struct call *c, struct err *e)
{
	struct stored_round r;
	struct store *s;
	if (!call_store(c, &s, e))
		return false;
	if (!round_draft_read(c, &r, e) || !store_draft_round(s, &r, e))
		return desk_refused(c, desk_new_again, c->blamed ? c->blamed : "", e);
	page_go(c, str_fmt(c->a, "/rondas/%.*s", STR_ARG(r.id)), "guardado");
	return true;
}
