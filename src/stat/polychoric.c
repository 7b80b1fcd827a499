/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/polychoric.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

static double normal_cdf(double x)
{
	return 0.5 * erfc(-x / sqrt(2.0));
}

static double normal_density(double x)
{
	return exp(-x * x / 2) / sqrt(2 * PI);
}

/* --- two normal variables -------------------------------------------------------------------- */

/* Owen's T(h, a) = integral over 0..a of exp(-h^2 (1 + x^2) / 2) / (1 + x^2) dx / (2 pi), for
 * 0 <= a <= 1, by the rule of Gauss and Legendre with 20 points: the poles of what is integrated
 * are at -i and i, so that its error is below the rounding of a double. */
static double owen_inside(double h, double a)
{
	static const double node[10][2] = {
		{ 0.99312859918509492, 0.0176140071391521183 },
		{ 0.96397192727791379, 0.0406014298003869413 },
		{ 0.91223442825132590, 0.0626720483341090635 },
		{ 0.83911697182221882, 0.0832767415767047487 },
		{ 0.74633190646015079, 0.1019301198172404350 },
		{ 0.63605368072651502, 0.1181945319615184173 },
		{ 0.51086700195082709, 0.1316886384491766268 },
		{ 0.37370608871541956, 0.1420961093183820513 },
		{ 0.22778585114164507, 0.1491729864726037467 },
		{ 0.07652652113349733, 0.1527533871307258506 },
	};
	double sum = 0;
	for (size_t i = 0; i < 10; i++) {
		double left = a / 2 * (1 - node[i][0]), right = a / 2 * (1 + node[i][0]);
		double l = 1 + left * left, r = 1 + right * right;
		sum += node[i][1] * (exp(-h * h * l / 2) / l + exp(-h * h * r / 2) / r);
	}
	return sum * a / 2 / (2 * PI);
}

/* For any h and a, also infinite a. */
static double owen_t(double h, double a)
{
	double size = fabs(h), slope = fabs(a), t;
	if (slope <= 1)
		t = owen_inside(size, slope);
	else if (isinf(slope))
		t = normal_cdf(-size) / 2;
	else if (size <= 0)
		t = atan(slope) / (2 * PI);
	else { /* T(h, a) from T(ah, 1 / a) */
		double at_h = normal_cdf(-size), at_ah = normal_cdf(-slope * size);
		t = (at_h + at_ah) / 2 - at_h * at_ah - owen_inside(slope * size, 1 / slope);
	}
	return a < 0 ? -t : t;
}

/* T(x, (y / x - rho) / sqrt(1 - rho^2)); at x = 0 the slope is infinite with the sign of y. */
static double owen_part(double x, double y, double rho, double root)
{
	if (fabs(x) <= 0)
		return owen_t(0, copysign(HUGE_VAL, y));
	return owen_t(x, (y / x - rho) / root);
}

