/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workbooks (ECMA-376), read as a stream: libzip unpacks a part from memory, expat reads it, and
 * the parser is suspended at the end of each row.  Shared texts are the one thing held whole.
 *
 * Everything that a file says of itself is checked: unpacked sizes while unpacking, the ratio (zip
 * bombs), the length of one XML token, the number of columns; a DTD (entities) is refused. */
#include <expat.h>
#include <string.h>
#include <zip.h>

#include "base/num.h"
#include "codec/sheet_source.h"
#include "codec/xlsx_format.h"

enum {
	PIECE_BYTES = 1 << 16,
	TOKEN_BYTES_MAX = 4 << 20,
	FORMATS_MAX = 65536,
	PATH_BYTES_MAX = 1024,
	STRINGS_MAX = 1 << 26,
};
#define STRINGS_BYTES_MAX (512u << 20)
#define OWN_BYTES_MAX ((size_t)3 << 30)

struct own_format {
	unsigned id;
	enum xlsx_format format;
};

struct sheet_ref {
	struct str name, relation, part;
};

struct relation {
	struct str id, type, target;
};

struct book {
	zip_t *zip;
	struct arena *a;
	struct str part;   /* path of the workbook part */
	uint64_t unpacked; /* bytes over all parts */
	struct sheet_ref *sheet;
	size_t n_sheets, cap_sheets;
	struct relation *relation;
	size_t n_relations, cap_relations;
	bool system_1904;
	struct own_format *own_format;
	size_t n_own_formats, cap_own_formats;
	enum xlsx_format *style; /* of each cellXfs entry */
	size_t n_styles, cap_styles;
	struct str *string; /* shared texts */
	size_t n_strings, cap_strings;
	size_t strings_bytes;
};

/* A part that is being read. */
struct part {
	struct book *book;
	const char *name;
	zip_file_t *file;
	uint64_t packed, read;
	XML_Parser xml;
	bool at_end;   /* the last piece was given to the parser */
	struct err *e; /* of the call in progress */
	bool failed;
};

static bool damaged(struct err *e, const char *what_es, const char *what_en)
{
	return err_set(
		e, ERR_INPUT,
		"el libro .xlsx está dañado o incompleto: %s; ábralo en Excel y guárdelo de "
		"nuevo (the .xlsx is damaged or cut short: %s; open it in Excel and save it again)",
		what_es, what_en);
}

/* ---- parts ---- */

static void part_fail(struct part *p)
{
	p->failed = true;
	XML_StopParser(p->xml, XML_FALSE);
}

static void on_doctype(void *user, const XML_Char *name, const XML_Char *sysid,
		       const XML_Char *pubid, int has_internal)
{
	struct part *p = user;
	(void)name, (void)sysid, (void)pubid, (void)has_internal;
	err_set(p->e, ERR_INPUT,
		"el libro .xlsx declara entidades XML (DTD), lo que ningún programa de hojas de "
		"cálculo hace; se rechaza (the .xlsx declares XML entities; refused)");
	part_fail(p);
}

static void part_close(struct part *p)
{
	if (p->xml)
		XML_ParserFree(p->xml);
	if (p->file)
		zip_fclose(p->file);
	p->xml = NULL;
	p->file = NULL;
}

static bool part_open(struct book *b, struct part *p, const char *name, struct err *e)
{
	zip_stat_t st;
	zip_int64_t at = zip_name_locate(b->zip, name, ZIP_FL_NOCASE);
	*p = (struct part){ .book = b, .name = name, .e = e };
	if (at < 0 || zip_stat_index(b->zip, (zip_uint64_t)at, 0, &st) ||
	    !(st.valid & ZIP_STAT_COMP_SIZE))
		return damaged(e, "falta una parte", "a part is missing");
	if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
		return err_set(e, ERR_INPUT, "el libro está cifrado (the workbook is encrypted)");
	p->packed = st.comp_size;
	p->file = zip_fopen_index(b->zip, (zip_uint64_t)at, 0);
	if (!p->file)
		return damaged(e, "una parte no se puede abrir", "a part cannot be opened");
	p->xml = XML_ParserCreate(NULL);
	if (!p->xml) {
		part_close(p);
		return err_set(e, ERR_IO, "expat: no hay memoria (out of memory)");
	}
	XML_SetUserData(p->xml, p);
	XML_SetStartDoctypeDeclHandler(p->xml, on_doctype);
	return true;
}

