/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a CSV file into columns.
 *
 *  1. The header: names, delimiter, which columns are wanted.
 *  2. Each chunk counts its records; a few records of each are read as a sample, which says of
 * which class each column probably is.  Only a class that is too narrow can be wrong, because the
 *     sample is part of the data.
 *  3. Each chunk parses its records straight into the columns of the guessed class and notes the
 *     class that its cells really need; columns that turn out wider are read once more.
 *  4. Texts have codes of the dictionary of their chunk; the dictionaries are joined in the order
 * of the file and the codes are put right.
 *
 * Whatever is out of the ordinary sends the whole file to the patient reader of sheet.h, which
 * either accepts it or says what is wrong and where. */
#include "codec/csv_columns.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/fold.h"
#include "base/num.h"
#include "codec/csv_cell.h"
#include "codec/csv_patient.h"
#include "codec/csv_scan.h"
#include "codec/sheet.h"

enum { CHUNK_BYTES = 4 << 20, CHUNK_BYTES_MIN = 256 << 10, SAMPLE_RECORDS = 48 };

/* ---- the job ---- */

/* A wanted column. */
struct target {
	struct str name;
	uint32_t position;    /* in the file */
	enum csv_class class; /* INTEGER, REAL or TEXT */
	enum storage storage;
	bool active;      /* to be read in this pass */
	void *value;      /* of all rows; TEXT: codes of the chunks until they are joined */
	uint8_t *missing; /* NULL: none was met so far */
};

/* What the cells of one column in one chunk need. */
struct need {
	bool missing, real, text;
	int64_t least, greatest; /* of whole numbers; 0 is within */
	struct csv_names names;
};

struct job {
	struct arena *a;
	struct csv_text text;
	struct target *target;
	size_t n_targets;
	struct csv_chunk *chunk;
	size_t n_chunks, n_rows;
	size_t first, n;     /* the chunks of this pass: first .. first + n - 1 */
	size_t room_rows;    /* rows that the columns have room for */
	struct need *need;   /* of target t in chunk c at [c * n_targets + t] */
	struct arena *arena; /* of chunks: their dictionaries */
	bool *odd;           /* of chunks */
	uint32_t **code;     /* as need: chunk's code -> code of all */
	bool sample;
	/* With a reader: each worker does every n_workers-th chunk, out of its own room. */
	const struct csv_reader *reader;
	size_t n_workers;
	char **room;
};

/* Bytes before and after a chunk that its rooms have too: what is read together with its first
 * cell, and the end of its last record. */
enum { ROOM_BEFORE = 64, ROOM_AFTER = 64 << 10, SAMPLE_BYTES = 512 << 10 };

/* The text for a chunk.  False: it cannot be read. */
static bool text_of(const struct job *job, size_t worker, const struct csv_chunk *c,
		    struct csv_text *out)
{
	*out = job->text;
	if (!job->reader)
		return true;
	size_t from = c->from > ROOM_BEFORE ? c->from - ROOM_BEFORE : 0;
	size_t to = job->sample && c->to - c->from > SAMPLE_BYTES ? c->from + SAMPLE_BYTES : c->to;

	to = job->text.n - to > ROOM_AFTER ? to + ROOM_AFTER : job->text.n;
	/* Such that p + from is where the room begins. */
	out->p = (const char *)((uintptr_t)job->room[worker] - from);
	out->cut = to < job->text.n;
	out->n = to;
	return job->reader->read(job->reader->user, from, to - from, job->room[worker]);
}

/* Runs f for the chunks of this pass. */
static void run_chunks(struct job *job, void (*f)(void *arg, size_t worker),
		       const struct runner *runner)
{
	size_t n = job->reader ? runner->n_threads : job->n;

	job->n_workers = n < job->n ? n : job->n;
	runner->run(runner, f, job, job->n_workers);
}

static void note_integer(struct need *need, int64_t v)
{
	need->least = v < need->least ? v : need->least;
	need->greatest = v > need->greatest ? v : need->greatest;
}

/* The cell without its quotes; false: it is broken. */
static bool unquote(struct arena *a, struct str *s)
{
	if (s->n == 0 || s->p[0] != '"')
		return true;
	if (s->n < 2 || s->p[s->n - 1] != '"')
		return false;
	struct str in = { s->p + 1, s->n - 2 };
	if (!memchr(in.p, '"', in.n)) {
		*s = in;
		return true;
	}
	char *p = NEW(a, in.n + 8, char) + 8; /* as csv_name_of() wants it */
	size_t n = 0;
	for (size_t i = 0; i < in.n; i++) {
		p[n++] = in.p[i];
		if (in.p[i] == '"' && (++i == in.n || in.p[i] != '"'))
			return false;
	}
	*s = (struct str){ p, n };
	return true;
}

