/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of a form: which group a question stands in, and the groups at the top. */
#include "instrument/form.h"

size_t group_around(const struct survey *s, size_t element)
{
	for (size_t i = s->element[element].parent; i != NO_ELEMENT; i = s->element[i].parent)
		if (s->element[i].group != NO_GROUP)
			return s->element[i].group;
	return NO_GROUP;
}

/* The group that is the page of a question; NO_GROUP: a page without a name. */
static size_t page_of(const struct survey *s, size_t question)
{
	size_t outermost = s->element_of[question];
	while (s->element[outermost].parent != NO_ELEMENT)
		outermost = s->element[outermost].parent;
	size_t group = s->element[outermost].group;
	return group != NO_GROUP && !s->f->group[group].together ? group : NO_GROUP;
}

static struct form_section open_section(const struct form *f, size_t group, size_t first)
{
	struct form_section section = { .first = first, .area = NO_AREA };
	if (group == NO_GROUP)
		return section;
	section.name = f->group[group].name;
	section.label = f->group[group].label;
	section.hint = f->group[group].hint;
	return section;
}

void sections_load(struct survey *s)
{
	struct form *f = s->f;
	size_t page = NO_GROUP;
	f->section = NEW(s->l->a, f->n_questions, struct form_section);
	for (size_t i = 0; i < f->n_questions; i++) {
		size_t group = page_of(s, i);
		if (!i || group != page)
			f->section[f->n_sections++] = open_section(f, group, i);
		page = group;
		f->section[f->n_sections - 1].n++;
	}
}

/* ---- areas ---- */

/* A row of the scores names a question of the section, or a group of them. */
static bool section_has(const struct form *f, const struct form_section *section, struct str name)
{
	for (size_t i = section->first; i < section->first + section->n; i++) {
		if (str_eq(f->question[i].name, name))
			return true;
		for (size_t g = f->question[i].group; g != NO_GROUP; g = f->group[g].parent)
			if (str_eq(f->group[g].name, name))
				return true;
	}
	return false;
}

/* The area of most of its scores, the first one of as many; NO_AREA: nothing of it is scored. */
static size_t area_of(const struct instrument *in, const struct form *f,
		      const struct form_section *section, size_t *count)
{
	size_t best = NO_AREA;
	for (size_t i = 0; i < in->n_areas; i++)
		count[i] = 0;
	for (size_t i = 0; i < in->n_items; i++)
		if (in->item[i].area < in->n_areas && section_has(f, section, in->item[i].question))
			count[in->item[i].area]++;
	for (size_t i = 0; i < in->n_areas; i++)
		if (count[i] && (best == NO_AREA || count[i] > count[best]))
			best = i;
	return best;
}

void load_section_areas(struct loader *l)
{
	struct form *f = l->in->form[FORM_CLUSTER];
	size_t *count = NEW(l->a, l->in->n_areas, size_t);
	for (size_t i = 0; f && i < f->n_sections; i++)
		f->section[i].area = area_of(l->in, f, &f->section[i], count);
}

size_t form_section_at(const struct form *f, const struct question *q)
{
	const size_t at = (size_t)(q - f->question);
	for (size_t i = 0; i < f->n_sections; i++)
		if (at >= f->section[i].first && at < f->section[i].first + f->section[i].n)
			return i;
	return SIZE_MAX;
}
