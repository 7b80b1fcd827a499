/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/body.h"

#include <strings.h>
#include <unistd.h>

#include "http/multipart.h"

struct body {
	struct exchange *x;
	struct spool_room *room;
	uint64_t n_bytes;          /* that came */
	bool failed;               /* e is set: the rest is read and left out */
	struct err e;
	struct buf whole;          /* a form or JSON */
	struct multipart *multipart; /* NULL: not one */
	struct http_field *field;
	size_t n_fields, room_fields;
	struct buf value;          /* of the part that is coming, when it is a field */
	uint64_t n_value_bytes;    /* of all fields */
	struct http_upload upload[UPLOADS_MAX];
	struct spool spool[UPLOADS_MAX];
	size_t n_uploads;
	bool file_coming;
};

static uint64_t limit_of(const struct body *b)
{
	return b->multipart ? UPLOAD_BYTES_MAX : BODY_BYTES_MAX;
}

static bool too_large(const struct body *b, struct err *e)
{
	return err_say(e, ERR_LIMIT, "lo enviado pasa de %llu KiB",
		       "what was sent is over %llu KiB",
		       (unsigned long long)(limit_of(b) >> 10));
}

static bool begin_file(struct body *b, struct str name, struct str file_name, struct err *e)
{
	if (b->n_uploads == UPLOADS_MAX)
		return err_say(e, ERR_LIMIT, "se pueden enviar %d archivos a la vez, no más",
			       "%d files can be sent at once, no more", UPLOADS_MAX);
	if (!spool_open(b->room, &b->spool[b->n_uploads], e))
		return false;
	b->upload[b->n_uploads++] = (struct http_upload){
		.field = str_dup(&b->x->a, name), .file_name = str_dup(&b->x->a, file_name)
	};
	b->file_coming = true;
	return true;
}

static bool begin_part(void *user, struct str name, struct str file_name, struct err *e)
{
	struct body *b = user;
	if (name.n > FIELD_NAME_BYTES_MAX)
		return err_say(e, ERR_LIMIT, "el nombre de un campo pasa de %d bytes",
			       "the name of a field is over %d bytes", FIELD_NAME_BYTES_MAX);
	if (file_name.p)
		return begin_file(b, name, file_name, e);
	if (b->n_fields == FIELDS_MAX)
		return err_say(e, ERR_LIMIT, "el formulario pasa de %d campos",
			       "the form is over %d fields", FIELDS_MAX);
	if (b->n_fields == b->room_fields) {
		size_t room = b->room_fields ? 2 * b->room_fields : 16;
		b->field = arena_grow(&b->x->a, b->field, b->n_fields, room, sizeof(*b->field));
		b->room_fields = room;
	}
	b->field[b->n_fields++] = (struct http_field){ .name = str_dup(&b->x->a, name) };
	buf_init(&b->value, &b->x->a, BODY_BYTES_MAX);
	return true;
}

static bool take_part(void *user, struct str bytes, struct err *e)
{
	struct body *b = user;
	if (b->file_coming)
		return spool_put(&b->spool[b->n_uploads - 1], bytes, e);
	b->n_value_bytes += bytes.n;
	if (b->n_value_bytes > BODY_BYTES_MAX)
		return err_say(e, ERR_LIMIT, "los campos del formulario pasan de %d KiB",
			       "the fields of the form are over %d KiB", BODY_BYTES_MAX >> 10);
	buf_put(&b->value, bytes);
	return true;
}

static bool end_part(void *user, struct err *e)
{
	struct body *b = user;
	(void)e;
	if (!b->file_coming) {
		b->field[b->n_fields - 1].value = buf_str(&b->value);
		return true;
	}
	b->file_coming = false;
	struct http_upload *u = &b->upload[b->n_uploads - 1];
	struct spool *s = &b->spool[b->n_uploads - 1];
	u->fd = s->fd;
	u->n_bytes = s->n_bytes;
	(void)lseek(u->fd, 0, SEEK_SET); /* whoever reads begins at the start */
	/* A browser sends an empty part where no file was chosen. */
	if (!u->file_name.n && !u->n_bytes) {
		spool_close(s);
		b->n_uploads--;
	}
	return true;
}

static bool is_multipart(struct str type)
{
	static const char word[] = "multipart/";
	return type.n >= sizeof(word) - 1 && strncasecmp(type.p, word, sizeof(word) - 1) == 0;
}

static unsigned status_of(const struct err *e)
{
	switch (e->code) {
	case ERR_LIMIT: return 413;
	case ERR_BUSY:
	case ERR_IO:
	case ERR_FULL: return 503;
	case ERR_NONE:
	case ERR_INPUT:
	case ERR_DENIED:
	case ERR_ABSENT:
	case ERR_CONFLICT:
	case ERR_CODES: break;
	}
	return 400;
}

unsigned body_start(struct exchange *x, const struct guard_body *announced,
		    struct spool_room *room, struct body **out, struct err *e)
{
	struct body *b = NEW(&x->a, 1, struct body);
	struct str boundary;
	*b = (struct body){ .x = x, .room = room };
	if (is_multipart(x->in.content_type)) {
		if (!multipart_boundary(x->in.content_type, &boundary, e))
			return 400;
		struct multipart_sink sink = { begin_part, take_part, end_part, b };
		b->multipart = NEW(&x->a, 1, struct multipart);
		multipart_start(b->multipart, boundary, sink);
	}
	buf_init(&b->whole, &x->a, BODY_BYTES_MAX);
	if (announced->n_bytes > limit_of(b)) {
		/* Who asks first whether to send is told no at once. */
		bool asks = request_header(&x->in, "expect").n > 0;
		b->failed = true;
		too_large(b, &b->e);
		if (asks || announced->n_bytes > BODY_DISCARD_BYTES_MAX) {
			*e = b->e;
			return 413;
		}
	}
	*out = b;
	return 0;
}

bool body_take(struct body *b, struct str bytes)
{
	b->n_bytes += bytes.n;
	if (b->n_bytes > BODY_DISCARD_BYTES_MAX)
		return false;
	if (b->failed)
		return true;
	if (b->n_bytes > limit_of(b))
		b->failed = !too_large(b, &b->e);
	else if (b->multipart)
		b->failed = !multipart_take(b->multipart, bytes, &b->e);
	else
		buf_put(&b->whole, bytes);
	return true;
}

unsigned body_end(struct body *b, struct err *e)
{
	if (!b->failed && b->multipart)
		b->failed = !multipart_end(b->multipart, &b->e);
	if (b->failed) {
		*e = b->e;
		return status_of(e);
	}
	b->x->in.body = buf_str(&b->whole);
	b->x->in.part = b->field;
	b->x->in.n_parts = b->n_fields;
	b->x->in.upload = b->upload;
	b->x->in.n_uploads = b->n_uploads;
	return 0;
}

void body_drop(struct body *b)
{
	for (size_t i = 0; b && i < b->n_uploads; i++)
		spool_close(&b->spool[i]);
	if (b)
		b->n_uploads = 0;
}
