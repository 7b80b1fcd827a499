/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formulas of a file over the table of the benchmark, timed.
 *
 * calc FILE.csv FORMULAS THREADS TURNS BY...
 *
 * Prints lines "what seconds processor-seconds":
 *   read    the CSV file into columns
 *   grouped rows put into groups and all formulas, rows as they came
 *   sort    rows by group
 *   columns all formulas over the sorted columns
 *   memory  the same columns only read, as fast as the machine does it
 * and "bytes N" (of the columns that the formulas read), "groups N", "sum X" (of all results). */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "codec/csv_columns.h"
#include "frame/aggregate.h"
#include "frame/expr_tree.h"
#include "os/file.h"
#include "os/thread.h"

enum { FORMULAS_MAX = 1024, BY_MAX = 8 };

/* Seconds by the clock, and of the processors. */
struct moment {
	double clock, work;
};

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct moment now(void)
{
	return (struct moment){ seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID) };
}

static void say(struct arena *a, const char *what, double value)
{
	struct buf b;

	buf_init(&b, a, 256);
	num_put_real(&b, value);
	printf("%s %.*s\n", what, STR_ARG(buf_str(&b)));
	fflush(stdout);
}

static void say_since(struct arena *a, const char *what, struct moment then)
{
	struct moment t = now();
	struct buf b;

	buf_init(&b, a, 256);
	num_put_fixed(&b, t.clock - then.clock, 6);
	buf_putc(&b, ' ');
	num_put_fixed(&b, t.work - then.work, 6);
	printf("%s %.*s\n", what, STR_ARG(buf_str(&b)));
	fflush(stdout);
}

static bool parse_all(struct arena *a, struct str lines, const struct frame *f,
		      struct formula *formula, size_t *ret_n, struct err *e)
{
	struct expr_name *name = NEW(a, f->n_columns, struct expr_name);
	struct expr_scope scope = { .name = name, .n = f->n_columns, .allow_aggregates = true };

	for (size_t i = 0; i < f->n_columns; i++)
		name[i] = (struct expr_name){ .name = f->column[i]->name,
					      .type = f->column[i]->type };
	*ret_n = 0;
	while (lines.p && lines.n && *ret_n < FORMULAS_MAX) {
		struct str line = str_trim(str_cut(&lines, '\n'));
		struct expr_faults faults = { 0 };

		if (!line.n)
			continue;
		if (!expr_parse(a, line, &scope, LANG_EN, &formula[*ret_n].value, &faults))
			return err_set(e, ERR_INPUT, "%.*s: %.*s", STR_ARG(line),
				       STR_ARG(faults.item[0].message));
		(*ret_n)++;
	}
	return true;
}

struct piece {
	const char *p;
	size_t n;
	uint64_t sum;
};
struct reading {
	struct piece *piece;
};

/* Eight additions of 64 bits at a time: nothing but reading. */
__attribute__((optimize("O3"))) static void read_piece(void *arg, size_t part)
{
	struct piece *piece = &((struct reading *)arg)->piece[part];
	uint64_t lane[8] = { 0 };

	for (size_t i = 0; i + 64 <= piece->n; i += 64) {
		uint64_t w[8];

		memcpy(w, piece->p + i, 64);
		for (int k = 0; k < 8; k++)
			lane[k] += w[k];
	}
	for (int k = 0; k < 8; k++)
		piece->sum += lane[k];
}

static size_t add_pieces(struct piece *piece, size_t n, const void *p, size_t bytes)
{
	const size_t most = 4 << 20;

	for (size_t at = 0; p && at < bytes; at += most)
		piece[n++] = (struct piece){ (const char *)p + at,
					     bytes - at < most ? bytes - at : most, 0 };
	return n;
}

static bool is_read(const struct formula *formula, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < formula[i].value->n_names; k++)
			if (str_eq(formula[i].value->name_text[k], name))
				return true;
	return false;
}

