/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/trace.h"

#include <assert.h>

#include "base/num.h"
#include "codec/json.h"

enum { TRACE_PAIRS_MAX = 64,
       TRACE_TABLES_MAX = 32,
       TRACE_JSON_MAX = 8 };

struct pair {
	const char *key; /* name in JSON, NULL: not there */
	struct str label, value;
};

struct trace {
	struct call *c;
	struct pair pair[TRACE_PAIRS_MAX];
	size_t n_pairs;
	struct print_table table[TRACE_TABLES_MAX];
	const char *table_key[TRACE_TABLES_MAX];
	struct str table_label[TRACE_TABLES_MAX];
	size_t n_tables;
	struct pair json[TRACE_JSON_MAX];
	size_t n_json;
};

struct trace *trace_new(struct call *c)
{
	struct trace *t = NEW(c->a, 1, struct trace);
	t->c = c;
	return t;
}

struct call *trace_call(const struct trace *t)
{
	return t->c;
}

void trace_add(struct trace *t, const char *key, const char *es, const char *en, struct str value)
{
	if (!value.n)
		return;
	assert(t->n_pairs < TRACE_PAIRS_MAX);
	t->pair[t->n_pairs++] = (struct pair){ key, call_say(t->c, es, en), value };
}

struct print_table *trace_table(struct trace *t, const char *key, const char *es, const char *en,
				const char *const *head, const char *const *head_es,
				const bool *is_number, size_t n_columns)
{
	assert(t->n_tables < TRACE_TABLES_MAX);
	struct print_table *p = &t->table[t->n_tables];
	t->table_key[t->n_tables] = key;
	t->table_label[t->n_tables++] = call_say(t->c, es, en);
	print_table_init(p, t->c->a, print_head(t->c, head, head_es), is_number, n_columns);
	return p;
}

void trace_json(struct trace *t, const char *key, struct str json)
{
	assert(t->n_json < TRACE_JSON_MAX);
	t->json[t->n_json++] = (struct pair){ .key = key, .value = json };
}

static void put_text(struct buf *b, const struct trace *t)
{
	size_t width = 0;
	for (size_t i = 0; i < t->n_pairs; i++) {
		size_t n = utf8_length(t->pair[i].label);
		width = n > width ? n : width;
	}
	for (size_t i = 0; i < t->n_pairs; i++) {
		buf_put(b, t->pair[i].label);
		for (size_t n = utf8_length(t->pair[i].label); n < width + 2; n++)
			buf_putc(b, ' ');
		buf_put(b, t->pair[i].value);
		buf_putc(b, '\n');
	}
	for (size_t i = 0; i < t->n_tables; i++) {
		buf_puts(b, "\n");
		buf_put(b, t->table_label[i]);
		buf_puts(b, "\n");
		print_table_text(b, &t->table[i]);
	}
}

static void put_json(struct buf *b, const struct trace *t)
{
	struct json_out o;
	json_out(&o, b);
	json_put_object(&o);
	for (size_t i = 0; i < t->n_pairs; i++) {
		if (!t->pair[i].key)
			continue;
		json_put_key(&o, str_of(t->pair[i].key));
		json_put_string(&o, t->pair[i].value);
	}
	for (size_t i = 0; i < t->n_json; i++) {
		json_put_key(&o, str_of(t->json[i].key));
		json_put_raw(&o, t->json[i].value);
	}
	for (size_t i = 0; i < t->n_tables; i++) {
		struct buf table;
		if (!t->table_key[i])
			continue;
		buf_init(&table, t->c->a, CALL_OUT_BYTES_MAX);
		print_table_json(&table, &t->table[i]);
		json_put_key(&o, str_of(t->table_key[i]));
		json_put_raw(&o, str_trim(buf_str(&table)));
	}
	json_end_object(&o);
	buf_putc(b, '\n');
}

void trace_origin(struct trace *t, const struct measure *m)
{
	struct arena *a = t->c->a;
	trace_add(t, "method", "Método", "Method",
		  str_fmt(a, "%.*s@%.*s%s%.*s", STR_ARG(m->instrument->id),
			  STR_ARG(m->instrument->version), m->instrument->status.n ? ", " : "",
			  STR_ARG(m->instrument->status)));
	trace_add(t, "method_sha256", "Huella del método", "Hash of the method",
		  sha256_hex(a, m->instrument->sha256));
	trace_add(t, "data_sha256", "Huella de los datos", "Hash of the data", m->data_sha256);
	if (m->round.synthetic)
		trace_add(t, "notice", "Aviso", "Notice",
			  call_say(t->c, "datos sintéticos de demostración",
				   "synthetic demonstration data"));
}

void trace_print(const struct trace *t)
{
	if (call_wants(t->c, "json"))
		put_json(&t->c->out, t);
	else
		put_text(&t->c->out, t);
}
