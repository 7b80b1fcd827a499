/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/disclosure_lp.h"

#include <math.h>
#include <setjmp.h>

#include <glpk.h>

/* The sums are scaled so that the largest is of this size: the solver's tolerances are absolute. */
static const double largest_sum = 1e4;
static const double touching = 1e-9; /* a shadow price above this makes a sum binding */
static const double nearly_whole = 1e-6;

struct lp {
	glp_prob *p;
	struct lp_input in;
	double scale;
	double *truth; /* of each sum, scaled */
	bool *known;
};

/* ---- the library's errors become ours ---- */

static void jump_out(void *info)
{
	longjmp(*(jmp_buf *)info, 1);
}

bool lp_session(void (*work)(void *user), void *user, struct err *e)
{
	jmp_buf back;
	if (setjmp(back)) {
		glp_free_env();
		return err_say(e, ERR_IO, "el programa lineal no se pudo resolver (GLPK)",
			       "the linear program could not be solved (GLPK)");
	}
	glp_term_out(GLP_OFF);
	glp_error_hook(jump_out, &back);
	work(user);
	glp_error_hook(NULL, NULL);
	glp_free_env();
	return true;
}

/* ---- the problem ---- */

static void set_bounds(glp_prob *p, int column, double low, double high)
{
	bool below = isfinite(low), above = isfinite(high);
	int type = below && above ? (low < high ? GLP_DB : GLP_FX)
		   : below        ? GLP_LO
		   : above        ? GLP_UP
				  : GLP_FR;
	glp_set_col_bnds(p, column, type, below ? low : 0, above ? high : 0);
}

static void add_unknowns(struct lp *lp)
{
	glp_add_cols(lp->p, (int)lp->in.n_unknowns);
	for (size_t i = 0; i < lp->in.n_unknowns; i++) {
		double low = lp->in.low[i] * lp->scale, high = lp->in.high[i] * lp->scale;
		set_bounds(lp->p, (int)i + 1, low, high);
		if (lp->in.whole)
			glp_set_col_kind(lp->p, (int)i + 1, GLP_IV);
	}
}

static void add_sums(struct arena *a, struct lp *lp)
{
	int *index = NEW(a, lp->in.n_unknowns + 1, int);
	double *one = NEW(a, lp->in.n_unknowns + 1, double);
	if (lp->in.n_sums)
		glp_add_rows(lp->p, (int)lp->in.n_sums);
	for (size_t i = 0; i < lp->in.n_sums; i++) {
		const struct lp_sum *s = &lp->in.sum[i];
		for (size_t k = 0; k < s->n; k++) {
			index[k + 1] = (int)s->part[k] + 1;
			one[k + 1] = 1;
			lp->truth[i] += lp->in.value[s->part[k]] * lp->scale;
		}
		glp_set_mat_row(lp->p, (int)i + 1, (int)s->n, index, one);
		lp_show(lp, i, lp->in.known[i]);
	}
}

/* Counts stay as they are, so that whole numbers are whole for the solver too. */
static double scale_of(const struct lp_input *in)
{
	double largest = 0;
	for (size_t i = 0; i < in->n_sums; i++) {
		double sum = 0;
		for (size_t k = 0; k < in->sum[i].n; k++)
			sum += fabs(in->value[in->sum[i].part[k]]);
		largest = fmax(largest, sum);
	}
	return in->whole || !(largest > 0) ? 1 : largest_sum / largest;
}

struct lp *lp_make(struct arena *a, const struct lp_input *in)
{
	struct lp *lp = NEW(a, 1, struct lp);
	*lp = (struct lp){ .p = glp_create_prob(),
			   .in = *in,
			   .scale = scale_of(in),
			   .truth = NEW(a, in->n_sums, double),
			   .known = NEW(a, in->n_sums, bool) };
	if (in->n_unknowns)
		add_unknowns(lp);
	add_sums(a, lp);
	glp_adv_basis(lp->p, 0);
	return lp;
}

