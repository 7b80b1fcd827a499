/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/exact.h"

#include <assert.h>

enum { MICRO = 1000000 };

void exact_init(struct exact *x, struct arena *a, size_t n_areas)
{
	x->area = NEW(a, n_areas, mpq_t);
	x->n_areas = n_areas;
	for (size_t i = 0; i < n_areas; i++)
		mpq_init(x->area[i]);
	mpq_init(x->score);
}

void exact_clear(struct exact *x)
{
	for (size_t i = 0; i < x->n_areas; i++)
		mpq_clear(x->area[i]);
	mpq_clear(x->score);
}

static void set_int64(mpz_t z, int64_t v)
{
	static_assert(sizeof(long) == sizeof(int64_t), "GMP's long holds an int64");
	mpz_set_si(z, (long)v);
}

void exact_ratio(mpq_t q, int64_t num, int64_t den)
{
	set_int64(mpq_numref(q), num);
	set_int64(mpq_denref(q), den);
	mpq_canonicalize(q);
}

void exact_weight(mpq_t q, const struct area *area)
{
	int64_t den = 1;
	for (int i = 0; i < area->weight.scale; i++)
		den *= 10;
	exact_ratio(q, area->weight.mantissa, den);
}

void exact_scaled(mpz_t floor, mpz_t rest, const mpq_t q)
{
	mpz_mul_ui(floor, mpq_numref(q), MICRO);
	mpz_fdiv_qr(floor, rest, floor, mpq_denref(q));
}

int64_t exact_micro(const mpq_t q)
{
	mpz_t num, den;
	mpz_init(num);
	mpz_init(den);
	mpz_mul_ui(num, mpq_numref(q), 2 * MICRO);
	mpz_abs(num, num);
	mpz_add(num, num, mpq_denref(q));
	mpz_mul_ui(den, mpq_denref(q), 2);
	mpz_fdiv_q(num, num, den);
	int64_t micro = mpz_get_si(num);
	mpz_clear(num);
	mpz_clear(den);
	return mpq_sgn(q) < 0 ? -micro : micro;
}

double exact_double(const mpq_t q, int64_t micro)
{
	mpq_t rounded;
	mpq_init(rounded);
	exact_ratio(rounded, micro, MICRO);
	bool same = mpq_equal(rounded, q) != 0;
	mpq_clear(rounded);
	return same ? (double)micro / MICRO : mpq_get_d(q);
}

bool exact_total(const struct instrument *in, const struct cluster_score *c, mpq_t total)
{
	mpq_t weight;
	mpq_init(weight);
	mpq_set_ui(total, 0, 1);
	for (size_t i = 0; i < in->n_areas; i++) {
		if (!c->area[i].computed)
			continue;
		exact_weight(weight, &in->area[i]);
		mpq_add(total, total, weight);
	}
	mpq_clear(weight);
	return mpq_sgn(total) > 0;
}