/* A text at the beginning of the file, where nothing can be read before it. */
static struct str text_copy(struct arena *a, struct str s)
{
	char *p = NEW(a, s.n + 8, char) + 8;

	memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

static bool fits(const struct target *t, int64_t v)
{
	switch (t->storage) {
	case STORAGE_U8:
		return v >= 0 && v <= UINT8_MAX;
	case STORAGE_U16:
		return v >= 0 && v <= UINT16_MAX;
	case STORAGE_I32:
		return v >= INT32_MIN && v <= INT32_MAX;
	case STORAGE_I64:
	case STORAGE_F64:
		return true;
	}
	return false;
}

static void store_integer(const struct target *t, size_t row, int64_t v)
{
	switch (t->storage) {
	case STORAGE_U8:
		((uint8_t *)t->value)[row] = (uint8_t)v;
		return;
	case STORAGE_U16:
		((uint16_t *)t->value)[row] = (uint16_t)v;
		return;
	case STORAGE_I32:
		((int32_t *)t->value)[row] = (int32_t)v;
		return;
	case STORAGE_I64:
		((int64_t *)t->value)[row] = v;
		return;
	case STORAGE_F64:
		((double *)t->value)[row] = (double)v;
		return;
	}
}

static void store_code(const struct target *t, size_t row, uint32_t code)
{
	if (t->storage == STORAGE_U16)
		((uint16_t *)t->value)[row] = (uint16_t)code;
	else
		((uint32_t *)t->value)[row] = code;
}

/* The value of a missing cell is 0, also where an earlier part of the file left another. */
static inline void miss(const struct target *t, struct need *need, size_t row, enum missing missing)
{
	need->missing = true;
	if (t->missing)
		t->missing[row] = (uint8_t)missing;
	if (t->class == CLASS_TEXT)
		store_code(t, row, 0);
	else
		store_integer(t, row, 0);
}

/* A cell that the fast path of its column did not take: missing, quoted, or not of the class.
 * t == NULL: a sample, nothing is stored.  False: a broken quote. */
static bool slow_number(struct arena *a, const struct target *t, struct need *need, size_t row,
			struct str s)
{
	enum missing missing;
	int64_t integer;
	double real;

	if (!unquote(a, &s))
		return false;
	switch (csv_classify(csv_blanks_off(s), &missing, &integer, &real)) {
	case CLASS_MISSING:
		if (t)
			miss(t, need, row, missing);
		need->missing = true;
		break;
	case CLASS_INTEGER:
		note_integer(need, integer);
		if (t && fits(t, integer))
			store_integer(t, row, integer);
		break;
	case CLASS_REAL:
		need->real = true;
		if (t && t->class == CLASS_REAL)
			((double *)t->value)[row] = real;
		break;
	case CLASS_TEXT:
		need->text = true;
		break;
	}
	return true;
}

/* The columns of a batch: one loop for each storage, so that what it does for a cell is little. */
struct batch {
	struct arena *a;
	const char *base, *safe; /* 16 bytes before safe are readable */
	const uint32_t *end;     /* of the column's cells, stride apart */
	size_t n, stride;
	bool last; /* the last column of the file */
	bool keep; /* texts have to be copied */
	const struct target *t;
	struct need *need;
	size_t row;
};

static inline __attribute__((always_inline)) bool parse_integers(const struct batch *b,
								 enum storage storage)
{
	const struct batch k = *b;
	struct target t = *b->t;
	struct need *need = b->need;
	const uint32_t *end = k.end;
	int64_t least = need->least, greatest = need->greatest;

