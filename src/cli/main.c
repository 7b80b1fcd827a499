/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: words to a row of the table, its result to stdout, what people should know to
 * stderr, and the exit status.  Only here does the program end. */
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/command.h"
#include "cli/serve.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/thread.h"

/* Options that stand before or behind the verb, for every command. */
struct globals {
	const char *folder; /* --data */
	const char *database; /* $SSME_DB, or NULL */
	enum lang lang;      /* of results: --lang, else Spanish */
	enum lang said_lang; /* of stderr: --lang, else the locale */
	const char **word;  /* the other words */
	size_t n;
	bool help;
};

static volatile sig_atomic_t asked_to_stop;

static void stop(int signal)
{
	(void)signal;
	asked_to_stop = 1;
}

static bool interrupted(void *user)
{
	(void)user;
	return asked_to_stop != 0;
}

/* A second signal ends the process at once: the database rolls back by itself. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND };
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* A descriptor 0, 1 or 2 that is closed would be taken by the next file opened. */
static void hold_standard_files(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDWR) == -1)
			_exit(3);
	}
}

static void put_stderr(struct str s)
{
	struct err ignored = { 0 };
	(void)!file_put(2, "stderr", s, &ignored);
}

static int fail(const struct err *e, enum lang lang)
{
	ARENA_SCOPE(a, 1 << 16);
	put_stderr(str_fmt(&a, "ssme: %s\n", err_text(e, lang == LANG_EN)));
	return err_exit_status(e->code);
}

/* ---- words ---- */

/* The locale decides only the language of stderr; what is not English is Spanish. */
static enum lang lang_of_locale(void)
{
	static const char *const name[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		const char *value = getenv(name[i]);
		if (value && *value)
			return strncmp(value, "en", 2) == 0 ? LANG_EN : LANG_ES;
	}
	return LANG_ES;
}

static bool take_lang(struct globals *g, const char *value, struct err *e)
{
	if (strcmp(value, "es") != 0 && strcmp(value, "en") != 0)
		return err_say(e, ERR_INPUT, "--lang %s: dé es o en",
		       "--lang %s: give es or en", value);
	g->lang = g->said_lang = strcmp(value, "en") == 0 ? LANG_EN : LANG_ES;
	return true;
}

static const char *value_of(const char *word, const char *name)
{
	size_t n = strlen(name);
	return strncmp(word, name, n) == 0 && word[n] == '=' ? word + n + 1 : NULL;
}

