/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenAPI 3.1 out of the rows: what is true of a row is said once, in the table. */
#include <string.h>

#include "app/program.h"
#include "codec/json.h"
#include "http/dispatch.h"

enum { SCRATCH_BYTES_MAX = 16 << 20 };

struct writing {
	struct json_out o;
	struct arena *a;
	enum lang lang;
};

static struct str in_lang(const struct writing *w, const struct label *l)
{
	return label_in(l, w->lang);
}

static void key(struct writing *w, const char *k)
{
	json_put_key(&w->o, str_of(k));
}

static void open_object(struct writing *w, const char *k)
{
	key(w, k);
	json_put_object(&w->o);
}

static void member(struct writing *w, const char *k, const char *v)
{
	json_member_string(&w->o, k, str_of(v));
}

static bool is_program_route(const struct command *row)
{
	return row->route && strncmp(row->route, "/api/", 5) == 0;
}

static bool reads(const struct command *row)
{
	return strcmp(row->method, "GET") == 0;
}

/* ---- names ---- */

/* "round freeze" is roundFreeze; a row without a verb is named by method and route. */
static struct str operation_id(const struct writing *w, const struct command *row)
{
	struct buf b;
	bool up = false;
	buf_init(&b, w->a, 512);
	struct str from = row->verb ? str_of(row->verb)
				    : str_fmt(w->a, "%s%s", row->method, row->route);
	for (size_t i = 0; i < from.n; i++) {
		char ch = from.p[i];
		const bool upper = ch >= 'A' && ch <= 'Z', lower = ch >= 'a' && ch <= 'z';
		if (!upper && !lower && !(ch >= '0' && ch <= '9')) {
			up = b.n > 0;
			continue;
		}
		if (lower && up)
			ch = (char)(ch - 'a' + 'A');
		if (upper && !up)
			ch = (char)(ch - 'A' + 'a');
		buf_putc(&b, ch);
		up = false;
	}
	return buf_str(&b);
}

/* The segment's parameter by its name on the web. */
static const struct param *param_of_brace(const struct writing *w, const struct command *row,
					  struct str name)
{
	if (str_ends(name, "..."))
		name.n -= 3;
	for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++) {
		if (str_is(name, row->param[i].name) ||
		    str_is(name, param_web_name(w->a, &row->param[i])))
			return &row->param[i];
	}
	return NULL;
}

/* "/api/rounds/{round}/figures" */
static struct str path_of(const struct writing *w, const struct command *row)
{
	struct buf b;
	struct str rest = str_of(row->route);
	buf_init(&b, w->a, 1024);
	while (rest.p) {
		struct str tail = str_cut(&rest, '{');
		buf_put(&b, tail);
		if (!rest.p)
			break;
		const struct param *p = param_of_brace(w, row, str_cut(&rest, '}'));
		buf_fmt(&b, "{%s}", p ? param_web_name(w->a, p) : "?");
	}
	return buf_str(&b);
}

static bool in_path(const struct writing *w, const struct command *row, const struct param *p)
{
	struct str rest = str_of(row->route);
	while (rest.p) {
		(void)str_cut(&rest, '{');
		if (rest.p && param_of_brace(w, row, str_cut(&rest, '}')) == p)
			return true;
	}
	return false;
}

/* ---- schemas ---- */

static void put_choices(struct writing *w, const struct param *p)
{
	struct str rest = str_of(p->choices);
	key(w, "enum");
	json_put_array(&w->o);
	while (rest.p)
		json_put_string(&w->o, str_cut(&rest, '|'));
	json_end_array(&w->o);
}

static void put_lengths(struct writing *w, const struct param *p)
{
	json_member_int(&w->o, "minLength", p->min > 0 ? p->min : 1);
	if (p->max)
		json_member_int(&w->o, "maxLength", p->max);
}

static void put_kind(struct writing *w, const struct param *p)
{
	switch (p->kind) {
	case PARAM_TEXT:
		member(w, "type", "string");
		put_lengths(w, p);
		break;
	case PARAM_SECRET:
		member(w, "type", "string");
		member(w, "format", "password");
		put_lengths(w, p);
		break;
	case PARAM_INTEGER:
		member(w, "type", "integer");
		json_member_int(&w->o, "minimum", p->min);
		json_member_int(&w->o, "maximum", p->max);
		break;
	case PARAM_CHOICE:
		member(w, "type", "string");
		put_choices(w, p);
		break;
	case PARAM_DATE:
		member(w, "type", "string");
		member(w, "format", "date");
		break;
	case PARAM_FLAG:
		member(w, "type", "string");
		key(w, "const");
		json_put_string(&w->o, STR("yes"));
		break;
	case PARAM_FILE:
		member(w, "type", "string");
		member(w, "format", "binary");
		break;
	case PARAM_PAIRS:
		member(w, "type", "object");
		open_object(w, "additionalProperties");
		member(w, "type", "string");
		if (p->max)
			json_member_int(&w->o, "maxLength", p->max);
		json_end_object(&w->o);
		break;
	case PARAM_PATH:
		break;
	}
}

