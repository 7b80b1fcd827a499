/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns the SQL of sql/ into C, at build time.
 *
 *   sqlc OUT.h OUT.c FILE.sql...
 *
 * A file in a folder `migrations` is one migration: its name begins with its number (0001_x.sql),
 * and the numbers have no gap.  Any other file holds named statements:
 *
 *   -- name: cluster_get :one
 *   -- A cluster of the register.
 *   -- columns: id name
 *   SELECT id, name FROM cluster WHERE id = :id;
 *
 * :one gives at most one row, :many any number, :exec none; who gives rows names their columns.  A
 * comment that says what the statement is for must stand there.  It becomes STMT_cluster_get, the
 * places of its parameters P_cluster_get_id = 0, ..., their number P_cluster_get_N, the columns
 * C_cluster_get_id = 0, ..., and the texts for SQLite (?1) and for PostgreSQL ($1). */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 64 };

struct words {
	char *word[WORDS_MAX];
	size_t n;
};

struct statement {
	char *name, *kind, *comment;
	char *sql; /* without comments, with :names */
	struct words parameter, column;
	const char *file;
	int line;
};

struct migration {
	char *name, *text;
	long number;
};

struct all {
	struct statement *statement;
	size_t n_statements;
	struct migration *migration;
	size_t n_migrations;
};

static _Noreturn void die(const char *file, int line, const char *what, const char *which)
{
	fprintf(stderr, "sqlc: %s:%d: %s%s%s\n", file, line, what, *which ? ": " : "", which);
	exit(1);
}

static void *must(void *p)
{
	if (!p)
		die("memory", 0, "none left", "");
	return p;
}

static char *copy(const char *p, size_t n)
{
	return must(strndup(p, n));
}

/* What of s follows prefix, without blanks around it, or NULL.  The caller owns it. */
static char *after(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);
	if (strncmp(s, prefix, n) != 0)
		return NULL;
	s += n + strspn(s + n, " \t");
	n = strlen(s);
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return copy(s, n);
}

static void append(char **text, const char *p, size_t n)
{
	size_t old = *text ? strlen(*text) : 0;
	*text = must(realloc(*text, old + n + 1));
	memcpy(*text + old, p, n);
	(*text)[old + n] = '\0';
}

static char *read_file(const char *path)
{
	FILE *in = fopen(path, "rbe");
	char *text = must(calloc(1, 1)), block[4096];
	if (!in)
		die(path, 0, "cannot be read", strerror(errno));
	for (size_t n; (n = fread(block, 1, sizeof(block), in)) > 0;)
		append(&text, block, n);
	fclose(in);
	return text;
}

/* ---- reading statements ---- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t word_add(struct words *w, char *word, const struct statement *s)
{
	for (size_t i = 0; i < w->n; i++) {
		if (strcmp(w->word[i], word) == 0) {
			free(word);
			return i;
		}
	}
	if (w->n == WORDS_MAX)
		die(s->file, s->line, "too many parameters or columns", s->name);
	w->word[w->n] = word;
	return w->n++;
}

/* End of the piece of SQL at p that holds no parameter: a quoted text, a cast, or one character. */
static const char *plain_piece(const char *p)
{
	if (*p == '\'' || *p == '"') {
		const char *end = strchr(p + 1, *p);
		return end ? end + 1 : p + strlen(p);
	}
	return p[0] == ':' && p[1] == ':' ? p + 2 : p + 1;
}

static bool at_parameter(const char *p)
{
	return p[0] == ':' && (isalpha((unsigned char)p[1]) || p[1] == '_');
}

static size_t parameter_length(const char *p)
{
	size_t n = 1;
	while (is_word(p[n]))
		n++;
	return n;
}

static void find_parameters(struct statement *s)
{
	for (const char *p = s->sql; *p;) {
		if (at_parameter(p)) {
			size_t n = parameter_length(p);
			word_add(&s->parameter, copy(p + 1, n - 1), s);
			p += n;
		} else {
			p = plain_piece(p);
		}
	}
}

static void split_columns(struct statement *s, char *list)
{
	char *save = NULL;
	for (char *word = strtok_r(list, " \t,", &save); word; word = strtok_r(NULL, " \t,", &save))
		word_add(&s->column, copy(word, strlen(word)), s);
	free(list);
}

/* "cluster_get :one" */
static void begin_statement(struct statement *s, char *head)
{
	size_t n = 0;
	while (is_word(head[n]))
		n++;
	s->name = copy(head, n);
	s->kind = after(head + n, "");
	free(head);
	if (!n)
		die(s->file, s->line, "a statement without a name", "");
	if (strcmp(s->kind, ":one") != 0 && strcmp(s->kind, ":many") != 0 &&
	    strcmp(s->kind, ":exec") != 0)
		die(s->file, s->line, "the kind must be :one, :many or :exec", s->name);
}

