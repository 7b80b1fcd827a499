/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of columns.  XLSForm's have grown for fifteen years, so one column has many names; every
 * other file of this room sees only the one on the left. */
#include "instrument/grid.h"

struct head {
	const char *name;
	const char *alias; /* further names, separated by | ; spaces and underscores are alike */
	bool translated; /* may be followed by ::LANGUAGE */
};

static const struct head survey_heads[] = {
	{ "type", "command", false },
	{ "name", "tag", false },
	{ "label", "caption", true },
	{ "hint", NULL, true },
	{ "guidance_hint", NULL, true },
	{ "required", "bind::required", false },
	{ "required_message", "requiredmsg|bind::jr:requiredmsg|jr:requiredmsg", true },
	{ "relevant", "relevance|bind::relevant", false },
	{ "constraint", "bind::constraint", false },
	{ "constraint_message",
	  "constraining_message|constraintmsg|bind::jr:constraintmsg|jr:constraintmsg", true },
	{ "calculation", "calculate|bind::calculate", false },
	{ "default", NULL, false },
	{ "choice_filter", NULL, false },
	{ "repeat_count", "count|jr:count|control::jr:count|body::jr:count", false },
	{ "parameters", NULL, false },
	{ "read_only", "readonly|bind::readonly", false },
	{ "appearance", "control::appearance|body::appearance", false },
	{ "disabled", NULL, false },
	{ "trigger", NULL, false },
	{ "note", "notes|comment|comments", false },
	{ "media::image", "image", true },
	{ "media::audio", "audio", true },
	{ "media::video", "video", true },
	{ "media::big-image", "big-image", true },
	{ "autoplay", "control::autoplay|body::autoplay", false },
	{ "intent", "control::intent|body::intent", false },
	{ "save_to", NULL, false },
	{ "noapperrorstring", "no_app_error_string|bind::jr:noapperrorstring", true },
	{ "ssme::unit", NULL, false },
	{ "ssme::constraint", NULL, false },
	{ "ssme::warning", NULL, false },
	{ "ssme::warning_message", NULL, true },
	{ "ssme::catalogue", NULL, false },
	{ "ssme::max", NULL, false },
	{ "ssme::personal", NULL, false },
	{ "ssme::total", NULL, false },
};
static const struct head choices_heads[] = {
	{ "list_name", "listname", false },
	{ "name", "value", false },
	{ "label", "caption", true },
	{ "media::image", "image", true },
	{ "media::audio", "audio", true },
	{ "media::video", "video", true },
	{ "media::big-image", "big-image", true },
};
static const struct head form_settings_heads[] = {
	{ "form_title", "title|set_form_title", false },
	{ "form_id", "id_string|set_form_id", false },
	{ "version", NULL, false },
	{ "default_language", NULL, false },
	{ "allow_choice_duplicates", NULL, false },
	{ "instance_name", NULL, false },
	{ "name", NULL, false },
	{ "style", NULL, false },
	{ "public_key", NULL, false },
	{ "submission_url", NULL, false },
	{ "auto_send", NULL, false },
	{ "auto_delete", NULL, false },
	{ "clean_text_values", NULL, false },
	{ "namespaces", NULL, false },
	{ "instance_xmlns", NULL, false },
	{ "client_editable", NULL, false },
	{ "omit_instanceid", NULL, false },
	{ "sms_keyword", NULL, false },
	{ "sms_separator", NULL, false },
	{ "sms_response", NULL, false },
	{ "prefix", NULL, false },
	{ "delimiter", NULL, false },
};
static const struct head settings_heads[] = { { "key", NULL, false }, { "value", NULL, false } };
static const struct head areas_heads[] = { { "code", NULL, false },
					   { "label", NULL, true },
					   { "weight", NULL, false } };
static const struct head scores_heads[] = { { "question", NULL, false },
					    { "area", NULL, false },
					    { "max", NULL, false },
					    { "points", NULL, false },
					    { "source", NULL, false } };
static const struct head steps_heads[] = { { "question", NULL, false },
					   { "answer", NULL, false },
					   { "points", NULL, false },
					   { "effort", NULL, false },
					   { "text", NULL, true } };
