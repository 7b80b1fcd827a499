/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types of questions under all the names that XLSForms use. */
#include "instrument/form.h"

struct type_name {
	const char *name; /* lower case, spaces for underscores */
	enum element_kind element;
	enum question_type question;
};

/* Longer names stand before their beginnings.  The first name of a type is the one to suggest. */
static const struct type_name read_types[] = {
	{ "select one", ELEMENT_QUESTION, QUESTION_SELECT_ONE },
	{ "add select one prompt using", ELEMENT_QUESTION, QUESTION_SELECT_ONE },
	{ "select one from", ELEMENT_QUESTION, QUESTION_SELECT_ONE },
	{ "select one using", ELEMENT_QUESTION, QUESTION_SELECT_ONE },
	{ "select1", ELEMENT_QUESTION, QUESTION_SELECT_ONE },
	{ "select multiple", ELEMENT_QUESTION, QUESTION_SELECT_MULTIPLE },
	{ "add select multiple prompt using", ELEMENT_QUESTION, QUESTION_SELECT_MULTIPLE },
	{ "select multiple from", ELEMENT_QUESTION, QUESTION_SELECT_MULTIPLE },
	{ "select multiple using", ELEMENT_QUESTION, QUESTION_SELECT_MULTIPLE },
	{ "select all that apply from", ELEMENT_QUESTION, QUESTION_SELECT_MULTIPLE },
	{ "select all that apply", ELEMENT_QUESTION, QUESTION_SELECT_MULTIPLE },
	{ "select", ELEMENT_QUESTION, QUESTION_SELECT_MULTIPLE },
	{ "rank", ELEMENT_QUESTION, QUESTION_RANK },
	{ "begin group", ELEMENT_BEGIN_GROUP, QUESTION_NOTE },
	{ "end group", ELEMENT_END_GROUP, QUESTION_NOTE },
	{ "begin repeat", ELEMENT_BEGIN_REPEAT, QUESTION_NOTE },
	{ "begin looped group", ELEMENT_BEGIN_REPEAT, QUESTION_NOTE },
	{ "begin lgroup", ELEMENT_BEGIN_REPEAT, QUESTION_NOTE },
	{ "end repeat", ELEMENT_END_REPEAT, QUESTION_NOTE },
	{ "end looped group", ELEMENT_END_REPEAT, QUESTION_NOTE },
	{ "end lgroup", ELEMENT_END_REPEAT, QUESTION_NOTE },
	{ "text", ELEMENT_QUESTION, QUESTION_TEXT },
	{ "string", ELEMENT_QUESTION, QUESTION_TEXT },
	{ "q string", ELEMENT_QUESTION, QUESTION_TEXT },
	{ "add text prompt", ELEMENT_QUESTION, QUESTION_TEXT },
	{ "integer", ELEMENT_QUESTION, QUESTION_INTEGER },
	{ "int", ELEMENT_QUESTION, QUESTION_INTEGER },
	{ "q int", ELEMENT_QUESTION, QUESTION_INTEGER },
	{ "add integer prompt", ELEMENT_QUESTION, QUESTION_INTEGER },
	{ "decimal", ELEMENT_QUESTION, QUESTION_DECIMAL },
	{ "q decimal", ELEMENT_QUESTION, QUESTION_DECIMAL },
	{ "add decimal prompt", ELEMENT_QUESTION, QUESTION_DECIMAL },
	{ "range", ELEMENT_QUESTION, QUESTION_RANGE },
	{ "date", ELEMENT_QUESTION, QUESTION_DATE },
	{ "q date", ELEMENT_QUESTION, QUESTION_DATE },
	{ "add date prompt", ELEMENT_QUESTION, QUESTION_DATE },
	{ "note", ELEMENT_QUESTION, QUESTION_NOTE },
	{ "q note", ELEMENT_QUESTION, QUESTION_NOTE },
	{ "add note prompt", ELEMENT_QUESTION, QUESTION_NOTE },
	{ "calculate", ELEMENT_QUESTION, QUESTION_CALCULATE },
	{ "calculation", ELEMENT_QUESTION, QUESTION_CALCULATE },
	{ "q calculate", ELEMENT_QUESTION, QUESTION_CALCULATE },
	{ "add calculate prompt", ELEMENT_QUESTION, QUESTION_CALCULATE },
	{ "acknowledge", ELEMENT_QUESTION, QUESTION_ACKNOWLEDGE },
	{ "acknowledgement", ELEMENT_QUESTION, QUESTION_ACKNOWLEDGE },
	{ "trigger", ELEMENT_QUESTION, QUESTION_ACKNOWLEDGE },
	{ "q acknowledge", ELEMENT_QUESTION, QUESTION_ACKNOWLEDGE },
	{ "add acknowledge prompt", ELEMENT_QUESTION, QUESTION_ACKNOWLEDGE },
	{ "geopoint", ELEMENT_QUESTION, QUESTION_GEOPOINT },
	{ "location", ELEMENT_QUESTION, QUESTION_GEOPOINT },
	{ "gps", ELEMENT_QUESTION, QUESTION_GEOPOINT },
	{ "q geopoint", ELEMENT_QUESTION, QUESTION_GEOPOINT },
	{ "q location", ELEMENT_QUESTION, QUESTION_GEOPOINT },
	{ "add location prompt", ELEMENT_QUESTION, QUESTION_GEOPOINT },
	{ "image", ELEMENT_QUESTION, QUESTION_IMAGE },
	{ "photo", ELEMENT_QUESTION, QUESTION_IMAGE },
	{ "q image", ELEMENT_QUESTION, QUESTION_IMAGE },
	{ "q picture", ELEMENT_QUESTION, QUESTION_IMAGE },
	{ "add image prompt", ELEMENT_QUESTION, QUESTION_IMAGE },
	{ "add photo prompt", ELEMENT_QUESTION, QUESTION_IMAGE },
	{ "file", ELEMENT_QUESTION, QUESTION_FILE },
	{ "add file prompt", ELEMENT_QUESTION, QUESTION_FILE },
	{ "hidden", ELEMENT_QUESTION, QUESTION_HIDDEN },
	{ "start", ELEMENT_QUESTION, QUESTION_START },
	{ "start time", ELEMENT_QUESTION, QUESTION_START },
	{ "get start time", ELEMENT_QUESTION, QUESTION_START },
	{ "end", ELEMENT_QUESTION, QUESTION_END },
	{ "end time", ELEMENT_QUESTION, QUESTION_END },
	{ "get end time", ELEMENT_QUESTION, QUESTION_END },
	{ "today", ELEMENT_QUESTION, QUESTION_TODAY },
	{ "get today", ELEMENT_QUESTION, QUESTION_TODAY },
};