	t.storage = storage;
	for (size_t i = 0; i < k.n; i++, end += k.stride) {
		struct str s = csv_cell(k.base, end, k.last);
		int64_t v;

		if (s.n == 0) {
			miss(&t, need, k.row + i, MISSING_NR);
			continue;
		}
		if (s.p < k.safe || !csv_fast_integer(s, &v)) {
			if (!slow_number(k.a, k.t, need, k.row + i, s))
				return false;
			continue;
		}
		least = v < least ? v : least;
		greatest = v > greatest ? v : greatest;
		store_integer(&t, k.row + i, v);
	}
	note_integer(need, least);
	note_integer(need, greatest);
	return true;
}

static bool parse_reals(const struct batch *b)
{
	const struct batch k = *b;
	double *value = (double *)k.t->value + k.row;
	const uint32_t *end = k.end;

	for (size_t i = 0; i < k.n; i++, end += k.stride) {
		struct str s = csv_cell(k.base, end, k.last);
		double v;

		if (s.n == 0)
			miss(k.t, k.need, k.row + i, MISSING_NR);
		else if (s.p >= k.safe && csv_fast_real(s, &v))
			value[i] = v;
		else if (!slow_number(k.a, k.t, k.need, k.row + i, s))
			return false;
	}
	return true;
}

static enum missing missing_text(struct str s)
{
	if (s.n > 2 && !csv_is_blank(s.p[0]) && !csv_is_blank(s.p[s.n - 1]))
		return MISSING_NO;
	enum missing missing = csv_missing(s);
	return missing != MISSING_NO ? missing : csv_missing(csv_blanks_off(s));
}

static bool parse_texts(const struct batch *b)
{
	const struct batch k = *b;
	const uint32_t *end = k.end;

	for (size_t i = 0; i < k.n; i++, end += k.stride) {
		struct str s = csv_cell(k.base, end, k.last);
		enum missing missing;

		if (s.n && s.p[0] == '"' && !unquote(k.a, &s))
			return false;
		missing = missing_text(s);
		if (missing == MISSING_NO) {
			if (s.p < k.safe && s.p >= k.base)
				s = text_copy(k.a, s);
			struct csv_name name = csv_name_of(s);

			store_code(k.t, k.row + i,
				   csv_names_code(k.a, &k.need->names, k.keep, &name));
			continue;
		}
		miss(k.t, k.need, k.row + i, missing);
	}
	return true;
}

static bool parse_batch(const struct batch *b)
{
	if (b->t->class == CLASS_TEXT)
		return parse_texts(b);
	if (b->t->class == CLASS_REAL)
		return parse_reals(b);
	switch (b->t->storage) {
	case STORAGE_U8:
		return parse_integers(b, STORAGE_U8);
	case STORAGE_U16:
		return parse_integers(b, STORAGE_U16);
	case STORAGE_I32:
		return parse_integers(b, STORAGE_I32);
	case STORAGE_I64:
	case STORAGE_F64:
		break;
	}
	return parse_integers(b, STORAGE_I64);
}

static bool sample_batch(const struct job *job, struct arena *a, const struct csv_index *x,
			 struct need *need)
{
	for (size_t k = 0; k < job->n_targets; k++) {
		uint32_t position = job->target[k].position, n_columns = x->t->n_columns;

		for (size_t i = 0; i < x->n; i++) {
			struct str s = csv_cell(x->base, x->end + i * n_columns + position,
						position + 1 == n_columns);

			if (!slow_number(a, NULL, &need[k], 0, s))
				return false;
		}
	}
	return true;
}

static bool parse_chunk(const struct job *job, size_t worker, size_t at)
{
	const struct csv_chunk *c = &job->chunk[at];
	struct csv_text text;
	struct need *need = job->need + at * job->n_targets;
	struct csv_chunk part = *c;
	ARENA_SCOPE(room, (size_t)1 << 40);
	struct csv_index x;

	if (job->sample && part.n_records > SAMPLE_RECORDS)
		part.n_records = SAMPLE_RECORDS;
	if (!text_of(job, worker, c, &text))
		return false;
	csv_index_start(&x, &room, &text, &part);
	for (size_t row = c->row - job->chunk[job->first].row;; row += x.n) {
		if (!csv_index_next(&x))
			return false;
		if (x.n == 0)
			return true;
		if (job->sample) {
			if (!sample_batch(job, &job->arena[at], &x, need))
				return false;
			continue;
		}
		for (size_t k = 0; k < job->n_targets; k++) {
			const struct target *t = &job->target[k];
			struct batch b = { .a = &job->arena[at],
					   .base = x.base,
					   .safe = text.p + 16,
					   .end = x.end + t->position,
					   .n = x.n,
					   .stride = job->text.n_columns,
					   .last = t->position + 1 == job->text.n_columns,
					   .keep = job->reader != NULL,
					   .t = t,
					   .need = &need[k],
					   .row = row };

			if (t->active && !parse_batch(&b))
				return false;
		}
	}
}

static void parse_part(void *arg, size_t worker)
{
	struct job *job = arg;

	for (size_t i = worker; i < job->n; i += job->n_workers)
		job->odd[job->first + i] = !parse_chunk(job, worker, job->first + i);
}

/* ---- counting ---- */

/* Is the text of a chunk UTF-8?  A character belongs to the chunk of its first byte. */
static bool chunk_is_utf8(const struct csv_text *t, const struct csv_chunk *c)
{
	size_t from = c->from, to = c->to;

	while (from < to && ((unsigned char)t->p[from] & 0xc0) == 0x80 && from - c->from < 3 &&
	       c->from > t->first)
		from++;
	while (to < t->n && ((unsigned char)t->p[to] & 0xc0) == 0x80 && to - c->to < 3)
		to++;
	return utf8_valid((struct str){ t->p + from, to - from }, NULL);
}

static bool count_chunk(const struct job *job, size_t worker, struct csv_chunk *c)
{
	struct csv_text text;

	if (!text_of(job, worker, c, &text))
		return false;
	csv_count(&text, c);
	return !c->odd && (!c->high || chunk_is_utf8(&text, c)) &&
		!memchr(text.p + c->from, '\0', c->to - c->from);
}

static void count_part(void *arg, size_t worker)
{
	struct job *job = arg;

	for (size_t i = worker; i < job->n; i += job->n_workers)
		job->odd[i] = !count_chunk(job, worker, &job->chunk[i]);
}

static bool any_odd(const struct job *job)
{
	for (size_t i = 0; i < job->n_chunks; i++)
		if (job->odd[i])
			return true;
	return false;
}

/* The chunks depend on the file alone, because sums may depend on where parts of it begin. */
static void cut_chunks(struct job *job)
{
	size_t bytes = job->text.n - job->text.first, each = bytes / 64 + 1;

	each = each > CHUNK_BYTES ? CHUNK_BYTES : each;
	each = each < CHUNK_BYTES_MIN ? CHUNK_BYTES_MIN : each;
	job->n_chunks = (bytes + each - 1) / each;
	job->chunk = NEW(job->a, job->n_chunks + 1, struct csv_chunk);
	job->odd = NEW(job->a, job->n_chunks, bool);
	for (size_t i = 0; i < job->n_chunks; i++) {
		job->chunk[i].from = job->text.first + i * each;
		job->chunk[i].to =
			i + 1 < job->n_chunks ? job->text.first + (i + 1) * each : job->text.n;
	}
}

/* Rows of all chunks.  A first count takes every chunk to start outside quotes; where there are
 * quotes, a second one knows better.  False: out of the ordinary. */
static bool count_rows(struct job *job, const struct runner *runner)
{
	size_t quotes = 0;

	job->n = job->n_chunks;
	run_chunks(job, count_part, runner);
	for (size_t i = 0; i < job->n_chunks; i++) {
		job->chunk[i].inside = quotes % 2 != 0;
		quotes += job->chunk[i].n_quotes;
	}
	job->text.quotes = quotes > 0;
	if (quotes > 0)
		run_chunks(job, count_part, runner);
	for (size_t i = 0; i < job->n_chunks; i++) {
		job->chunk[i].row = job->n_rows;
		job->n_rows += job->chunk[i].n_records;
	}
	return !any_odd(job);
}

/* ---- classes ---- */

/* What the chunks of this pass need for one column. */
static struct need need_of(const struct job *job, size_t target)
{
	struct need all = { 0 };