static bool count_bytes(struct part *p, uint64_t n, struct err *e)
{
	p->read += n;
	p->book->unpacked += n;
	bool bomb = p->read > (1u << 20) && p->read / XLSX_RATIO_MAX > p->packed;
	if (bomb || p->book->unpacked > XLSX_UNPACKED_BYTES_MAX)
		return err_set(
			e, ERR_LIMIT,
			"el libro .xlsx se descomprime a un tamaño desmedido (más de %d veces "
			"o de 4 GiB); se rechaza (the .xlsx unpacks to an inordinate size, over %d "
			"times "
			"or 4 GiB; refused)",
			XLSX_RATIO_MAX, XLSX_RATIO_MAX);
	return true;
}

static bool xml_result(struct part *p, enum XML_Status status, struct err *e)
{
	if (p->failed)
		return false;
	if (status == XML_STATUS_ERROR)
		return damaged(e, "el XML no está bien formado", "its XML is not well formed");
	/* expat keeps an unfinished token and reads it anew with each piece: it is bounded, or time
	 * would be square */
	XML_Index done = XML_GetCurrentByteIndex(p->xml);
	if (status == XML_STATUS_OK && p->read > (uint64_t)(done > 0 ? done : 0) + TOKEN_BYTES_MAX)
		return err_set(e, ERR_LIMIT,
			       "el libro .xlsx tiene una etiqueta XML desmedida (an XML tag of the "
			       ".xlsx is too long)");
	return true;
}

/* Gives the parser one more piece; *ret_suspended: a handler stopped it and it is to be resumed. */
static bool part_step(struct part *p, bool *ret_suspended, struct err *e)
{
	p->e = e;
	void *to = XML_GetBuffer(p->xml, PIECE_BYTES);
	if (!to)
		return err_set(e, ERR_IO, "expat: no hay memoria (out of memory)");
	zip_int64_t n = zip_fread(p->file, to, PIECE_BYTES);
	if (n < 0)
		return damaged(e, "una parte no se descomprime", "a part does not unpack");
	if (!count_bytes(p, (uint64_t)n, e))
		return false;
	p->at_end = n == 0;
	enum XML_Status status = XML_ParseBuffer(p->xml, (int)n, n == 0);
	*ret_suspended = status == XML_STATUS_SUSPENDED;
	return xml_result(p, status, e);
}

static bool part_resume(struct part *p, bool *ret_suspended, struct err *e)
{
	p->e = e;
	enum XML_Status status = XML_ResumeParser(p->xml);
	*ret_suspended = status == XML_STATUS_SUSPENDED;
	return xml_result(p, status, e);
}

/* Reads a whole part; user data of the handlers is user, whose first member is a struct part. */
static bool part_whole(struct part *p, struct err *e)
{
	bool suspended;
	bool good = true;
	while (good && !p->at_end)
		good = part_step(p, &suspended, e);
	part_close(p);
	return good;
}

/* ---- names and attributes ---- */

/* "x:row" -> "row": some writers prefix every name. */
static const char *local(const char *name)
{
	const char *colon = strchr(name, ':');
	return colon ? colon + 1 : name;
}

static bool is(const char *name, const char *wanted)
{
	return strcmp(local(name), wanted) == 0;
}

static const char *attribute(const XML_Char **attr, const char *wanted)
{
	for (size_t i = 0; attr[i]; i += 2)
		if (is(attr[i], wanted))
			return attr[i + 1];
	return NULL;
}