static void end_statement(struct statement *s)
{
	bool rows = strcmp(s->kind, ":exec") != 0;
	size_t n = s->sql ? strlen(s->sql) : 0;
	if (!n || s->sql[n - 1] != ';')
		die(s->file, s->line, "the statement does not end in ;", s->name);
	s->sql[n - 1] = '\0';
	if (!s->comment)
		die(s->file, s->line, "the statement has no comment that says what it is for",
		    s->name);
	if (rows != (s->column.n > 0))
		die(s->file, s->line,
		    rows ? "which columns? (-- columns: a b)" : ":exec has no columns", s->name);
	find_parameters(s);
}

static struct statement *new_statement(struct all *all, const char *file, int line, char *head)
{
	all->statement =
		must(reallocarray(all->statement, all->n_statements + 1, sizeof(*all->statement)));
	struct statement *s = &all->statement[all->n_statements++];
	*s = (struct statement){ .file = file, .line = line };
	begin_statement(s, head);
	for (size_t i = 0; i + 1 < all->n_statements; i++) {
		if (strcmp(all->statement[i].name, s->name) == 0)
			die(file, line, "a second statement of that name", s->name);
	}
	return s;
}

static void read_statements(struct all *all, const char *file)
{
	char *text = read_file(file);
	struct statement *s = NULL;
	int number = 0;
	for (char *line = text, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		char *head = after(line, "-- name:"), *columns = after(line, "-- columns:");
		if (head) {
			if (s)
				end_statement(s);
			s = new_statement(all, file, number, head);
		} else if (s && columns) {
			split_columns(s, columns);
			columns = NULL;
		} else if (s && strncmp(line, "--", 2) == 0) {
			if (!s->comment)
				s->comment = after(line, "--");
		} else if (s && line[strspn(line, " \t\r")]) {
			char *part = after(line + strspn(line, " \t"), "");
			if (s->sql)
				append(&s->sql, " ", 1);
			append(&s->sql, part, strlen(part));
			free(part);
		} else if (line[strspn(line, " \t\r")] && strncmp(line, "--", 2) != 0) {
			die(file, number, "SQL before the first -- name:", "");
		}
		free(columns);
	}
	if (s)
		end_statement(s);
	free(text);
}

/* ---- reading migrations ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static bool is_migration(const char *path)
{
	const char *base = base_name(path);
	size_t n = strlen("migrations/");
	return (size_t)(base - path) >= n && strncmp(base - n, "migrations/", n) == 0;
}

static void read_migration(struct all *all, const char *file)
{
	const char *end = base_name(file);
	struct migration m = { .text = read_file(file) };
	for (; isdigit((unsigned char)*end) && m.number < 100000; end++)
		m.number = m.number * 10 + (*end - '0');
	if (*end != '_' || m.number < 1)
		die(file, 0, "a migration's name begins with its number", base_name(file));
	m.name = copy(end + 1, strcspn(end + 1, "."));
	all->migration = must(reallocarray(all->migration, all->n_migrations + 1, sizeof(m)));
	all->migration[all->n_migrations++] = m;
}

static int by_number(const void *a, const void *b)
{
	long x = ((const struct migration *)a)->number, y = ((const struct migration *)b)->number;
	return (x > y) - (x < y);
}

static void order_migrations(struct all *all)
{
	if (!all->n_migrations)
		die("migrations", 0, "there is none", "");
	qsort(all->migration, all->n_migrations, sizeof(*all->migration), by_number);
	for (size_t i = 0; i < all->n_migrations; i++) {
		if (all->migration[i].number != (long)i + 1)
			die("migrations", 0, "the numbers have a gap or a number twice at",
			    all->migration[i].name);
	}
}

/* ---- writing ---- */

static void put_string(FILE *out, const char *s)
{
	fputs("\n\t\t\"", out);
	for (; *s; s++) {
		if (*s == '\n')
			fputs(s[1] ? "\\n\"\n\t\t\"" : "\\n", out);
		else if (*s == '"' || *s == '\\' || *s == '?')
			fprintf(out, "\\%c", *s);
		else
			fputc(*s, out);
	}
	fputc('"', out);
}

/* The statement for one engine: mark is '?' or '$'. */
static void put_sql(FILE *out, struct statement *s, char mark)
{
	char *text = copy("", 0);
	for (const char *p = s->sql; *p;) {
		const char *end = plain_piece(p);
		if (at_parameter(p)) {
			size_t n = parameter_length(p);
			char place[32];
			int length = snprintf(place, sizeof(place), "%c%zu", mark,
					      word_add(&s->parameter, copy(p + 1, n - 1), s) + 1);
			append(&text, place, (size_t)length);
			end = p + n;
		} else {
			append(&text, p, (size_t)(end - p));
		}
		p = end;
	}
	put_string(out, text);
	free(text);
}

