/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tplc.h"

_Noreturn void die(struct place at, const char *fmt, ...)
{
	va_list ap;
	fprintf(stderr, "tplc: %s:%d: ", at.file, at.line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

void *must(void *p)
{
	if (!p)
		die((struct place){ "memory", 0 }, "none left");
	return p;
}

void text_add(struct text *t, const char *p, size_t n)
{
	if (t->n + n + 1 > t->cap) {
		t->cap = (t->n + n + 1) * 2;
		t->p = must(realloc(t->p, t->cap));
	}
	memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
}

void text_puts(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void text_fmt(struct text *t, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);
	va_end(ap);
	text_add(t, must(n < 0 ? NULL : s), (size_t)(n < 0 ? 0 : n));
}

char *copy(const char *p, size_t n)
{
	return must(strndup(p, n));
}

char *format(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return must(n < 0 ? NULL : s);
}

void *grow(void *array, size_t *n, size_t size)
{
	char *grown = must(reallocarray(array, *n + 1, size));
	memset(grown + *n * size, 0, size);
	++*n;
	return grown;
}

/* Bytes of the character at p; 0: it is broken, or a control character that no page holds. */
static size_t character_bytes(const unsigned char *p, size_t n)
{
	if (p[0] < 0x80)
		return (p[0] >= ' ' && p[0] != 0x7f) || p[0] == '\n' || p[0] == '\t';
	size_t bytes = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	static const uint32_t least[] = { 0, 0, 0xa0, 0x800, 0x10000 };
	uint32_t code = p[0] & (0xffu >> (bytes + 1));
	if (p[0] < 0xc2 || p[0] > 0xf4 || bytes > n)
		return 0;
	for (size_t i = 1; i < bytes; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3fu);
	}
	bool sound = code >= least[bytes] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
	return sound ? bytes : 0;
}

char *read_file(const char *path)
{
	struct text t = { 0 };
	struct place at = { path, 1 };
	char block[4096];
	FILE *in = fopen(path, "rbe");
	if (!in)
		die(at, "cannot be read: %s", strerror(errno));
	for (size_t n; (n = fread(block, 1, sizeof(block), in)) > 0;)
		text_add(&t, block, n);
	fclose(in);
	text_add(&t, "", 0);
	for (size_t i = 0, bytes; i < t.n; i += bytes) {
		bytes = character_bytes((const unsigned char *)t.p + i, t.n - i);
		if (!bytes)
			die(at, "a control character, or a byte that is not UTF-8");
		at.line += t.p[i] == '\n';
	}
	return t.p;
}

void write_file(const char *path, const struct text *t)
{
	FILE *out = fopen(path, "we");
	if (!out || fwrite(t->p, 1, t->n, out) != t->n || fclose(out) != 0)
		die((struct place){ path, 0 }, "cannot be written: %s", strerror(errno));
}

/* ---- tokens ---- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == ':' || c == '-';
}

static struct token *token_add(struct tokens *t, enum token_kind kind)
{
	t->token = grow(t->token, &t->n, sizeof(*t->token));
	t->token[t->n - 1].kind = kind;
	return &t->token[t->n - 1];
}

/* The string whose first quote stands at p; its end. */
static const char *token_string(struct tokens *t, const char *p, const char *end, struct place at)
{
	struct text s = { 0 };
	text_add(&s, "", 0);
	for (p++; p < end && *p != '"'; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		if (*p == '\n')
			die(at, "a string goes over the end of its line");
		text_add(&s, p, 1);
	}
	if (p == end)
		die(at, "a string without its closing quote");
	token_add(t, TOKEN_STRING)->text = s.p;
	return p + 1;
}

struct tokens tokenize(const char *p, const char *end, struct place at)
{
	struct tokens t = { 0 };
	while (p < end) {
		const char *from = p;
		if (isspace((unsigned char)*p)) {
			p++;
		} else if (*p == '"') {
			p = token_string(&t, p, end, at);
		} else if (is_word(*p)) {
			while (p < end && is_word(*p))
				p++;
			token_add(&t, TOKEN_WORD)->text = copy(from, (size_t)(p - from));
		} else if (*p == '=' || *p == '!') {
			p += p + 1 < end && p[1] == '=' ? 2 : 1;
			token_add(&t, TOKEN_SYMBOL)->text = copy(from, (size_t)(p - from));
		} else {
			die(at, "\"%c\" means nothing here", *p);
		}
	}
	token_add(&t, TOKEN_END)->text = copy("", 0);
	return t;
}

bool token_is(const struct token *t, const char *word)
{
	return (t->kind == TOKEN_WORD || t->kind == TOKEN_SYMBOL) && strcmp(t->text, word) == 0;
}
