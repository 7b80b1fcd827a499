/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/walk.h"

#include "codec/json.h"

static struct str document(struct walk *w, enum lang lang)
{
	struct buf b;
	buf_init(&b, &w->x->a, 8 << 20);
	openapi_put(&b, w->d->part, w->d->n_parts, lang);
	assert_false(b.over);
	return buf_str(&b);
}

/* Strings under the key "operationId", anywhere. */
struct names_seen {
	struct str name[WALK_ROWS_MAX];
	size_t n;
};

static void look(struct json_in *j, struct names_seen *seen)
{
	struct str key;
	switch (json_in_peek(j)) {
	case JSON_IS_OBJECT:
		(void)json_in_object(j);
		while (json_in_key(j, &key)) {
			if (str_is(key, "operationId"))
				seen->name[seen->n++] = json_in_string(j);
			else
				look(j, seen);
		}
		break;
	case JSON_IS_ARRAY:
		(void)json_in_array(j);
		while (json_in_item(j))
			look(j, seen);
		break;
	case JSON_IS_NONE:
	case JSON_IS_NULL:
	case JSON_IS_BOOL:
	case JSON_IS_NUMBER:
	case JSON_IS_STRING:
		json_in_skip(j);
	}
}

static void it_is_json_with_an_operation_for_each_row(void **state)
{
	struct walk *w = *state;
	for (enum lang lang = LANG_ES; lang < LANG_N; lang++) {
		struct names_seen *seen = NEW(&w->x->a, 1, struct names_seen);
		struct json_in j;
		struct err e = { 0 };
		json_in_start(&j, &w->x->a, document(w, lang));
		look(&j, seen);
		if (!json_in_end(&j, &e))
			fail_msg("%s", e.msg);
		assert_int_equal(seen->n, w->n_rows);
		for (size_t i = 0; i < seen->n; i++) {
			for (size_t k = 0; k < i; k++) {
				if (str_eq(seen->name[i], seen->name[k]))
					fail_msg("two are called %.*s", STR_ARG(seen->name[i]));
			}
		}
	}
}

static void every_row_and_parameter_is_in_it(void **state)
{
	struct walk *w = *state;
	size_t at;
	const struct str es = document(w, LANG_ES), en = document(w, LANG_EN);
	for (size_t i = 0; i < w->n_rows; i++) {
		const struct command *row = w->row[i];
		struct buf b;
		buf_init(&b, &w->x->a, 4096);
		esc_json(&b, row->help.in[LANG_ES]);
		if (!str_find(es, buf_str(&b), &at))
			fail_msg("%s: its help is not there", row->route);
		b.n = 0;
		esc_json(&b, row->help.in[LANG_EN]);
		if (!str_find(en, buf_str(&b), &at))
			fail_msg("%s: its help in English is not there", row->route);
		for (size_t k = 0; k < walk_params(row); k++) {
			const char *name = param_web_name(&w->x->a, &row->param[k]);
			const struct str quoted = str_fmt(&w->x->a, "\"%s\"", name);
			if (row->param[k].kind != PARAM_PATH && !str_find(es, quoted, &at))
				fail_msg("%s: %s is not there", row->route, name);
		}
	}
}

static void it_is_served(void **state)
{
	struct walk *w = *state;
	struct web *q = web_open("GET", "/api/openapi.json");
	assert_int_equal(web_send(w->d, q), 200);
	assert_true(str_eq(q->x.out.body, document(w, LANG_ES)));
	const struct str tag = str_dup(&w->x->a, web_got(q, "ETag"));
	web_close(w->d, q);
	q = web_open("GET", "/api/openapi.json");
	web_header(q, "if-none-match", tag);
	assert_int_equal(web_send(w->d, q), 304);
	web_close(w->d, q);
}

#define T(f) cmocka_unit_test_setup_teardown(f, walk_start, walk_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_is_json_with_an_operation_for_each_row),
		T(every_row_and_parameter_is_in_it),
		T(it_is_served),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