	for (size_t c = job->first; c < job->first + job->n; c++) {
		const struct need *n = &job->need[c * job->n_targets + target];

		all.missing |= n->missing;
		all.real |= n->real;
		all.text |= n->text;
		note_integer(&all, n->least);
		note_integer(&all, n->greatest);
		if (n->names.n > all.names.n)
			all.names = n->names; /* the longest */
	}
	return all;
}

/* wide: leave room for values that a sample has not met. */
static enum storage storage_for(const struct need *need, bool wide)
{
	int64_t times = wide ? 2 : 1;

	if (need->least >= 0 && need->greatest <= UINT8_MAX / times)
		return STORAGE_U8;
	if (need->least >= 0 && need->greatest <= UINT16_MAX / times)
		return STORAGE_U16;
	if (need->least >= INT32_MIN / times && need->greatest <= INT32_MAX / times)
		return STORAGE_I32;
	return STORAGE_I64;
}


static void choose(struct job *job, struct target *t, const struct need *need, bool wide)
{
	t->class = need->text ? CLASS_TEXT : need->real ? CLASS_REAL : CLASS_INTEGER;
	t->storage = t->class == CLASS_INTEGER ? storage_for(need, wide) : STORAGE_F64;
	if (t->class == CLASS_TEXT)
		t->storage = need->names.n > UINT16_MAX ? STORAGE_I32 : STORAGE_U16;
	t->active = true;
	t->value = arena_alloc(job->a, job->room_rows, storage_bytes(t->storage));
	t->missing = need->missing ? NEW(job->a, job->room_rows, uint8_t) : NULL;
}

static bool is_wide_enough(const struct target *t, const struct need *need)
{
	if (need->missing && !t->missing)
		return false;
	if (t->class == CLASS_TEXT)
		return t->storage == STORAGE_I32 || need->names.n <= UINT16_MAX;
	if (need->text || (need->real && t->class != CLASS_REAL))
		return false;
	return t->class == CLASS_REAL || (fits(t, need->least) && fits(t, need->greatest));
}

static void run_parse(struct job *job, const struct runner *runner)
{
	memset(job->need + job->first * job->n_targets, 0,
	       job->n * job->n_targets * sizeof(*job->need));
	run_chunks(job, parse_part, runner);
}

/* Reads active columns; those that were too narrow are active afterwards, in their true class. */
static bool parse_rows(struct job *job, const struct runner *runner, bool *ret_again)
{
	*ret_again = false;
	run_parse(job, runner);
	if (any_odd(job))
		return false;
	for (size_t k = 0; k < job->n_targets; k++) {
		struct target *t = &job->target[k];

		if (!t->active)
			continue;
		struct need need = need_of(job, k);
		if (is_wide_enough(t, &need)) {
			t->active = false;
			t->missing = need.missing ? t->missing : NULL;
		} else {
			choose(job, t, &need, false);
			*ret_again = true;
		}
	}
	return true;
}

/* ---- dictionaries ---- */

struct join {
	struct arena *a; /* of the dictionary */
	const struct job *job;
	size_t target;
	uint32_t **code; /* of the chunks of this pass */
	void *value;     /* NULL: made here; else room for 4 bytes a row */
	enum storage storage;
};

static void recode_part(void *arg, size_t part)
{
	const struct join *j = arg;
	const struct csv_chunk *c = &j->job->chunk[j->job->first + part];
	const struct target *t = &j->job->target[j->target];
	const uint32_t *code = j->code[part];
	size_t from = c->row - j->job->chunk[j->job->first].row;

	for (size_t row = from; row < from + c->n_records; row++) {
		size_t at = t->storage == STORAGE_U16 ? ((const uint16_t *)t->value)[row]
						      : ((const uint32_t *)t->value)[row];
		uint32_t v = t->missing && t->missing[row] ? 0 : code[at];

		if (j->storage == STORAGE_U8)
			((uint8_t *)j->value)[row] = (uint8_t)v;
		else if (j->storage == STORAGE_U16)
			((uint16_t *)j->value)[row] = (uint16_t)v;
		else
			((int32_t *)j->value)[row] = (int32_t)v;
	}
}

/* The names of a column in the order of the file, copied. */
static struct dictionary *join_names(struct join *j)
{
	const struct job *job = j->job;
	ARENA_SCOPE(room, (size_t)1 << 40);
	struct csv_names all = { 0 };
	struct dictionary *d = NEW(j->a, 1, struct dictionary);