/* One word; *at moves past a value that stands apart. */
static bool take_word(struct globals *g, int argc, char **argv, int *at, struct err *e)
{
	static const char *const name[] = { "--data", "--lang" };
	const char *word = argv[*at];
	for (int i = 0; i < 2; i++) {
		const char *value = value_of(word, name[i]);
		if (!value && strcmp(word, name[i]) != 0)
			continue;
		if (!value && ++*at == argc)
			return err_say(e, ERR_INPUT, "%s necesita un valor",
		       "%s needs a value", name[i]);
		value = value ? value : argv[*at];
		if (i == 1)
			return take_lang(g, value, e);
		if (!*value)
			return err_say(e, ERR_INPUT, "--data: la ruta está vacía",
		       "--data: the path is empty");
		g->folder = value;
		return true;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		g->help = true;
	else
		g->word[g->n++] = word;
	return true;
}

static bool read_words(struct globals *g, int argc, char **argv, struct err *e)
{
	const char *folder = getenv("SSME_DATA");
	bool options = true;
	g->folder = folder && *folder ? folder : "ssme-data";
	for (int at = 1; at < argc; at++) {
		options = options && strcmp(argv[at], "--") != 0;
		if (!options)
			g->word[g->n++] = argv[at];
		else if (!take_word(g, argc, argv, &at, e))
			return false;
	}
	if (g->n == 1 && strcmp(g->word[0], "--version") == 0)
		g->word[0] = "version";
	const char *database = getenv("SSME_DB");
	g->database = database && *database ? database : NULL;
	return true;
}

/* ---- progress ---- */

static void show_progress(void *user, uint64_t done, uint64_t total)
{
	(void)user;
	if (total)
		fprintf(stderr, "\r%llu / %llu ", (unsigned long long)done,
			(unsigned long long)total);
	else
		fprintf(stderr, "\r%llu ", (unsigned long long)done);
	fflush(stderr);
}

/* ---- the call ---- */

/* Serving is the command line's own: it forks, so it comes before any thread. */
static bool is_serve(const struct command *cmd)
{
	return cmd && strcmp(cmd->verb, "serve") == 0;
}

static bool act(struct call *c, struct err *e)
{
	const struct command *cmd = c->command;
	if (is_serve(cmd))
		return serve(c, e);
	return (!cmd->prepare || cmd->prepare(c, e)) && cmd->run(c, e);
}

static int run(struct call *c, const struct globals *g, size_t used)
{
	struct err e = { 0 };
	bool done = command_bind(c, g->word + used, g->n - used, &e) && act(c, &e);
	if (c->progress)
		fprintf(stderr, "\r\033[K");
	if (done && (c->out.over || c->said.over))
		done = err_say(&e, ERR_LIMIT, "el resultado pasa de %d bytes",
		       "the result is over %d bytes", CALL_OUT_BYTES_MAX);
	if (done && c->out.n)
		done = file_put(1, "stdout", buf_str(&c->out), &e);
	put_stderr(buf_str(&c->said));
	call_end(c);
	return done ? c->status : fail(&e, g->said_lang);
}

static int help(const struct globals *g, const struct command *cmd, struct arena *a)
{
	struct err e = { 0 };
	struct buf b;
	buf_init(&b, a, CALL_SAID_BYTES_MAX);
	if (cmd)
		help_command(&b, cmd, g->lang);
	else
		help_overview(&b, g->lang);
	return file_put(1, "stdout", buf_str(&b), &e) ? 0 : fail(&e, g->said_lang);
}

static int refuse(const struct globals *g, struct arena *a)
{
	struct err e = { 0 };
	struct buf b;
	buf_init(&b, a, CALL_SAID_BYTES_MAX);
	if (!g->n) {
		help_overview(&b, g->said_lang);
		put_stderr(buf_str(&b));
		return 2;
	}
	(void)err_say(&e, ERR_INPUT, "no hay comando %s%s%s; ssme help los lista",
		       "no command %s%s%s; ssme help lists them", g->word[0], g->n > 1 ? " " : "",
		      g->n > 1 ? g->word[1] : "");
	return fail(&e, g->said_lang);
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	ARENA_SCOPE(a, (size_t)1 << CALL_ARENA_BYTES_MAX_SHIFT);
	struct globals g = { .lang = LANG_ES, .said_lang = lang_of_locale() };
	struct thread_pool *pool = NULL;
	size_t used;
	gsl_set_error_handler_off(); /* it would end the process; what fails is seen by its value */
	hold_standard_files();
	catch_signals();
	g.word = NEW(&a, (size_t)argc + 1, const char *);
	if (!read_words(&g, argc, argv, &e))
		return fail(&e, g.said_lang);
	const struct command *cmd = command_find(g.word, g.n, &used);
	if (!is_serve(cmd) && !thread_pool_make(0, &pool, &e))
		return fail(&e, g.said_lang);
	int status;
	if (g.help) {
		status = help(&g, cmd, &a);
	} else if (!cmd) {
		status = refuse(&g, &a);
	} else {
		struct call c = { .a = &a,
				  .command = cmd,
				  .lang = g.lang,
				  .said_lang = g.said_lang,
				  .folder = g.folder,
				  .database = g.database,
				  .caller = { .kind = CALLER_OWNER,
					      .name = STR("cli"),
					      .roles = (1u << ROLES_N) - 1 },
				  .now = clock_now_iso(&a),
				  .runner = pool ? thread_pool_runner(pool) : &runner_serial,
				  .progress = isatty(2) ? show_progress : NULL,
				  .interrupted = interrupted };
		buf_init(&c.out, &a, CALL_OUT_BYTES_MAX);
		buf_init(&c.said, &a, CALL_SAID_BYTES_MAX);
		status = run(&c, &g, used);
	}
	thread_pool_free(pool);
	return status;
}
