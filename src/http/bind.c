/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/bind.h"

#include <assert.h>
#include <string.h>

#include "base/fold.h"
#include "base/hash.h"
#include "base/num.h"
#include "codec/json.h"
#include "page/page.h"

/* Fields that every row takes: about the sending, not about what is sent. */
static const struct str known_to_all[] = { STR("csrf"), STR("writer"),
					   STR("idempotency_key"), STR("lang"),
					   STR("hecho") };

static bool is_known_to_all(struct str name)
{
	for (size_t i = 0; i < sizeof(known_to_all) / sizeof(*known_to_all); i++) {
		if (name.n == known_to_all[i].n &&
		    memcmp(name.p, known_to_all[i].p, name.n) == 0)
			return true;
	}
	return false;
}

/* ---- reading ---- */

struct reading {
	struct call *c;
	struct fields *out;
	unsigned status;
};

static void blame(struct call *c, struct str name)
{
	const struct str cut = str_sub(name, 0, 80);
	c->blamed = utf8_valid(cut, NULL) && !memchr(cut.p ? cut.p : "", 0, cut.n)
			    ? str_c(c->a, cut)
			    : "?";
}

static bool add_field(struct reading *r, struct field f, struct err *e)
{
	struct fields *out = r->out;
	if (out->n == FIELDS_MAX) {
		r->status = 413;
		return err_say(e, ERR_LIMIT, "más de %d campos", "more than %d fields", FIELDS_MAX);
	}
	if (!f.name.n || f.name.n > FIELD_NAME_BYTES_MAX) {
		blame(r->c, f.name);
		return err_say(e, ERR_INPUT, "un campo sin nombre, o con uno de más de %d bytes",
			       "a field without a name, or with one over %d bytes",
			       FIELD_NAME_BYTES_MAX);
	}
	if (out->n == out->cap) {
		const size_t cap = out->cap ? 2 * out->cap : 16;
		out->field = arena_grow(r->c->a, out->field, out->n, cap, sizeof(*out->field));
		out->cap = cap;
	}
	out->field[out->n++] = f;
	return true;
}

static bool refuse_bytes(struct reading *r, struct str name, struct err *e)
{
	blame(r->c, name);
	return err_say(e, ERR_INPUT, "%s: bytes que no son texto UTF-8, o un cero, o un %% suelto",
		       "%s: bytes that are no UTF-8 text, or a zero, or a lone %%", r->c->blamed);
}

/* What is sent is mostly letters and digits, which stand for themselves and stay where they are. */
static bool decode(struct arena *a, struct str s, struct str *out)
{
	size_t i = 0;
	while (i < s.n && s.p[i] && (unsigned char)s.p[i] < 0x80 && s.p[i] != '%' && s.p[i] != '+')
		i++;
	if (i < s.n)
		return percent_decode(a, s, true, out);
	*out = s.p ? s : STR("");
	return true;
}

/* "a=1&b=2" */
static bool read_encoded(struct reading *r, struct str text, enum field_place place,
			 struct err *e)
{
	struct str rest = text;
	while (rest.p && text.n) {
		struct str value = str_cut(&rest, '&'), name = str_cut(&value, '=');
		struct field f = { .place = place };
		if (!name.n && !value.p)
			continue;
		if (!decode(r->c->a, name, &f.name))
			return refuse_bytes(r, name, e);
		if (!decode(r->c->a, value, &f.value))
			return refuse_bytes(r, f.name, e);
		if (!add_field(r, f, e))
			return false;
	}
	return true;
}

/* What a form's part or a JSON text holds is not escaped. */
static bool add_plain(struct reading *r, struct str name, struct str value, struct err *e)
{
	if (!utf8_valid(name, NULL) || !utf8_valid(value, NULL) ||
	    (value.n && memchr(value.p, 0, value.n)) || (name.n && memchr(name.p, 0, name.n)))
		return refuse_bytes(r, name, e);
	return add_field(r, (struct field){ name, value, FIELD_OF_BODY }, e);
}

/* ---- JSON ---- */

