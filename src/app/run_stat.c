/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ssme stat: one function of the statistical room, by its name. */
#include <math.h>
#include <string.h>

#include "app/input.h"
#include "app/print.h"
#include "app/run.h"
#include "app/stat.h"
#include "base/fold.h"
#include "base/num.h"
#include "codec/csv_columns.h"
#include "codec/json.h"
#include "os/file.h"

/* ---- which function ---- */

static bool has_name(const struct stat_function *f, struct str name)
{
	struct str rest = str_of(f->also), also;
	if (str_is(name, f->name))
		return true;
	while ((also = str_word(&rest)).n) {
		if (str_eq(also, name))
			return true;
	}
	return false;
}

static bool find_function(const struct call *c, struct str name, const struct stat_function **out,
			  struct err *e)
{
	struct str *names = NEW(c->a, n_stat_functions * 8, struct str), near;
	size_t n = 0;
	for (size_t i = 0; i < n_stat_functions; i++) {
		struct str rest = str_of(stat_table[i].also), also;
		if (has_name(&stat_table[i], name)) {
			*out = &stat_table[i];
			return true;
		}
		names[n++] = str_of(stat_table[i].name);
		while ((also = str_word(&rest)).n && n < n_stat_functions * 8)
			names[n++] = also;
	}
	near = fold_nearest(c->a, name, names, n);
	if (near.n)
		return err_say(e, ERR_ABSENT,
			       "no hay función «%.*s»; ¿quiso decir «%.*s»? (ssme stat --list)",
			       "there is no function \"%.*s\"; did you mean \"%.*s\"? "
			       "(ssme stat --list)",
			       STR_ARG(name), STR_ARG(near));
	return err_say(e, ERR_ABSENT, "no hay función «%.*s»; ssme stat --list las lista",
		       "there is no function \"%.*s\"; ssme stat --list lists them", STR_ARG(name));
}

/* ---- words ---- */

/* "key=value": a name of letters, digits and _ stands before the first =. */
static bool is_assignment(struct str word)
{
	size_t n = 0;
	while (n < word.n && (word.p[n] == '_' || (word.p[n] >= '0' && word.p[n] <= '9') ||
			      (word.p[n] >= 'a' && word.p[n] <= 'z') ||
			      (word.p[n] >= 'A' && word.p[n] <= 'Z')))
		n++;
	return n && n < word.n && word.p[n] == '=';
}

static bool split_words(const struct call *c, struct str **ret_word, size_t *ret_n,
			const char **ret_path, struct err *e)
{
	const struct values *given = call_values(c, "INPUT");
	*ret_word = NEW(c->a, given->n, struct str);
	*ret_n = 0;
	*ret_path = NULL;
	for (size_t i = 0; i < given->n; i++) {
		if (is_assignment(given->text[i])) {
			(*ret_word)[(*ret_n)++] = given->text[i];
			continue;
		}
		if (*ret_path)
			return err_say(e, ERR_INPUT,
				       "%.*s: ya hay un archivo, %s; los valores van como "
				       "clave=valor",
				       "%.*s: there is a file already, %s; values are given as "
				       "key=value",
				       STR_ARG(given->text[i]), *ret_path);
		*ret_path = str_c(c->a, given->text[i]);
	}
	return true;
}

static bool read_frame(const struct call *c, const char *path, const struct frame **out,
		       struct err *e)
{
	struct str bytes;
	*out = NULL;
	if (!path)
		return true;
	return (file_read_or_stdin(c->a, path, CALL_STDIN_BYTES_MAX, &bytes, e) &&
		csv_columns(c->a, bytes, NULL, 0, c->runner, out, e)) ||
	       err_in(e, "%s", path);
}

/* ---- results ---- */

static void put_json(struct buf *b, const struct stat *s)
{
	buf_puts(b, "{");
	for (size_t i = 0; i < s->n_results; i++) {
		buf_puts(b, i ? ",\n" : "\n");
		esc_json(b, s->result[i].quantity);
		buf_puts(b, ":");
		if (isfinite(s->result[i].value))
			num_put_real(b, s->result[i].value);
		else
			buf_puts(b, "null");
	}
	buf_puts(b, "\n}\n");
}

static void put_results(struct call *c, const struct stat *s)
{
	static const char *const head[] = { "quantity", "value" };
	static const char *const head_es[] = { "cantidad", "valor" };
	static const bool is_number[] = { false, true };
	struct print_table t;
	if (!call_given(c, "--format") || call_wants(c, "json")) {
		put_json(&c->out, s);
		return;
	}
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, 2);
	for (size_t i = 0; i < s->n_results; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = s->result[i].quantity;
		if (isfinite(s->result[i].value))
			cell[1] = print_real(c->a, s->result[i].value);
	}
	print_table(c, &t);
}

/* ---- the list ---- */

static const char *const kind_name[] = {
	[STAT_NUMBER] = "number", [STAT_WHOLE] = "whole",   [STAT_CHOICE] = "choice",
	[STAT_TEXT] = "text",     [STAT_VALUES] = "values", [STAT_GROUPS] = "groups",
	[STAT_TABLE] = "table",
};

