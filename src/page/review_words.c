/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of the pages about review and about how far a round is. */
#include <stdlib.h>

#include "app/print.h"
#include "base/fold.h"
#include "base/num.h"
#include "page/escape.h"
#include "page/review_inside.h"

enum { ADDRESS_BYTES_MAX = 2048, KIB = 1024 };

bool review_is_reviewer(const struct call *c)
{
	return (c->caller.roles & (ROLE_TEAM | ROLE_REVIEWER)) != 0;
}

struct str review_label(struct call *c, const char *catalogue, struct str code)
{
	const struct catalogues *all;
	struct err ignored = { 0 };
	if (!code.n || !cache_catalogues(c, &all, &ignored))
		return code;
	for (size_t i = 0; i < all->n; i++) {
		const struct catalogue *k = &all->item[i];
		const int64_t at = str_is(k->name, catalogue) ? dictionary_find(&k->codes, code)
							      : -1;
		if (at >= 0 && k->codes.label)
			return label_in(&k->codes.label[at], c->lang);
	}
	return code;
}

static const char *const dimension_catalogue[DIMENSIONS_N] = { [BY_CHAMBER] = "chambers",
							       [BY_DEPARTMENT] = "departments",
							       [BY_SECTOR] = "sectors" };

struct str review_dimension_of(const struct cluster_entry *k, enum review_dimension d)
{
	return d == BY_CHAMBER ? k->chamber : d == BY_DEPARTMENT ? k->department : k->sector;
}

struct str review_place(struct call *c, const struct cluster_entry *k)
{
	struct buf b;
	buf_init(&b, c->a, 1024);
	for (int d = BY_CHAMBER; d < DIMENSIONS_N; d++) {
		const struct str code = review_dimension_of(k, (enum review_dimension)d);
		const struct str word = review_label(c, dimension_catalogue[d], code);
		if (!word.n)
			continue;
		buf_puts(&b, b.n ? " · " : "");
		buf_put(&b, word);
	}
	return buf_str(&b);
}

static int by_word(const void *x, const void *y)
{
	ARENA_SCOPE(a, 1 << 20);
	const struct template_choice *p = x, *q = y;
	return str_cmp(fold_sort_key(&a, p->word), fold_sort_key(&a, q->word));
}

const struct template_choice *review_dimension_choices(struct call *c,
						       const struct cluster_register *r,
						       enum review_dimension d, struct str chosen,
						       size_t *ret_n)
{
	struct template_choice *out = NEW(c->a, r->n + 1, struct template_choice);
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct str code = review_dimension_of(&r->cluster[i], d);
		bool known = !code.n;
		for (size_t k = 0; k < n && !known; k++)
			known = str_eq(out[k].value, code);
		if (!known)
			out[n++] = (struct template_choice){
				code, review_label(c, dimension_catalogue[d], code),
				str_eq(code, chosen)
			};
	}
	if (n)
		qsort(out, n, sizeof(*out), by_word);
	*ret_n = n;
	return out;
}

struct str review_key(struct arena *a, struct str question, int64_t item)
{
	return item ? str_fmt(a, "%.*s.%lld", STR_ARG(question), (long long)item) : question;
}

void review_key_read(struct str key, struct str *ret_question, int64_t *ret_item)
{
	size_t at;
	*ret_question = key;
	*ret_item = 0;
	if (!str_find(key, STR("."), &at) || !num_int(str_sub(key, at + 1, key.n), ret_item))
		return;
	*ret_question = str_sub(key, 0, at);
}

static struct str size_words(struct call *c, int64_t n_bytes)
{
	return str_fmt(c->a, "%lld KB", (long long)((n_bytes + KIB - 1) / KIB));
}

const struct template_review_file *review_files(struct call *c, const struct stored_evidence *list,
						size_t n, struct str question, int64_t item,
						size_t *ret_n)
{
	struct template_review_file *out = NEW(c->a, n + 1, struct template_review_file);
	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		if (list[i].removed_at.n ||
		    (question.n && (!str_eq(list[i].question, question) || list[i].item != item)))
			continue;
		out[(*ret_n)++] = (struct template_review_file){
			.number = list[i].number,
			.name = list[i].name,
			.question = review_key(c->a, list[i].question, list[i].item),
			.size = size_words(c, list[i].n_bytes),
			.at = list[i].at,
		};
	}
	return out;
}

static void put_part(struct buf *b, const char *name, struct str value)
{
	size_t at;
	if (!value.n)
		return;
	buf_putc(b, str_find(buf_str(b), STR("?"), &at) ? '&' : '?');
	buf_fmt(b, "%s=", name);
	escape_url_query(b, value);
}

struct str review_address(struct call *c, struct str path, const struct review_filter *f,
			  const char *name, struct str value)
{
	const struct {
		const char *name;
		struct str value;
	} part[] = { { "search", f->search },
		     { "chamber", f->chamber },
		     { "department", f->department },
		     { "sector", f->sector } };
	struct buf b;
	buf_init(&b, c->a, ADDRESS_BYTES_MAX);
	buf_put(&b, path);
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++)
		if (!name || !str_is(str_of(name), part[i].name))
			put_part(&b, part[i].name, part[i].value);
	if (name)
		put_part(&b, name, value);
	return buf_str(&b);
}

bool review_send_csv(struct call *c, const struct print_table *t, const char *name, struct err *e)
{
	struct buf b;
	buf_init(&b, c->a, 16 << 20);
	print_table_csv(&b, t);
	if (b.over)
		return err_say(e, ERR_LIMIT, "la lista es demasiado larga; filtre",
			       "the list is too long; filter it");
	c->reply.bytes = buf_str(&b);
	c->reply.type = "text/csv; charset=utf-8";
	c->reply.file_name = str_fmt(c->a, "%s-%.*s.csv", name, STR_ARG(call_text(c, "--round")));
	return true;
}