	j->code = NEW(j->a, job->n, uint32_t *);
	for (size_t c = 0; c < job->n; c++) {
		size_t at = (job->first + c) * job->n_targets + j->target;
		const struct csv_names *names = &job->need[at].names;

		j->code[c] = NEW(j->a, names->n, uint32_t);
		for (size_t i = 0; i < names->n; i++)
			j->code[c][i] = csv_names_code(&room, &all, false, &names->name[i]);
	}
	d->n = all.n;
	d->name = NEW(j->a, all.n, struct str);
	for (size_t i = 0; i < all.n; i++) {
		double v;

		d->name[i] = str_dup(j->a, all.name[i].s);
		if (!num_real(d->name[i], &v))
			continue;
		if (!d->number) {
			d->number = NEW(j->a, all.n, double);
			for (size_t k = 0; k < all.n; k++)
				d->number[k] = (double)NAN;
		}
		d->number[i] = v;
	}
	return d;
}

/* Leaves the codes of the whole in j->value, of j->storage. */
static struct dictionary *join_texts(struct join *j, const struct runner *runner)
{
	struct dictionary *d = join_names(j);

	j->storage = d->n <= 256 ? STORAGE_U8 : d->n <= 65536 ? STORAGE_U16 : STORAGE_I32;
	if (!j->value)
		j->value = arena_alloc(j->a, j->job->n_rows, storage_bytes(j->storage));
	runner->run(runner, recode_part, j, j->job->n);
	return d;
}

static enum column_type type_of(const struct target *t)
{
	return t->class == CLASS_TEXT    ? COLUMN_TEXT
		: t->class == CLASS_REAL ? COLUMN_REAL
					 : COLUMN_INTEGER;
}

/* The column of a target with n rows; text: where codes may lie (NULL: made here), a: the
 * dictionary. */
static struct column column_of(struct arena *a, const struct job *job, size_t target, size_t n,
			       void *text, const struct runner *runner)
{
	const struct target *t = &job->target[target];
	struct column c = { .name = t->name,
			    .type = type_of(t),
			    .storage = t->storage,
			    .n = n,
			    .value = t->value,
			    .missing = t->missing };

	if (t->class == CLASS_TEXT) {
		struct join j = { .a = a, .job = job, .target = target, .value = text };

		c.dictionary = join_texts(&j, runner);
		c.value = j.value;
		c.storage = j.storage;
	}
	return c;
}

static const struct frame *frame_of_job(struct job *job, const struct runner *runner)
{
	const struct column **column = NEW(job->a, job->n_targets, const struct column *);

	for (size_t k = 0; k < job->n_targets; k++) {
		struct column *c = NEW(job->a, 1, struct column);

		*c = column_of(job->a, job, k, job->n_rows, NULL, runner);
		column[k] = c;
	}
	return frame_of(job->a, column, job->n_targets, job->n_rows);
}

/* ---- the fast way, whole ---- */

/* Counts and samples: classes and storage of the targets are guessed, nothing is made yet.
 * *ret_good false: out of the ordinary. */
static bool survey(struct job *job, const struct runner *runner, bool *ret_good, struct err *e)
{
	*ret_good = false;
	cut_chunks(job);
	if (!count_rows(job, runner))
		return true;
	if (job->n_rows > CSV_ROWS_MAX)
		return err_set(e, ERR_LIMIT, "más de %u filas (more than %u rows)", CSV_ROWS_MAX,
			       CSV_ROWS_MAX);
	job->need = NEW(job->a, job->n_chunks * job->n_targets, struct need);
	job->arena = NEW(job->a, job->n_chunks, struct arena);
	for (size_t i = 0; i < job->n_chunks; i++)
		arena_init(&job->arena[i], (size_t)1 << 40);
	job->n = job->n_chunks;
	job->sample = true;
	run_parse(job, runner);
	job->sample = false;
	*ret_good = !any_odd(job);
	return true;
}

/* Room for room_rows rows in each target, as the sample asks for. */
static void choose_all(struct job *job)
{
	for (size_t k = 0; k < job->n_targets; k++) {
		struct need need = need_of(job, k);

		choose(job, &job->target[k], &need, true);
	}
}

static void drop_names(struct job *job)
{
	for (size_t i = 0; job->arena && i < job->n_chunks; i++)
		arena_drop(&job->arena[i]);
}

/* *out stays NULL when the file is out of the ordinary. */
static bool read_fast(struct job *job, const struct runner *runner, const struct frame **out,
		      struct err *e)
{
	bool again = true, good;

