/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/input.h"
#include "app/print.h"
#include "app/run.h"
#include "codec/csv_columns.h"
#include "frame/aggregate.h"
#include "os/file.h"
#include "os/thread.h"

enum { CALC_NAMES_MAX = 4096 };

/* A file's columns and what is asked of them. */
struct calc {
	struct call *c;
	const struct values *formula, *by;
	const struct frame *frame;
	struct formula *parsed;
	const struct expr *where; /* or NULL */
	struct grouping grouping;
	struct result *result;
	const struct csv_reader *reader; /* or NULL */
};

/* ---- which columns are read ---- */

struct names {
	struct str item[CALC_NAMES_MAX];
	size_t n;
};

static void names_add(struct names *ns, struct str name)
{
	for (size_t i = 0; i < ns->n; i++) {
		if (str_eq(ns->item[i], name))
			return;
	}
	if (ns->n < CALC_NAMES_MAX)
		ns->item[ns->n++] = name;
}

/* Every ${name} of the text that is a column; what is none, the parser reports with its place. */
static void names_in(struct names *ns, struct str text, const struct str *known, size_t n_known)
{
	size_t at, close;
	while (str_find(text, STR("${"), &at)) {
		text = str_sub(text, at + 2, text.n);
		if (!str_find(text, STR("}"), &close))
			return;
		struct str name = str_trim(str_sub(text, 0, close));
		for (size_t i = 0; i < n_known; i++) {
			if (str_eq(known[i], name))
				names_add(ns, name);
		}
		text = str_sub(text, close + 1, text.n);
	}
}

static bool find_names(struct calc *k, struct str bytes, struct names *ns, struct err *e)
{
	struct call *c = k->c;
	const struct str *known;
	size_t n_known;
	if (!csv_header(c->a, bytes, &known, &n_known, e))
		return false;
	for (size_t i = 0; i < k->formula->n; i++)
		names_in(ns, k->formula->text[i], known, n_known);
	names_in(ns, call_text(c, "--where"), known, n_known);
	for (size_t i = 0; i < k->by->n; i++)
		names_add(ns, k->by->text[i]);
	if (!ns->n && n_known) /* count() alone: some column has to tell the rows */
		names_add(ns, known[0]);
	return true;
}

/* ---- formulas ---- */

/* Of a formula over the rows, or of the condition of --where. */
static bool parse(const struct calc *k, struct str source, bool aggregate, const struct expr **out,
		  struct err *e)
{
	struct call *c = k->c;
	struct expr_scope scope = expr_scope_of(c->a, k->frame);
	scope.allow_aggregates = aggregate;
	scope.condition = !aggregate;
	struct expr_faults faults = { 0 };
	if (expr_parse(c->a, source, &scope, c->lang, out, &faults)) {
		if (!aggregate || expr_is_aggregate(*out))
			return true;
		return err_say(e, ERR_INPUT,
			       "%.*s: tiene un valor por fila; falta un agregado: sum(…), "
			       "share(…), counts(…)",
			       "%.*s: it has a value for each row; it needs an aggregate: sum(…), "
			       "share(…), "
			       "counts(…)",
			       STR_ARG(source));
	}
	const struct expr_fault *f = &faults.item[0];
	return err_say(e, ERR_INPUT, "%.*s: carácter %zu: %.*s%s%.*s",
		       "%.*s: character %zu: %.*s%s%.*s", STR_ARG(source), f->at + 1,
		       STR_ARG(f->message), f->suggestion.n ? "; " : "", STR_ARG(f->suggestion));
}

/* Formulas and --where, against the columns of k->frame. */
static bool parse_all(struct calc *k, struct err *e)
{
	struct str where = call_text(k->c, "--where");
	if (where.n && !parse(k, where, false, &k->where, e))
		return false;
	k->parsed = NEW(k->c->a, k->formula->n, struct formula);
	for (size_t i = 0; i < k->formula->n; i++) {
		if (!parse(k, k->formula->text[i], true, &k->parsed[i].value, e))
			return false;
	}
	return true;
}

static const struct expr_env no_env = { 0 };

/* The groups of f, in a. */
static bool group(struct calc *k, struct arena *a, const struct frame *f, struct grouping *out,
		  struct err *e)
{
	const struct column **dimension = NEW(a, k->by->n, const struct column *);
	const uint8_t *keep = k->where ? expr_holds(a, k->where, f, &no_env) : NULL;
	for (size_t i = 0; i < k->by->n; i++)
		dimension[i] = frame_column(f, k->by->text[i]);
	return grouping_make(a, dimension, k->by->n, f->n_rows, keep, out, e);
}