static double clamp_probability(double p)
{
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

double polychoric_binormal(double x, double y, double rho)
{
	if (isinf(x) || isinf(y)) {
		double low = x < y ? x : y, high = x < y ? y : x;
		return isinf(low) && low < 0 ? 0 : isinf(high) ? normal_cdf(low) : 0;
	}
	double at_x = normal_cdf(x), at_y = normal_cdf(y);
	if (rho >= 1)
		return at_x < at_y ? at_x : at_y;
	if (rho <= -1)
		return clamp_probability(at_x + at_y - 1);
	double root = sqrt((1 - rho) * (1 + rho));
	if (fabs(x) <= 0 && fabs(y) <= 0)
		return 0.25 + asin(rho) / (2 * PI);
	/* 1/2 is taken off where x and y lie on two sides of 0 (0 goes with the positive ones) */
	bool apart = (x < 0) != (y < 0);
	double p = (at_x + at_y) / 2 - owen_part(x, y, rho, root) - owen_part(y, x, rho, root);
	return clamp_probability(p - (apart ? 0.5 : 0));
}

static double binormal_density(double x, double y, double rho)
{
	double left = (1 - rho) * (1 + rho);
	return exp(-(x * x - 2 * rho * x * y + y * y) / (2 * left)) / (2 * PI * sqrt(left));
}

/* --- the table ------------------------------------------------------------------------------- */

/* A table without empty rows and columns.  The thresholds lie between the categories: those of the
 * rows are theta[0..rows-2], those of the columns follow, rho is the last. */
struct fit {
	size_t rows, columns, n_theta, first; /* parameters from `first` on are free */
	double n, *count, *theta;
	double *corner; /* of the normal surface: (rows + 1) * (columns + 1) */
	double *slope;  /* one cell's share of the slope by parameter */
	double *score, *information; /* n_theta, n_theta^2 */
};

static bool drop_empty(struct arena *a, const double *count, size_t rows, size_t columns,
		       struct fit *f, double *row, double *column)
{
	for (size_t i = 0; i < rows * columns; i++) {
		if (!(count[i] >= 0) || !isfinite(count[i]))
			return false;
		row[i / columns] += count[i];
		column[i % columns] += count[i];
	}
	f->count = NEW(a, rows * columns, double);
	size_t at = 0;
	for (size_t i = 0; i < rows * columns; i++)
		if (row[i / columns] > 0 && column[i % columns] > 0)
			f->count[at++] = count[i];
	for (size_t i = 0; i < rows; i++)
		f->rows += row[i] > 0;
	for (size_t j = 0; j < columns; j++)
		f->columns += column[j] > 0;
	return f->rows >= 2 && f->columns >= 2;
}

/* An empty cell of a 2 x 2 table would send rho to its end. */
static bool mend_small(struct fit *f)
{
	bool mended = false;
	for (size_t i = 0; f->rows == 2 && f->columns == 2 && i < 4; i++) {
		if (f->count[i] > 0)
			continue;
		f->count[i] = 0.5;
		mended = true;
	}
	return mended;
}

static void start_at_margins(struct fit *f)
{
	double below = 0;
	for (size_t i = 0; i < f->rows * f->columns; i++)
		f->n += f->count[i];
	for (size_t i = 0; i + 1 < f->rows; i++) {
		for (size_t j = 0; j < f->columns; j++)
			below += f->count[i * f->columns + j];
		f->theta[i] = gsl_cdf_ugaussian_Pinv(below / f->n);
	}
	below = 0;
	for (size_t j = 0; j + 1 < f->columns; j++) {
		for (size_t i = 0; i < f->rows; i++)
			below += f->count[i * f->columns + j];
		f->theta[f->rows - 1 + j] = gsl_cdf_ugaussian_Pinv(below / f->n);
	}
}

static double row_threshold(const struct fit *f, const double *theta, size_t i)
{
	return !i ? -HUGE_VAL : i == f->rows ? HUGE_VAL : theta[i - 1];
}

static double column_threshold(const struct fit *f, const double *theta, size_t j)
{
	return !j ? -HUGE_VAL : j == f->columns ? HUGE_VAL : theta[f->rows - 1 + j - 1];
}

static double cell_probability(const struct fit *f, size_t i, size_t j)
{
	const double *above = f->corner + i * (f->columns + 1) + j;
	const double *below = above + f->columns + 1;
	double p = (below[1] - above[1]) - (below[0] - above[0]);
	return p > 1e-16 ? p : 1e-16;
}

/* Log-likelihood at theta; leaves the corners behind.  -Inf: thresholds out of order. */
static double log_likelihood(struct fit *f, const double *theta)
{
	for (size_t i = 1; i < f->rows; i++)
		if (!(row_threshold(f, theta, i) < row_threshold(f, theta, i + 1)))
			return -HUGE_VAL;
	for (size_t j = 1; j < f->columns; j++)
		if (!(column_threshold(f, theta, j) < column_threshold(f, theta, j + 1)))
			return -HUGE_VAL;
	for (size_t i = 0; i <= f->rows; i++)
		for (size_t j = 0; j <= f->columns; j++)
			f->corner[i * (f->columns + 1) + j] = polychoric_binormal(
				row_threshold(f, theta, i), column_threshold(f, theta, j),
				theta[f->n_theta - 1]);
	double sum = 0;
	for (size_t cell = 0; cell < f->rows * f->columns; cell++) {
		double p = cell_probability(f, cell / f->columns, cell % f->columns);
		sum += f->count[cell] > 0 ? f->count[cell] * log(p) : 0;
	}
	return sum;
}

/* Adds the slope of one corner of a cell, taken `sign` times, by each parameter. */
static void add_corner(struct fit *f, size_t i, size_t j, double sign)
{
	double x = row_threshold(f, f->theta, i), y = column_threshold(f, f->theta, j);
	double rho = f->theta[f->n_theta - 1], root = sqrt((1 - rho) * (1 + rho));
	bool x_inside = !isinf(x), y_inside = !isinf(y);
	if (x_inside && f->first < f->n_theta - 1)
		f->slope[i - 1] += sign * normal_density(x) * normal_cdf((y - rho * x) / root);
	if (y_inside && f->first < f->n_theta - 1)
		f->slope[f->rows - 1 + j - 1] +=
			sign * normal_density(y) * normal_cdf((x - rho * y) / root);
	if (x_inside && y_inside)
		f->slope[f->n_theta - 1] += sign * binormal_density(x, y, rho);
}

static void slopes_of_cell(struct fit *f, size_t i, size_t j)
{
	memset(f->slope, 0, f->n_theta * sizeof(*f->slope));
	add_corner(f, i, j, 1);
	add_corner(f, i, j + 1, -1);
	add_corner(f, i + 1, j, -1);
	add_corner(f, i + 1, j + 1, 1);
}

/* Score and expected information of the free parameters, over all cells. */
static void score_and_information(struct fit *f)
{
	size_t m = f->n_theta;
	memset(f->score, 0, m * sizeof(*f->score));
	memset(f->information, 0, m * m * sizeof(*f->information));
	for (size_t cell = 0; cell < f->rows * f->columns; cell++) {
		double p = cell_probability(f, cell / f->columns, cell % f->columns);
		slopes_of_cell(f, cell / f->columns, cell % f->columns);
		for (size_t s = f->first; s < m; s++) {
			f->score[s] += f->count[cell] / p * f->slope[s];
			for (size_t t = f->first; t < m; t++)
				f->information[s * m + t] += f->n / p * f->slope[s] * f->slope[t];
		}
	}
}

/* Solves information * step = score for the free parameters by Cholesky's factors in place; the
 * last entry of the inverse is the variance of rho.  False: the information is singular. */
static bool scoring_step(struct fit *f, double *step, double *ret_variance)
{
	size_t m = f->n_theta;
	double *v = f->information;
	for (size_t i = f->first; i < m; i++) {
		for (size_t j = f->first; j <= i; j++) {
			double s = v[i * m + j];
			for (size_t l = f->first; l < j; l++)
				s -= v[i * m + l] * v[j * m + l];
			if (i == j && !(s > 0))
				return false;
			v[i * m + j] = i == j ? sqrt(s) : s / v[j * m + j];
		}
		step[i] = f->score[i];
		for (size_t l = f->first; l < i; l++)
			step[i] -= v[i * m + l] * step[l];
		step[i] /= v[i * m + i];
	}
	for (size_t i = m; i-- > f->first;) {
		for (size_t l = i + 1; l < m; l++)
			step[i] -= v[l * m + i] * step[l];
		step[i] /= v[i * m + i];
	}
	double last = v[m * m - 1];
	*ret_variance = 1 / (last * last);
	return true;
}

#define RHO_END 0.9999
enum { SCORING_MAX = 200, HALVINGS_MAX = 40 };

/* A step that would pass the end goes half the way there: beyond the maximum, at the very end, the
 * likelihood may still be better than where the step began, and nothing leads back. */
static double inside(double from, double to)
{
	return fabs(to) < RHO_END ? to : (from + copysign(RHO_END, to)) / 2;
}

/* Goes along the step, shorter and shorter until the likelihood is no worse.  Returns how far the
 * parameters moved. */
static double advance(struct fit *f, const double *step, double *trial, double *likelihood)
{
	double share = 1;
	for (int halving = 0; halving < HALVINGS_MAX; halving++, share /= 2) {
		double moved = 0;
		for (size_t i = 0; i < f->n_theta; i++)
			trial[i] = f->theta[i] + (i >= f->first ? share * step[i] : 0);
		trial[f->n_theta - 1] = inside(f->theta[f->n_theta - 1], trial[f->n_theta - 1]);
		double now = log_likelihood(f, trial);
		if (!(now >= *likelihood))
			continue;
		for (size_t i = f->first; i < f->n_theta; i++)
			moved = fmax(moved, fabs(trial[i] - f->theta[i]));
		memcpy(f->theta, trial, f->n_theta * sizeof(*trial));
		*likelihood = now;
		return moved;
	}
	return 0;
}

static void maximise(struct arena *a, struct fit *f, struct polychoric *p)
{
	double *step = NEW(a, f->n_theta, double), *trial = NEW(a, f->n_theta, double);
	double variance = 0;
	p->log_likelihood = log_likelihood(f, f->theta);
	for (int i = 0; i < SCORING_MAX && !p->converged; i++) {
		score_and_information(f);
		if (!scoring_step(f, step, &variance))
			break;
		p->converged = advance(f, step, trial, &p->log_likelihood) < 1e-11;
		(void)log_likelihood(f, f->theta); /* the corners of where we are */
	}
	p->rho = f->theta[f->n_theta - 1];
	p->at_edge = fabs(p->rho) > 0.999;
	p->se = variance > 0 ? sqrt(variance) : 0;
}

static bool estimate(struct arena *a, const double *count, size_t rows, size_t columns,
		     bool together, struct polychoric *out)
{
	struct arena_mark m = arena_mark(a);
	struct fit f = { 0 };
	double *row = NEW(a, rows, double), *column = NEW(a, columns, double);
	bool ok = drop_empty(a, count, rows, columns, &f, row, column);
	if (ok) {
		struct polychoric p = { .corrected = mend_small(&f) };
		f.n_theta = f.rows - 1 + f.columns - 1 + 1;
		f.first = together ? 0 : f.n_theta - 1;
		f.theta = NEW(a, f.n_theta, double);
		f.corner = NEW(a, (f.rows + 1) * (f.columns + 1), double);
		f.slope = NEW(a, f.n_theta, double);
		f.score = NEW(a, f.n_theta, double);
		f.information = NEW(a, f.n_theta * f.n_theta, double);
		start_at_margins(&f);
		maximise(a, &f, &p);
		*out = p;
	}
	arena_rewind(a, m);
	return ok;
}

bool polychoric_two_step(struct arena *a, const double *count, size_t rows, size_t columns,
			 struct polychoric *out)
{
	return estimate(a, count, rows, columns, false, out);
}

bool polychoric_ml(struct arena *a, const double *count, size_t rows, size_t columns,
		   struct polychoric *out)
{
	return estimate(a, count, rows, columns, true, out);
}
