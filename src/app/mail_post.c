/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters that wait, on their way out.  Each is claimed on disk before a byte of it is sent and
 * settled on disk after, so whatever happens in between it is not sent again by itself. */
#include <stdlib.h>

#include "app/access.h"
#include "app/mail.h"
#include "base/num.h"
#include "os/clock.h"
#include "os/file.h"

enum { POST_ARENA_BYTES_MAX = 8 << 20 };

struct claiming {
	struct arena *a;
	bool found;
	struct stored_mail mail;
};

static struct str later(struct arena *a, int64_t seconds)
{
	return clock_iso(a, clock_now_s() + seconds);
}

static bool claim(struct store *s, void *arg, struct err *e)
{
	struct claiming *k = arg;
	store_actor(s, STR("mail"), clock_now_iso(k->a));
	return store_claim_mail(s, k->a, later(k->a, MAIL_CLAIM_SECONDS), &k->found, &k->mail, e);
}

struct settling {
	struct arena *a;
	int64_t id;
	enum mail_state to;
	bool closed; /* the mail server let no letter in */
	int64_t code;
	struct str words, next_at;
};

static bool settle(struct store *s, void *arg, struct err *e)
{
	const struct settling *k = arg;
	store_actor(s, STR("mail"), clock_now_iso(k->a));
	if (k->closed)
		return store_put_back_mail(s, k->id, k->code, k->words, k->next_at, e);
	return store_settle_mail(s, k->id, k->to, k->code, k->words, k->next_at, e);
}

/* Longer each time: 5 min, 15 min, 45 min … */
static int64_t pause_after(int64_t attempts, int64_t pause_s)
{
	for (int64_t i = 1; i < attempts && pause_s < MAIL_PAUSE_SECONDS_MAX; i++)
		pause_s *= 3;
	return pause_s < MAIL_PAUSE_SECONDS_MAX ? pause_s : MAIL_PAUSE_SECONDS_MAX;
}

static void decide(const struct mail_post *p, const struct stored_mail *m,
		   const struct mail_outcome *o, struct settling *out, struct mail_tally *tally)
{
	const bool too_often = m->attempts >= MAIL_ATTEMPTS_MAX;
	out->code = o->code;
	out->words = o->words;
	out->next_at = later(out->a, pause_after(m->attempts, p->pause_s));
	switch (o->end) {
	case MAIL_END_TAKEN:
		out->to = MAIL_SENT;
		tally->n_taken++;
		return;
	case MAIL_END_REFUSED:
		out->to = MAIL_REFUSED;
		tally->n_refused++;
		return;
	case MAIL_END_UNSURE:
		out->to = MAIL_UNSURE;
		tally->n_unsure++;
		return;
	case MAIL_END_LATER:
		out->to = too_often ? MAIL_REFUSED : MAIL_WAITING;
		tally->n_refused += too_often;
		tally->n_later += !too_often;
		return;
	case MAIL_END_CLOSED:
		out->to = MAIL_WAITING;
		out->closed = true;
		tally->n_later++;
		tally->closed = true;
		return;
	}
}

/* kept: memory of what the tally says; own: for this letter alone. */
static bool send_one(struct arena *kept, struct arena *own, const struct mail_post *p,
		     const struct stored_mail *m, struct mail_tally *tally, struct err *e)
{
	struct arena *a = own;
	struct settling k = { .a = a, .id = m->id };
	struct mail_outcome o;
	struct err bad = { 0 };
	struct str message;
	if (mail_compose(a, m, p->server->from, p->server->from_name, clock_now_iso(a), &message,
			 &bad))
		mail_send(a, p->server, m->email, message, &o);
	else
		o = (struct mail_outcome){ .end = MAIL_END_REFUSED, .words = str_of(bad.msg) };
	decide(p, m, &o, &k, tally);
	if (tally->closed)
		tally->words = str_dup(kept, o.words);
	return p->write(p->user, settle, &k, e);
}

static bool stops(const struct mail_server *s)
{
	return s->stop && s->stop(s->user_of_stop);
}

bool mail_post_all(struct arena *a, const struct mail_post *p, size_t most,
		   struct mail_tally *out, struct err *e)
{
	*out = (struct mail_tally){ 0 };
	for (size_t i = 0; i < most && !out->closed && !stops(p->server); i++) {
		ARENA_SCOPE(own, POST_ARENA_BYTES_MAX);
		struct claiming k = { .a = &own };
		struct mail_tally before = *out;
		if (!p->write(p->user, claim, &k, e))
			return false;
		if (!k.found)
			return true;
		if (!send_one(a, &own, p, &k.mail, out, e)) {
			*out = before;
			return false;
		}
	}
	return true;
}

/* ---- settings ---- */

static const char *text_or_variable(struct call *c, const char *param, const char *variable)
{
	const struct str given = call_text(c, param);
	const char *other = getenv(variable);
	if (given.n)
		return str_c(c->a, given);
	return other && *other ? other : NULL;
}

static bool read_password(struct call *c, const char *path, const char **out, struct err *e)
{
	struct str bytes;
	if (!file_read(c->a, path, MAIL_PASSWORD_BYTES_MAX, &bytes, e))
		return false;
	struct str line = str_cut(&bytes, '\n');
	if (str_ends(line, "\r"))
		line.n--;
	*out = str_c(c->a, line);
	return true;
}

bool mail_settings(struct call *c, bool *ret_set, struct mail_server *out, struct err *e)
{
	const char *file = text_or_variable(c, "--mail-password-file",
					    "SSME_MAIL_PASSWORD_FILE");
	*out = (struct mail_server){
		.url = text_or_variable(c, "--mail-server", "SSME_MAIL_SERVER"),
		.from = text_or_variable(c, "--mail-from", "SSME_MAIL_FROM"),
		.user = text_or_variable(c, "--mail-user", "SSME_MAIL_USER"),
		.roots = text_or_variable(c, "--mail-roots", "SSME_MAIL_ROOTS"),
		.from_name = "SSME Red Cluster Colombia",
	};
	*ret_set = out->url != NULL;
	if (!out->url)
		return true;
	if (file && !read_password(c, file, &out->password, e))
		return false;
	return mail_server_check(out, e);
}