static bool number_attribute(const XML_Char **attr, const char *wanted, unsigned long most,
			     unsigned long *out)
{
	const char *s = attribute(attr, wanted);
	int64_t v;
	if (!s || !num_int(str_of(s), &v) || v < 0 || (uint64_t)v > most)
		return false;
	*out = (unsigned long)v;
	return true;
}

static bool is_true(const char *s)
{
	return s && (strcmp(s, "1") == 0 || strcmp(s, "true") == 0);
}

#define PUSH(a, array, n, cap, value) \
	do { \
		if ((n) == (cap)) { \
			size_t more_ = (cap) ? (cap)*2 : 16; \
			(array) = arena_grow((a), (array), (n), more_, sizeof(*(array))); \
			(cap) = more_; \
		} \
		(array)[(n)++] = (value); \
	} while (0)

/* ---- workbook, relations, styles ---- */

static struct str short_copy(struct arena *a, const char *s)
{
	return str_dup(a, str_sub(str_of(s), 0, PATH_BYTES_MAX));
}

static void on_workbook(void *user, const XML_Char *name, const XML_Char **attr)
{
	struct part *p = user;
	struct book *b = p->book;
	if (is(name, "workbookPr")) {
		b->system_1904 = is_true(attribute(attr, "date1904"));
	} else if (is(name, "sheet")) {
		struct str sheet = str_of(attribute(attr, "name"));
		if (b->n_sheets == XLSX_SHEETS_MAX || sheet.n > SHEET_NAME_BYTES_MAX) {
			err_set(p->e, ERR_LIMIT,
				"el libro tiene más de %d hojas o un nombre de hoja demasiado "
				"largo (over %d sheets, or a sheet name too long)",
				XLSX_SHEETS_MAX, XLSX_SHEETS_MAX);
			part_fail(p);
			return;
		}
		struct sheet_ref ref = { .name = str_dup(b->a, sheet),
					 .relation = short_copy(b->a, attribute(attr, "id")) };
		PUSH(b->a, b->sheet, b->n_sheets, b->cap_sheets, ref);
	}
}

static void on_relation(void *user, const XML_Char *name, const XML_Char **attr)
{
	struct part *p = user;
	struct book *b = p->book;
	if (!is(name, "Relationship") || b->n_relations == 4096 ||
	    str_of(attribute(attr, "Target")).n > PATH_BYTES_MAX)
		return; /* links to pages lie here too, in numbers; none of them is a part */
	struct relation r = { .id = short_copy(b->a, attribute(attr, "Id")),
			      .type = short_copy(b->a, attribute(attr, "Type")),
			      .target = str_dup(b->a, str_of(attribute(attr, "Target"))) };
	PUSH(b->a, b->relation, b->n_relations, b->cap_relations, r);
}

static enum xlsx_format format_of(const struct book *b, unsigned id)
{
	for (size_t i = 0; i < b->n_own_formats; i++)
		if (b->own_format[i].id == id)
			return b->own_format[i].format;
	return xlsx_format_builtin(id);
}

struct styles_part {
	struct part part; /* first: the handlers get a struct part */
	bool in_cells;
};

static void on_style(void *user, const XML_Char *name, const XML_Char **attr)
{
	struct styles_part *s = user;
	struct book *b = s->part.book;
	unsigned long id;
	if (is(name, "cellXfs"))
		s->in_cells = true;
	if (is(name, "numFmt") && number_attribute(attr, "numFmtId", 1 << 30, &id) &&
	    b->n_own_formats < 1024) {
		struct own_format f = { (unsigned)id,
					xlsx_format_custom(str_of(attribute(attr, "formatCode"))) };
		PUSH(b->a, b->own_format, b->n_own_formats, b->cap_own_formats, f);
	}
	if (!is(name, "xf") || !s->in_cells || b->n_styles == FORMATS_MAX)
		return;
	if (!number_attribute(attr, "numFmtId", 1 << 30, &id))
		id = 0;
	PUSH(b->a, b->style, b->n_styles, b->cap_styles, format_of(b, (unsigned)id));
}

