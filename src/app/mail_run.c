/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters, as commands. */
#include "app/desk_run.h"
#include "app/invite.h"
#include "app/print.h"
#include "os/file.h"

enum { MOST_AT_ONCE = 100000, REPORT_BYTES_MAX = 4 << 20 };

/* ---- the list ---- */

static const char *const head[] = { "id",    "round",	 "cluster",  "letter", "person",
				    "email", "state",	 "attempts", "code",   "words",
				    "queued_at", "changed_at", "next_at" };
static const char *const head_es[] = { "correo_n", "ronda",  "clúster",	 "carta",    "persona",
				       "correo",   "estado", "intentos", "código",   "respuesta",
				       "en_cola",  "cambió", "próximo" };
static const bool is_number[] = { true,	 false, false, false, false, false, false,
				  true,	 true,	false, false, false, false };
enum { COLUMNS = sizeof(is_number) / sizeof(*is_number) };

static void fill_letters(struct call *c, struct print_table *t, const struct stored_mail *list,
			 size_t n, bool people)
{
	for (size_t i = 0; i < n; i++) {
		const struct stored_mail *m = &list[i];
		const struct str text[COLUMNS] = {
			print_int(c->a, m->id),
			m->round,
			m->cluster,
			m->name,
			m->person,
			m->email,
			str_of(people ? mail_state_word(m->state, c->lang)
				      : mail_state_name(m->state)),
			print_int(c->a, m->attempts),
			print_int(c->a, m->code),
			m->words,
			m->queued_at,
			m->changed_at,
			m->state == MAIL_WAITING ? m->next_at : (struct str){ 0 },
		};
		struct str *cell = print_table_row(t);
		for (size_t k = 0; k < COLUMNS; k++)
			cell[k] = text[k];
	}
}

void letters_print(struct call *c, const struct stored_mail *list, size_t n)
{
	struct print_table t;
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, COLUMNS);
	fill_letters(c, &t, list, n, call_wants(c, "text"));
	print_table(c, &t);
}

void letters_csv(struct call *c, const struct stored_mail *list, size_t n)
{
	struct print_table t;
	print_table_init(&t, c->a, head, is_number, COLUMNS);
	fill_letters(c, &t, list, n, false);
	print_table_csv(&c->out, &t);
}

bool run_mail_list(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_mail *list;
	const struct str state = call_text(c, "--state");
	size_t n, n_seen = 0;
	if (!call_store(c, &s, e) ||
	    !store_list_mail(s, c->a, call_text(c, "--round"), &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!state.n || str_is(state, mail_state_name(list[i].state)))
			list[n_seen++] = list[i];
	}
	letters_print(c, list, n_seen);
	return true;
}

/* ---- sending ---- */

static bool write_here(void *user, bool (*work)(struct store *s, void *arg, struct err *e),
		       void *arg, struct err *e)
{
	return work(user, arg, e);
}

static void say_tally(struct call *c, const struct mail_tally *t)
{
	buf_fmt(&c->said,
		c->said_lang == LANG_ES
			? "%llu enviados, %llu rechazados, %llu para más tarde, %llu sin certeza.\n"
			: "%llu sent, %llu refused, %llu put off, %llu not sure.\n",
		(unsigned long long)t->n_taken, (unsigned long long)t->n_refused,
		(unsigned long long)t->n_later, (unsigned long long)t->n_unsure);
	if (t->closed)
		buf_fmt(&c->said,
			c->said_lang == LANG_ES
				? "El servidor de correo no recibe; lo demás espera: %.*s\n"
				: "The mail server takes nothing; the rest waits: %.*s\n",
			STR_ARG(t->words));
}

static bool say_due(struct call *c, struct store *s, struct err *e)
{
	int64_t n;
	if (!store_count_due(s, &n, e))
		return false;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES ? "%lld cartas por enviar.\n" : "%lld letters to send.\n",
		(long long)n);
	return true;
}

