/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures, scores and plain tables as JSON, CSV and terminal text.  The JSON is fixed:
 * docs/formats.md. */
#ifndef SSME_APP_PRINT_H
#define SSME_APP_PRINT_H

#include "app/measure.h"

/* A table of texts with a head; numbers are right-aligned on a terminal. */
struct print_table {
	struct arena *a;
	const char *const *head;
	const bool *is_number;   /* n_columns */
	size_t n_columns;
	struct str *cell;        /* n_rows * n_columns */
	size_t n_rows, cap_rows;
};
void print_table_init(struct print_table *t, struct arena *a, const char *const *head,
		      const bool *is_number, size_t n_columns);
/* The cells of a new row, to be filled; empty until then. */
struct str *print_table_row(struct print_table *t);
void print_table_text(struct buf *b, const struct print_table *t);
void print_table_csv(struct buf *b, const struct print_table *t);
/* For a terminal: long texts are cut and numbers have two decimals at most. */
void print_shorten(struct print_table *t);
/* [{"head":"cell",...}]: cells of numeric columns that read as numbers are numbers. */
void print_table_json(struct buf *b, const struct print_table *t);
/* The head of a table: in words of the call's language for people, the names (English) for
 * programs. */
const char *const *print_head(const struct call *c, const char *const *name, const char *const *es);
/* As --format asks. */
void print_table(struct call *c, const struct print_table *t);

/* "round", "method" and "data" of the open object: where its numbers come from. */
struct json_out;
void print_origin(struct json_out *o, const struct call *c, const struct measure *m);

void print_figures_json(struct buf *b, const struct call *c, const struct measure *m,
			const struct figures *fs);
/* A row a figure and cell; beside it what was printed then, with the difference, unless the rows
 * are only a part of the round's (filtered) or are broken down. */
void print_figures_table(struct print_table *t, const struct call *c, const struct measure *m,
			 const struct figures *fs, bool filtered);

/* which: indexes of clusters, n of them. */
void print_scores_json(struct buf *b, const struct measure *m, const size_t *which, size_t n);
void print_scores_table(struct print_table *t, const struct call *c, const struct measure *m,
			const size_t *which, size_t n);

/* One result without an indicator, as calc prints it. */
void print_result_json(struct buf *b, struct str formula, const struct figures *fs, size_t figure,
		       size_t cell);

/* Number in full, shortest; text; NULL-safe pieces shared by explain. */
struct str print_real(struct arena *a, double v);
struct str print_micro(struct arena *a, int64_t micro);
struct str print_int(struct arena *a, int64_t v);

#endif