static void list_range(struct call *c, const struct stat_key *k, struct buf *b)
{
	static const struct label kind[] = {
		[STAT_NUMBER] = { { { "número", 7 }, { "number", 6 } } },
		[STAT_WHOLE] = { { { "número entero", 14 }, { "whole number", 12 } } },
		[STAT_CHOICE] = { { { "uno de", 6 }, { "one of", 6 } } },
		[STAT_TEXT] = { { { "texto", 5 }, { "text", 4 } } },
		[STAT_VALUES] = { { { "lista o columna", 15 }, { "list or column", 14 } } },
		[STAT_GROUPS] = { { { "nombres o columna", 17 }, { "names or column", 15 } } },
		[STAT_TABLE] = { { { "filas 1,2;3,4 o columnas", 24 },
				   { "rows 1,2;3,4 or columns", 23 } } },
	};
	buf_put(b, label_in(&kind[k->kind], c->lang));
	if (k->choices)
		buf_fmt(b, " %s", k->choices);
	if (k->low < k->high)
		buf_fmt(b, " %.*s–%.*s", STR_ARG(print_real(c->a, k->low)),
			STR_ARG(print_real(c->a, k->high)));
	if (k->otherwise)
		buf_fmt(b, "; %s %s", c->lang == LANG_ES ? "si no:" : "otherwise:", k->otherwise);
	else if (!k->required)
		buf_fmt(b, "; %s", c->lang == LANG_ES ? "opcional" : "optional");
}

static void list_text(struct call *c, const struct stat_function *f)
{
	struct buf *b = &c->out;
	buf_fmt(b, "%s%s%s\n  %.*s\n", f->name, f->also ? ", " : "", f->also ? f->also : "",
		STR_ARG(label_in(&f->help, c->lang)));
	for (size_t i = 0; i < STAT_KEYS_MAX && f->key[i].kind != STAT_END; i++) {
		const struct stat_key *k = &f->key[i];
		buf_fmt(b, "    %s=  %.*s (", k->name, STR_ARG(label_in(&k->help, c->lang)));
		list_range(c, k, b);
		buf_puts(b, ")\n");
	}
	buf_fmt(b, "  → %s\n", f->quantities);
	if (f->example)
		buf_fmt(b, "  ssme stat %s %s\n", f->name, f->example);
	buf_puts(b, "\n");
}

static void put_words(struct json_out *o, const char *key, const char *words)
{
	struct str rest = str_of(words), word;
	json_put_key(o, str_of(key));
	json_put_array(o);
	while ((word = str_word(&rest)).n)
		json_put_string(o, word);
	json_end_array(o);
}

static void list_key_json(const struct call *c, struct json_out *o, const struct stat_key *k)
{
	json_put_object(o);
	json_put_key(o, STR("name"));
	json_put_string(o, str_of(k->name));
	json_put_key(o, STR("kind"));
	json_put_string(o, str_of(kind_name[k->kind]));
	json_put_key(o, STR("required"));
	json_put_bool(o, k->required);
	if (k->otherwise) {
		json_put_key(o, STR("otherwise"));
		json_put_string(o, str_of(k->otherwise));
	}
	if (k->low < k->high) {
		json_put_key(o, STR("low"));
		json_put_real(o, k->low);
		json_put_key(o, STR("high"));
		json_put_real(o, k->high);
	}
	if (k->choices) {
		json_put_key(o, STR("choices"));
		json_put_string(o, str_of(k->choices));
	}
	json_put_key(o, STR("help"));
	json_put_string(o, label_in(&k->help, c->lang));
	json_end_object(o);
}

static void list_json(const struct call *c, struct json_out *o, const struct stat_function *f)
{
	json_put_object(o);
	json_put_key(o, STR("name"));
	json_put_string(o, str_of(f->name));
	put_words(o, "also", f->also);
	json_put_key(o, STR("help"));
	json_put_string(o, label_in(&f->help, c->lang));
	json_put_key(o, STR("keys"));
	json_put_array(o);
	for (size_t i = 0; i < STAT_KEYS_MAX && f->key[i].kind != STAT_END; i++)
		list_key_json(c, o, &f->key[i]);
	json_end_array(o);
	put_words(o, "quantities", f->quantities);
	if (f->example) {
		json_put_key(o, STR("example"));
		json_put_string(o, str_fmt(c->a, "ssme stat %s %s", f->name, f->example));
	}
	json_end_object(o);
}

static bool list(struct call *c, struct str only, struct err *e)
{
	const struct stat_function *one = NULL;
	bool json = call_given(c, "--format") && call_wants(c, "json");
	struct json_out o;
	if (only.n && !find_function(c, only, &one, e))
		return false;
	json_out(&o, &c->out);
	if (json)
		json_put_array(&o);
	for (size_t i = 0; i < n_stat_functions; i++) {
		if (one && one != &stat_table[i])
			continue;
		if (json)
			list_json(c, &o, &stat_table[i]);
		else
			list_text(c, &stat_table[i]);
	}
	if (json) {
		json_end_array(&o);
		buf_puts(&c->out, "\n");
	}
	return true;
}

bool run_stat(struct call *c, struct err *e)
{
	struct str name = call_text(c, "NAME"), *word;
	struct stat s = { .a = c->a, .runner = c->runner };
	const char *path;
	size_t n;
	if (call_given(c, "--list"))
		return list(c, name, e);
	if (!name.n)
		return err_say(e, ERR_INPUT, "falta NOMBRE; ssme stat --list lista las funciones",
			       "NAME is missing; ssme stat --list lists the functions");
	if (!find_function(c, name, &s.function, e) || !split_words(c, &word, &n, &path, e) ||
	    !read_frame(c, path, &s.frame, e) || !stat_bind(&s, word, n, e) ||
	    !s.function->run(&s, e))
		return false;
	put_results(c, &s);
	return true;
}
