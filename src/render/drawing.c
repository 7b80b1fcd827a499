/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/drawing.h"

#include "base/num.h"

const struct paint_value paint_value[PAINT_N] = {
	[PAINT_NONE] = { "", 0 },
	[PAINT_INK] = { "i", 0x16211F },
	[PAINT_SOFT] = { "s", 0x53605D },
	[PAINT_LINE] = { "n", 0xDDE2E0 },
	[PAINT_PAPER] = { "p", 0xFBFAF7 },
	[PAINT_QUIET] = { "u", 0xF1F0EA },
	[PAINT_TRACK] = { "k", 0xE4E8E5 },
	[PAINT_LEVEL_1] = { "l1", 0xCFE5E0 },
	[PAINT_LEVEL_2] = { "l2", 0x5FA89D },
	[PAINT_LEVEL_3] = { "l3", 0x0C4F49 },
	[PAINT_LEVEL_4] = { "l4", 0x052E2A },
	[PAINT_EDGE] = { "e", 0x5FA89D },
	[PAINT_PLAIN] = { "q", 0x3A857B },
	[PAINT_DECLINE] = { "d", 0xB4552D },
	[PAINT_HATCH] = { "h", 0xB9C2C0 },
	[PAINT_STEP_0] = { "m0", 0xE9ECE8 },
	[PAINT_STEP_1] = { "m1", 0xCFE5E0 },
	[PAINT_STEP_2] = { "m2", 0xA6D0C8 },
	[PAINT_STEP_3] = { "m3", 0x6FB2A7 },
	[PAINT_STEP_4] = { "m4", 0x327A70 },
	[PAINT_STEP_5] = { "m5", 0x0C4F49 },
};

enum paint paint_on(enum paint fill)
{
	const bool dark = fill == PAINT_LEVEL_3 || fill == PAINT_LEVEL_4 || fill == PAINT_DECLINE ||
		fill == PAINT_STEP_4 || fill == PAINT_STEP_5 || fill == PAINT_INK;
	return dark ? PAINT_PAPER : PAINT_INK;
}

void drawing_init(struct drawing *d, struct arena *a, double width)
{
	*d = (struct drawing){ .a = a, .width = width };
}

struct shape *draw(struct drawing *d, struct shape s)
{
	if (d->n == d->cap) {
		const size_t cap = d->cap ? 2 * d->cap : 64;
		d->shape = arena_grow(d->a, d->shape, d->n, cap, sizeof *d->shape);
		d->cap = cap;
	}
	d->shape[d->n] = s;
	return &d->shape[d->n++];
}

void draw_rect(struct drawing *d, double x, double y, double w, double h, double r, enum paint fill)
{
	draw(d,
	     (struct shape){
		     .kind = SHAPE_RECT, .x = x, .y = y, .w = w, .h = h, .r = r, .fill = fill });
}

void draw_text(struct drawing *d, double x, double y, struct str text, double size, bool strong,
	       enum anchor anchor, enum paint fill)
{
	if (text.n)
		draw(d,
		     (struct shape){ .kind = SHAPE_TEXT,
				     .x = x,
				     .y = y,
				     .text = text,
				     .size = size,
				     .strong = strong,
				     .anchor = anchor,
				     .fill = fill });
}

static bool path_space(char c)
{
	return c == ' ' || c == ',' || c == '\n' || c == '\t';
}

/* One number at the start of *rest: "-3.3" ends where the sign of the next one begins. */
static bool path_number(struct str *rest, double *out)
{
	size_t i = 0;
	while (i < rest->n && path_space(rest->p[i]))
		i++;
	const size_t from = i;
	if (i < rest->n && (rest->p[i] == '-' || rest->p[i] == '+'))
		i++;
	bool point = false;
	for (; i < rest->n; i++) {
		const char c = rest->p[i];
		if (c == '.' && !point)
			point = true;
		else if (c < '0' || c > '9')
			break;
	}
	if (!num_real(str_sub(*rest, from, i - from), out))
		return false;
	*rest = str_sub(*rest, i, rest->n);
	return true;
}

bool path_next(struct str *rest, struct path_step *at)
{
	while (rest->n && path_space(rest->p[0]))
		*rest = str_sub(*rest, 1, rest->n);
	if (!rest->n)
		return false;
	const char c = rest->p[0];
	*rest = str_sub(*rest, 1, rest->n);
	double x, y;
	switch (c) {
	case 'Z':
	case 'z': at->kind = 'Z'; return true;
	case 'M':
	case 'L':
	case 'm':
	case 'l':
		if (!path_number(rest, &x) || !path_number(rest, &y))
			return false;
		at->x = c == 'm' || c == 'l' ? at->x + x : x;
		at->y = c == 'm' || c == 'l' ? at->y + y : y;
		at->kind = c == 'M' || c == 'm' ? 'M' : 'L';
		return true;
	default: return false;
	}
}
