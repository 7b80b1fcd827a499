/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as JSON.  What is accepted is written again, and reading that gives the same text; what
 * jansson refuses is refused here too. */
#include <assert.h>
#include <jansson.h>

#include "codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void copy_value(struct json_in *j, struct json_out *o)
{
	struct str key;
	struct json_number v;
	switch (json_in_peek(j)) {
	case JSON_IS_OBJECT:
		json_put_object(o);
		if (json_in_object(j))
			while (json_in_key(j, &key)) {
				json_put_key(o, key);
				copy_value(j, o);
			}
		json_end_object(o);
		break;
	case JSON_IS_ARRAY:
		json_put_array(o);
		if (json_in_array(j))
			while (json_in_item(j))
				copy_value(j, o);
		json_end_array(o);
		break;
	case JSON_IS_STRING:
		json_put_string(o, json_in_string(j));
		break;
	case JSON_IS_NUMBER:
		v = json_in_number(j);
		if (v.whole)
			json_put_int(o, v.integer);
		else
			json_put_real(o, v.real);
		break;
	case JSON_IS_BOOL:
		json_put_bool(o, json_in_bool(j));
		break;
	case JSON_IS_NULL:
		json_in_null(j);
		json_put_null(o);
		break;
	case JSON_IS_NONE:
		json_in_skip(j);
		break;
	}
}

static bool copy(struct arena *a, struct str text, struct buf *out)
{
	struct json_in j;
	struct json_out o;
	struct err e = { 0 };
	buf_init(out, a, 16u << 20);
	json_in_start(&j, a, text);
	json_out(&o, out);
	copy_value(&j, &o);
	bool good = json_in_end(&j, &e);
	assert(good || (e.code == ERR_INPUT && e.msg[0]));
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_SCOPE(a, (size_t)1 << 30);
	struct str text = { (const char *)data, size };
	struct buf once, twice;
	struct json_in j;
	struct err e = { 0 };
	json_error_t je;
	bool good = copy(&a, text, &once);
	json_in_start(&j, &a, text);
	json_in_skip(&j);
	assert(json_in_end(&j, &e) == good);
	json_t *other = json_loadb(text.p, text.n, JSON_DECODE_ANY, &je);
	if (good) {
		assert(copy(&a, buf_str(&once), &twice));
		assert(str_eq(buf_str(&once), buf_str(&twice)));
		/* jansson refuses whole numbers past int64, which are numbers all the same */
		assert(other || json_error_code(&je) == json_error_numeric_overflow);
	}
	json_decref(other);
	return 0;
}