	if (!survey(job, runner, &good, e))
		return false;
	job->room_rows = job->n_rows;
	if (good)
		choose_all(job);
	/* A text column found late keeps its dictionary: it is read last. */
	struct need *texts = NEW(job->a, job->n_chunks * job->n_targets, struct need);
	while (good && again) {
		good = parse_rows(job, runner, &again);
		for (size_t i = 0; i < job->n_chunks * job->n_targets; i++)
			if (job->need[i].names.n)
				texts[i] = job->need[i];
	}
	job->need = texts;
	if (good)
		*out = frame_of_job(job, runner);
	drop_names(job);
	return true;
}

/* ---- the header ---- */

struct header {
	struct str *name;
	size_t n;
	uint64_t row; /* of the file */
	char delimiter;
};

static bool read_header(struct arena *a, struct str bytes, struct header *out, struct err *e)
{
	SHEET_SCOPE struct sheet_source *s = NULL;
	enum sheet_kind kind;
	struct sheet_row row;
	bool end;

	if (!sheet_kind_of(bytes, &kind, e))
		return false;
	if (kind != SHEET_CSV)
		return err_set(
			e, ERR_INPUT,
			"es un libro de Excel; guárdelo como «CSV UTF-8» (an Excel workbook; "
			"save it as \"CSV UTF-8\")");
	if (!sheet_start(a, bytes, STR(""), &s, e) || !sheet_next(s, &row, &end, e))
		return false;
	if (end)
		return err_set(e, ERR_INPUT, "el archivo está vacío (the file is empty)");
	out->name = NEW(a, row.n, struct str);
	out->n = row.n;
	out->row = row.number;
	out->delimiter = sheet_delimiter(s);
	for (size_t i = 0; i < row.n; i++)
		out->name[i] = str_dup(a, str_trim(row.cell[i]));
	return true;
}

static bool add_target(struct job *job, const struct header *h, struct str name, struct err *e)
{
	size_t found = h->n;

	for (size_t k = 0; k < job->n_targets; k++)
		if (str_eq(job->target[k].name, name))
			return true;
	for (size_t i = 0; i < h->n; i++) {
		if (!str_eq(h->name[i], name))
			continue;
		if (found < h->n)
			return err_set(
				e, ERR_INPUT,
				"dos columnas se llaman «%.*s» (two columns are called \"%.*s\")",
				STR_ARG(name), STR_ARG(name));
		found = i;
	}
	if (found == h->n) {
		struct str near = fold_nearest(job->a, name, h->name, h->n);

		return err_set(e, ERR_ABSENT,
			       "no hay columna «%.*s»%s%.*s (no column \"%.*s\"%s%.*s)",
			       STR_ARG(name), near.n ? "; ¿quiso decir " : "", STR_ARG(near),
			       STR_ARG(name), near.n ? "; did you mean " : "", STR_ARG(near));
	}
	job->target[job->n_targets++] =
		(struct target){ .name = str_dup(job->a, name), .position = (uint32_t)found };
	return true;
}

static bool add_targets(struct job *job, const struct header *h, const struct str *wanted, size_t n,
			struct err *e)
{
	const struct str *name = wanted ? wanted : h->name;
	size_t n_names = wanted ? n : h->n;

