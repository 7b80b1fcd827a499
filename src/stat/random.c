/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/random.h"

#include <assert.h>
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "stat/kernel.h"

enum { ROUNDS = 10 };
/* As in the paper; the steps are the golden ratio and the root of 3, less 1. */
static const uint32_t MULTIPLIER_A = 0xD2511F53u, MULTIPLIER_C = 0xCD9E8D57u;
static const uint32_t KEY_STEP_0 = 0x9E3779B9u, KEY_STEP_1 = 0xBB67AE85u;

void random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
	uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3];
	uint32_t k0 = key[0], k1 = key[1];
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t left = (uint64_t)MULTIPLIER_A * a, right = (uint64_t)MULTIPLIER_C * c;
		a = (uint32_t)(right >> 32) ^ b ^ k0;
		b = (uint32_t)right;
		c = (uint32_t)(left >> 32) ^ d ^ k1;
		d = (uint32_t)left;
		k0 += KEY_STEP_0;
		k1 += KEY_STEP_1;
	}
	out[0] = a;
	out[1] = b;
	out[2] = c;
	out[3] = d;
}

/* The first word of the counter runs within the stream, the other three name it. */
struct random random_of(uint64_t seed, uint32_t purpose, uint32_t replicate, uint32_t unit)
{
	return (struct random){ .key = { (uint32_t)seed, (uint32_t)(seed >> 32) },
				.counter = { 0, unit, replicate, purpose } };
}

uint32_t random_word(struct random *r)
{
	if (!r->left) {
		random_philox(r->counter, r->key, r->word);
		r->counter[0]++;
		r->left = 4;
	}
	return r->word[4 - r->left--];
}

double random_uniform(struct random *r)
{
	uint64_t high = random_word(r), low = random_word(r);
	double u = ((double)((high << 32 | low) >> 11) + 0.5) * 0x1p-53;
	return u < 1 ? u : 1 - 0x1p-53; /* the very last of the numbers would round up to 1 */
}

/* The high half of word * n is the number; words whose low half falls into the remainder of 2^32
 * by n would favour some numbers and are thrown away (D. Lemire, ACM Trans. Model. Comput. Simul.
 * 29 (2019) 3). */
uint32_t random_below(struct random *r, uint32_t n)
{
	assert(n);
	uint32_t unfair = (0u - n) % n;
	for (;;) {
		uint64_t product = (uint64_t)random_word(r) * n;
		if ((uint32_t)product >= unfair)
			return (uint32_t)(product >> 32);
	}
}

double random_normal(struct random *r)
{
	return gsl_cdf_ugaussian_Pinv(random_uniform(r));
}

/* shape >= 1 */
static double gamma_at_least_one(struct random *r, double shape)
{
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
	for (;;) {
		double x = random_normal(r), root = 1 + c * x;
		if (root <= 0)
			continue;
		double v = root * root * root, u = random_uniform(r);
		if (log(u) < x * x / 2 + d * (1 - v + log(v)))
			return d * v;
	}
}

/* Logarithm of a gamma variable: one of small shape is often below the least double, its
 * logarithm never is.  Gamma(shape) = Gamma(shape + 1) U^(1/shape). */
static double log_gamma(struct random *r, double shape)
{
	if (shape >= 1)
		return log(gamma_at_least_one(r, shape));
	double more = log(gamma_at_least_one(r, shape + 1));
	return fmax(more + log(random_uniform(r)) / shape, -DBL_MAX);
}

double random_gamma(struct random *r, double shape)
{
	assert(shape > 0);
	return shape >= 1 ? gamma_at_least_one(r, shape) : exp(log_gamma(r, shape));
}

/* Gamma variables divided by their sum, on the scale of the greatest of them. */
void random_dirichlet(struct random *r, const double *alpha, size_t n, double *out)
{
	double most = -HUGE_VAL, sum = 0;
	for (size_t i = 0; i < n; i++) {
		assert(alpha[i] >= 0);
		out[i] = alpha[i] > 0 ? log_gamma(r, alpha[i]) : -HUGE_VAL;
		most = out[i] > most ? out[i] : most;
	}
	for (size_t i = 0; i < n; i++) {
		out[i] = alpha[i] > 0 ? exp(out[i] - most) : 0;
		sum += out[i];
	}
	for (size_t i = 0; i < n && sum > 0; i++)
		out[i] /= sum;
}

/* P(at most k) of a Poisson variable with mean 1, times 2^32, rounded: e^-1 (1 + 1 + 1/2 + ...).
 * More than 12 has a chance of 6e-11, less than one word in 2^32. */
static const uint32_t AT_MOST[] = {
	1580030169u, 3160060337u, 3950075422u, 4213413783u, 4279248374u, 4292415292u, 4294609778u,
	4294923276u, 4294962463u, 4294966817u, 4294967253u, 4294967292u,
};

enum { POISSON_STEPS = sizeof(AT_MOST) / sizeof(AT_MOST[0]) };

/* Without a branch: which of the few counts it is cannot be foretold. */
static inline unsigned poisson_of(uint32_t word)
{
	unsigned k = 0;
	for (int i = 0; i < POISSON_STEPS; i++)
		k += word >= AT_MOST[i];
	return k;
}

unsigned random_poisson_one(struct random *r)
{
	return poisson_of(random_word(r));
}

enum { LANES = 32, LANE_WORDS = 4 * LANES };

/* The words of the next LANES counters, as random_philox() gives them one by one. */
static KERNEL void lane_words(const struct random *r, uint32_t out[LANE_WORDS])
{
	uint32_t a[LANES], b[LANES], c[LANES], d[LANES], k0 = r->key[0], k1 = r->key[1];
	for (uint32_t i = 0; i < LANES; i++) {
		a[i] = r->counter[0] + i;
		b[i] = r->counter[1];
		c[i] = r->counter[2];
		d[i] = r->counter[3];
	}
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < LANES; i++) {
			uint64_t left = (uint64_t)MULTIPLIER_A * a[i];
			uint64_t right = (uint64_t)MULTIPLIER_C * c[i];
			a[i] = (uint32_t)(right >> 32) ^ b[i] ^ k0;
			b[i] = (uint32_t)right;
			c[i] = (uint32_t)(left >> 32) ^ d[i] ^ k1;
			d[i] = (uint32_t)left;
		}
		k0 += KEY_STEP_0;
		k1 += KEY_STEP_1;
	}
	for (int i = 0; i < LANES; i++) {
		out[4 * i] = a[i];
		out[4 * i + 1] = b[i];
		out[4 * i + 2] = c[i];
		out[4 * i + 3] = d[i];
	}
}

static KERNEL void lane_poisson(const uint32_t word[LANE_WORDS], uint8_t *out)
{
	uint32_t count[LANE_WORDS] = { 0 };
	for (int step = 0; step < POISSON_STEPS; step++)
		for (int i = 0; i < LANE_WORDS; i++)
			count[i] += word[i] >= AT_MOST[step];
	for (int i = 0; i < LANE_WORDS; i++)
		out[i] = (uint8_t)count[i];
}

void random_poisson_ones(struct random *r, uint8_t *out, size_t n)
{
	size_t i = 0;
	for (; i < n && r->left; i++)
		out[i] = (uint8_t)random_poisson_one(r);
	for (; n - i >= LANE_WORDS; i += LANE_WORDS) {
		uint32_t word[LANE_WORDS];
		lane_words(r, word);
		lane_poisson(word, out + i);
		r->counter[0] += LANES;
	}
	for (; i < n; i++)
		out[i] = (uint8_t)random_poisson_one(r);
}