static void on_style_end(void *user, const XML_Char *name)
{
	struct styles_part *s = user;
	if (is(name, "cellXfs"))
		s->in_cells = false;
}

/* ---- shared texts ---- */

struct strings_part {
	struct part part;
	struct buf text; /* of the entry in progress; memory used again for the next */
	int in_text, in_phonetic;
};

static void text_start(int *in_text, int *in_phonetic, const char *name)
{
	*in_phonetic += is(name, "rPh");
	*in_text += is(name, "t");
}

static void text_end(int *in_text, int *in_phonetic, const char *name)
{
	*in_phonetic -= is(name, "rPh");
	*in_text -= is(name, "t");
}

static void on_string(void *user, const XML_Char *name, const XML_Char **attr)
{
	struct strings_part *s = user;
	(void)attr;
	if (is(name, "si"))
		s->text.n = 0;
	text_start(&s->in_text, &s->in_phonetic, name);
}

static void on_string_end(void *user, const XML_Char *name)
{
	struct strings_part *s = user;
	struct book *b = s->part.book;
	text_end(&s->in_text, &s->in_phonetic, name);
	if (!is(name, "si"))
		return;
	b->strings_bytes += s->text.n + 32;
	if (s->text.over || b->strings_bytes > STRINGS_BYTES_MAX || b->n_strings == STRINGS_MAX) {
		err_set(s->part.e, ERR_LIMIT,
			"los textos del libro .xlsx son demasiados o demasiado largos; guarde "
			"como CSV UTF-8 (the texts of the .xlsx are too many or too long; save as "
			"CSV UTF-8)");
		part_fail(&s->part);
		return;
	}
	PUSH(b->a, b->string, b->n_strings, b->cap_strings, str_dup(b->a, buf_str(&s->text)));
}

static void on_string_text(void *user, const XML_Char *text, int n)
{
	struct strings_part *s = user;
	if (s->in_text && !s->in_phonetic)
		buf_put(&s->text, (struct str){ text, (size_t)n });
}

/* ---- the book ---- */

static void book_close(struct book *b)
{
	if (b->zip)
		zip_discard(b->zip);
	b->zip = NULL;
}

/* Path of target as seen from the part `from`: absolute, or beside it, "../" going up. */
static struct str resolve(struct arena *a, struct str from, struct str target)
{
	if (str_starts(target, "/"))
		return str_sub(target, 1, target.n);
	size_t dir = from.n;
	while (dir && from.p[dir - 1] != '/')
		dir--;
	while (str_starts(target, "../") && dir) {
		target = str_sub(target, 3, target.n);
		for (dir--; dir && from.p[dir - 1] != '/';)
			dir--;
	}
	if (str_starts(target, "./"))
		target = str_sub(target, 2, target.n);
	return str_fmt(a, "%.*s%.*s", (int)dir, from.p, STR_ARG(target));
}

static struct str relation_by_type(const struct book *b, const char *type)
{
	for (size_t i = 0; i < b->n_relations; i++)
		if (str_ends(b->relation[i].type, type))
			return b->relation[i].target;
	return STR("");
}

static bool read_relations(struct book *b, const char *name, struct err *e)
{
	struct part p;
	b->n_relations = 0;
	if (!part_open(b, &p, name, e))
		return false;
	XML_SetStartElementHandler(p.xml, on_relation);
	return part_whole(&p, e);
}

static bool find_workbook(struct book *b, struct err *e)
{
	struct str target = STR("");
	if (zip_name_locate(b->zip, "_rels/.rels", ZIP_FL_NOCASE) >= 0) {
		if (!read_relations(b, "_rels/.rels", e))
			return false;
		target = relation_by_type(b, "/officeDocument");
	}
	b->part = target.n ? resolve(b->a, STR(""), target) : STR("xl/workbook.xml");
	if (str_ends(b->part, ".bin"))
		return err_set(e, ERR_INPUT,
			       "es un .xlsb; guárdelo como .xlsx (an .xlsb; save it as .xlsx)");
	if (zip_name_locate(b->zip, str_c(b->a, b->part), ZIP_FL_NOCASE) < 0)
		return err_set(e, ERR_INPUT,
			       "el archivo es un ZIP pero no un libro de Excel (a ZIP file, but no "
			       "Excel workbook)");
	return true;
}

