/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>

#include "base/num.h"
#include "codec/json.h"

void json_out(struct json_out *o, struct buf *b)
{
	*o = (struct json_out){ .b = b };
}

static void before_value(struct json_out *o)
{
	if (o->comma)
		buf_putc(o->b, ',');
	o->comma = true;
}

void json_put_object(struct json_out *o)
{
	before_value(o);
	buf_putc(o->b, '{');
	o->comma = false;
}

void json_end_object(struct json_out *o)
{
	buf_putc(o->b, '}');
	o->comma = true;
}

void json_put_array(struct json_out *o)
{
	before_value(o);
	buf_putc(o->b, '[');
	o->comma = false;
}

void json_end_array(struct json_out *o)
{
	buf_putc(o->b, ']');
	o->comma = true;
}

void json_put_key(struct json_out *o, struct str key)
{
	before_value(o);
	esc_json(o->b, key);
	buf_putc(o->b, ':');
	o->comma = false;
}

void json_put_string(struct json_out *o, struct str s)
{
	before_value(o);
	esc_json(o->b, s);
}

void json_put_int(struct json_out *o, int64_t v)
{
	before_value(o);
	num_put_int(o->b, v);
}

void json_put_real(struct json_out *o, double v)
{
	assert(isfinite(v));
	before_value(o);
	num_put_real(o->b, v);
}

void json_put_bool(struct json_out *o, bool v)
{
	before_value(o);
	buf_puts(o->b, v ? "true" : "false");
}

void json_put_null(struct json_out *o)
{
	before_value(o);
	buf_puts(o->b, "null");
}

void json_put_raw(struct json_out *o, struct str json)
{
	before_value(o);
	buf_put(o->b, json);
}

void json_member_string(struct json_out *o, const char *key, struct str v)
{
	json_put_key(o, str_of(key));
	json_put_string(o, v);
}

void json_member_int(struct json_out *o, const char *key, int64_t v)
{
	json_put_key(o, str_of(key));
	json_put_int(o, v);
}

void json_member_real(struct json_out *o, const char *key, double v)
{
	json_put_key(o, str_of(key));
	json_put_real(o, v);
}

void json_member_bool(struct json_out *o, const char *key, bool v)
{
	json_put_key(o, str_of(key));
	json_put_bool(o, v);
}

void json_member_null(struct json_out *o, const char *key)
{
	json_put_key(o, str_of(key));
	json_put_null(o);
}