/* ---- the sums
 * -------------------------------------------------------------------------------------------- */

static bool run_whole(struct calc *k, struct str bytes, const struct names *ns, struct err *e)
{
	struct call *c = k->c;
	if (!csv_columns(c->a, bytes, ns->item, ns->n, c->runner, &k->frame, e) ||
	    !parse_all(k, e) || !group(k, c->a, k->frame, &k->grouping, e))
		return false;
	k->result = NEW(c->a, k->formula->n * k->grouping.n_groups, struct result);
	aggregate_run(c->a, k->parsed, k->formula->n, k->frame, &k->grouping, &no_env, NULL, NULL,
		      c->runner, k->result);
	return true;
}

/* Adds up part after part; *ret_done false: it has to be done whole. */
static bool add_parts(struct calc *k, struct csv_parts *parts, bool *ret_done, struct err *e)
{
	struct call *c = k->c;
	ARENA_SCOPE(a, (size_t)1 << 40);
	const struct arena_mark empty = arena_mark(&a);
	const struct frame *f;
	struct grouping g;
	bool again = false, good = true;
	struct aggregation *sums =
		aggregation_make(c->a, k->parsed, k->formula->n, &no_env, c->runner);
	while (good && csv_parts_next(parts, &a, &f, &again)) {
		good = group(k, &a, f, &g, e);
		if (good)
			aggregation_add(sums, f, &g);
		arena_rewind(&a, empty);
	}
	if (good && !again)
		good = aggregation_end(sums, &k->grouping, &k->result, e);
	*ret_done = good && !again;
	aggregation_drop(sums);
	return good;
}

static bool run_parts(struct calc *k, struct str bytes, const struct names *ns, bool *ret_done,
		      struct err *e)
{
	struct call *c = k->c;
	struct csv_parts *parts;
	*ret_done = false;
	if (!csv_parts_open(c->a, bytes, ns->item, ns->n, k->reader, c->runner, &parts, &k->frame,
			    e))
		return false;
	if (!parts)
		return true;
	bool good = parse_all(k, e);
	if (good && aggregation_possible(k->parsed, k->formula->n))
		good = add_parts(k, parts, ret_done, e);
	csv_parts_close(parts);
	return good;
}

/* ---- results ---- */

static void read_keys(const struct calc *k, struct figures *fs)
{
	struct arena *a = k->c->a;
	fs->dimension = k->by->text;
	fs->n_dimensions = k->by->n;
	fs->key = NEW(a, fs->n_cells * fs->n_dimensions, struct cell_key);
	for (size_t cell = 0; cell < fs->n_cells; cell++) {
		for (size_t d = 0; d < fs->n_dimensions; d++) {
			const struct column *col = k->grouping.dimension[d];
			uint32_t row = k->grouping.first_row[cell];
			struct cell_key *key = &fs->key[cell * fs->n_dimensions + d];
			struct buf b;
			buf_init(&b, a, 1 << 20);
			key->missing = column_cell(col, row).missing;
			cell_put(&b, col, row);
			key->code = buf_str(&b);
		}
	}
}

static void compute(const struct calc *k, struct figures *fs)
{
	struct arena *a = k->c->a;
	size_t n = k->formula->n * k->grouping.n_groups;
	*fs = (struct figures){ .n_cells = k->grouping.n_groups,
				.n_figures = k->formula->n,
				.figure = NEW(a, n, struct figure) };
	/* The size of the population is that of the whole, not of a cell. */
	int64_t population = k->by->n ? 0 : call_integer(k->c, "--population", 0);
	for (size_t i = 0; i < n; i++) {
		fs->figure[i].result = k->result[i];
		figure_judge(&fs->figure[i], true, population);
	}
	read_keys(k, fs);
}

static void put_json(const struct calc *k, const struct figures *fs)
{
	struct buf *b = &k->c->out;
	bool first = true;
	buf_puts(b, "[");
	for (size_t i = 0; i < fs->n_figures; i++) {
		for (size_t cell = 0; cell < fs->n_cells; cell++) {
			buf_puts(b, first ? "\n" : ",\n");
			first = false;
			print_result_json(b, k->formula->text[i], fs, i, cell);
		}
	}
	buf_puts(b, "\n]\n");
}