/* Sheets keep their order; what is no worksheet (a chart on a sheet of its own) is left out. */
static void join_sheets(struct book *b)
{
	size_t kept = 0;
	for (size_t i = 0; i < b->n_sheets; i++) {
		struct sheet_ref s = b->sheet[i];
		for (size_t r = 0; r < b->n_relations; r++)
			if (str_eq(b->relation[r].id, s.relation) &&
			    str_ends(b->relation[r].type, "/worksheet"))
				s.part = resolve(b->a, b->part, b->relation[r].target);
		if (s.part.n)
			b->sheet[kept++] = s;
	}
	b->n_sheets = kept;
}

static bool read_workbook(struct book *b, struct err *e)
{
	struct part p;
	size_t dir = b->part.n;
	if (!part_open(b, &p, str_c(b->a, b->part), e))
		return false;
	XML_SetStartElementHandler(p.xml, on_workbook);
	if (!part_whole(&p, e))
		return false;
	while (dir && b->part.p[dir - 1] != '/')
		dir--;
	struct str rels = str_fmt(b->a, "%.*s_rels/%.*s.rels", (int)dir, b->part.p,
				  (int)(b->part.n - dir), b->part.p + dir);
	if (!read_relations(b, str_c(b->a, rels), e))
		return false;
	join_sheets(b);
	if (!b->n_sheets)
		return damaged(e, "no tiene hojas", "it has no sheets");
	return true;
}

static bool book_open(struct arena *a, struct str bytes, struct book *b, struct err *e)
{
	zip_error_t ze;
	*b = (struct book){ .a = a };
	zip_error_init(&ze);
	zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &ze);
	if (source)
		b->zip = zip_open_from_source(source, ZIP_RDONLY, &ze);
	if (!b->zip && source)
		zip_source_free(source);
	zip_error_fini(&ze);
	if (!b->zip)
		return damaged(e, "el ZIP está cortado", "the ZIP is cut short");
	if (find_workbook(b, e) && read_workbook(b, e))
		return true;
	book_close(b);
	return false;
}

bool xlsx_names(struct arena *a, struct str bytes, struct str **ret_names, size_t *ret_n,
		struct err *e)
{
	struct book b;
	if (!book_open(a, bytes, &b, e))
		return false;
	book_close(&b);
	struct str *name = NEW(a, b.n_sheets, struct str);
	for (size_t i = 0; i < b.n_sheets; i++)
		name[i] = b.sheet[i].name;
	*ret_names = name;
	*ret_n = b.n_sheets;
	return true;
}

static bool read_styles(struct book *b, struct err *e)
{
	struct str target = relation_by_type(b, "/styles");
	struct styles_part s = { .in_cells = false };
	if (!target.n)
		return true;
	if (!part_open(b, &s.part, str_c(b->a, resolve(b->a, b->part, target)), e))
		return false;
	XML_SetUserData(s.part.xml, &s);
	XML_SetElementHandler(s.part.xml, on_style, on_style_end);
	return part_whole(&s.part, e);
}

static bool read_strings(struct book *b, struct err *e)
{
	struct str target = relation_by_type(b, "/sharedStrings");
	struct strings_part s = { .in_text = 0 };
	if (!target.n)
		return true;
	if (!part_open(b, &s.part, str_c(b->a, resolve(b->a, b->part, target)), e))
		return false;
	ARENA_SCOPE(scratch, 16u << 20);
	buf_init(&s.text, &scratch, SHEET_CELL_BYTES_MAX);
	XML_SetUserData(s.part.xml, &s);
	XML_SetElementHandler(s.part.xml, on_string, on_string_end);
	XML_SetCharacterDataHandler(s.part.xml, on_string_text);
	return part_whole(&s.part, e);
}

