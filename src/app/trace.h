/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trace: how a number came about, put together once as titled pairs and tables and then printed
 * as text or JSON. */
#ifndef SSME_APP_TRACE_H
#define SSME_APP_TRACE_H

#include "app/print.h"

struct trace;
struct trace *trace_new(struct call *c); /* lives in the call's arena */
struct call *trace_call(const struct trace *t);

/* A pair; an empty value is left out.  key: its name in JSON (a string there), NULL: it is for
 * people alone. */
void trace_add(struct trace *t, const char *key, const char *es, const char *en, struct str value);
/* A table; head_es: for people who read Spanish.  key as above, the rows are objects in JSON. */
struct print_table *trace_table(struct trace *t, const char *key, const char *es, const char *en,
				const char *const *head, const char *const *head_es,
				const bool *is_number, size_t n_columns);
/* A value that is JSON already, for programs alone. */
void trace_json(struct trace *t, const char *key, struct str json);
/* Method, data and, where they are made up, the notice of it. */
void trace_origin(struct trace *t, const struct measure *m);

/* Onto the call's output, as --format asks. */
void trace_print(const struct trace *t);

/* A cluster, the one of row `row` of the scores: level, areas, items, answers and their points; the
 * bounds, the way to the next level and the position among peers. */
bool trace_cluster(struct trace *t, const struct measure *m, size_t row, struct err *e) MUST_CHECK;

#endif
