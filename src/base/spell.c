/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/spell.h"

static void put_word(struct buf *b, const char *word)
{
	if (b->n && b->p[b->n - 1] != ' ' && b->p[b->n - 1] != '-')
		buf_putc(b, ' ');
	buf_puts(b, word);
}

/* ---- Spanish: groups of six digits ---- */

/* 1..999, before a masculine noun: «un», «veintiún». */
static void put_es_hundreds(struct buf *b, unsigned n)
{
	static const char *const small[] = {
		"",	      "un",	    "dos",	   "tres",	 "cuatro",     "cinco",
		"seis",	      "siete",	    "ocho",	   "nueve",	 "diez",       "once",
		"doce",	      "trece",	    "catorce",	   "quince",	 "dieciséis",  "diecisiete",
		"dieciocho",  "diecinueve", "veinte",	   "veintiún",	 "veintidós",  "veintitrés",
		"veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho",
		"veintinueve",
	};
	static const char *const ten[] = {
		"",	     "",	"",	   "treinta", "cuarenta",
		"cincuenta", "sesenta", "setenta", "ochenta", "noventa",
	};
	static const char *const hundred[] = {
		"",	      "ciento",	     "doscientos",  "trescientos", "cuatrocientos",
		"quinientos", "seiscientos", "setecientos", "ochocientos", "novecientos",
	};
	if (n == 100) {
		put_word(b, "cien");
		return;
	}
	if (n >= 100)
		put_word(b, hundred[n / 100]);
	n %= 100;
	if (n && n < 30) {
		put_word(b, small[n]);
	} else if (n) {
		put_word(b, ten[n / 10]);
		if (n % 10) {
			put_word(b, "y");
			put_word(b, small[n % 10]);
		}
	}
}

static void put_es_group(struct buf *b, unsigned n)
{
	if (n >= 2000)
		put_es_hundreds(b, n / 1000);
	if (n >= 1000)
		put_word(b, "mil");
	put_es_hundreds(b, n % 1000);
}

static void put_es(struct buf *b, uint64_t n)
{
	static const char *const one[] = { "", "millón", "billón", "trillón" };
	static const char *const many[] = { "", "millones", "billones", "trillones" };
	static const uint64_t scale[] = { 1, 1000000, 1000000000000, 1000000000000000000 };
	for (size_t i = 4; i-- > 0;) {
		const unsigned group = (unsigned)(n / scale[i] % 1000000);
		put_es_group(b, group);
		if (group && i)
			put_word(b, group == 1 ? one[i] : many[i]);
	}
	if (!n)
		put_word(b, "cero");
	if (n && n % 1000000 == 0)
		put_word(b, "de");
	put_word(b, n == 1 ? "peso" : "pesos");
}

/* ---- English: groups of three ---- */

static void put_en_hundreds(struct buf *b, unsigned n)
{
	static const char *const small[] = {
		"",	   "one",     "two",	  "three",    "four",	  "five",    "six",
		"seven",   "eight",   "nine",	  "ten",      "eleven",	  "twelve",  "thirteen",
		"fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
	};
	static const char *const ten[] = { "",	    "",	     "twenty",	"thirty", "forty",
					   "fifty", "sixty", "seventy", "eighty", "ninety" };
	if (n >= 100) {
		put_word(b, small[n / 100]);
		put_word(b, "hundred");
	}
	n %= 100;
	if (n >= 20) {
		put_word(b, ten[n / 10]);
		if (n % 10)
			buf_putc(b, '-');
		n %= 10;
	}
	if (n)
		put_word(b, small[n]);
}

static void put_en(struct buf *b, uint64_t n)
{
	static const char *const name[] = { "",	       "thousand",    "million",    "billion",
					    "trillion", "quadrillion", "quintillion" };
	uint64_t scale = 1000000000000000000;
	for (size_t i = 7; i-- > 0; scale /= 1000) {
		const unsigned group = (unsigned)(n / scale % 1000);
		put_en_hundreds(b, group);
		if (group && i)
			put_word(b, name[i]);
	}
	if (!n)
		put_word(b, "zero");
	put_word(b, n == 1 ? "peso" : "pesos");
}

void spell_pesos(struct buf *b, enum lang lang, int64_t pesos)
{
	const uint64_t n = pesos < 0 ? (uint64_t)0 - (uint64_t)pesos : (uint64_t)pesos;
	if (pesos < 0)
		put_word(b, lang == LANG_ES ? "menos" : "minus");
	if (lang == LANG_ES)
		put_es(b, n);
	else
		put_en(b, n);
}
