/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "instrument/mention.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_word_byte(char c)
{
	return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == ':';
}

bool mention_is_operator(struct str word)
{
	return str_is(word, "and") || str_is(word, "or") || str_is(word, "div") ||
	       str_is(word, "mod");
}

static struct mention read_quoted(struct str s, size_t at)
{
	size_t end = at + 1;
	while (end < s.n && s.p[end] != s.p[at])
		end++;
	return (struct mention){ .kind = MENTION_TEXT,
				 .at = at,
				 .n = (end < s.n ? end + 1 : end) - at,
				 .text = str_sub(s, at + 1, end - at - 1) };
}

static struct mention read_name(struct str s, size_t at)
{
	size_t end = at + 2;
	while (end < s.n && s.p[end] != '}')
		end++;
	return (struct mention){ .kind = MENTION_NAME,
				 .at = at,
				 .n = (end < s.n ? end + 1 : end) - at,
				 .text = str_trim(str_sub(s, at + 2, end - at - 2)) };
}

static struct mention read_word(struct str s, size_t at)
{
	size_t end = at + 1;
	while (end < s.n && is_word_byte(s.p[end]))
		end++;
	while (end > at + 1 && (s.p[end - 1] == '-' || s.p[end - 1] == ':'))
		end--;
	struct mention m = {
		.kind = MENTION_WORD, .at = at, .n = end - at, .text = str_sub(s, at, end - at)
	};
	while (end < s.n && is_space(s.p[end]))
		end++;
	if (end < s.n && s.p[end] == '(' && !mention_is_operator(m.text))
		m.kind = MENTION_CALL;
	return m;
}

static struct mention read_number(struct str s, size_t at)
{
	size_t end = at;
	while (end < s.n && (is_digit(s.p[end]) || s.p[end] == '.'))
		end++;
	return (struct mention){
		.kind = MENTION_NUMBER, .at = at, .n = end - at, .text = str_sub(s, at, end - at)
	};
}

bool mention_next(struct str source, size_t *at, struct mention *out)
{
	size_t i = *at;
	while (i < source.n && is_space(source.p[i]))
		i++;
	if (i >= source.n)
		return false;
	char c = source.p[i];
	if (c == '\'' || c == '"')
		*out = read_quoted(source, i);
	else if (c == '$' && i + 1 < source.n && source.p[i + 1] == '{')
		*out = read_name(source, i);
	else if (is_letter(c))
		*out = read_word(source, i);
	else if (is_digit(c) || (c == '.' && i + 1 < source.n && is_digit(source.p[i + 1])))
		*out = read_number(source, i);
	else
		*out = (struct mention){
			.kind = MENTION_SIGN, .at = i, .n = 1, .text = str_sub(source, i, 1)
		};
	*at = out->at + out->n;
	return true;
}

struct str mention_rewrite(struct arena *a, struct str source,
			   struct str (*rename)(void *user, struct str word), void *user)
{
	struct buf b;
	struct mention m;
	size_t done = 0;
	buf_init(&b, a, source.n * 32 + 4096);
	for (size_t at = 0; mention_next(source, &at, &m);) {
		if (m.kind != MENTION_WORD || mention_is_operator(m.text))
			continue;
		struct str text = rename(user, m.text);
		if (!text.n)
			continue;
		buf_put(&b, str_sub(source, done, m.at - done));
		buf_put(&b, text);
		done = m.at + m.n;
	}
	buf_put(&b, str_sub(source, done, source.n));
	return b.over ? source : buf_str(&b);
}

/* Is there "= ''" or "!= ''" at this place, and where does it end? */
static bool blank_comparison(struct str s, size_t at, size_t *ret_end)
{
	struct mention m;
	if (!mention_next(s, &at, &m) || m.kind != MENTION_SIGN)
		return false;
	if (m.text.p[0] == '!' && (!mention_next(s, &at, &m) || m.kind != MENTION_SIGN))
		return false;
	if (m.text.p[0] != '=' || !mention_next(s, &at, &m) || m.kind != MENTION_TEXT || m.text.n)
		return false;
	*ret_end = at;
	return true;
}

struct str mention_blank_as_text(struct arena *a, struct str source, bool *ret_found)
{
	struct buf b;
	struct mention m;
	size_t done = 0, end;
	buf_init(&b, a, source.n * 2 + 64);
	*ret_found = false;
	for (size_t at = 0; mention_next(source, &at, &m);) {
		bool self = m.kind == MENTION_SIGN && m.text.p[0] == '.';
		if ((m.kind != MENTION_NAME && !self) || !blank_comparison(source, at, &end))
			continue;
		buf_put(&b, str_sub(source, done, m.at - done));
		buf_fmt(&b, "string(%.*s)", STR_ARG(str_sub(source, m.at, m.n)));
		done = m.at + m.n;
		*ret_found = true;
	}
	buf_put(&b, str_sub(source, done, source.n));
	return buf_str(&b);
}