	job->target = NEW(job->a, n_names, struct target);
	for (size_t i = 0; i < n_names; i++)
		if ((wanted || name[i].n) && !add_target(job, h, name[i], e))
			return false;
	return true;
}

/* Where the line of the header ends; 0 when that is not the first line of the file. */
static size_t after_header(struct str bytes, const struct header *h)
{
	size_t at = str_starts(bytes, "\xef\xbb\xbf") ? 3 : 0;
	bool inside = false;

	if (h->row != 1)
		return 0;
	for (; at < bytes.n; at++) {
		if (bytes.p[at] == '"')
			inside = !inside;
		else if (bytes.p[at] == '\n' && !inside)
			return at + 1;
		else if (bytes.p[at] == '\r' && !inside &&
			 (at + 1 == bytes.n || bytes.p[at + 1] != '\n'))
			return 0;
	}
	return bytes.n;
}

static bool read_patiently(const struct job *job, struct str bytes, const struct frame **out,
			   struct err *e)
{
	struct str *name = NEW(job->a, job->n_targets, struct str);
	uint32_t *position = NEW(job->a, job->n_targets, uint32_t);
	struct csv_wish wish = { .name = name,
				 .position = position,
				 .n = job->n_targets,
				 .n_columns = job->text.n_columns };

	for (size_t k = 0; k < job->n_targets; k++) {
		name[k] = job->target[k].name;
		position[k] = job->target[k].position;
	}
	return csv_read_patiently(job->a, bytes, &wish, out, e);
}

/* Finds the wanted columns and where the rows begin. */
static bool job_make(struct job *job, struct arena *a, struct str bytes, const struct str *wanted,
		     size_t n, struct err *e)
{
	struct header h;

	*job = (struct job){ .a = a };
	if (!read_header(a, bytes, &h, e) || !add_targets(job, &h, wanted, n, e))
		return false;
	job->text = (struct csv_text){ .p = bytes.p,
				       .n = bytes.n,
				       .first = after_header(bytes, &h),
				       .delimiter = h.delimiter,
				       .n_columns = (uint32_t)h.n };
	return true;
}

bool csv_columns(struct arena *a, struct str bytes, const struct str *wanted, size_t n,
		 const struct runner *runner, const struct frame **out, struct err *e)
{
	struct job job;
	const struct frame *f = NULL;

	if (!job_make(&job, a, bytes, wanted, n, e))
		return false;
	if (job.text.first && !read_fast(&job, runner ? runner : &runner_serial, &f, e))
		return false;
	if (!f && !read_patiently(&job, bytes, &f, e))
		return false;
	*out = f;
	return true;
}

/* ---- part by part ---- */

struct csv_parts {
	struct job job;
	const struct runner *runner;
	size_t next;           /* chunk */
	struct column *column; /* n_targets; the same objects for every part */
	const struct column **listed;
	void **text; /* of targets: the codes of a part */
};

/* Anything shorter has too few rows. */
enum { PARTS_BYTES_LEAST = 2 << 20 };

/* One more part from chunk `from`: the chunk after it. */
static size_t part_end(const struct job *job, size_t from, size_t *ret_rows)
{
	size_t rows = 0;

	while (from < job->n_chunks && rows < CSV_PART_ROWS)
		rows += job->chunk[from++].n_records;
	*ret_rows = rows;
	return from;
}

bool csv_parts_open(struct arena *a, struct str bytes, const struct str *wanted, size_t n,
		    const struct csv_reader *reader, const struct runner *runner,
		    struct csv_parts **out, const struct frame **ret_types, struct err *e)
{
	struct csv_parts *p = NEW(a, 1, struct csv_parts);
	struct job *job = &p->job;
	bool good;
	size_t rows;

