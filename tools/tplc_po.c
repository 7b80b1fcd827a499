/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Translations in the form of gettext: msgid is the Spanish sentence, msgstr the English. */
#include <string.h>

#include "tplc.h"

struct reader {
	struct messages *all;
	struct text text[2]; /* what msgid and msgstr hold so far */
	int last; /* which of them the last line went into; -1: none */
	struct place at, begun;
};

/* "..." at p, into the text. */
static void read_string(struct text *to, const char *p, struct place at)
{
	size_t n = strlen(p);
	while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	if (n < 2 || p[0] != '"' || p[n - 1] != '"')
		die(at, "a text in double quotes is wanted");
	text_add(to, "", 0);
	for (size_t i = 1; i + 1 < n; i++) {
		char c = p[i];
		if (c == '"')
			die(at, "a quote inside a text is written \\\"");
		if (c == '\\' && ++i + 1 >= n)
			die(at, "a text ends in \\");
		if (c == '\\')
			c = p[i] == 'n' ? '\n' : p[i];
		text_add(to, &c, 1);
	}
}

/* Which values a sentence takes, as bits. */
static unsigned values_of(const char *sentence, struct place at)
{
	unsigned values = 0;
	size_t next = 0, value, n;
	const char *letters;
	for (;;) {
		bool is_value = message_piece(&sentence, &next, &value, &letters, &n);
		if (!n)
			return values;
		if (is_value && value >= 16)
			die(at, "a sentence takes at most 16 values");
		if (is_value)
			values |= 1u << value;
	}
}

static void end_message(struct reader *r)
{
	const char *es = r->text[0].p, *en = r->text[1].p;
	struct messages *all = r->all;
	if (r->last < 0)
		return;
	if (!en)
		die(r->begun, "a msgid without its msgstr");
	if (*es && !*en)
		die(r->begun, "no English for \"%s\"", es);
	if (values_of(es, r->begun) != values_of(en, r->begun))
		die(r->begun, "the placeholders of \"%s\" and \"%s\" differ", es, en);
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->message[i].es, es) == 0)
			die(r->begun, "a second translation of \"%s\"", es);
	}
	if (*es) { /* the empty one is gettext's header */
		all->message = grow(all->message, &all->n, sizeof(*all->message));
		all->message[all->n - 1] =
			(struct message){ r->text[0].p, r->text[1].p, r->begun, false };
	}
	r->text[0] = r->text[1] = (struct text){ 0 };
	r->last = -1;
}

static void read_line(struct reader *r, const char *line)
{
	if (line[0] == '#') {
		if (line[1] == '~' || strstr(line, "fuzzy"))
			die(r->at, "an obsolete or fuzzy translation: mend or remove it");
	} else if (strncmp(line, "msgid ", 6) == 0) {
		end_message(r);
		r->begun = r->at;
		r->last = 0;
		read_string(&r->text[0], line + 6, r->at);
	} else if (strncmp(line, "msgstr ", 7) == 0 && r->last == 0) {
		r->last = 1;
		read_string(&r->text[1], line + 7, r->at);
	} else if (line[0] == '"' && r->last >= 0) {
		read_string(&r->text[r->last], line, r->at);
	} else if (line[strspn(line, " \t\r")]) {
		die(r->at, "only msgid, msgstr, texts and # comments are known here");
	}
}

void messages_read(struct messages *all, const char *file)
{
	struct reader r = { .all = all, .last = -1, .at = { file, 0 } };
	all->file = file;
	for (char *line = read_file(file), *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		r.at.line++;
		read_line(&r, line);
	}
	end_message(&r);
}

bool message_piece(const char **p, size_t *next, size_t *ret_value, const char **ret_letters,
		   size_t *ret_n)
{
	const char *s = *p;
	bool is_value = false;
	*ret_letters = s;
	if (s[0] == '%' && s[1] == 's') {
		*ret_value = (*next)++;
		is_value = true;
		*ret_n = 2;
	} else if (s[0] == '%' && s[1] >= '1' && s[1] <= '9' && s[2] == '$' && s[3] == 's') {
		*ret_value = (size_t)(s[1] - '1');
		is_value = true;
		*ret_n = 4;
	} else if (s[0] == '%') { /* a per cent sign alone, or doubled as gettext wants it */
		*p = s + (s[1] == '%' ? 2 : 1);
		*ret_n = 1;
		return false;
	} else {
		*ret_n = strcspn(s, "%");
	}
	*p = s + *ret_n;
	return is_value;
}

const struct message *message_find(struct messages *all, const char *es, size_t n_values,
				   struct place at)
{
	unsigned wanted = n_values >= 16 ? ~0u : (1u << n_values) - 1;
	if (values_of(es, at) != wanted)
		die(at, "\"%s\" has not as many %%s as values (%zu) behind it", es, n_values);
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->message[i].es, es) == 0) {
			all->message[i].used = true;
			return &all->message[i];
		}
	}
	die(at, "no English for \"%s\" in %s", es, all->file);
}

void messages_all_used(const struct messages *all)
{
	for (size_t i = 0; i < all->n; i++) {
		if (!all->message[i].used)
			die(all->message[i].at, "no template says \"%s\"", all->message[i].es);
	}
}