static struct str number_text(struct arena *a, struct json_number n)
{
	struct buf b;
	buf_init(&b, a, 64);
	if (n.whole)
		num_put_int(&b, n.integer);
	else
		num_put_real(&b, n.real);
	return buf_str(&b);
}

/* A text, a number or a truth; *ret_given false: null or false. */
static bool json_scalar(struct reading *r, struct json_in *j, struct str *out, bool *ret_given)
{
	*ret_given = true;
	switch (json_in_peek(j)) {
	case JSON_IS_STRING:
		*out = json_in_string(j);
		return true;
	case JSON_IS_NUMBER:
		*out = number_text(r->c->a, json_in_number(j));
		return true;
	case JSON_IS_BOOL:
		*ret_given = json_in_bool(j);
		*out = STR("yes");
		return true;
	case JSON_IS_NULL:
		json_in_null(j);
		*ret_given = false;
		return true;
	case JSON_IS_NONE:
	case JSON_IS_ARRAY:
	case JSON_IS_OBJECT:
		break;
	}
	return false;
}

static bool refuse_shape(struct reading *r, struct str name, struct err *e)
{
	blame(r->c, name);
	return err_say(e, ERR_INPUT, "%s: dé un texto, un número o una lista de ellos",
		       "%s: give a text, a number or a list of them", r->c->blamed);
}

/* The chosen options of one question: names with a space between, as in a file. */
static bool json_words(struct reading *r, struct json_in *j, struct str name, struct err *e)
{
	struct buf b;
	buf_init(&b, r->c->a, BODY_BYTES_MAX);
	(void)json_in_array(j);
	while (json_in_item(j)) {
		struct str word;
		bool given;
		if (!json_scalar(r, j, &word, &given))
			return refuse_shape(r, name, e);
		if (given && b.n)
			buf_putc(&b, ' ');
		if (given)
			buf_put(&b, word);
	}
	return add_plain(r, name, buf_str(&b), e);
}

/* {"answer":{"G01":"a"}} is the field "answer.G01". */
static bool json_pairs(struct reading *r, struct json_in *j, struct str prefix, struct err *e)
{
	struct str key;
	(void)json_in_object(j);
	while (json_in_key(j, &key)) {
		const struct str name = str_fmt(r->c->a, "%.*s.%.*s", STR_ARG(prefix),
						STR_ARG(str_sub(key, 0, FIELD_NAME_BYTES_MAX)));
		struct str value;
		bool given;
		if (json_in_peek(j) == JSON_IS_ARRAY) {
			if (!json_words(r, j, name, e))
				return false;
		} else if (!json_scalar(r, j, &value, &given)) {
			return json_in_peek(j) != JSON_IS_NONE ? refuse_shape(r, name, e) : true;
		} else if (given && !add_plain(r, name, value, e)) {
			return false;
		}
	}
	return true;
}

static bool json_list(struct reading *r, struct json_in *j, struct str name, struct err *e)
{
	(void)json_in_array(j);
	while (json_in_item(j)) {
		struct str value;
		bool given;
		if (!json_scalar(r, j, &value, &given))
			return json_in_peek(j) != JSON_IS_NONE ? refuse_shape(r, name, e) : true;
		if (given && !add_plain(r, name, value, e))
			return false;
	}
	return true;
}

static bool json_value(struct reading *r, struct json_in *j, struct str name, struct err *e)
{
	struct str value;
	bool given;
	enum json_kind kind = json_in_peek(j);
	if (kind == JSON_IS_OBJECT)
		return json_pairs(r, j, name, e);
	if (kind == JSON_IS_ARRAY)
		return json_list(r, j, name, e);
	if (!json_scalar(r, j, &value, &given))
		return true; /* a fault: json_in_end() tells */
	return !given || add_plain(r, name, value, e);
}

static bool read_json(struct reading *r, struct str body, struct err *e)
{
	struct json_in j;
	struct str key;
	if (!body.n)
		return true;
	json_in_start(&j, r->c->a, body);
	if (json_in_peek(&j) != JSON_IS_OBJECT && json_in_peek(&j) != JSON_IS_NONE)
		return err_say(e, ERR_INPUT, "el cuerpo JSON debe ser un objeto",
			       "the JSON body must be an object");
	(void)json_in_object(&j);
	while (json_in_key(&j, &key)) {
		const struct str before = key;
		if (!json_value(r, &j, key, e))
			return false;
		if (j.fault) {
			blame(r->c, before);
			break;
		}
	}
	return json_in_end(&j, e) || err_in(e, "JSON");
}