static void put_schema(struct writing *w, const struct param *p)
{
	json_put_object(&w->o);
	if (p->repeated && p->kind != PARAM_PAIRS) {
		member(w, "type", "array");
		json_member_int(&w->o, "maxItems", PARAM_VALUES_MAX);
		open_object(w, "items");
		put_kind(w, p);
		json_end_object(&w->o);
	} else {
		put_kind(w, p);
	}
	json_end_object(&w->o);
}

/* ---- parameters and bodies ---- */

static void put_parameter(struct writing *w, const struct param *p, const char *place)
{
	const bool path = strcmp(place, "path") == 0;
	json_put_object(&w->o);
	member(w, "name", param_web_name(w->a, p));
	member(w, "in", place);
	json_member_bool(&w->o, "required", path || p->required);
	json_member_string(&w->o, "description", in_lang(w, &p->help));
	key(w, "schema");
	put_schema(w, p);
	json_end_object(&w->o);
}

static void put_reference(struct writing *w, const char *to)
{
	json_put_object(&w->o);
	member(w, "$ref", to);
	json_end_object(&w->o);
}

static void put_parameters(struct writing *w, const struct command *row)
{
	key(w, "parameters");
	json_put_array(&w->o);
	for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++) {
		const struct param *p = &row->param[i];
		if (p->kind == PARAM_PATH)
			continue;
		if (in_path(w, row, p))
			put_parameter(w, p, "path");
		else if (reads(row))
			put_parameter(w, p, "query");
	}
	put_reference(w, "#/components/parameters/lang");
	if (row->writes)
		put_reference(w, "#/components/parameters/idempotency");
	json_end_array(&w->o);
}

static bool in_body(const struct writing *w, const struct command *row, const struct param *p)
{
	return p->kind != PARAM_PATH && !in_path(w, row, p);
}

/* The fields of a body; files only where parts may come. */
static void put_fields(struct writing *w, const struct command *row, bool with_files)
{
	json_put_object(&w->o);
	open_object(w, "schema");
	member(w, "type", "object");
	open_object(w, "properties");
	for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++) {
		const struct param *p = &row->param[i];
		if (!in_body(w, row, p) || (p->kind == PARAM_FILE && !with_files))
			continue;
		key(w, param_web_name(w->a, p));
		put_schema(w, p);
	}
	json_end_object(&w->o);
	key(w, "required");
	json_put_array(&w->o);
	for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++) {
		const struct param *p = &row->param[i];
		if (in_body(w, row, p) && p->required && (p->kind != PARAM_FILE || with_files))
			json_put_string(&w->o, str_of(param_web_name(w->a, p)));
	}
	json_end_array(&w->o);
	json_member_bool(&w->o, "additionalProperties", false);
	json_end_object(&w->o);
	json_end_object(&w->o);
}

static void put_body(struct writing *w, const struct command *row)
{
	bool any = false, file = false;
	for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++) {
		any |= in_body(w, row, &row->param[i]);
		file |= row->param[i].kind == PARAM_FILE;
	}
	if (!any || reads(row))
		return;
	open_object(w, "requestBody");
	open_object(w, "content");
	if (!file) {
		key(w, "application/json");
		put_fields(w, row, false);
		key(w, "application/x-www-form-urlencoded");
		put_fields(w, row, false);
	}
	key(w, "multipart/form-data");
	put_fields(w, row, true);
	json_end_object(&w->o);
	json_end_object(&w->o);
}

/* ---- answers ---- */

static const struct {
	const char *format, *type;
} types[] = {
	{ "json", "application/json" },	  { "csv", "text/csv" },
	{ "text", "text/plain" },	  { "html", "text/html" },
	{ "pdf", "application/pdf" },	  { "jsonl", "application/x-ndjson" },
	{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
};

static void put_type(struct writing *w, struct str format)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (!str_is(format, types[i].format))
			continue;
		open_object(w, types[i].type);
		json_end_object(&w->o);
	}
}