bool run_mail_send(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct mail_server server;
	struct mail_tally tally;
	bool set;
	if (!call_store(c, &s, e))
		return false;
	if (call_given(c, "--dry-run"))
		return say_due(c, s, e);
	if (!mail_settings(c, &set, &server, e))
		return false;
	if (!set)
		return err_say(e, ERR_INPUT,
			       "no hay servidor de correo; dé --mail-server smtp://NOMBRE:587",
			       "there is no mail server; give --mail-server smtp://NAME:587");
	const struct mail_post post = { .server = &server,
					.pause_s = call_integer(c, "--pause", MAIL_PAUSE_SECONDS),
					.write = write_here,
					.user = s };
	if (!mail_post_all(c->a, &post, MOST_AT_ONCE, &tally, e))
		return false;
	say_tally(c, &tally);
	c->status = tally.n_refused || tally.n_unsure || tally.closed ? 1 : 0;
	return true;
}

/* ---- writing ---- */

static const char *const whom_head[] = { "cluster", "person", "email", "subject", "already" };
static const char *const whom_head_es[] = { "clúster", "persona", "correo", "asunto",
					  "ya_la_tiene" };
static const bool whom_number[] = { false, false, false, false, false };

static void print_whom(struct call *c, const struct invite *v)
{
	struct print_table t;
	print_table_init(&t, c->a, print_head(c, whom_head, whom_head_es), whom_number, 5);
	for (size_t i = 0; i < v->n; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = v->item[i].cluster->id;
		cell[1] = v->item[i].contact->name;
		cell[2] = v->item[i].contact->email;
		cell[3] = v->item[i].mail.subject;
		cell[4] = v->item[i].known ? call_say(c, "sí", "yes") : STR("");
	}
	print_table(c, &t);
}

bool run_mail_write(struct call *c, struct err *e)
{
	if (!prepare_invite(c, call_text(c, "--site"), e) || !do_invite(c, e))
		return false;
	const struct invite *v = invite_of(c);
	print_whom(c, v);
	buf_fmt(&c->said,
		c->said_lang == LANG_ES
			? "%zu cartas en cola, %zu ya la tenían, %zu correos muertos, %zu "
			  "clústeres sin correo.\n"
			: "%zu letters queued, %zu had it already, %zu dead addresses, %zu "
			  "clusters without an address.\n",
		v->n_queued, v->n_known, v->n_bounced, v->n_without);
	return true;
}

/* ---- coming back ---- */

static bool read_report(struct call *c, struct mail_report *out, struct err *e)
{
	const struct str what = call_text(c, "WHAT");
	struct str bytes;
	if (email_plausible(what) && !file_exists(str_c(c->a, what))) {
		*out = (struct mail_report){ .failed = true, .address = what,
					     .words = STR("-") };
		return true;
	}
	return file_read_or_stdin(c->a, str_c(c->a, what), REPORT_BYTES_MAX, &bytes, e) &&
	       mail_report_read(c->a, bytes, out, e);
}

bool run_mail_bounce(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct mail_report r;
	int64_t id = 0;
	const bool es = c->said_lang == LANG_ES;
	if (!call_store(c, &s, e) || !read_report(c, &r, e))
		return false;
	if (!r.failed) {
		buf_puts(&c->said, es ? "Solo avisa de un retraso; nada cambia.\n"
				      : "It only tells of a delay; nothing changes.\n");
		return true;
	}
	if (!store_bounce_mail(s, r.message_id, r.address, r.words, &id, e))
		return false;
	if (id)
		buf_fmt(&c->said, es ? "Correo %lld devuelto.\n" : "Letter %lld came back.\n",
			(long long)id);
	else
		buf_puts(&c->said, es ? "Ninguna carta es esa; la dirección quedó marcada.\n"
				      : "No letter sent is that one; the address is marked.\n");
	return true;
}

bool run_mail_retry(struct call *c, struct err *e)
{
	struct store *s = NULL;
	return call_store(c, &s, e) && store_retry_mail(s, call_integer(c, "LETTER", 0), e);
}

bool run_mail_drop(struct call *c, struct err *e)
{
	struct store *s = NULL;
	return call_store(c, &s, e) && store_drop_mail(s, call_integer(c, "LETTER", 0), e);
}
