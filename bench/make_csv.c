/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the table of the benchmark: ROWS rows of 30 columns, the same bytes for the same ROWS.
 *
 *   department text, 33 codes of two digits   level text, 3   sector text, 5
 *   q1..q12    1..5, one in ten empty         e1..e4 whole numbers
 *   x1..x10    decimals with two or four places, one in ten empty     w weight
 *
 * Usage: make_csv ROWS > FILE */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

/* Splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static char *put(char *p, uint64_t v)
{
	char digit[20];
	int n = 0;

	do {
		digit[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	while (n)
		*p++ = digit[--n];
	return p;
}

static char *put_decimal(char *p, uint64_t v, int places)
{
	uint64_t unit = places == 2 ? 100 : 10000;

	p = put(p, v / unit);
	*p++ = '.';
	for (uint64_t left = v % unit; unit > 1; left %= unit) {
		unit /= 10;
		*p++ = (char)('0' + left / unit);
	}
	return p;
}

static char *put_word(char *p, const char *word)
{
	while (*word)
		*p++ = *word++;
	return p;
}

static char *put_row(char *p, uint64_t *state)
{
	static const char *const department[33] = { "05", "08", "11", "13", "15", "17", "18",
						    "19", "20", "23", "25", "27", "41", "44",
						    "47", "50", "52", "54", "63", "66", "68",
						    "70", "73", "76", "81", "85", "86", "88",
						    "91", "94", "95", "97", "99" };
	static const char *const level[3] = { "naciente", "en_consolidacion", "consolidado" };
	static const char *const sector[5] = { "agro", "manufactura", "servicios", "tic",
					       "turismo" };
	uint64_t r = next(state);

	p = put_word(p, department[r % 33]);
	*p++ = ',';
	p = put_word(p, level[r / 33 % 3]);
	*p++ = ',';
	p = put_word(p, sector[r / 99 % 5]);
	for (int i = 0; i < 12; i++) {
		if (i % 6 == 0)
			r = next(state);
		*p++ = ',';
		if (r % 10)
			*p++ = (char)('1' + r / 10 % 5);
		r /= 50;
	}
	for (int i = 0; i < 4; i++) {
		*p++ = ',';
		p = put(p, next(state) % (i < 2 ? 2000 : 50000000));
	}
	for (int i = 0; i < 10; i++) {
		r = next(state);
		*p++ = ',';
		if (r % 10)
			p = put_decimal(p, r / 10 % (i < 5 ? 1000000 : 100000000), i < 5 ? 4 : 2);
	}
	*p++ = ',';
	p = put_decimal(p, next(state) % 30000 + 1, 4);
	*p++ = '\n';
	return p;
}

enum { ROOM = 1 << 20, ROW_MAX = 1024 };

int main(int argc, char **argv)
{
	static char room[ROOM];
	uint64_t state = 20220701;
	int64_t rows;
	char *p = room;

	if (argc != 2 || !num_int(str_of(argv[1]), &rows) || rows < 0) {
		fputs("usage: make_csv ROWS > FILE\n", stderr);
		return 2;
	}
	p = put_word(p,
		     "department,level,sector,q1,q2,q3,q4,q5,q6,q7,q8,q9,q10,q11,q12,"
		     "e1,e2,e3,e4,x1,x2,x3,x4,x5,x6,x7,x8,x9,x10,w\n");
	for (int64_t i = 0; i < rows; i++) {
		p = put_row(p, &state);
		if (p - room > ROOM - ROW_MAX) {
			if (fwrite(room, 1, (size_t)(p - room), stdout) != (size_t)(p - room))
				return 3;
			p = room;
		}
	}
	if (fwrite(room, 1, (size_t)(p - room), stdout) != (size_t)(p - room) || fflush(stdout))
		return 3;
	return 0;
}