static void put_good(struct writing *w, const struct command *row)
{
	struct str rest = STR("json");
	for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++) {
		if (strcmp(row->param[i].name, "--format") == 0 && row->param[i].choices)
			rest = str_of(row->param[i].choices);
	}
	open_object(w, "200");
	member(w, "description", w->lang == LANG_ES ? "Hecho" : "Done");
	open_object(w, "content");
	if (is_program_route(row)) {
		while (rest.p)
			put_type(w, str_cut(&rest, '|'));
	} else {
		put_type(w, STR("html"));
	}
	json_end_object(&w->o);
	json_end_object(&w->o);
}

static void put_responses(struct writing *w, const struct command *row)
{
	open_object(w, "responses");
	put_good(w, row);
	if (!is_program_route(row)) {
		open_object(w, "303");
		member(w, "description",
		       w->lang == LANG_ES ? "Siga en otra página" : "Go on at another page");
		json_end_object(&w->o);
	}
	key(w, "default");
	put_reference(w, "#/components/responses/problem");
	json_end_object(&w->o);
}

/* ---- who may ---- */

static void put_scheme(struct writing *w, const char *name)
{
	json_put_object(&w->o);
	key(w, name);
	json_put_array(&w->o);
	json_end_array(&w->o);
	json_end_object(&w->o);
}

static void put_security(struct writing *w, const struct command *row)
{
	key(w, "security");
	json_put_array(&w->o);
	if (row->roles & ROLE_PUBLIC) {
		json_put_object(&w->o);
		json_end_object(&w->o);
	}
	put_scheme(w, "session");
	if (row->token)
		put_scheme(w, "token");
	json_end_array(&w->o);
	key(w, "x-roles");
	json_put_array(&w->o);
	for (unsigned i = 0; i < ROLES_N; i++) {
		if (row->roles & (1u << i))
			json_put_string(&w->o, str_of(role_name((enum role)(1u << i))));
	}
	json_end_array(&w->o);
	if (row->token)
		member(w, "x-token-scope", row->token);
	if (row->object)
		for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++)
			if (strcmp(row->object, row->param[i].name) == 0)
				member(w, "x-object", param_web_name(w->a, &row->param[i]));
}

static void put_operation(struct writing *w, const struct command *row)
{
	const char *const method = strcmp(row->method, "GET") == 0    ? "get"
				   : strcmp(row->method, "POST") == 0 ? "post"
				   : strcmp(row->method, "PUT") == 0  ? "put"
								      : "delete";
	open_object(w, method);
	json_member_string(&w->o, "operationId", operation_id(w, row));
	json_member_string(&w->o, "summary", in_lang(w, &row->help));
	key(w, "tags");
	json_put_array(&w->o);
	json_put_string(&w->o, is_program_route(row) ? STR("api") : STR("pages"));
	json_end_array(&w->o);
	put_parameters(w, row);
	put_body(w, row);
	put_responses(w, row);
	put_security(w, row);
	json_end_object(&w->o);
}

/* ---- paths: rows of one path stand together ---- */

struct routed {
	const struct command *row;
	struct str path;
};

static struct routed *gather(const struct writing *w, const struct command_rows *part,
			     size_t n_parts, size_t *ret_n)
{
	size_t n = 0;
	for (size_t i = 0; i < n_parts; i++)
		n += part[i].n;
	struct routed *r = NEW(w->a, n, struct routed);
	*ret_n = 0;
	for (size_t i = 0; i < n_parts; i++) {
		for (size_t k = 0; k < part[i].n; k++) {
			const struct command *row = &part[i].row[k];
			if (row->route)
				r[(*ret_n)++] = (struct routed){ row, path_of(w, row) };
		}
	}
	return r;
}

static bool seen_before(const struct routed *r, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (str_eq(r[i].path, r[at].path))
			return true;
	}
	return false;
}

static void put_paths(struct writing *w, const struct command_rows *part, size_t n_parts)
{
	size_t n;
	const struct routed *r = gather(w, part, n_parts, &n);
	open_object(w, "paths");
	for (size_t i = 0; i < n; i++) {
		if (seen_before(r, i))
			continue;
		json_put_key(&w->o, r[i].path);
		json_put_object(&w->o);
		for (size_t k = i; k < n; k++) {
			if (str_eq(r[k].path, r[i].path))
				put_operation(w, r[k].row);
		}
		json_end_object(&w->o);
	}
	json_end_object(&w->o);
}

/* ---- what all share ---- */