static const struct head levels_heads[] = { { "profile", NULL, false },
					    { "code", NULL, false },
					    { "label", NULL, true },
					    { "cut", NULL, false } };
static const struct head gates_heads[] = { { "profile", NULL, false },
					   { "level", NULL, false },
					   { "condition", NULL, false },
					   { "label", NULL, true } };
static const struct head indicators_heads[] = {
	{ "id", NULL, false },       { "label", NULL, true },       { "unit", NULL, false },
	{ "decimals", NULL, false }, { "form", NULL, false },       { "formula", NULL, false },
	{ "universe", NULL, false }, { "breakdowns", NULL, false }, { "disclosure", NULL, false },
	{ "drawn", NULL, false },    { "note", NULL, true },        { "caution", NULL, false },
	{ "caution_text", NULL, true },
};
static const struct head figures_heads[] = {
	{ "section", NULL, false }, { "kind", NULL, false }, { "text", NULL, true },
	{ "figures", NULL, false }, { "when", NULL, false }, { "else", NULL, true },
	{ "note", NULL, true },
};
static const struct head bridges_heads[] = { { "item", NULL, false },
					     { "round", NULL, false },
					     { "old", NULL, false },
					     { "relation", NULL, false },
					     { "note", NULL, true } };
static const struct head published_heads[] = {
	{ "round", NULL, false }, { "figure", NULL, false }, { "text", NULL, false },
	{ "value", NULL, false }, { "source", NULL, false }, { "note", NULL, true },
};

static const struct head rollups_heads[] = { { "question", NULL, false },
					     { "formula", NULL, false },
					     { "tolerance", NULL, false },
					     { "label", NULL, true } };

struct heads {
	const struct head *head;
	size_t n;
};
#define HEADS(table) \
	{ \
		(table), sizeof(table) / sizeof((table)[0]) \
	}
static const struct heads heads_of[SLOT_N] = {
	[SLOT_CLUSTER_SURVEY] = HEADS(survey_heads),
	[SLOT_CLUSTER_CHOICES] = HEADS(choices_heads),
	[SLOT_CLUSTER_SETTINGS] = HEADS(form_settings_heads),
	[SLOT_COMPANY_SURVEY] = HEADS(survey_heads),
	[SLOT_COMPANY_CHOICES] = HEADS(choices_heads),
	[SLOT_COMPANY_SETTINGS] = HEADS(form_settings_heads),
	[SLOT_SETTINGS] = HEADS(settings_heads),
	[SLOT_AREAS] = HEADS(areas_heads),
	[SLOT_SCORES] = HEADS(scores_heads),
	[SLOT_STEPS] = HEADS(steps_heads),
	[SLOT_LEVELS] = HEADS(levels_heads),
	[SLOT_GATES] = HEADS(gates_heads),
	[SLOT_INDICATORS] = HEADS(indicators_heads),
	[SLOT_FIGURES] = HEADS(figures_heads),
	[SLOT_BRIDGES] = HEADS(bridges_heads),
	[SLOT_PUBLISHED] = HEADS(published_heads),
	[SLOT_ROLLUPS] = HEADS(rollups_heads),
};

const char *head_known(enum slot slot, size_t i, bool *ret_translated)
{
	if (i >= heads_of[slot].n)
		return NULL;
	if (ret_translated)
		*ret_translated = heads_of[slot].head[i].translated;
	return heads_of[slot].head[i].name;
}

bool head_is_known(enum slot slot, struct str canonical)
{
	for (size_t i = 0; i < heads_of[slot].n; i++) {
		const struct head *h = &heads_of[slot].head[i];
		struct str name = str_of(h->name);
		if (str_eq(canonical, name))
			return true;
		if (h->translated && str_starts(canonical, h->name) &&
		    str_starts(str_sub(canonical, name.n, canonical.n), "::"))
			return true;
	}
	return false;
}

struct str head_nearest(struct arena *a, enum slot slot, struct str head)
{
	size_t n = heads_of[slot].n;
	struct str *name = NEW(a, n, struct str);
	for (size_t i = 0; i < n; i++)
		name[i] = str_of(heads_of[slot].head[i].name);
	return fold_nearest(a, head, name, n);
}