void lp_show(struct lp *lp, size_t sum, bool known)
{
	lp->known[sum] = known;
	if (known)
		glp_set_row_bnds(lp->p, (int)sum + 1, GLP_FX, lp->truth[sum], lp->truth[sum]);
	else
		glp_set_row_bnds(lp->p, (int)sum + 1, GLP_FR, 0, 0);
}

/* ---- solving ---- */

static void set_objective(struct lp *lp, size_t sum, double coefficient)
{
	const struct lp_sum *s = &lp->in.sum[sum];
	for (size_t k = 0; k < s->n; k++)
		glp_set_obj_coef(lp->p, (int)s->part[k] + 1, coefficient);
}

/* False when no optimum was found; *ret_free: because there is no bound. */
static bool optimise(struct lp *lp, bool *ret_free)
{
	glp_smcp how;
	glp_init_smcp(&how);
	how.msg_lev = GLP_MSG_OFF;
	how.meth = GLP_PRIMAL;
	*ret_free = false;
	for (int attempt = 0; attempt < 2; attempt++) {
		int failed = glp_simplex(lp->p, &how);
		int status = glp_get_status(lp->p);
		if (!failed && (status == GLP_OPT || status == GLP_UNBND)) {
			*ret_free = status == GLP_UNBND;
			return status == GLP_OPT;
		}
		glp_std_basis(lp->p);
	}
	return false;
}

static bool is_whole(const struct lp *lp)
{
	for (size_t i = 0; i < lp->in.n_unknowns; i++) {
		double v = glp_get_col_prim(lp->p, (int)i + 1);
		if (fabs(v - nearbyint(v)) > nearly_whole)
			return false;
	}
	return true;
}

/* A limit that is no time, so that the result is the same on every machine. */
static void count_calls(glp_tree *tree, void *info)
{
	enum { CALLS_MAX = 4000 };
	size_t *n = info;
	if (++*n > CALLS_MAX)
		glp_ios_terminate(tree);
}

/* A reader knows that counts are whole: where the corner found is not, the best that is. */
static double best_whole(struct lp *lp, double relaxed)
{
	size_t n_calls = 0;
	glp_iocp how;
	glp_init_iocp(&how);
	how.msg_lev = GLP_MSG_OFF;
	how.cb_func = count_calls;
	how.cb_info = &n_calls;
	if (glp_intopt(lp->p, &how) == 0 && glp_mip_status(lp->p) == GLP_OPT)
		return glp_mip_obj_val(lp->p);
	return relaxed;
}

static void note_binding(const struct lp *lp, bool *binding)
{
	for (size_t i = 0; binding && i < lp->in.n_sums; i++) {
		if (lp->known[i] && fabs(glp_get_row_dual(lp->p, (int)i + 1)) > touching)
			binding[i] = true;
	}
}

static double bound(struct lp *lp, size_t sum, int direction, bool *binding)
{
	bool is_free;
	glp_set_obj_dir(lp->p, direction);
	if (optimise(lp, &is_free)) {
		double best = glp_get_obj_val(lp->p);
		note_binding(lp, binding);
		if (lp->in.whole && !is_whole(lp))
			best = best_whole(lp, best);
		return best / lp->scale;
	}
	if (is_free)
		return direction == GLP_MIN ? -HUGE_VAL : HUGE_VAL;
	/* The solver lost its way among nearly equal numbers: say that nothing is hidden, so that
	 * more will be. */
	return lp->truth[sum] / lp->scale;
}

void lp_interval(struct lp *lp, size_t sum, double *ret_low, double *ret_high, bool *below,
		 bool *above)
{
	set_objective(lp, sum, 1);
	double low = bound(lp, sum, GLP_MIN, below), high = bound(lp, sum, GLP_MAX, above);
	set_objective(lp, sum, 0);
	if (lp->in.whole) { /* what the solver leaves behind the point */
		low = ceil(low - nearly_whole);
		high = floor(high + nearly_whole);
	}
	*ret_low = low;
	*ret_high = high;
}