/* ---- one sheet ---- */

enum cell_kind { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOLEAN };

struct kept_cell {
	size_t from, n; /* in the row's text */
	bool shared;    /* from is an index of the shared texts instead */
};

struct xlsx {
	struct sheet_source base; /* first */
	struct part part;         /* its user data is this struct, see on_cell */
	struct book book;
	uint64_t row; /* number of the row in progress or last returned */
	bool row_ready;
	bool in_row, in_value, in_inline;
	int in_text, in_phonetic;
	enum cell_kind kind;
	enum xlsx_format format;
	size_t column, n_columns; /* of the cell in progress; cells of this row so far */
	size_t next_column;
	size_t value_from; /* where its text starts */
	struct buf text;   /* texts of the row; memory used again for the next */
	struct arena text_memory, number_memory;
	struct arena_mark number_clean; /* of number_memory: its first chunk stays */
	struct kept_cell *kept;         /* SHEET_COLUMNS_MAX */
	struct str *cell;               /* SHEET_COLUMNS_MAX */
};

static void sheet_fail(struct xlsx *x, enum err_code code, const char *es, const char *en)
{
	err_set(x->part.e, code, "fila %llu: %s (row %llu: %s)", (unsigned long long)x->row, es,
		(unsigned long long)x->row, en);
	x->part.failed = true;
	XML_StopParser(x->part.xml, XML_FALSE);
}

/* "D14" -> column 3; false when it is no reference. */
static bool reference_column(const char *r, size_t *out)
{
	size_t c = 0, i = 0;
	for (; r[i] >= 'A' && r[i] <= 'Z' && i < 4; i++)
		c = c * 26 + (size_t)(r[i] - 'A' + 1);
	if (!i || r[i] < '1' || r[i] > '9')
		return false;
	*out = c - 1;
	return true;
}

static void start_row(struct xlsx *x, const XML_Char **attr)
{
	unsigned long r;
	uint64_t row = x->row + 1;
	if (attribute(attr, "r")) {
		if (!number_attribute(attr, "r", SHEET_ROWS_MAX, &r) || r < row) {
			sheet_fail(
				x, ERR_INPUT,
				"las filas del .xlsx no van en orden; guárdelo de nuevo en Excel",
				"the rows of the .xlsx are out of order; save it again in Excel");
			return;
		}
		row = r;
	}
	x->row = row;
	x->in_row = true;
	x->n_columns = x->next_column = 0;
	x->text.n = 0;
	x->text.over = false;
}

static enum cell_kind kind_of(const char *t)
{
	if (!t || strcmp(t, "n") == 0)
		return CELL_NUMBER;
	if (strcmp(t, "s") == 0)
		return CELL_SHARED;
	return strcmp(t, "b") == 0 ? CELL_BOOLEAN : CELL_TEXT;
}

static void start_cell(struct xlsx *x, const XML_Char **attr)
{
	const char *r = attribute(attr, "r");
	unsigned long style;
	x->column = x->next_column;
	if (r && !reference_column(r, &x->column)) {
		sheet_fail(x, ERR_INPUT, "una celda tiene una referencia rota",
			   "a cell has a broken reference");
		return;
	}
	x->next_column = x->column + 1;
	x->kind = kind_of(attribute(attr, "t"));
	x->format = XLSX_NUMBER;
	if (number_attribute(attr, "s", FORMATS_MAX, &style) && style < x->book.n_styles)
		x->format = x->book.style[style];
	x->value_from = x->text.n;
	x->in_text = x->in_phonetic = 0;
}

static void on_cell(void *user, const XML_Char *name, const XML_Char **attr)
{
	struct xlsx *x = (struct xlsx *)user;
	if (is(name, "row") && !x->in_row) {
		start_row(x, attr);
	} else if (x->in_row && is(name, "c")) {
		start_cell(x, attr);
	} else if (x->in_row && is(name, "v")) {
		x->in_value = true;
	} else if (x->in_row && is(name, "is")) {
		x->in_inline = true;
	} else if (x->in_inline) {
		text_start(&x->in_text, &x->in_phonetic, name);
	}
}

