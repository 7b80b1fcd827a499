/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/command.h"

#include <assert.h>
#include <string.h>

#include "base/date.h"
#include "base/fold.h"
#include "base/num.h"
#include "os/file.h"

/* ---- finding the row ---- */

size_t command_count(void)
{
	size_t n = 0;
	for (size_t i = 0; i < n_command_parts; i++)
		n += command_parts[i]->n;
	return n;
}

const struct command *command_at(size_t i)
{
	size_t part = 0;
	while (i >= command_parts[part]->n)
		i -= command_parts[part++]->n;
	return &command_parts[part]->row[i];
}

/* How many words of verb the given words begin with all of; 0: they differ. */
static size_t matched_words(const char *verb, const char *const *word, size_t n)
{
	struct str rest = str_of(verb);
	size_t used = 0;
	while (rest.p) {
		struct str part = str_cut(&rest, ' ');
		if (used == n || !str_is(part, word[used]))
			return 0;
		used++;
	}
	return used;
}

const struct command *command_find(const char *const *word, size_t n, size_t *ret_used)
{
	const struct command *found = NULL;
	*ret_used = 0;
	for (size_t i = 0; i < command_count(); i++) {
		size_t used = matched_words(command_at(i)->verb, word, n);
		if (used > *ret_used) {
			found = command_at(i);
			*ret_used = used;
		}
	}
	return found;
}

static size_t n_params(const struct command *cmd)
{
	size_t n = 0;
	while (n < PARAMS_MAX && cmd->param[n].name)
		n++;
	return n;
}

static bool is_option(const struct param *p)
{
	return p->name[0] == '-';
}

/* ---- binding ---- */

enum { SECRET_FILE_BYTES_MAX = 4096 };

static bool check_required(const struct call *c, struct err *e);

static bool refuse_choice(const struct param *p, struct str v, struct err *e)
{
	ARENA_SCOPE(a, 1 << 16);
	struct str candidate[32];
	size_t n = 0;
	struct str rest = str_of(p->choices);
	while (rest.p && n < 32)
		candidate[n++] = str_cut(&rest, '|');
	struct str near = fold_nearest(&a, v, candidate, n);
	return err_say(e, ERR_INPUT, "%s %.*s: no es ninguno de %s%s%.*s",
		       "%s %.*s: not one of %s%s%.*s", p->name, STR_ARG(v), p->choices,
		       near.n ? " → " : "", STR_ARG(near));
}

static bool is_choice(const struct param *p, struct str v)
{
	struct str rest = str_of(p->choices);
	while (rest.p) {
		if (str_eq(str_cut(&rest, '|'), v))
			return true;
	}
	return false;
}

/* NAME=VALUE */
static bool check_pair(const struct param *p, struct str v, struct err *e)
{
	struct str value = v, name = str_cut(&value, '=');
	if (!name.n || !value.p)
		return err_say(e, ERR_INPUT, "%s %.*s: dé NOMBRE=VALOR",
			       "%s %.*s: give NAME=VALUE", p->name, STR_ARG(str_sub(v, 0, 80)));
	if (p->max && value.n > (size_t)p->max)
		return err_say(e, ERR_LIMIT, "%s %.*s: más de %lld bytes",
			       "%s %.*s: over %lld bytes", p->name, STR_ARG(str_sub(name, 0, 80)),
			       (long long)p->max);
	return utf8_valid(v, NULL) ||
		err_say(e, ERR_INPUT, "%s: no es UTF-8", "%s: not UTF-8", p->name);
}

static bool check_value(const struct param *p, struct str v, int64_t *number, struct err *e)
{
	struct date d;
	switch (p->kind) {
	case PARAM_INTEGER:
		if (!num_int(v, number) || *number < p->min || *number > p->max)
			return err_say(e, ERR_INPUT, "%s %.*s: dé un número entero de %lld a %lld",
		       "%s %.*s: give a whole number from %lld to %lld", p->name,
				       STR_ARG(v), (long long)p->min, (long long)p->max);
		return true;
	case PARAM_CHOICE:
		return is_choice(p, v) || refuse_choice(p, v, e);
	case PARAM_DATE:
		return date_parse(v, false, &d) ||
		       err_say(e, ERR_INPUT, "%s %.*s: dé una fecha como 2022-07-01",
		       "%s %.*s: give a date as 2022-07-01", p->name, STR_ARG(v));
	case PARAM_TEXT:
		if (!v.n)
			return err_say(e, ERR_INPUT, "%s: el valor está vacío",
		       "%s: the value is empty", p->name);
		if (p->max && v.n > (size_t)p->max)
			return err_say(e, ERR_LIMIT, "%s: más de %lld bytes",
		       "%s: over %lld bytes", p->name, (long long)p->max);
		return utf8_valid(v, NULL) || err_say(e, ERR_INPUT, "%s: no es UTF-8",
		       "%s: not UTF-8", p->name);
	case PARAM_SECRET:
		if (v.n < (size_t)p->min || (p->max && v.n > (size_t)p->max))
			return err_say(e, ERR_INPUT, "%s: dé de %lld a %lld bytes",
				       "%s: give %lld to %lld bytes", p->name, (long long)p->min,
				       (long long)p->max);
		return utf8_valid(v, NULL) || err_say(e, ERR_INPUT, "%s: no es UTF-8",
						      "%s: not UTF-8", p->name);
	case PARAM_PAIRS:
		return check_pair(p, v, e);
	case PARAM_PATH:
	case PARAM_FILE:
		return v.n > 0 || err_say(e, ERR_INPUT, "%s: la ruta está vacía",
		       "%s: the path is empty", p->name);
	case PARAM_FLAG:
		return true;
	}
	return true;
}