static size_t read_memory(struct arena *a, const struct frame *f, const struct formula *formula,
			  size_t n_formulas, const struct runner *runner, size_t *ret_bytes)
{
	struct reading r = { NEW(a, 1 << 20, struct piece) };
	size_t n = 0, bytes = 0, sum = 0;

	for (size_t i = 0; i < f->n_columns; i++) {
		const struct column *c = f->column[i];
		size_t wide = storage_bytes(c->storage);

		if (!is_read(formula, n_formulas, c->name))
			continue;
		n = add_pieces(r.piece, n, c->value, c->n * wide);
		n = add_pieces(r.piece, n, c->missing, c->n);
		bytes += c->n * (wide + (c->missing ? 1 : 0));
	}
	runner->run(runner, read_piece, &r, n);
	for (size_t i = 0; i < n; i++)
		sum += r.piece[i].sum;
	*ret_bytes = bytes;
	return sum;
}

static bool turn(struct arena *a, struct str csv, struct str lines, char **by, size_t n_by,
		 const struct runner *runner, size_t repeats, struct err *e)
{
	const struct frame *f;
	const struct column *dimension[BY_MAX];
	struct formula *formula = NEW(a, FORMULAS_MAX, struct formula);
	struct expr_env env = { 0 };
	struct grouping g, sorted;
	size_t n, bytes = 0, sum = 0;
	struct moment t = now();

	if (!csv_columns(a, csv, NULL, 0, runner, &f, e))
		return false;
	say_since(a, "read", t);
	t = now();
	for (size_t i = 0; i < n_by; i++)
		dimension[i] = frame_column(f, str_of(by[i]));
	if (!grouping_make(a, dimension, n_by, f->n_rows, NULL, &g, e) ||
	    !parse_all(a, lines, f, formula, &n, e))
		return false;
	struct result *r = NEW(a, n * g.n_groups, struct result);
	aggregate_run(a, formula, n, f, &g, &env, NULL, NULL, runner, r);
	say_since(a, "grouped", t);
	if (repeats == 0)
		return true;
	t = now();
	f = frame_sort_by(a, f, &g, runner, &sorted);
	say_since(a, "sort", t);
	double total = 0;
	for (size_t k = 0; k < repeats; k++) {
		struct arena_mark mark = arena_mark(a);

		t = now();
		aggregate_run(a, formula, n, f, &sorted, &env, NULL, NULL, runner, r);
		say_since(a, "columns", t);
		total = 0;
		for (size_t i = 0; i < n * g.n_groups; i++)
			total += r[i].number;
		arena_rewind(a, mark);
		t = now();
		sum += read_memory(a, f, formula, n, runner, &bytes);
		say_since(a, "memory", t);
		arena_rewind(a, mark);
	}
	say(a, "bytes", (double)bytes);
	say(a, "groups", (double)g.n_groups);
	say(a, "sum", total + (sum == 42 ? 1e-9 : 0));
	return true;
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	struct str csv, lines;
	struct thread_pool *pool;
	int64_t threads, turns;
	bool good;

	if (argc < 5 || argc > 5 + BY_MAX || !num_int(str_of(argv[3]), &threads) ||
	    !num_int(str_of(argv[4]), &turns)) {
		fputs("usage: calc FILE.csv FORMULAS THREADS TURNS BY...\n", stderr);
		return 2;
	}
	good = file_map(argv[1], &csv, &e) && file_map(argv[2], &lines, &e) &&
		thread_pool_make((unsigned)threads, &pool, &e);
	if (good) {
		ARENA_SCOPE(a, (size_t)1 << 40);

		good = turn(&a, csv, lines, argv + 5, (size_t)argc - 5, thread_pool_runner(pool),
			    (size_t)turns, &e);
		thread_pool_free(pool);
	}
	if (!good)
		fprintf(stderr, "%s\n", e.msg);
	return err_exit_status(e.code);
}