static void on_cell_text(void *user, const XML_Char *text, int n)
{
	struct xlsx *x = (struct xlsx *)user;
	if (!x->in_value && !(x->in_inline && x->in_text && !x->in_phonetic))
		return;
	if (x->text.n - x->value_from + (size_t)n > SHEET_CELL_BYTES_MAX || x->text.over) {
		sheet_fail(x, ERR_LIMIT, "una celda es demasiado larga", "a cell is too long");
		return;
	}
	buf_put(&x->text, (struct str){ text, (size_t)n });
}

/* Turns the raw text of the cell in progress into what it stands for. */
static bool cell_value(struct xlsx *x, struct kept_cell *out)
{
	struct str raw = str_sub(buf_str(&x->text), x->value_from, SIZE_MAX);
	*out = (struct kept_cell){ .from = x->value_from, .n = raw.n };
	int64_t index;
	switch (x->kind) {
	case CELL_SHARED:
		if (!num_int(str_trim(raw), &index) || index < 0 ||
		    (uint64_t)index >= x->book.n_strings) {
			sheet_fail(
				x, ERR_INPUT,
				"una celda apunta a un texto que no existe; guárdelo de nuevo en "
				"Excel",
				"a cell points to a text that is not there; save it again in "
				"Excel");
			return false;
		}
		*out = (struct kept_cell){ .from = (size_t)index,
					   .n = x->book.string[index].n,
					   .shared = true };
		x->text.n = x->value_from;
		return true;
	case CELL_BOOLEAN:
		raw = str_is(raw, "1") || str_is(raw, "true") ? STR("TRUE") : STR("FALSE");
		break;
	case CELL_NUMBER:
		arena_rewind(&x->number_memory, x->number_clean);
		raw = xlsx_number_text(&x->number_memory, raw, x->format, x->book.system_1904);
		if (raw.p == x->text.p + x->value_from)
			return true;
		break;
	case CELL_TEXT:
		return true;
	}
	x->text.n = x->value_from;
	buf_put(&x->text, raw);
	out->n = raw.n;
	return true;
}

static void end_cell(struct xlsx *x)
{
	struct kept_cell kept;
	if (x->text.n == x->value_from)
		return; /* only a style */
	if (!cell_value(x, &kept) || !kept.n)
		return;
	if (x->column >= SHEET_COLUMNS_MAX) {
		sheet_fail(x, ERR_LIMIT, "más de 4096 columnas; borre las que sobran",
			   "more than 4096 columns; delete those that are not needed");
		return;
	}
	while (x->n_columns <= x->column)
		x->kept[x->n_columns++] = (struct kept_cell){ 0 };
	x->kept[x->column] = kept;
}

static void end_row(struct xlsx *x)
{
	x->in_row = false;
	if (!x->n_columns)
		return;
	if (x->text.over) {
		sheet_fail(x, ERR_LIMIT, "la fila es demasiado larga", "the row is too long");
		return;
	}
	x->row_ready = true;
	XML_StopParser(x->part.xml, XML_TRUE);
}

static void on_cell_end(void *user, const XML_Char *name)
{
	struct xlsx *x = (struct xlsx *)user;
	if (x->part.failed || !x->in_row)
		return;
	if (is(name, "v"))
		x->in_value = false;
	else if (is(name, "is"))
		x->in_inline = false;
	else if (is(name, "c"))
		end_cell(x);
	else if (is(name, "row"))
		end_row(x);
	else if (x->in_inline)
		text_end(&x->in_text, &x->in_phonetic, name);
}

static void on_sheet_doctype(void *user, const XML_Char *name, const XML_Char *sysid,
			     const XML_Char *pubid, int has_internal)
{
	struct xlsx *x = (struct xlsx *)user;
	on_doctype(&x->part, name, sysid, pubid, has_internal);
}