/* ---- the body ---- */

static bool is_type(struct str content_type, const char *type)
{
	struct str rest = content_type, media = str_trim(str_cut(&rest, ';'));
	const size_t n = strlen(type);
	if (media.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char ch = media.p[i];
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch - 'A' + 'a');
		if (ch != type[i])
			return false;
	}
	return true;
}

static bool read_body(struct reading *r, const struct request *in, struct err *e)
{
	if (is_type(in->content_type, "multipart/form-data")) {
		for (size_t i = 0; i < in->n_parts; i++) {
			if (!add_plain(r, in->part[i].name, in->part[i].value, e))
				return false;
		}
		return true;
	}
	if (!in->body.n)
		return true;
	if (is_type(in->content_type, "application/x-www-form-urlencoded"))
		return read_encoded(r, in->body, FIELD_OF_BODY, e);
	if (is_type(in->content_type, "application/json"))
		return read_json(r, in->body, e);
	r->status = 415;
	return err_say(e, ERR_INPUT,
		       "el cuerpo debe ser application/json, application/x-www-form-urlencoded o "
		       "multipart/form-data",
		       "the body must be application/json, application/x-www-form-urlencoded or "
		       "multipart/form-data");
}

bool fields_read(struct call *c, const struct request *in, struct fields *out,
		 unsigned *ret_status, struct err *e)
{
	struct reading r = { .c = c, .out = out, .status = 400 };
	*out = (struct fields){ 0 };
	const bool reads_only = str_is(in->method, "GET") || str_is(in->method, "HEAD");
	bool good = read_encoded(&r, in->query, FIELD_OF_QUERY, e);
	if (good && reads_only && (in->body.n || in->n_parts || in->n_uploads))
		good = err_say(e, ERR_INPUT, "una petición GET no lleva cuerpo",
			       "a GET request has no body");
	if (good && !reads_only)
		good = read_body(&r, in, e);
	*ret_status = r.status;
	return good;
}

struct str fields_value(const struct fields *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++) {
		if (str_is(f->field[i].name, name))
			return f->field[i].value;
	}
	return (struct str){ 0 };
}

/* ---- binding ---- */

struct binding {
	struct call *c;
	const char *name[PARAMS_MAX]; /* on the web; NULL: not over the web */
	size_t n_name[PARAMS_MAX];    /* bytes of it */
	size_t n;
	bool in_path[PARAMS_MAX];
	bool writes;              /* values come in the body */
	/* Names of the pairs bound so far, by their hash: each a field's number + 1, 0 is free.
	 * Never over half full. */
	const struct fields *fields;
	uint16_t *slot;
	size_t n_slots;           /* a power of two */
	size_t pairs;             /* the parameter of the pair bound last: the next is its too */
};
static_assert(FIELDS_MAX < UINT16_MAX, "a slot holds the number of any field");

static void name_params(struct binding *b)
{
	const struct command *row = b->c->command;
	while (b->n < PARAMS_MAX && row->param[b->n].name) {
		const struct param *p = &row->param[b->n];
		b->name[b->n] = p->kind == PARAM_PATH ? NULL : param_web_name(b->c->a, p);
		b->n_name[b->n] = b->name[b->n] ? strlen(b->name[b->n]) : 0;
		b->n++;
	}
}

static bool has_name(const struct binding *b, size_t i, struct str name)
{
	const size_t n = b->n_name[i];
	if (!n || name.n < n || memcmp(name.p, b->name[i], n) != 0)
		return false;
	return b->c->command->param[i].kind == PARAM_PAIRS ? name.n > n + 1 && name.p[n] == '.'
							   : name.n == n;
}