	*out = NULL;
	p->runner = runner ? runner : &runner_serial;
	if (!job_make(job, a, bytes, wanted, n, e))
		return false;
	if (!job->text.first || bytes.n < PARTS_BYTES_LEAST)
		return true;
	job->reader = reader;
	job->room = NEW(a, p->runner->n_threads, char *);
	for (size_t i = 0; reader && i < p->runner->n_threads; i++)
		job->room[i] = NEW(a, CHUNK_BYTES + ROOM_BEFORE + ROOM_AFTER, char);
	if (!survey(job, p->runner, &good, e))
		return false;
	if (!good || job->n_rows < 2 * CSV_PART_ROWS) {
		drop_names(job);
		return true;
	}
	for (size_t at = 0; at < job->n_chunks;) {
		at = part_end(job, at, &rows);
		job->room_rows = rows > job->room_rows ? rows : job->room_rows;
	}
	choose_all(job);
	p->column = NEW(a, job->n_targets, struct column);
	p->listed = NEW(a, job->n_targets, const struct column *);
	p->text = NEW(a, job->n_targets, void *);
	for (size_t k = 0; k < job->n_targets; k++) {
		p->listed[k] = &p->column[k];
		p->column[k].name = job->target[k].name;
		p->column[k].type = type_of(&job->target[k]);
		if (job->target[k].class == CLASS_TEXT)
			p->text[k] = NEW(a, job->room_rows, uint32_t);
	}
	*ret_types = frame_of(a, p->listed, job->n_targets, 0);
	*out = p;
	return true;
}

bool csv_parts_next(struct csv_parts *p, struct arena *a, const struct frame **out, bool *ret_again)
{
	struct job *job = &p->job;
	size_t rows;

	*out = NULL;
	*ret_again = false;
	if (p->next == job->n_chunks)
		return false;
	job->first = p->next;
	p->next = part_end(job, job->first, &rows);
	job->n = p->next - job->first;
	for (size_t k = 0; k < job->n_targets; k++)
		if (job->target[k].missing)
			memset(job->target[k].missing, 0, rows);
	run_parse(job, p->runner);
	*ret_again = any_odd(job);
	for (size_t k = 0; k < job->n_targets && !*ret_again; k++) {
		struct need need = need_of(job, k);

		*ret_again = !is_wide_enough(&job->target[k], &need);
	}
	for (size_t k = 0; k < job->n_targets && !*ret_again; k++)
		p->column[k] = column_of(a, job, k, rows, p->text[k], p->runner);
	for (size_t i = job->first; i < p->next; i++)
		arena_drop(&job->arena[i]);
	if (*ret_again)
		return false;
	*out = frame_of(a, p->listed, job->n_targets, rows);
	return true;
}

void csv_parts_close(struct csv_parts *p)
{
	if (p)
		drop_names(&p->job);
}

bool csv_header(struct arena *a, struct str bytes, const struct str **ret_names, size_t *ret_n,
		struct err *e)
{
	struct header h;

	if (!read_header(a, bytes, &h, e))
		return false;
	*ret_names = h.name;
	*ret_n = h.n;
	return true;
}