static void put_places(FILE *out, char letter, const struct statement *s, const struct words *w)
{
	if (!w->n)
		return;
	fputs("enum {", out);
	for (size_t i = 0; i < w->n; i++)
		fprintf(out, " %c_%s_%s,", letter, s->name, w->word[i]);
	fprintf(out, " %c_%s_N };\n", letter, s->name);
}

static void write_header(FILE *out, const struct all *all)
{
	fputs("/* Made by tools/sqlc.c from sql/. */\n#ifndef SSME_SQL_GEN_H\n#define "
	      "SSME_SQL_GEN_H\n\n"
	      "#include <stddef.h>\n\nenum {\n",
	      out);
	for (size_t i = 0; i < all->n_statements; i++)
		fprintf(out, "\tSTMT_%s, /* %s */\n", all->statement[i].name,
			all->statement[i].comment);
	fputs("\tSTMT_N\n};\n\n/* Places of parameters (P) and of columns (C), from 0. */\n", out);
	for (size_t i = 0; i < all->n_statements; i++) {
		put_places(out, 'P', &all->statement[i], &all->statement[i].parameter);
		put_places(out, 'C', &all->statement[i], &all->statement[i].column);
	}
	fputs("\nenum sql_kind { SQL_EXEC, SQL_ONE, SQL_MANY };\n"
	      "struct sql_statement {\n\tconst char *name;\n\tenum sql_kind kind;\n"
	      "\tsize_t n_parameters, n_columns;\n\tconst char *columns; /* a space after each */\n"
	      "\tconst char *sqlite, *postgresql;\n};\n"
	      "extern const struct sql_statement sql_statement[STMT_N];\n\n"
	      "struct sql_migration {\n\tconst char *name;\n\tconst char *text;\n};\n",
	      out);
	fprintf(out, "enum { SQL_MIGRATIONS = %zu };\n", all->n_migrations);
	fputs("extern const struct sql_migration sql_migration[SQL_MIGRATIONS]; /* number 1 is [0] "
	      "*/\n\n#endif\n",
	      out);
}

static void write_code(FILE *out, const struct all *all)
{
	fputs("/* Made by tools/sqlc.c from sql/. */\n#include \"sql_gen.h\"\n\n"
	      "const struct sql_statement sql_statement[STMT_N] = {\n",
	      out);
	for (size_t i = 0; i < all->n_statements; i++) {
		struct statement *s = &all->statement[i];
		const char *kind = strcmp(s->kind, ":one") == 0 ? "ONE"
			: strcmp(s->kind, ":many") == 0         ? "MANY"
								: "EXEC";
		fprintf(out, "\t{ \"%s\", SQL_%s, %zu, %zu, \"", s->name, kind, s->parameter.n,
			s->column.n);
		for (size_t c = 0; c < s->column.n; c++)
			fprintf(out, "%s ", s->column.word[c]);
		fputs("\",", out);
		put_sql(out, s, '?');
		fputc(',', out);
		put_sql(out, s, '$');
		fputs(" },\n", out);
	}
	fputs("};\n\nconst struct sql_migration sql_migration[SQL_MIGRATIONS] = {\n", out);
	for (size_t i = 0; i < all->n_migrations; i++) {
		fprintf(out, "\t{ \"%s\",", all->migration[i].name);
		put_string(out, all->migration[i].text);
		fputs(" },\n", out);
	}
	fputs("};\n", out);
}

static void write_file(const char *path, const struct all *all,
		       void (*write)(FILE *, const struct all *))
{
	FILE *out = fopen(path, "we");
	if (!out)
		die(path, 0, "cannot be written", strerror(errno));
	write(out, all);
	if (fclose(out) != 0)
		die(path, 0, "cannot be written", strerror(errno));
}

static void free_words(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->word[i]);
}

static void free_all(struct all *all)
{
	for (size_t i = 0; i < all->n_statements; i++) {
		struct statement *s = &all->statement[i];
		free(s->name);
		free(s->kind);
		free(s->comment);
		free(s->sql);
		free_words(&s->parameter);
		free_words(&s->column);
	}
	for (size_t i = 0; i < all->n_migrations; i++) {
		free(all->migration[i].name);
		free(all->migration[i].text);
	}
	free(all->statement);
	free(all->migration);
}

int main(int argc, char **argv)
{
	struct all all = { 0 };
	if (argc < 4) {
		fprintf(stderr, "usage: sqlc OUT.h OUT.c FILE.sql...\n");
		return 2;
	}
	for (int i = 3; i < argc; i++) {
		if (is_migration(argv[i]))
			read_migration(&all, argv[i]);
		else
			read_statements(&all, argv[i]);
	}
	order_migrations(&all);
	write_file(argv[1], &all, write_header);
	write_file(argv[2], &all, write_code);
	free_all(&all);
	return 0;
}