/* Facts about the telephone: read as hidden texts, for nothing here asks them. */
static const char *const metadata_types[] = {
	"deviceid",
	"device id",
	"get device id",
	"imei",
	"phonenumber",
	"get phone number",
	"subscriberid",
	"subscriber id",
	"get subscriber id",
	"simserial",
	"sim id",
	"get sim id",
	"username",
	"email",
	"audit",
	"uri:deviceid",
	"uri:subscriberid",
	"uri:simserial",
	"uri:phonenumber",
	"uri:username",
	"uri:email",
};

static const char *const unsupported_types[] = {
	"select one from file",
	"select multiple from file",
	"select one external",
	"rank from file",
	"audio",
	"video",
	"barcode",
	"geotrace",
	"geoshape",
	"time",
	"datetime",
	"date time",
	"dateandtime",
	"xml external",
	"csv external",
	"geojson external",
	"background audio",
	"background geopoint",
	"start geopoint",
	"osm",
	"begin loop",
	"end loop",
	"phone number",
	"percentage",
	"bearing",
	"add audio prompt",
	"add video prompt",
	"q audio",
	"q video",
	"q barcode",
	"q geotrace",
	"q geoshape",
	"q time",
	"q datetime",
	"add datetime prompt",
	"add time prompt",
};

/* Runs of spaces as one; the case stays, for list names have one. */
static struct str collapse(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.n + 1);
	for (struct str rest = s, word; (word = str_word(&rest)).n;) {
		if (b.n)
			buf_putc(&b, ' ');
		buf_put(&b, word);
	}
	return buf_str(&b);
}

/* The same length, lower case, underscores and dashes as spaces. */
static struct str spaced(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		buf_putc(&b, c == '_' || c == '-' ? ' ' : c);
	}
	return buf_str(&b);
}

/* Does the cell begin with that name, a blank or the end behind it? */
static bool begins(struct str cell, struct str plain, const char *name)
{
	size_t n = str_of(name).n;
	return str_starts(plain, name) && (plain.n == n || cell.p[n] == ' ');
}

static const struct type_name *longest_read(struct str cell, struct str plain)
{
	const struct type_name *best = NULL;
	for (size_t i = 0; i < sizeof(read_types) / sizeof(read_types[0]); i++) {
		const struct type_name *t = &read_types[i];
		if (begins(cell, plain, t->name) &&
		    (!best || str_of(t->name).n > str_of(best->name).n))
			best = t;
	}
	return best;
}

static bool any_begins(struct str cell, struct str plain, const char *const *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (begins(cell, plain, name[i]))
			return true;
	return false;
}

