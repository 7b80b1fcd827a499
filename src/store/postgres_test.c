/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PostgreSQL takes the same migrations and every statement.  Runs a PostgreSQL of its own without a
 * server (single-user mode) where one is installed. */
#include "store/fixture.h"

#include <fcntl.h>
#include <glob.h>

/* The newest of the installed ones, or NULL. */
static const char *installed(struct fixture *x)
{
	glob_t found;
	const char *bin = NULL;
	if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) == 0) {
		struct str path = str_of(found.gl_pathv[found.gl_pathc - 1]);
		bin = str_c(&x->a, str_sub(path, 0, path.n - strlen("/initdb")));
		globfree(&found);
	}
	return bin;
}

/* Exit status of a program with the file in as its input and all it says in the file out.  It runs
 * as nobody where we are root: PostgreSQL refuses root. */
static int run(char *const *word, const char *in, const char *out)
{
	int status = 0;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		int from = open(in, O_RDONLY), to = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (from < 0 || to < 0 || dup2(from, 0) < 0 || dup2(to, 1) < 0 || dup2(to, 2) < 0 ||
		    (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)))
			_exit(126);
		execv(word[0], word);
		_exit(127);
	}
	assert_true(child > 0 && waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Migrations and statements as single-user mode reads them with -j: each command ends in ";" and an
 * empty line. */
static struct str script(struct fixture *x)
{
	struct buf b;
	buf_init(&b, &x->a, 16u << 20);
	for (size_t i = 0; i < SQL_MIGRATIONS; i++) {
		buf_puts(&b, sql_migration[i].text);
		buf_puts(&b, "\n");
	}
	for (size_t i = 0; i < STMT_N; i++)
		buf_fmt(&b, "PREPARE %s AS %s;\n\n", sql_statement[i].name,
			sql_statement[i].postgresql);
	buf_puts(&b, "SELECT count(*) AS prepared FROM pg_prepared_statements;\n\n");
	assert_false(b.over);
	return buf_str(&b);
}

static void fail_with(struct fixture *x, const char *what, const char *out)
{
	struct str text;
	GOOD(file_text(&x->a, out, &text, e));
	fail_msg("%s: %.*s", what, STR_ARG(text));
}

static void postgresql_takes_every_statement(void **state)
{
	struct fixture *x = *state;
	const char *bin = installed(x), *out = fixture_path(x, "out"),
		   *in = fixture_path(x, "in.sql");
	char *data = str_c(&x->a, str_of(fixture_path(x, "pg")));
	struct str said;
	size_t at;
	if (!bin)
		skip();
	assert_true(chmod(x->root, 0777) == 0);
	GOOD(file_put_private(&x->a, in, script(x), e));
	char *initdb = str_c(&x->a, str_fmt(&x->a, "%s/initdb", bin));
	char *postgres = str_c(&x->a, str_fmt(&x->a, "%s/postgres", bin));
	static char auth[] = "--auth=trust", locale[] = "--locale=C", coding[] = "--encoding=UTF8",
		    no_sync[] = "--no-sync", d[] = "-D", user[] = "--username=postgres",
		    single[] = "--single", j[] = "-j", off[] = "-F", name[] = "postgres";
	char *make[] = { initdb, d, data, auth, locale, coding, no_sync, user, NULL };
	char *work[] = { postgres, single, j, off, d, data, name, NULL };
	if (run(make, "/dev/null", out) != 0)
		fail_with(x, "initdb", out);
	if (run(work, in, out) != 0)
		fail_with(x, "postgres", out);
	GOOD(file_text(&x->a, out, &said, e));
	if (str_find(said, STR("ERROR:"), &at))
		fail_msg("%.*s", STR_ARG(str_sub(said, at, 500)));
	/* as many as there are: the script was not cut short */
	struct str count = str_fmt(&x->a, "prepared = \"%d\"", STMT_N);
	if (!str_find(said, count, &at))
		fail_msg("%.*s", STR_ARG(said));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(postgresql_takes_every_statement, fixture_empty,
						fixture_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