static bool add_value(struct call *c, size_t i, struct str v, struct err *e)
{
	const struct param *p = &c->command->param[i];
	struct values *vs = &c->value[i];
	int64_t number = 0;
	if (vs->n && !p->repeated && p->kind != PARAM_PAIRS)
		return err_say(e, ERR_INPUT, "%s está dos veces",
		       "%s is given twice", p->name);
	if (vs->n == PARAM_VALUES_MAX)
		return err_say(e, ERR_LIMIT, "%s está más de %d veces",
		       "%s is given more than %d times", p->name, PARAM_VALUES_MAX);
	if (!check_value(p, v, &number, e))
		return false;
	if ((vs->n & (vs->n - 1)) == 0) {
		size_t room = vs->n ? 2 * vs->n : 1;
		vs->text = arena_grow(c->a, vs->text, vs->n, room, sizeof(*vs->text));
		vs->integer = arena_grow(c->a, vs->integer, vs->n, room, sizeof(*vs->integer));
	}
	vs->text[vs->n] = v;
	vs->integer[vs->n++] = number;
	return true;
}

/* On the command line a secret is the first line of a file: what stands in a command is seen by
 * other users of the machine. */
static bool add_word(struct call *c, size_t i, struct str v, struct err *e)
{
	struct str text;
	if (c->command->param[i].kind != PARAM_SECRET)
		return add_value(c, i, v, e);
	if (!file_read_or_stdin(c->a, str_c(c->a, v), SECRET_FILE_BYTES_MAX, &text, e))
		return err_in(e, "%s", c->command->param[i].name);
	struct str line = str_cut(&text, '\n');
	if (str_ends(line, "\r"))
		line.n--;
	return add_value(c, i, line, e);
}

bool command_bind_value(struct call *c, size_t param, struct str value, struct err *e)
{
	return add_value(c, param, value, e);
}

bool command_bind_done(const struct call *c, struct err *e)
{
	return check_required(c, e);
}

static bool refuse_option(const struct call *c, struct str word, struct err *e)
{
	struct str candidate[PARAMS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < n_params(c->command); i++) {
		if (is_option(&c->command->param[i]))
			candidate[n++] = str_of(c->command->param[i].name);
	}
	struct str near = fold_nearest(c->a, word, candidate, n);
	return err_say(e, ERR_INPUT, "%s: no hay opción %.*s%s%.*s (ssme help %s)",
		       "%s: no option %.*s%s%.*s (ssme help %s)", c->command->verb, STR_ARG(word),
		       near.n ? " → " : "", STR_ARG(near), c->command->verb);
}

/* "--round=2022" or "--round 2022"; *at moves past what was used. */
static bool bind_option(struct call *c, const char *const *word, size_t n, size_t *at,
			struct err *e)
{
	struct str rest = str_of(word[*at]), name = str_cut(&rest, '=');
	for (size_t i = 0; i < n_params(c->command); i++) {
		const struct param *p = &c->command->param[i];
		if (!str_is(name, p->name))
			continue;
		if (p->kind == PARAM_FLAG)
			return rest.p ? err_say(e, ERR_INPUT, "%s no lleva valor",
		       "%s takes no value", p->name)
				      : add_value(c, i, STR("yes"), e);
		if (rest.p)
			return add_word(c, i, rest, e);
		if (++*at == n)
			return err_say(e, ERR_INPUT, "%s necesita un valor (ssme help %s)",
		       "%s needs a value (ssme help %s)", p->name, c->command->verb);
		return add_word(c, i, str_of(word[*at]), e);
	}
	return refuse_option(c, name, e);
}

/* The first lone parameter that still takes a word. */
static bool bind_word(struct call *c, const char *word, struct err *e)
{
	for (size_t i = 0; i < n_params(c->command); i++) {
		const struct param *p = &c->command->param[i];
		if (!is_option(p) &&
		    (p->repeated || p->kind == PARAM_PAIRS || !c->value[i].n))
			return add_word(c, i, str_of(word), e);
	}
	return err_say(e, ERR_INPUT, "%s: sobra una palabra: %s (ssme help %s)",
		       "%s: one word too many: %s (ssme help %s)", c->command->verb, word,
		       c->command->verb);
}