/* "answer.G01" belongs to the pairs "answer"; *ret_pair is "G01". */
static bool find_name(const struct binding *b, struct str name, size_t *ret_i, struct str *ret_pair)
{
	size_t i = 0;
	/* No two parameters have one name, so it does not matter which is asked first. */
	if (b->n && has_name(b, b->pairs, name))
		i = b->pairs;
	while (i < b->n && !has_name(b, i, name))
		i++;
	if (i == b->n)
		return false;
	*ret_i = i;
	if (b->c->command->param[i].kind == PARAM_PAIRS)
		*ret_pair = str_sub(name, b->n_name[i] + 1, name.n);
	return true;
}

static bool refuse_unknown(struct binding *b, struct str name, struct err *e)
{
	struct str candidate[PARAMS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (b->name[i])
			candidate[n++] = str_of(b->name[i]);
	}
	const struct str near = fold_nearest(b->c->a, name, candidate, n);
	blame(b->c, name);
	return err_say(e, ERR_INPUT, "no hay parámetro «%s»%s%.*s",
		       "there is no parameter \"%s\"%s%.*s", b->c->blamed, near.n ? " → " : "",
		       STR_ARG(near));
}

static bool refuse_twice(struct binding *b, struct str name, struct err *e)
{
	blame(b->c, name);
	return err_say(e, ERR_INPUT, "«%s» está más de una vez", "\"%s\" is given more than once",
		       b->c->blamed);
}

static void make_slots(struct binding *b)
{
	b->n_slots = 64;
	while (b->n_slots < 2 * b->fields->n)
		b->n_slots *= 2;
	b->slot = NEW(b->c->a, b->n_slots, uint16_t);
}

/* Was a pair of that whole name ("answer.G01") bound before?  Notes that it is now. */
static bool pair_given(struct binding *b, const struct field *f)
{
	if (!b->slot)
		make_slots(b);
	size_t at = (size_t)str_hash(f->name) & (b->n_slots - 1);
	for (; b->slot[at]; at = (at + 1) & (b->n_slots - 1)) {
		if (str_eq(b->fields->field[b->slot[at] - 1].name, f->name))
			return true;
	}
	b->slot[at] = (uint16_t)(f - b->fields->field + 1);
	return false;
}

/* "G01=a", as on the command line; as it was sent, where nothing in it was escaped. */
static struct str pair_word(struct arena *a, struct str pair, struct str value)
{
	if (value.n && pair.p + pair.n + 1 == value.p && pair.p[pair.n] == '=')
		return (struct str){ pair.p, pair.n + 1 + value.n };
	char *word = NEW(a, pair.n + 1 + value.n, char);
	memcpy(word, pair.p, pair.n);
	word[pair.n] = '=';
	if (value.n)
		memcpy(word + pair.n + 1, value.p, value.n);
	return (struct str){ word, pair.n + 1 + value.n };
}

static bool bind_pair(struct binding *b, size_t i, const struct field *f, struct str pair,
		      struct err *e)
{
	const struct param *p = &b->c->command->param[i];
	b->pairs = i;
	if (!p->repeated && pair_given(b, f))
		return refuse_twice(b, f->name, e);
	if (p->max && f->value.n > (size_t)p->max) {
		blame(b->c, f->name);
		return err_say(e, ERR_LIMIT, "«%s»: más de %lld bytes", "\"%s\": over %lld bytes",
			       b->c->blamed, (long long)p->max);
	}
	if (command_bind_value(b->c, i, pair_word(b->c->a, pair, f->value), e))
		return true;
	blame(b->c, f->name);
	return false;
}

static bool check_place(struct binding *b, size_t i, const struct field *f, struct err *e)
{
	const struct param *p = &b->c->command->param[i];
	b->c->blamed = b->name[i];
	if (p->kind == PARAM_SECRET && f->place != FIELD_OF_BODY)
		return err_say(e, ERR_INPUT, "«%s» no va en la dirección, sino en el cuerpo",
			       "\"%s\" belongs in the body, not in the address", b->name[i]);
	if (p->kind == PARAM_FILE)
		return err_say(e, ERR_INPUT, "«%s» debe ser un archivo (multipart/form-data)",
			       "\"%s\" must be a file (multipart/form-data)", b->name[i]);
	if (b->in_path[i] && f->place != FIELD_OF_PATH)
		return refuse_twice(b, f->name, e);
	if (p->kind == PARAM_FLAG && !str_is(f->value, "yes"))
		return err_say(e, ERR_INPUT, "«%s» lleva el valor yes o no se envía",
			       "\"%s\" has the value yes or is not sent", b->name[i]);
	return true;
}

