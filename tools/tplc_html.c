/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the compiler of templates knows of HTML (html.spec.whatwg.org, "The elements of HTML", "Tree
 * construction"): a list of what is allowed, so that what nobody thought of is refused. */
#include <ctype.h>
#include <string.h>

#include "tplc.h"

enum {
	V = ELEMENT_VOID,
	B = ELEMENT_BLOCK,
	P = ELEMENT_BLOCK | ELEMENT_ENDS_P,
	N = ELEMENT_NO_TEXT,
	R = ELEMENT_RAW,
	S = ELEMENT_SPACES,
	G = ELEMENT_SVG,
	C = ELEMENT_CODE,
	A = ELEMENT_ALONE,
};

static const struct element known[] = {
	{ "html", B | N | A },
	{ "head", B | N | A },
	{ "body", B | A },
	{ "title", B | R },
	{ "meta", B | V },
	{ "link", B | V },
	{ "header", P },
	{ "nav", P },
	{ "main", P | A },
	{ "footer", P },
	{ "section", P },
	{ "article", P },
	{ "aside", P },
	{ "address", P },
	{ "div", P },
	{ "h1", P },
	{ "h2", P },
	{ "h3", P },
	{ "h4", P },
	{ "h5", P },
	{ "h6", P },
	{ "p", P | A },
	{ "hr", P | V },
	{ "pre", P | S },
	{ "blockquote", P },
	{ "ol", P | N },
	{ "ul", P | N },
	{ "li", P },
	{ "dl", P | N },
	{ "dt", P },
	{ "dd", P },
	{ "figure", P },
	{ "figcaption", P },
	{ "a", A },
	{ "em", 0 },
	{ "strong", 0 },
	{ "small", 0 },
	{ "s", 0 },
	{ "cite", 0 },
	{ "q", 0 },
	{ "dfn", 0 },
	{ "abbr", 0 },
	{ "time", 0 },
	{ "data", 0 },
	{ "var", 0 },
	{ "sub", 0 },
	{ "sup", 0 },
	{ "i", 0 },
	{ "b", 0 },
	{ "u", 0 },
	{ "mark", 0 },
	{ "bdi", 0 },
	{ "bdo", 0 },
	{ "span", 0 },
	{ "ins", 0 },
	{ "del", 0 },
	{ "code", C },
	{ "samp", C },
	{ "kbd", C },
	{ "br", V },
	{ "wbr", V },
	{ "img", V },
	{ "map", 0 },
	{ "area", V },
	{ "table", P | N | A },
	{ "caption", B },
	{ "colgroup", B | N },
	{ "col", B | V },
	{ "tbody", B | N },
	{ "thead", B | N },
	{ "tfoot", B | N },
	{ "tr", B | N },
	{ "td", B },
	{ "th", B },
	{ "form", P | A },
	{ "label", A },
	{ "input", V },
	{ "button", A },
	{ "select", N | A },
	{ "datalist", N },
	{ "optgroup", B | N | A },
	{ "option", B | A },
	{ "textarea", R | S },
	{ "output", 0 },
	{ "progress", 0 },
	{ "meter", 0 },
	{ "fieldset", P },
	{ "legend", B },
	{ "details", P },
	{ "summary", P },
	{ "dialog", P },
	{ "svg", G | N | A },
	{ "g", G | N },
	{ "path", G | N },
	{ "circle", G | N },
	{ "ellipse", G | N },
	{ "rect", G | N },
	{ "line", G | N },
	{ "polyline", G | N },
	{ "polygon", G | N },
};

static const struct {
	const char *name, *reason;
} refused_element[] = {
	{ "script", "a script is a file of ours: <script src=\"{{frame.NAME}}\" defer></script>" },
	{ "style", "style is in web/style.css, never in a page" },
	{ "base", "it would move every address of the page" },
	{ "noscript", "a parser reads it in two ways" },
	{ "template", "its inside is no part of the page" },
	{ "iframe", "a page holds no other page" },
	{ "object", "a page holds no foreign program" },
	{ "embed", "a page holds no foreign program" },
	{ "math", "a parser reads its inside by other rules" },
};

const struct element *element_find(const char *name, struct place at)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(known[i].name, name) == 0)
			return &known[i];
	}
	for (size_t i = 0; i < sizeof(refused_element) / sizeof(*refused_element); i++) {
		if (strcmp(refused_element[i].name, name) == 0)
			die(at, "no <%s>: %s", name, refused_element[i].reason);
	}
	die(at, "<%s> is no element that templates know", name);
}

static bool one_of(const char *name, const char *const *list)
{
	for (; *list; list++) {
		if (strcmp(*list, name) == 0)
			return true;
	}
	return false;
}

void attribute_allowed(const char *name, bool in_svg, struct place at)
{
	static const char *const refused[] = {
		"style", "srcdoc", "srcset", "imagesrcset", "ping", "http-equiv", "background",
		"formmethod", "xmlns", "nonce", "is", "manifest", NULL
	};
	if (strncmp(name, "on", 2) == 0)
		die(at, "no %s=: a page holds no program", name);
	if (one_of(name, refused))
		die(at, "no template may set %s=", name);
	for (const char *p = name; *p && !in_svg; p++) {
		if (isupper((unsigned char)*p))
			die(at, "names of attributes are lower case: %s", name);
	}
}

bool attribute_is_url(const char *name)
{
	static const char *const url[] = { "href", "src", "action", "formaction", "cite", "poster",
					   "data", "codebase", "longdesc", "usemap", NULL };
	return one_of(name, url);
}

bool attribute_is_words(const char *name)
{
	static const char *const words[] = { "title",
					     "alt",
					     "aria-label",
					     "aria-description",
					     "aria-roledescription",
					     "aria-valuetext",
					     "placeholder",
					     "label",
					     "abbr",
					     NULL };
	return one_of(name, words);
}

bool attribute_is_literal(const char *name)
{
	static const char *const literal[] = { "type", "method", "rel", "target", "enctype",
					       "formenctype", "formtarget", "role", "charset",
					       "translate", "hidden", NULL };
	return one_of(name, literal);
}

size_t reference_length(const char *p, const char *end, struct place at)
{
	static const char *const known_reference[] = { "&amp;",	 "&lt;",   "&gt;", "&quot;",
						       "&nbsp;", "&shy;", NULL };
	for (const char *const *r = known_reference; *r; r++) {
		size_t n = strlen(*r);
		if ((size_t)(end - p) >= n && memcmp(p, *r, n) == 0)
			return n;
	}
	die(at, "an & that begins none of &amp; &lt; &gt; &quot; &nbsp; &shy; is written &amp;");
}

bool is_letter(char c)
{
	unsigned char u = (unsigned char)c;
	return isalpha(u) || (u >= 0xc3 && u <= 0xc9);
}

void put_escaped(struct text *out, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		switch (p[i]) {
		case '&':
			text_puts(out, "&amp;");
			break;
		case '<':
			text_puts(out, "&lt;");
			break;
		case '>':
			text_puts(out, "&gt;");
			break;
		case '"':
			text_puts(out, "&quot;");
			break;
		default:
			text_add(out, p + i, 1);
		}
	}
}
