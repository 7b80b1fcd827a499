/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SMTP by libcurl.  What counts is how far the conversation came: before the text of the letter
 * was asked for nothing can have been delivered; once it is out and no answer follows, nobody
 * knows. */
#include "os/mail.h"

#include <curl/curl.h>
#include <string.h>

enum { WORDS_BYTES_MAX = 2000 };

struct talk {
	struct str message;
	size_t n_read;      /* bytes of it that were fetched */
	bool named;         /* the receiver was named (RCPT) */
	bool over;          /* it said goodbye: what follows is not about the letter */
	bool answered;      /* the server spoke after the text was fetched */
	bool last_complete; /* the answer that stands in words is whole */
	int code;
	struct buf words;
	const struct mail_server *server;
};

bool mail_server_check(const struct mail_server *s, struct err *e)
{
	const struct str url = str_of(s->url), from = str_of(s->from);
	size_t at;
	bool clean = true;
	if (!str_starts(url, "smtp://") && !str_starts(url, "smtps://"))
		return err_say(e, ERR_INPUT,
			       "%.*s: dé el servidor de correo como smtp://NOMBRE:587 o "
			       "smtps://NOMBRE",
			       "%.*s: give the mail server as smtp://NAME:587 or smtps://NAME",
			       STR_ARG(url));
	for (size_t i = 0; i < from.n; i++) {
		const unsigned char ch = (unsigned char)from.p[i];
		clean = clean && ch > ' ' && ch < 0x7f && ch != '<' && ch != '>';
	}
	return (clean && str_find(from, STR("@"), &at)) ||
	       err_say(e, ERR_INPUT,
		       "«%.*s» no es el correo de quien escribe; dé --mail-from ssme@ejemplo.co",
		       "\"%.*s\" is not the sender's address; give --mail-from ssme@example.co",
		       STR_ARG(from));
}

/* ---- what libcurl asks ---- */

static size_t give_text(char *to, size_t size, size_t n, void *user)
{
	struct talk *t = user;
	const size_t left = t->message.n - t->n_read, room = size * n;
	const size_t now = left < room ? left : room;
	memcpy(to, t->message.p + t->n_read, now);
	t->n_read += now;
	return now;
}

static int code_of(struct str line)
{
	int code = 0;
	for (size_t i = 0; i < 3; i++) {
		if (i >= line.n || line.p[i] < '0' || line.p[i] > '9')
			return 0;
		code = code * 10 + (line.p[i] - '0');
	}
	return code;
}

/* A line of an answer; one of several has '-' behind its code. */
static void hear_line(struct talk *t, struct str line)
{
	const int code = code_of(line);
	if (!code)
		return;
	if (t->last_complete)
		t->words.n = 0;
	t->last_complete = line.n < 4 || line.p[3] != '-';
	t->code = code;
	t->answered = t->n_read > 0;
	buf_puts(&t->words, t->words.n ? " " : "");
	buf_put(&t->words, str_trim(line));
}

static int hear(CURL *handle, curl_infotype kind, char *data, size_t n, void *user)
{
	struct talk *t = user;
	struct str text = { data, n };
	(void)handle;
	if (kind == CURLINFO_HEADER_OUT && str_starts(text, "RCPT TO:"))
		t->named = true;
	if (kind == CURLINFO_HEADER_OUT && str_starts(text, "QUIT"))
		t->over = true;
	while (kind == CURLINFO_HEADER_IN && text.n && !t->over) {
		const struct str line = str_cut(&text, '\n');
		hear_line(t, line);
	}
	return 0;
}

static int watch(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct talk *t = user;
	(void)a, (void)b, (void)c, (void)d;
	return t->server->stop && t->server->stop(t->server->user_of_stop);
}

/* ---- the conversation ---- */

static bool on_this_machine(struct str url)
{
	static const char *const here[] = { "//127.0.0.1", "//[::1]", "//localhost" };
	size_t at;
	for (size_t i = 0; i < sizeof(here) / sizeof(*here); i++) {
		if (!str_find(url, str_of(here[i]), &at))
			continue;
		const size_t end = at + strlen(here[i]);
		if (end == url.n || url.p[end] == ':' || url.p[end] == '/')
			return true;
	}
	return false;
}

static void set_up(CURL *h, struct talk *t, const struct mail_server *s, struct arena *a,
		   struct curl_slist *to)
{
	const struct str url = str_of(s->url);
	const long level = on_this_machine(url) ? CURLUSESSL_TRY : CURLUSESSL_ALL;
	curl_easy_setopt(h, CURLOPT_URL, s->url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)MAIL_CONNECT_SECONDS);
	curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)MAIL_LETTER_SECONDS);
	curl_easy_setopt(h, CURLOPT_USE_SSL, level);
	if (s->roots)
		curl_easy_setopt(h, CURLOPT_CAINFO, s->roots);
	if (s->user) {
		curl_easy_setopt(h, CURLOPT_USERNAME, s->user);
		curl_easy_setopt(h, CURLOPT_PASSWORD, s->password ? s->password : "");
	}
	curl_easy_setopt(h, CURLOPT_MAIL_FROM, str_c(a, str_fmt(a, "<%s>", s->from)));
	curl_easy_setopt(h, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->message.n);
	curl_easy_setopt(h, CURLOPT_READFUNCTION, give_text);
	curl_easy_setopt(h, CURLOPT_READDATA, t);
	curl_easy_setopt(h, CURLOPT_VERBOSE, 1L); /* else it tells nothing to hear() */
	curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, hear);
	curl_easy_setopt(h, CURLOPT_DEBUGDATA, t);
	curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, watch);
	curl_easy_setopt(h, CURLOPT_XFERINFODATA, t);
}

static enum mail_end judge(const struct talk *t, CURLcode done)
{
	if (done == CURLE_OK)
		return MAIL_END_TAKEN;
	if (t->n_read && !t->answered)
		return MAIL_END_UNSURE;
	if (!t->named)
		return MAIL_END_CLOSED;
	/* The server's no is a no to this letter; without one the line was lost. */
	if (t->last_complete && t->code >= 500 && t->code < 600)
		return MAIL_END_REFUSED;
	return t->last_complete && t->code >= 400 && t->code != 421 ? MAIL_END_LATER
								    : MAIL_END_CLOSED;
}

static void talk_over(struct arena *a, struct talk *t, CURLcode done, const char *why,
		      struct mail_outcome *out)
{
	out->end = judge(t, done);
	out->code = t->code;
	const bool servers_own = t->code >= 400 || done == CURLE_OK;
	out->words = servers_own && t->words.n ? buf_str(&t->words)
					       : str_dup(a, str_of(*why ? why
								   : curl_easy_strerror(done)));
}

void mail_send(struct arena *a, const struct mail_server *s, struct str to, struct str message,
	       struct mail_outcome *out)
{
	struct talk t = { .message = message, .server = s };
	char why[CURL_ERROR_SIZE] = "";
	*out = (struct mail_outcome){ .end = MAIL_END_CLOSED, .words = STR("libcurl") };
	buf_init(&t.words, a, WORDS_BYTES_MAX);
	CURL *h = curl_easy_init();
	struct curl_slist *list =
		curl_slist_append(NULL, str_c(a, str_fmt(a, "<%.*s>", STR_ARG(to))));
	if (h && list) {
		curl_easy_setopt(h, CURLOPT_ERRORBUFFER, why);
		set_up(h, &t, s, a, list);
		const CURLcode done = curl_easy_perform(h);
		talk_over(a, &t, done, why, out);
	}
	curl_slist_free_all(list);
	if (h)
		curl_easy_cleanup(h);
}