static bool check_required(const struct call *c, struct err *e)
{
	for (size_t i = 0; i < n_params(c->command); i++) {
		const struct param *p = &c->command->param[i];
		if (p->required && !c->value[i].n)
			return err_say(e, ERR_INPUT, "%s: falta %s; por ejemplo: %s",
		       "%s: %s is missing; for example: %s", c->command->verb, p->name,
				       c->command->example);
	}
	return true;
}

bool command_bind(struct call *c, const char *const *word, size_t n, struct err *e)
{
	bool options = true;
	for (size_t at = 0; at < n; at++) {
		const char *w = word[at];
		bool option = options && w[0] == '-' && w[1];
		if (options && strcmp(w, "--") == 0) {
			options = false;
			continue;
		}
		if (option ? !bind_option(c, word, n, &at, e) : !bind_word(c, w, e))
			return false;
	}
	return check_required(c, e);
}

/* ---- values ---- */

const struct values *call_values(const struct call *c, const char *name)
{
	for (size_t i = 0; i < n_params(c->command); i++) {
		if (strcmp(c->command->param[i].name, name) == 0)
			return &c->value[i];
	}
	assert(!"a handler asked for a parameter that its row does not have");
	return NULL;
}

struct str call_text(const struct call *c, const char *name)
{
	const struct values *v = call_values(c, name);
	return v->n ? v->text[0] : (struct str){ 0 };
}

const char *call_path(const struct call *c, const char *name)
{
	const struct values *v = call_values(c, name);
	return v->n ? str_c(c->a, v->text[0]) : NULL;
}

bool call_given(const struct call *c, const char *name)
{
	return call_values(c, name)->n > 0;
}

int64_t call_integer(const struct call *c, const char *name, int64_t otherwise)
{
	const struct values *v = call_values(c, name);
	return v->n ? v->integer[0] : otherwise;
}

bool call_wants(const struct call *c, const char *format)
{
	struct str given = call_text(c, "--format");
	return given.n ? str_is(given, format) : strcmp(format, "text") == 0;
}

struct str call_say(const struct call *c, const char *es, const char *en)
{
	return str_of(c->lang == LANG_ES ? es : en);
}

void call_progress(const struct call *c, uint64_t done, uint64_t total)
{
	if (c->progress)
		c->progress(c->progress_user, done, total);
}

bool call_interrupted(const struct call *c, struct err *e)
{
	if (!c->interrupted || !c->interrupted(c->progress_user))
		return false;
	(void)err_say(e, ERR_IO, "interrumpido; no se cambió nada",
		       "interrupted; nothing was changed");
	return true;
}

bool call_store(struct call *c, struct store **out, struct err *e)
{
	if (!c->store && !store_open_at(c->folder, c->database, &c->store, e))
		return false;
	store_actor_from(c->store, c->caller.name, c->caller.origin, c->now);
	*out = c->store;
	return true;
}

static size_t place_of(const struct call *c, const char *name)
{
	return (size_t)(call_values(c, name) - c->value);
}

bool call_file(struct call *c, const char *name, const char **ret_name, struct str *ret_bytes,
	       struct err *e)
{
	size_t i = place_of(c, name);
	const char *path = call_path(c, name);
	*ret_name = path;
	if (c->caller.kind != CALLER_OWNER) {
		*ret_bytes = c->upload[i].bytes;
		return true;
	}
	if (strcmp(path, "-") == 0)
		return file_read_or_stdin(c->a, path, CALL_STDIN_BYTES_MAX, ret_bytes, e);
	if (!c->mapped[i].p && !file_map(path, &c->mapped[i], e))
		return false;
	*ret_bytes = c->mapped[i];
	return true;
}

void call_end(struct call *c)
{
	for (size_t i = 0; i < PARAMS_MAX; i++) {
		if (c->mapped[i].p)
			file_unmap(c->mapped[i]);
		c->mapped[i] = (struct str){ 0 };
	}
	store_close(c->store);
	c->store = NULL;
}

bool call_deliver(struct call *c, struct str bytes, struct err *e)
{
	const char *path = call_path(c, "-o");
	if (path && strcmp(path, "-") != 0)
		return file_write(path, bytes, e);
	buf_put(&c->out, bytes);
	return true;
}

void call_problems(struct call *c, const struct problems *ps)
{
	if (call_wants(c, "json"))
		problems_put_json(&c->out, ps);
	else if (call_wants(c, "csv"))
		problems_put_csv(&c->out, ps);
	else
		problems_put_text(&c->out, ps);
	if (ps->n_errors || ps->n_warnings)
		buf_fmt(&c->said, c->said_lang == LANG_ES ? "errores: %zu, advertencias: %zu\n"
						  : "errors: %zu, warnings: %zu\n",
			ps->n_errors, ps->n_warnings);
}