static void cut_or_other(struct arena *a, struct type_cell *t)
{
	static const char *const ending[] = { " or other", " or specify other" };
	struct str plain = spaced(a, t->list);
	for (size_t i = 0; i < 2; i++) {
		if (!str_ends(plain, ending[i]))
			continue;
		t->or_other = true;
		t->list = str_trim(str_sub(t->list, 0, t->list.n - str_of(ending[i]).n));
		return;
	}
}

bool type_has_list(enum question_type t)
{
	return t == QUESTION_SELECT_ONE || t == QUESTION_SELECT_MULTIPLE || t == QUESTION_RANK;
}

struct type_cell type_read(struct arena *a, struct str raw)
{
	struct str cell = collapse(a, raw);
	struct str plain = spaced(a, cell);
	struct type_cell t = { .status = TYPE_UNKNOWN, .word = cell };
	size_t n_unsupported = sizeof(unsupported_types) / sizeof(unsupported_types[0]);
	size_t n_metadata = sizeof(metadata_types) / sizeof(metadata_types[0]);
	const struct type_name *found = longest_read(cell, plain);
	/* "select_one_from_file x.csv" begins with no name that is read followed by a blank, but
	 * "select one from file x.csv" does. */
	if (any_begins(cell, plain, unsupported_types, n_unsupported)) {
		t.status = TYPE_UNSUPPORTED;
	} else if (any_begins(cell, plain, metadata_types, n_metadata)) {
		t.status = TYPE_METADATA;
		t.question = QUESTION_HIDDEN;
	} else if (found) {
		size_t n = str_of(found->name).n;
		struct str rest = str_trim(str_sub(cell, n, cell.n));
		bool list = found->element == ELEMENT_QUESTION && type_has_list(found->question);
		bool group = found->element != ELEMENT_QUESTION;
		if (rest.n && !list && !group)
			return t;
		t.status = TYPE_READ;
		t.element = found->element;
		t.question = found->question;
		t.list = rest;
		t.word = str_sub(cell, 0, n);
		cut_or_other(a, &t);
	}
	return t;
}

struct str type_nearest(struct arena *a, struct str word)
{
	static const char *const names[] = {
		"text",         "integer",    "decimal", "select_one",  "select_multiple",
		"rank",         "range",      "date",    "note",        "calculate",
		"acknowledge",  "geopoint",   "image",   "file",        "hidden",
		"start",        "end",        "today",   "begin_group", "end_group",
		"begin_repeat", "end_repeat",
	};
	enum { N = sizeof(names) / sizeof(names[0]) };
	struct str candidate[N];
	for (size_t i = 0; i < N; i++)
		candidate[i] = str_of(names[i]);
	return fold_nearest(a, str_word(&word), candidate, N);
}

enum column_type type_column(enum question_type t)
{
	switch (t) {
	case QUESTION_INTEGER: return COLUMN_INTEGER;
	case QUESTION_DECIMAL:
	case QUESTION_RANGE: return COLUMN_REAL;
	case QUESTION_SELECT_ONE: return COLUMN_CHOICE;
	case QUESTION_SELECT_MULTIPLE: return COLUMN_MULTIPLE;
	case QUESTION_RANK: return COLUMN_RANK;
	case QUESTION_DATE:
	case QUESTION_TODAY: return COLUMN_DATE;
	case QUESTION_TEXT:
	case QUESTION_NOTE:
	case QUESTION_CALCULATE:
	case QUESTION_ACKNOWLEDGE:
	case QUESTION_GEOPOINT:
	case QUESTION_IMAGE:
	case QUESTION_FILE:
	case QUESTION_HIDDEN:
	case QUESTION_START:
	case QUESTION_END: break;
	}
	return COLUMN_TEXT;
}

const char *question_type_name(enum question_type t)
{
	static const char *const name[] = {
		[QUESTION_TEXT] = "text",
		[QUESTION_INTEGER] = "integer",
		[QUESTION_DECIMAL] = "decimal",
		[QUESTION_RANGE] = "range",
		[QUESTION_SELECT_ONE] = "select_one",
		[QUESTION_SELECT_MULTIPLE] = "select_multiple",
		[QUESTION_RANK] = "rank",
		[QUESTION_DATE] = "date",
		[QUESTION_NOTE] = "note",
		[QUESTION_CALCULATE] = "calculate",
		[QUESTION_ACKNOWLEDGE] = "acknowledge",
		[QUESTION_GEOPOINT] = "geopoint",
		[QUESTION_IMAGE] = "image",
		[QUESTION_FILE] = "file",
		[QUESTION_HIDDEN] = "hidden",
		[QUESTION_START] = "start",
		[QUESTION_END] = "end",
		[QUESTION_TODAY] = "today",
	};
	return name[t];
}
