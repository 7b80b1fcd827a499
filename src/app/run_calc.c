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
	const struct column **dimension;
	struct formula *parsed;
	struct grouping grouping;
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

static bool read_columns(struct calc *k, struct str bytes, struct err *e)
{
	struct call *c = k->c;
	const struct str *known;
	size_t n_known;
	struct names *ns = NEW(c->a, 1, struct names);
	if (!csv_header(c->a, bytes, &known, &n_known, e))
		return false;
	for (size_t i = 0; i < k->formula->n; i++)
		names_in(ns, k->formula->text[i], known, n_known);
	names_in(ns, call_text(c, "--where"), known, n_known);
	for (size_t i = 0; i < k->by->n; i++)
		names_add(ns, k->by->text[i]);
	if (!ns->n && n_known) /* count() alone: some column has to tell the rows */
		names_add(ns, known[0]);
	return csv_columns(c->a, bytes, ns->item, ns->n, c->runner, &k->frame, e);
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

static bool parse_all(struct calc *k, struct err *e)
{
	k->parsed = NEW(k->c->a, k->formula->n, struct formula);
	for (size_t i = 0; i < k->formula->n; i++) {
		if (!parse(k, k->formula->text[i], true, &k->parsed[i].value, e))
			return false;
	}
	return true;
}

static bool group(struct calc *k, struct err *e)
{
	struct call *c = k->c;
	struct str where = call_text(c, "--where");
	const struct expr_env env = { 0 };
	const uint8_t *keep = NULL;
	const struct expr *condition;
	if (where.n) {
		if (!parse(k, where, false, &condition, e))
			return false;
		keep = expr_holds(c->a, condition, k->frame, &env);
	}
	k->dimension = NEW(c->a, k->by->n, const struct column *);
	for (size_t i = 0; i < k->by->n; i++)
		k->dimension[i] = frame_column(k->frame, k->by->text[i]);
	return grouping_make(c->a, k->dimension, k->by->n, k->frame->n_rows, keep, &k->grouping, e);
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
	const struct expr_env env = { 0 };
	size_t n = k->formula->n * k->grouping.n_groups;
	struct result *r = NEW(a, n, struct result);
	aggregate_run(a, k->parsed, k->formula->n, k->frame, &k->grouping, &env, NULL, NULL,
		      k->c->runner, r);
	*fs = (struct figures){ .n_cells = k->grouping.n_groups,
				.n_figures = k->formula->n,
				.figure = NEW(a, n, struct figure) };
	/* The size of the population is that of the whole, not of a cell. */
	int64_t population = k->by->n ? 0 : call_integer(k->c, "--population", 0);
	for (size_t i = 0; i < n; i++) {
		fs->figure[i].result = r[i];
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
		head[fs->n_dimensions + i] = fixed_head[i];
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
	if (!read_columns(k, bytes, e) || !parse_all(k, e) || !group(k, e))
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
	if (piped ? !file_read_or_stdin(c->a, path, TABLE_BYTES_MAX, &bytes, e)
		  : !file_map(path, &bytes, e)) {
		thread_pool_free(pool);
		return false;
	}
	done = calc_bytes(&k, bytes, e) || err_in(e, "%s", path);
	if (!piped)
		file_unmap(bytes);
	thread_pool_free(pool);
	return done;
}