static bool row_is_blank(const struct xlsx *x)
{
	for (size_t i = 0; i < x->n_columns; i++)
		if (str_trim(x->cell[i]).n)
			return false;
	return true;
}

static void lay_row(struct xlsx *x)
{
	for (size_t i = 0; i < x->n_columns; i++) {
		struct kept_cell k = x->kept[i];
		x->cell[i] = !k.n  ? STR("")
			: k.shared ? x->book.string[k.from]
				   : (struct str){ x->text.p + k.from, k.n };
	}
}

static bool xlsx_next(struct sheet_source *s, struct sheet_row *out, bool *ret_end, struct err *e)
{
	struct xlsx *x = (struct xlsx *)s;
	bool suspended = x->row_ready;
	for (;;) {
		if (suspended) {
			x->row_ready = false;
			if (!part_resume(&x->part, &suspended, e))
				return false;
		} else if (!x->part.at_end) {
			if (!part_step(&x->part, &suspended, e))
				return false;
		} else {
			*ret_end = true;
			return true;
		}
		if (!x->row_ready)
			continue;
		lay_row(x);
		if (row_is_blank(x))
			continue;
		*out = (struct sheet_row){ .number = x->row, .cell = x->cell, .n = x->n_columns };
		*ret_end = false;
		return true;
	}
}

static void xlsx_close(struct sheet_source *s)
{
	struct xlsx *x = (struct xlsx *)s;
	part_close(&x->part);
	book_close(&x->book);
	arena_drop(&x->text_memory);
	arena_drop(&x->number_memory);
}

static const struct sheet_ref *find_sheet(const struct book *b, struct str name)
{
	if (!name.n)
		return &b->sheet[0];
	for (size_t i = 0; i < b->n_sheets; i++)
		if (str_eq(b->sheet[i].name, name))
			return &b->sheet[i];
	return NULL;
}

static bool start_sheet(struct xlsx *x, struct str name, struct err *e)
{
	const struct sheet_ref *sheet = find_sheet(&x->book, name);
	if (!sheet)
		return err_set(e, ERR_ABSENT,
			       "el libro no tiene una hoja «%.*s» (the workbook has no sheet "
			       "\"%.*s\")",
			       STR_ARG(str_sub(name, 0, SHEET_NAME_BYTES_MAX)),
			       STR_ARG(str_sub(name, 0, SHEET_NAME_BYTES_MAX)));
	if (!read_styles(&x->book, e) || !read_strings(&x->book, e) ||
	    !part_open(&x->book, &x->part, str_c(x->book.a, sheet->part), e))
		return false;
	XML_SetUserData(x->part.xml, x);
	XML_SetStartDoctypeDeclHandler(x->part.xml, on_sheet_doctype);
	XML_SetElementHandler(x->part.xml, on_cell, on_cell_end);
	XML_SetCharacterDataHandler(x->part.xml, on_cell_text);
	return true;
}

bool xlsx_open(struct arena *a, struct str bytes, struct str name, struct sheet_source **out,
	       struct err *e)
{
	struct xlsx *x = NEW(a, 1, struct xlsx);
	x->base.next = xlsx_next;
	x->base.close = xlsx_close;
	arena_init(&x->base.own, OWN_BYTES_MAX);
	arena_init(&x->text_memory, (size_t)256 << 20);
	arena_init(&x->number_memory, 1u << 16);
	(void)NEW(&x->number_memory, 1, char);
	x->number_clean = arena_mark(&x->number_memory);
	buf_init(&x->text, &x->text_memory, 64u << 20);
	x->kept = NEW(a, SHEET_COLUMNS_MAX, struct kept_cell);
	x->cell = NEW(a, SHEET_COLUMNS_MAX, struct str);
	if (!book_open(&x->base.own, bytes, &x->book, e) || !start_sheet(x, name, e)) {
		sheet_close(&x->base);
		return false;
	}
	*out = &x->base;
	return true;
}