static struct str value_text(struct arena *a, const struct result *r)
{
	if (r->missing)
		return str_of(missing_code(r->missing));
	if (r->kind == RESULT_TEXT)
		return r->text;
	if (r->kind == RESULT_NUMBER)
		return r->exact ? print_int(a, r->integer) : print_real(a, r->number);
	struct buf b;
	buf_init(&b, a, 1 << 20);
	for (size_t i = 0; i < r->n_list; i++)
		buf_fmt(&b, "%s%.*s (%.*s)", i ? "; " : "", STR_ARG(r->list[i].key),
			STR_ARG(print_real(a, r->list[i].value)));
	return buf_str(&b);
}

static const char *const fixed_head[] = { "formula", "value", "n",    "NR",    "ND",
					  "NA",      "low",   "high", "status" };
static const char *const fixed_head_es[] = { "fórmula", "valor", "n",     "NR",    "ND",
					     "NA",      "desde", "hasta", "estado" };
enum { FIXED_COLUMNS = sizeof(fixed_head) / sizeof(*fixed_head) };

static void put_cells(const struct calc *k, const struct figures *fs, size_t i, size_t cell,
		      struct str *out)
{
	struct arena *a = k->c->a;
	const struct figure *f = &fs->figure[i * fs->n_cells + cell];
	for (size_t d = 0; d < fs->n_dimensions; d++)
		*out++ = fs->key[cell * fs->n_dimensions + d].code;
	*out++ = k->formula->text[i];
	*out++ = value_text(a, &f->result);
	*out++ = print_int(a, (int64_t)f->result.n);
	for (enum missing m = MISSING_NR; m <= MISSING_NA; m++)
		*out++ = print_int(a, (int64_t)f->result.n_missing[m]);
	*out++ = f->interval ? print_real(a, f->low) : STR("");
	*out++ = f->interval ? print_real(a, f->high) : STR("");
	*out++ = str_fmt(a, "%c", (char)f->status);
}

static void put_table(const struct calc *k, const struct figures *fs)
{
	struct arena *a = k->c->a;
	size_t n = fs->n_dimensions + FIXED_COLUMNS;
	const char **head = NEW(a, n, const char *);
	bool *is_number = NEW(a, n, bool);
	for (size_t d = 0; d < fs->n_dimensions; d++)
		head[d] = str_c(a, fs->dimension[d]);
	for (size_t i = 0; i < FIXED_COLUMNS; i++) {
		head[fs->n_dimensions + i] = print_head(k->c, fixed_head, fixed_head_es)[i];
		is_number[fs->n_dimensions + i] = i >= 1 && i <= 7;
	}
	struct print_table t;
	print_table_init(&t, a, head, is_number, n);
	for (size_t i = 0; i < fs->n_figures; i++) {
		for (size_t cell = 0; cell < fs->n_cells; cell++)
			put_cells(k, fs, i, cell, print_table_row(&t));
	}
	print_table(k->c, &t);
}

static bool calc_bytes(struct calc *k, struct str bytes, struct err *e)
{
	struct figures fs;
	struct names *ns = NEW(k->c->a, 1, struct names);
	bool done;
	if (!find_names(k, bytes, ns, e) || !run_parts(k, bytes, ns, &done, e) ||
	    (!done && !run_whole(k, bytes, ns, e)))
		return false;
	compute(k, &fs);
	if (call_wants(k->c, "json"))
		put_json(k, &fs);
	else
		put_table(k, &fs);
	return true;
}

bool run_calc(struct call *c, struct err *e)
{
	const char *path = call_path(c, "FILE");
	struct calc k = { .c = c,
			  .formula = call_values(c, "FORMULA"),
			  .by = call_values(c, "--by") };
	struct str bytes;
	struct thread_pool *pool = NULL;
	int64_t threads = call_integer(c, "--threads", 0);
	if (threads) {
		if (!thread_pool_make((unsigned)threads, &pool, e))
			return false;
		c->runner = thread_pool_runner(pool);
	}
	bool piped = strcmp(path, "-") == 0, done;
	struct file_reader file = { -1 };
	const struct csv_reader reader = { file_reader_read, &file };
	if (piped ? !file_read_or_stdin(c->a, path, CALL_STDIN_BYTES_MAX, &bytes, e)
		  : !file_map(path, &bytes, e) || !file_reader_open(path, &file, e)) {
		thread_pool_free(pool);
		return false;
	}
	if (!piped)
		k.reader = &reader;
	done = calc_bytes(&k, bytes, e) || err_in(e, "%s", path);
	if (!piped) {
		file_unmap(bytes);
		file_reader_close(&file);
	}
	thread_pool_free(pool);
	return done;
}