static void put_problem_schema(struct writing *w)
{
	static const char *const text[] = { "type", "title", "detail", "instance", "parameter" };
	open_object(w, "schemas");
	open_object(w, "problem");
	member(w, "type", "object");
	open_object(w, "properties");
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++) {
		open_object(w, text[i]);
		member(w, "type", "string");
		json_end_object(&w->o);
	}
	open_object(w, "problems");
	member(w, "type", "array");
	open_object(w, "items");
	member(w, "type", "object");
	json_end_object(&w->o);
	json_end_object(&w->o);
	open_object(w, "status");
	member(w, "type", "integer");
	json_member_int(&w->o, "minimum", 400);
	json_member_int(&w->o, "maximum", 599);
	json_end_object(&w->o);
	json_end_object(&w->o);
	key(w, "required");
	json_put_array(&w->o);
	for (size_t i = 0; i < 4; i++)
		json_put_string(&w->o, str_of(text[i]));
	json_put_string(&w->o, STR("status"));
	json_end_array(&w->o);
	json_end_object(&w->o);
	json_end_object(&w->o);
}

static void put_shared_parameters(struct writing *w)
{
	const bool es = w->lang == LANG_ES;
	open_object(w, "parameters");
	open_object(w, "lang");
	member(w, "name", "lang");
	member(w, "in", "query");
	member(w, "description", es ? "idioma de la respuesta" : "language of the answer");
	open_object(w, "schema");
	member(w, "type", "string");
	key(w, "enum");
	json_put_array(&w->o);
	json_put_string(&w->o, STR("es"));
	json_put_string(&w->o, STR("en"));
	json_end_array(&w->o);
	json_end_object(&w->o);
	json_end_object(&w->o);
	open_object(w, "idempotency");
	member(w, "name", "Idempotency-Key");
	member(w, "in", "header");
	member(w, "description",
	       es ? "la misma clave con la misma petición da la misma respuesta, y nada se hace "
		    "dos veces"
		  : "the same key with the same request gives the same answer, and nothing is done "
		    "twice");
	open_object(w, "schema");
	member(w, "type", "string");
	json_member_int(&w->o, "maxLength", 200);
	json_end_object(&w->o);
	json_end_object(&w->o);
	json_end_object(&w->o);
}

static void put_shared_responses(struct writing *w)
{
	open_object(w, "responses");
	open_object(w, "problem");
	member(w, "description", w->lang == LANG_ES ? "Lo que está mal, y dónde (RFC 9457)"
						    : "What is wrong, and where (RFC 9457)");
	open_object(w, "content");
	open_object(w, "application/problem+json");
	key(w, "schema");
	put_reference(w, "#/components/schemas/problem");
	json_end_object(&w->o);
	json_end_object(&w->o);
	json_end_object(&w->o);
	json_end_object(&w->o);
}

static void put_schemes(struct writing *w)
{
	open_object(w, "securitySchemes");
	open_object(w, "session");
	member(w, "type", "apiKey");
	member(w, "in", "cookie");
	member(w, "name", "__Host-ssme");
	json_end_object(&w->o);
	open_object(w, "token");
	member(w, "type", "http");
	member(w, "scheme", "bearer");
	json_end_object(&w->o);
	json_end_object(&w->o);
}

void openapi_put(struct buf *b, const struct command_rows *rows, size_t n, enum lang lang)
{
	ARENA_SCOPE(a, SCRATCH_BYTES_MAX);
	struct writing w = { .a = &a, .lang = lang };
	json_out(&w.o, b);
	json_put_object(&w.o);
	member(&w, "openapi", "3.1.0");
	open_object(&w, "info");
	member(&w, "title", "ssme");
	member(&w, "version", PROGRAM_VERSION);
	member(&w, "summary",
	       lang == LANG_ES ? "La medición de clústeres de Colombia"
			       : "The measurement of Colombia's clusters");
	open_object(&w, "license");
	member(&w, "name", "GPL-3.0-or-later");
	member(&w, "identifier", "GPL-3.0-or-later");
	json_end_object(&w.o);
	json_end_object(&w.o);
	key(&w, "servers");
	json_put_array(&w.o);
	json_put_object(&w.o);
	member(&w, "url", "/");
	json_end_object(&w.o);
	json_end_array(&w.o);
	put_paths(&w, rows, n);
	open_object(&w, "components");
	put_problem_schema(&w);
	put_shared_parameters(&w);
	put_shared_responses(&w);
	put_schemes(&w);
	json_end_object(&w.o);
	json_end_object(&w.o);
	buf_putc(b, '\n');
}
