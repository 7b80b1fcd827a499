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
 * C_cluster_get_id = 0, ..., and the texts for SQLite (?1) and for PostgreSQL ($1).
 *
 * A migration is the same text for both engines, but that PostgreSQL compares each text column by
 * its bytes, as SQLite does, and not by the customs of a country, and that SQLite makes one tree of
 * a table whose key is a "bigint NOT NULL PRIMARY KEY" (WITHOUT ROWID), not a table and an index.
 * Tables that an older program made are read and written all the same.
 *
 * Of the tables that the migrations make, in their order, one gets their columns and the statements
 * that copy a table: NAME_rows, NAME_row, NAME_clear. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
	const char *file;
	long number;
};

/* As all migrations together leave it. */
struct table {
	char *name;
	struct words column;
};

struct all {
	struct statement *statement;
	size_t n_statements;
	struct migration *migration;
	size_t n_migrations;
	struct table *table;
	size_t n_tables;
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
	struct migration m = { .text = read_file(file), .file = file };
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

/* ---- what tables there are ---- */

/* The next piece of SQL of *p: a word, a quoted text, or one character; a comment is passed over.
 * Empty at the end. */
static const char *next_piece(const char **p, size_t *ret_n)
{
	for (;;) {
		*p += strspn(*p, " \t\r\n");
		if ((*p)[0] != '-' || (*p)[1] != '-')
			break;
		*p += strcspn(*p, "\n");
	}
	const char *piece = *p;
	if (is_word(*piece)) {
		while (is_word(**p))
			++*p;
	} else if (*piece) {
		*p = plain_piece(piece);
	}
	*ret_n = (size_t)(*p - piece);
	return piece;
}

static bool piece_is(const char *piece, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(piece, word, n) == 0;
}

/* Passes over the next piece when it is the word. */
static bool pass_word(const char **p, const char *word)
{
	const char *ahead = *p;
	size_t n;
	const char *piece = next_piece(&ahead, &n);
	if (!piece_is(piece, n, word))
		return false;
	*p = ahead;
	return true;
}

static char *take_name(const char **p, const struct migration *m)
{
	size_t n;
	const char *piece = next_piece(p, &n);
	if (!n || !is_word(*piece))
		die(m->file, 0, "a name is missing before", piece);
	return copy(piece, n);
}

/* Moves behind the next of the characters in ends that stands in no brackets, and says which. */
static char pass_to(const char **p, const char *ends, const struct migration *m)
{
	int depth = 0;
	for (;;) {
		size_t n;
		const char *piece = next_piece(p, &n);
		if (!n)
			die(m->file, 0, "a statement without its end", "");
		if (!depth && n == 1 && strchr(ends, *piece))
			return *piece;
		depth += (*piece == '(') - (*piece == ')');
	}
}

static struct table *find_table(struct all *all, const char *name, const struct migration *m)
{
	for (size_t i = 0; i < all->n_tables; i++) {
		if (strcmp(all->table[i].name, name) == 0)
			return &all->table[i];
	}
	die(m->file, 0, "no such table", name);
}

static void add_column(struct table *t, char *name, const struct migration *m)
{
	const struct statement place = { .file = m->file, .name = t->name };
	word_add(&t->column, name, &place);
}

static bool at_rule(const char *p)
{
	static const char *const rule[] = { "PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "CONSTRAINT" };
	for (size_t i = 0; i < sizeof(rule) / sizeof(*rule); i++) {
		if (pass_word(&p, rule[i]))
			return true;
	}
	return false;
}

/* Behind CREATE TABLE. */
static void take_table(struct all *all, const char **p, const struct migration *m)
{
	struct table t = { .name = take_name(p, m) };
	if (!pass_word(p, "("))
		die(m->file, 0, "a table is made of a list of its columns", t.name);
	do {
		if (!at_rule(*p))
			add_column(&t, take_name(p, m), m);
	} while (pass_to(p, ",)", m) == ',');
	(void)pass_to(p, ";", m);
	all->table = must(reallocarray(all->table, all->n_tables + 1, sizeof(t)));
	all->table[all->n_tables++] = t;
}

/* Behind ALTER TABLE: only a column may come. */
static void take_change(struct all *all, const char **p, const struct migration *m)
{
	char *name = take_name(p, m);
	struct table *t = find_table(all, name, m);
	if (!pass_word(p, "ADD") || !pass_word(p, "COLUMN"))
		die(m->file, 0, "of changes to a table only ADD COLUMN is known here", name);
	add_column(t, take_name(p, m), m);
	(void)pass_to(p, ";", m);
	free(name);
}

static void free_words(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->word[i]);
}

/* Behind DROP TABLE. */
static void drop_table(struct all *all, const char **p, const struct migration *m)
{
	char *name = take_name(p, m);
	struct table *t = find_table(all, name, m);
	free(t->name);
	free_words(&t->column);
	memmove(t, t + 1, (size_t)(all->table + all->n_tables - t - 1) * sizeof(*t));
	all->n_tables--;
	(void)pass_to(p, ";", m);
	free(name);
}

static void read_tables(struct all *all, const struct migration *m)
{
	const char *p = m->text;
	size_t n;
	for (;;) {
		const char *ahead = p;
		(void)next_piece(&ahead, &n);
		if (!n)
			return;
		bool create = pass_word(&p, "CREATE"), alter = !create && pass_word(&p, "ALTER"),
		     drop = !create && !alter && pass_word(&p, "DROP");
		bool table = (create || alter || drop) && pass_word(&p, "TABLE");
		if (table && create)
			take_table(all, &p, m);
		else if (table && alter)
			take_change(all, &p, m);
		else if (table)
			drop_table(all, &p, m);
		else
			(void)pass_to(&p, ";", m);
	}
}

/* ", " before all but the first. */
static void append_item(char **text, size_t i, const char *item)
{
	if (i)
		append(text, ", ", 2);
	append(text, item, strlen(item));
}

/* A statement made here, of pieces up to NULL. */
static struct statement *made_statement(struct all *all, const struct table *t, const char *head,
					const char *comment, const char *const *piece)
{
	char *name = copy(t->name, strlen(t->name));
	append(&name, head, strlen(head));
	struct statement *s = new_statement(all, "migrations", 0, name);
	s->comment = copy(comment, strlen(comment));
	for (; *piece; piece++)
		append(&s->sql, *piece, strlen(*piece));
	return s;
}

/* NAME_rows reads a whole table, NAME_row adds one row to it, NAME_clear empties it. */
static void table_statements(struct all *all, const struct table *t)
{
	char *names = copy("", 0), *marks = copy("", 0);
	for (size_t i = 0; i < t->column.n; i++) {
		append_item(&names, i, t->column.word[i]);
		append_item(&marks, i, ":");
		append(&marks, t->column.word[i], strlen(t->column.word[i]));
	}
	const char *const rows[] = { "SELECT ", names, " FROM ", t->name, ";", NULL };
	const char *const row[] = { "INSERT INTO ", t->name, " (",  names,
				    ") VALUES (",   marks,   ");", NULL };
	const char *const clear[] = { "DELETE FROM ", t->name, ";", NULL };
	struct statement *s = made_statement(all, t, "_rows :many", "All of a table.", rows);
	for (size_t i = 0; i < t->column.n; i++)
		word_add(&s->column, copy(t->column.word[i], strlen(t->column.word[i])), s);
	end_statement(s);
	end_statement(made_statement(all, t, "_row :exec", "Adds a row to a table.", row));
	end_statement(made_statement(all, t, "_clear :exec", "Empties a table.", clear));
	free(names);
	free(marks);
}

static void make_copy_statements(struct all *all)
{
	for (size_t i = 0; i < all->n_migrations; i++)
		read_tables(all, &all->migration[i]);
	for (size_t i = 0; i < all->n_tables; i++)
		table_statements(all, &all->table[i]);
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

/* A migration for PostgreSQL: the type text of a column says that it is compared by its bytes.  The
 * text of a CAST stays. */
static void put_collated(FILE *out, const char *sql)
{
	char *text = copy("", 0);
	bool after_word = false; /* a word that is not AS */
	for (const char *p = sql, *end; *p; p = end) {
		if (p[0] == '-' && p[1] == '-')
			end = p + strcspn(p, "\n");
		else if (is_word(*p))
			for (end = p; is_word(*end); end++)
				;
		else
			end = plain_piece(p);
		size_t n = (size_t)(end - p);
		append(&text, p, n);
		if (after_word && piece_is(p, n, "text"))
			append(&text, " COLLATE \"C\"", 12);
		if (!isspace((unsigned char)*p))
			after_word = is_word(*p) && !piece_is(p, n, "AS");
	}
	put_string(out, text);
	free(text);
}

/* A migration for SQLite: a table whose key is a number is one tree by that number. */
static void put_numbered(FILE *out, const char *sql)
{
	static const char key[] = "bigint NOT NULL PRIMARY KEY", table_end[] = "\n)";
	char *text = copy("", 0);
	for (const char *at, *end; (at = strstr(sql, key)) && (end = strstr(at, table_end));) {
		end += strlen(table_end);
		append(&text, sql, (size_t)(end - sql));
		append(&text, " WITHOUT ROWID", strlen(" WITHOUT ROWID"));
		sql = end;
	}
	append(&text, sql, strlen(sql));
	put_string(out, text);
	free(text);
}

static bool has_word(const char *sql, const char *word)
{
	for (size_t n; *sql;) {
		const char *piece = next_piece(&sql, &n);
		if (piece_is(piece, n, word))
			return true;
	}
	return false;
}

static bool writes(const struct statement *s)
{
	return has_word(s->sql, "INSERT") || has_word(s->sql, "UPDATE") ||
		has_word(s->sql, "DELETE");
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
	      "#include <stdbool.h>\n#include <stddef.h>\n\nenum {\n",
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
	      "\tconst char *sqlite, *postgresql;\n\tbool writes; /* it changes something */\n};\n"
	      "extern const struct sql_statement sql_statement[STMT_N];\n\n"
	      "struct sql_migration {\n\tconst char *name;\n"
	      "\tconst char *sqlite, *postgresql;\n};\n"
	      "/* A table as all migrations leave it, and the statements that copy it. */\n"
	      "struct sql_table {\n\tconst char *name;\n\tint rows; /* all of it */\n"
	      "\tint row; /* adds one: a parameter a column, in their order */\n"
	      "\tint clear; /* empties it */\n};\n",
	      out);
	fprintf(out, "enum { SQL_MIGRATIONS = %zu };\n", all->n_migrations);
	fprintf(out, "enum { SQL_TABLES = %zu };\n", all->n_tables);
	fputs("extern const struct sql_migration sql_migration[SQL_MIGRATIONS]; /* number 1 is [0] "
	      "*/\n"
	      "/* A table comes after those that it refers to. */\n"
	      "extern const struct sql_table sql_table[SQL_TABLES];\n\n#endif\n",
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
		fprintf(out, ", %s },\n", writes(s) ? "true" : "false");
	}
	fputs("};\n\nconst struct sql_migration sql_migration[SQL_MIGRATIONS] = {\n", out);
	for (size_t i = 0; i < all->n_migrations; i++) {
		fprintf(out, "\t{ \"%s\",", all->migration[i].name);
		put_numbered(out, all->migration[i].text);
		fputc(',', out);
		put_collated(out, all->migration[i].text);
		fputs(" },\n", out);
	}
	fputs("};\n\nconst struct sql_table sql_table[SQL_TABLES] = {\n", out);
	for (size_t i = 0; i < all->n_tables; i++) {
		const char *name = all->table[i].name;
		fprintf(out, "\t{ \"%s\", STMT_%s_rows, STMT_%s_row, STMT_%s_clear },\n", name,
			name, name, name);
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
	for (size_t i = 0; i < all->n_tables; i++) {
		free(all->table[i].name);
		free_words(&all->table[i].column);
	}
	free(all->statement);
	free(all->migration);
	free(all->table);
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
	make_copy_statements(&all);
	write_file(argv[1], &all, write_header);
	write_file(argv[2], &all, write_code);
	free_all(&all);
	return 0;
}