static bool bind_field(struct binding *b, const struct field *f, struct err *e)
{
	size_t i;
	struct str pair = { 0 };
	if (!find_name(b, f->name, &i, &pair))
		return is_known_to_all(f->name) || refuse_unknown(b, f->name, e);
	if (pair.p)
		return bind_pair(b, i, f, pair, e);
	/* ?lang= of a form's address is the language of the page, not what the form says */
	if (str_is(f->name, "lang") && f->place == FIELD_OF_QUERY && b->writes)
		return true;
	if (!f->value.n && f->place != FIELD_OF_PATH)
		return true;
	if (!check_place(b, i, f, e) || !command_bind_value(b->c, i, f->value, e))
		return false;
	b->c->blamed = NULL;
	return true;
}

static bool bind_path(struct binding *b, const struct route_match *m, struct err *e)
{
	for (size_t k = 0; k < m->n; k++) {
		struct field f = { .place = FIELD_OF_PATH };
		const char *name = b->name[m->param[k]];
		f.name = str_of(name);
		if (!percent_decode(b->c->a, m->value[k], false, &f.value)) {
			b->c->blamed = name;
			return err_say(e, ERR_INPUT, "«%s»: la dirección no es UTF-8",
				       "\"%s\": the address is not UTF-8", name);
		}
		if (!bind_field(b, &f, e))
			return false;
		b->in_path[m->param[k]] = true;
	}
	return true;
}

/* The name stands for the file until its bytes are parsed. */
static bool bind_upload(struct binding *b, const struct http_upload *u, struct err *e)
{
	size_t i;
	struct str pair = { 0 };
	if (!find_name(b, u->field, &i, &pair) ||
	    b->c->command->param[i].kind != PARAM_FILE)
		return refuse_unknown(b, u->field, e);
	const struct param *p = &b->c->command->param[i];
	if (!u->file_name.n && !u->n_bytes)
		return true; /* a form whose field was left open */
	b->c->blamed = b->name[i];
	if (b->c->value[i].n)
		return refuse_twice(b, u->field, e);
	if (p->max && u->n_bytes > (uint64_t)p->max)
		return err_say(e, ERR_LIMIT, "«%s»: más de %lld bytes", "\"%s\": over %lld bytes",
			       b->name[i], (long long)p->max);
	if (!utf8_valid(u->file_name, NULL) ||
	    (u->file_name.n && memchr(u->file_name.p, 0, u->file_name.n)))
		return err_say(e, ERR_INPUT, "«%s»: el nombre del archivo no es UTF-8",
			       "\"%s\": the name of the file is not UTF-8", b->name[i]);
	const struct str name = u->file_name.n ? str_sub(u->file_name, 0, FIELD_NAME_BYTES_MAX)
					       : STR("archivo");
	b->c->upload[i].name = name;
	if (!command_bind_value(b->c, i, name, e))
		return false;
	b->c->blamed = NULL;
	return true;
}

static bool check_required(struct binding *b, struct err *e)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct param *p = &b->c->command->param[i];
		if (!p->required || b->c->value[i].n || p->kind == PARAM_PATH)
			continue;
		b->c->blamed = b->name[i];
		return err_say(e, ERR_INPUT, "falta «%s»: %s", "\"%s\" is missing: %s", b->name[i],
			       p->help.in[b->c->lang].p ? p->help.in[b->c->lang].p : "");
	}
	return true;
}

static bool has_choice(const struct param *p, const char *wanted)
{
	struct str rest = str_of(p->choices);
	while (rest.p) {
		if (str_is(str_cut(&rest, '|'), wanted))
			return true;
	}
	return false;
}

