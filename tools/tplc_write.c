/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header, with a struct and a function for each page, and the code. */
#include <ctype.h>
#include <string.h>

#include "tplc.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static char *guard_of(const char *path)
{
	char *guard = format("SSME_%s", base_name(path));
	for (char *p = guard; *p; p++)
		*p = isalnum((unsigned char)*p) ? (char)toupper((unsigned char)*p) : '_';
	return guard;
}

static void put_field(struct text *out, const struct field *f)
{
	static const char *const c[] = { "struct str ", "int64_t ",     "double ",    "bool ",
					 "struct str ", "struct html ", "struct svg " };
	static const char *const note[] = { "", "", "", "", " /* ISO 8601 */", "", "" };
	const struct type *t = &f->type;
	bool record = t->kind == KIND_RECORD;
	const char *type = record ? format("struct template_%s ", t->record->name) : c[t->kind];
	if (t->list)
		text_fmt(out, "\tconst %s*%s;\n\tsize_t n_%s;\n", type, f->name, f->name);
	else
		text_fmt(out, "\t%s%s;%s\n", type, f->name, record ? "" : note[t->kind]);
}

static void put_struct(struct text *out, const char *prefix, const struct definition *d)
{
	text_fmt(out, "\n/* %s:%d */\nstruct %s_%s {\n", base_name(d->at.file), d->at.line, prefix,
		 d->name);
	for (size_t i = 0; i < d->n_fields; i++)
		put_field(out, &d->field[i]);
	text_puts(out, d->n_fields ? "};\n" : "\tchar no_field;\n};\n");
}

enum { WRITTEN = 100 };

/* A record comes behind those it holds. */
static void put_record(struct text *out, struct definition *d)
{
	if (d->mark == WRITTEN)
		return;
	d->mark = WRITTEN;
	for (size_t i = 0; i < d->n_fields; i++) {
		if (d->field[i].type.record && !d->field[i].type.list)
			put_record(out, d->field[i].type.record);
	}
	put_struct(out, "template", d);
}

static void put_signature(struct text *out, const struct definition *d)
{
	text_fmt(out, "void template_%s(struct buf *out, const struct page_frame *f,\n\t\t"
		      "const struct template_%s *t)",
		 d->name, d->name);
}

void write_header(const struct compiler *c, const char *path)
{
	struct text out = { 0 };
	char *guard = guard_of(path);
	text_fmt(&out, "/* Made by tools/tplc.c from templates. */\n#ifndef %s\n#define %s\n\n"
		       "#include \"page/template.h\"\n",
		 guard, guard);
	for (size_t i = 0; i < c->n_definitions; i++) {
		if (c->definition[i]->sort == SORT_RECORD)
			put_record(&out, c->definition[i]);
	}
	for (size_t i = 0; i < c->n_definitions; i++) {
		if (c->definition[i]->sort != SORT_PAGE)
			continue;
		put_struct(&out, "template", c->definition[i]);
		put_signature(&out, c->definition[i]);
		text_puts(&out, ";\n");
	}
	text_puts(&out, "\n#endif\n");
	write_file(path, &out);
}

/* ---- code ---- */

/* What comes from the body has its lines; what is around it those of this file, which are known
 * once all is written. */
#define OWN_LINE "#line @\n"

static void put_body(struct text *out, const struct definition *d)
{
	text_puts(out, "{\n\t(void)out, (void)f, (void)t;\n");
	text_puts(out, d->code.p);
	text_puts(out, OWN_LINE "}\n");
}

static void put_prototype(struct text *out, const struct definition *d, const char *sort)
{
	text_fmt(out,
		 "static void %s_%s(struct buf *out, const struct page_frame *f,\n\t\tconst struct "
		 "%s_%s *t%s)",
		 sort, d->name, sort, d->name,
		 d->sort == SORT_LAYOUT
			 ? ",\n\t\tvoid (*content)(struct buf *, const struct page_frame *, "
			   "const void *), const void *page"
			 : "");
}

static void put_page(struct text *out, const struct definition *d)
{
	if (!d->layout) {
		text_puts(out, "\n");
		put_signature(out, d);
		text_puts(out, "\n");
		put_body(out, d);
		return;
	}
	text_fmt(out,
		 "\nstatic void inside_%s(struct buf *out, const struct page_frame *f, const void "
		 "*page)\n"
		 "{\n\tconst struct template_%s *t = page;\n",
		 d->name, d->name);
	put_body(out, d);
	text_puts(out, "}\n\n");
	put_signature(out, d);
	text_fmt(out,
		 "\n{\n\t(void)t;\n#line %d \"%s\"\n\tlayout_%s(out, f, &(const struct layout_%s){ "
		 "%s }, inside_%s, t);\n" OWN_LINE "}\n",
		 d->in_at.line, d->in_at.file, d->layout->name, d->layout->name, d->in_code.p,
		 d->name);
}

/* Fills in the lines of the file itself. */
static void number_lines(struct text *out, const char *code, const char *path)
{
	int line = 1;
	for (const char *p = code; *p; p++) {
		if (strncmp(p, OWN_LINE, strlen(OWN_LINE)) == 0) {
			text_fmt(out, "#line %d \"%s\"\n", ++line, base_name(path));
			p += strlen(OWN_LINE) - 1;
			continue;
		}
		line += *p == '\n';
		text_add(out, p, 1);
	}
}

void write_code(const struct compiler *c, const char *path, const char *header)
{
	struct text code = { 0 }, out = { 0 };
	text_fmt(&code, "/* Made by tools/tplc.c from templates. */\n#include \"%s\"\n\n"
			"#include \"base/num.h\"\n#include \"page/escape.h\"\n",
		 base_name(header));
	for (size_t i = 0; i < c->n_definitions; i++) {
		const struct definition *d = c->definition[i];
		const char *sort = d->sort == SORT_PART ? "part" : "layout";
		if (d->sort != SORT_PART && d->sort != SORT_LAYOUT)
			continue;
		put_struct(&code, sort, d);
		put_prototype(&code, d, sort);
		text_puts(&code, ";\n");
	}
	for (size_t i = 0; i < c->n_definitions; i++) {
		const struct definition *d = c->definition[i];
		if (d->sort == SORT_PAGE)
			put_page(&code, d);
		if (d->sort != SORT_PART && d->sort != SORT_LAYOUT)
			continue;
		text_puts(&code, "\n");
		put_prototype(&code, d, d->sort == SORT_PART ? "part" : "layout");
		text_puts(&code, "\n");
		put_body(&code, d);
	}
	number_lines(&out, code.p, path);
	write_file(path, &out);
}
