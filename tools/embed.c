/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns files into a C array (src/app/embedded.h), at build time.
 *
 *   embed NAME OUT.c ROOT [PATH]...
 *
 * NAME names the array: embedded_NAME.  Each PATH is a file or a folder, which
 * is walked.  An entry's name is its path without the leading ROOT/.  A file is
 * kept as a zlib stream where that is at least an eighth smaller, else as it is:
 * fonts and images are compressed already and would only cost time to open.
 * Entries are sorted by name, so the output depends on the files alone. */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

struct file {
	char *path;
	unsigned char *data;
	size_t n, n_raw;
};

struct list {
	struct file *file;
	size_t n, room;
};

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "embed: %s: %s\n", what, why);
	exit(1);
}

static void *must(void *p)
{
	if (!p)
		die("memory", "none left");
	return p;
}

static void list_add(struct list *l, const char *path)
{
	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->file = must(reallocarray(l->file, l->room, sizeof *l->file));
	}
	l->file[l->n++] = (struct file){ .path = must(strdup(path)) };
}

/* Adds a file, or every file under a folder; hidden ones and notes are left out. */
static void walk(struct list *l, const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		die(path, strerror(errno));
	if (!S_ISDIR(st.st_mode)) {
		list_add(l, path);
		return;
	}
	DIR *dir = opendir(path);
	if (!dir)
		die(path, strerror(errno));
	for (struct dirent *d; (d = readdir(dir));) {
		if (d->d_name[0] == '.')
			continue;
		char *inner;
		if (asprintf(&inner, "%s/%s", path, d->d_name) < 0)
			die("memory", "none left");
		walk(l, inner);
		free(inner);
	}
	closedir(dir);
}

static void file_read(struct file *f)
{
	FILE *in = fopen(f->path, "rbe");
	struct stat st;
	if (!in || fstat(fileno(in), &st) != 0)
		die(f->path, strerror(errno));
	f->n = f->n_raw = (size_t)st.st_size;
	f->data = must(malloc(f->n + 1));
	if (fread(f->data, 1, f->n, in) != f->n)
		die(f->path, "read less than its size");
	fclose(in);
}

static void file_deflate(struct file *f)
{
	uLongf n = compressBound(f->n_raw);
	unsigned char *out = must(malloc(n));
	if (compress2(out, &n, f->data, f->n_raw, 9) == Z_OK && n < f->n_raw - f->n_raw / 8) {
		free(f->data);
		f->data = out;
		f->n = n;
	} else {
		free(out);
	}
}

static int by_path(const void *a, const void *b)
{
	const struct file *x = a, *y = b;
	return strcmp(x->path, y->path);
}

/* Octal escapes always take three digits, so no digit that follows can join one.
 * A '?' is escaped because two of them may begin a trigraph. */
static void put_bytes(FILE *out, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i % 64 == 0)
			fputs(i ? "\"\n\t\"" : "\t\"", out);
		if (p[i] >= 32 && p[i] < 127 && !strchr("\"\\?", p[i]))
			fputc(p[i], out);
		else
			fprintf(out, "\\%03o", p[i]);
	}
	fputs(n ? "\"" : "\t\"\"", out);
}

static void write_c(FILE *out, const char *name, const char *root, const struct list *l)
{
	const size_t n_root = strlen(root);
	fprintf(out, "/* Made by tools/embed.c. */\n#include \"app/embedded.h\"\n\n");
	for (size_t i = 0; i < l->n; i++) {
		fprintf(out, "static const unsigned char bytes_%zu[%zu] =\n", i, l->file[i].n + 1);
		put_bytes(out, l->file[i].data, l->file[i].n);
		fputs(";\n", out);
	}
	fprintf(out, "\nconst struct embedded embedded_%s[] = {\n", name);
	for (size_t i = 0; i < l->n; i++) {
		const struct file *f = &l->file[i];
		const bool inside = strncmp(f->path, root, n_root) == 0 && f->path[n_root] == '/';
		fputs("\t{ ", out);
		put_bytes(out, (const unsigned char *)(inside ? f->path + n_root + 1 : f->path),
			  strlen(inside ? f->path + n_root + 1 : f->path));
		fprintf(out, ", bytes_%zu, %zu, %zu },\n", i, f->n, f->n_raw);
	}
	fprintf(out, "\t{ 0 },\n};\nconst size_t embedded_%s_n = %zu;\n", name, l->n);
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: embed NAME OUT.c ROOT [PATH]...\n");
		return 2;
	}
	struct list l = { 0 };
	for (int i = 4; i < argc; i++)
		walk(&l, argv[i]);
	if (l.n)
		qsort(l.file, l.n, sizeof *l.file, by_path);
	for (size_t i = 0; i < l.n; i++) {
		file_read(&l.file[i]);
		file_deflate(&l.file[i]);
	}
	FILE *out = fopen(argv[2], "we");
	if (!out)
		die(argv[2], strerror(errno));
	write_c(out, argv[1], argv[3], &l);
	if (fclose(out) != 0)
		die(argv[2], strerror(errno));
	for (size_t i = 0; i < l.n; i++) {
		free(l.file[i].path);
		free(l.file[i].data);
	}
	free(l.file);
	return 0;
}