/* Programs read JSON unless they say otherwise; what cannot be had as JSON comes as a page. */
static bool bind_format(struct binding *b, struct err *e)
{
	const struct command *row = b->c->command;
	if (strncmp(row->route, "/api/", 5) != 0)
		return true;
	for (size_t i = 0; i < b->n; i++) {
		const struct param *p = &row->param[i];
		if (strcmp(p->name, "--format") != 0 || p->kind != PARAM_CHOICE || b->c->value[i].n)
			continue;
		struct str rest = str_of(p->choices), first = str_cut(&rest, '|');
		const struct str format = has_choice(p, "json")	  ? STR("json")
					  : has_choice(p, "html") ? STR("html")
								  : first;
		return command_bind_value(b->c, i, format, e);
	}
	return true;
}

bool fields_bind(struct call *c, const struct route_match *m, const struct fields *f,
		 const struct request *in, struct err *e)
{
	struct binding b = { .c = c,
			     .writes = strcmp(c->command->method, "GET") != 0,
			     .fields = f };
	name_params(&b);
	if (!bind_path(&b, m, e))
		return false;
	for (size_t i = 0; i < f->n; i++) {
		if (!bind_field(&b, &f->field[i], e))
			return false;
	}
	for (size_t i = 0; i < in->n_uploads; i++) {
		if (!bind_upload(&b, &in->upload[i], e))
			return false;
	}
	return bind_format(&b, e) && check_required(&b, e);
}

/* ---- language ---- */

/* "lang=en" of the query. */
static bool query_lang(const struct request *in, enum lang *out)
{
	struct str rest = in->query;
	while (rest.p && rest.n) {
		const struct str f = str_cut(&rest, '&');
		if (!str_is(f, "lang=en") && !str_is(f, "lang=es"))
			continue;
		*out = str_is(f, "lang=en") ? LANG_EN : LANG_ES;
		return true;
	}
	return false;
}

/* Only the first wish is looked at: what stands first is what the reader set. */
enum lang request_lang(const struct request *in)
{
	enum lang asked;
	if (query_lang(in, &asked))
		return asked;
	struct str wishes = request_header(in, "accept-language");
	while (wishes.p && wishes.n) {
		const struct str wish = str_trim(str_cut(&wishes, ','));
		if (str_starts(wish, "es"))
			return LANG_ES;
		if (str_starts(wish, "en"))
			return LANG_EN;
	}
	return LANG_ES;
}

enum lang request_page_lang(struct request *in)
{
	enum lang asked;
	const size_t n = sizeof(PAGE_ENGLISH) - 1;
	const bool english = str_is(in->path, PAGE_ENGLISH) ||
			     str_starts(in->path, PAGE_ENGLISH "/");
	if (english)
		in->path = in->path.n > n ? str_sub(in->path, n, in->path.n) : STR("/");
	return query_lang(in, &asked) ? asked : english ? LANG_EN : LANG_ES;
}

/* ---- telling two requests apart ---- */

static bool has_secret(const struct call *c)
{
	for (size_t i = 0; i < PARAMS_MAX && c->command->param[i].name; i++) {
		if (c->command->param[i].kind == PARAM_SECRET)
			return true;
	}
	return false;
}

static bool is_secret(const struct call *c, struct str name)
{
	for (size_t i = 0; i < PARAMS_MAX && c->command->param[i].name; i++) {
		if (c->command->param[i].kind == PARAM_SECRET &&
		    str_is(name, param_web_name(c->a, &c->command->param[i])))
			return true;
	}
	return false;
}

struct str fields_digest(const struct call *c, const struct request *in, const struct fields *f)
{
	const bool secrets = has_secret(c);
	struct blake2b_state s;
	blake2b_start(&s);
	blake2b_add(&s, in->method);
	blake2b_add(&s, in->path);
	for (size_t i = 0; i < f->n; i++) {
		if (is_known_to_all(f->field[i].name) ||
		    (secrets && is_secret(c, f->field[i].name)))
			continue;
		blake2b_add(&s, f->field[i].name);
		blake2b_add(&s, f->field[i].value);
	}
	for (size_t i = 0; i < PARAMS_MAX; i++)
		blake2b_add(&s, c->upload[i].bytes);
	return blake2b_hex(c->a, blake2b_end(&s));
}