/* ---- languages ---- */

struct str head_language(struct arena *a, struct str name)
{
	static const char *const known[][2] = {
		{ "es", "es" },      { "spa", "es" },        { "espanol", "es" },
		{ "spanish", "es" }, { "castellano", "es" }, { "espanhol", "es" },
		{ "en", "en" },      { "eng", "en" },        { "english", "en" },
		{ "ingles", "en" },  { "anglais", "en" },
	};
	name = str_trim(name);
	struct str code = name;
	if (name.n && name.p[name.n - 1] == ')') {
		size_t open = name.n;
		while (open && name.p[open - 1] != '(')
			open--;
		if (open)
			code = str_trim(str_sub(name, open, name.n - 1 - open));
	}
	struct str folded = fold(a, code);
	size_t dash;
	/* es-CO, en_GB: the country does not matter. */
	if (folded.n > 3 && (folded.p[2] == '-' || folded.p[2] == '_'))
		folded = str_sub(folded, 0, 2);
	if (str_find(folded, STR(" ("), &dash))
		folded = str_sub(folded, 0, dash);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_is(folded, known[i][0]))
			return str_of(known[i][1]);
	return name;
}

/* ---- columns ---- */

/* Lower case; spaces, and the dashes that some writers put there, as underscores. */
static struct str plain_form(struct arena *a, struct str head)
{
	struct buf b;
	buf_init(&b, a, head.n + 1);
	for (size_t i = 0; i < head.n; i++) {
		char c = head.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		buf_putc(&b, c == ' ' ? '_' : c);
	}
	return buf_str(&b);
}

static bool is_alias(const struct head *h, struct str base)
{
	if (str_is(base, h->name))
		return true;
	struct str rest = str_of(h->alias);
	while (rest.p && rest.n)
		if (str_eq(str_cut(&rest, '|'), base))
			return true;
	return false;
}

static const struct head *find_head(enum slot slot, struct str base)
{
	for (size_t i = 0; i < heads_of[slot].n; i++)
		if (is_alias(&heads_of[slot].head[i], base))
			return &heads_of[slot].head[i];
	return NULL;
}

/* "label::es" or, as old forms write it, "label:es": the parts around the separator that leaves a
 * translated column on the left. */
static const struct head *find_translated(struct arena *a, enum slot slot, struct str head,
					  struct str *ret_language)
{
	for (size_t i = 1; i < head.n; i++) {
		if (head.p[i] != ':')
			continue;
		size_t width = i + 1 < head.n && head.p[i + 1] == ':' ? 2 : 1;
		const struct head *h =
			find_head(slot, plain_form(a, str_trim(str_sub(head, 0, i))));
		struct str language = str_trim(str_sub(head, i + width, head.n));
		if (h && h->translated && language.n) {
			*ret_language = language;
			return h;
		}
		i += width - 1;
	}
	return NULL;
}

/* Columns that pyxform passes through to the form unread. */
static bool passes_through(enum slot slot, struct str plain)
{
	if (slot == SLOT_CLUSTER_SURVEY || slot == SLOT_COMPANY_SURVEY)
		return str_starts(plain, "bind::") || str_starts(plain, "body::") ||
		       str_starts(plain, "control::") || str_starts(plain, "instance::");
	if (slot == SLOT_CLUSTER_SETTINGS || slot == SLOT_COMPANY_SETTINGS)
		return str_starts(plain, "attribute::");
	return false;
}

struct str head_canonical(struct arena *a, enum slot slot, struct str head)
{
	const struct str none = { "", 0 };
	head = str_trim(head);
	if (!head.n)
		return none;
	struct str plain = plain_form(a, head), language;
	const struct head *h = find_head(slot, plain);
	if (h)
		return str_of(h->name);
	h = find_translated(a, slot, head, &language);
	if (h) {
		language = head_language(a, language);
		return str_fmt(a, "%s::%.*s", h->name, STR_ARG(language));
	}
	if (slot == SLOT_CLUSTER_CHOICES || slot == SLOT_COMPANY_CHOICES ||
	    passes_through(slot, plain))
		return head;
	return none;
}
