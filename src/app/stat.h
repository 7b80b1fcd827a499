/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of src/stat by name, for `ssme stat`: a row says what a function is called, which
 * keys it takes with their ranges, and which quantities it prints; its `run` reads typed values and
 * puts results.  Adding a function is adding a row to stat_table. */
#ifndef SSME_APP_STAT_H
#define SSME_APP_STAT_H

#include "app/command.h"
#include "frame/frame.h"

enum stat_kind {
	STAT_END,    /* behind the last key of a row */
	STAT_NUMBER, /* a decimal number within low..high */
	STAT_WHOLE,  /* the same, without a fraction */
	STAT_CHOICE, /* one of choices, "a|b" */
	STAT_TEXT,   /* anything */
	/* One value a row: a list 1,2,4 (commas or spaces) or the name of a column of the file. */
	STAT_VALUES, /* numbers */
	STAT_GROUPS, /* names: which group the row belongs to */
	/* Numbers in rows and columns: 1,2;3,4 or the names of columns of the file. */
	STAT_TABLE,
};

struct stat_key {
	const char *name;
	enum stat_kind kind;
	/* What holds when it is not given: a value; for columns the names that are tried in turn,
	 * "#2" for the second numeric column, "*" for all numeric ones (STAT_TABLE).  NULL: the key
	 * stays without a value.  required: then that is an error. */
	const char *otherwise;
	bool required;
	double low, high; /* STAT_NUMBER, STAT_WHOLE; both 0: any */
	const char *choices;
	struct label help;
};

struct stat;
enum { STAT_KEYS_MAX = 12 };
struct stat_function {
	const char *name;
	const char *also;       /* other names, with spaces between, or NULL */
	struct label help;
	const char *quantities; /* what it prints, for people: names with spaces between */
	const char *example;    /* keys of an example that works without a file, or NULL */
	struct stat_key key[STAT_KEYS_MAX];
	bool (*run)(struct stat *s, struct err *e);
};
extern const struct stat_function stat_table[];
extern const size_t n_stat_functions;

/* A value as it was read for one key. */
struct stat_value {
	bool there;              /* given, or otherwise */
	struct str text;
	double number;           /* STAT_NUMBER, STAT_WHOLE */
	const struct column **column; /* of the file, or NULL: the list in text counts */
	size_t n_columns;
};
struct stat_result {
	struct str quantity;
	double value; /* not finite: undefined, printed as null */
};
struct stat {
	struct arena *a;
	const struct runner *runner;
	const struct stat_function *function;
	const struct frame *frame; /* of the file, or NULL */
	struct stat_value value[STAT_KEYS_MAX];
	struct stat_result *result;
	size_t n_results, cap_results;
};

/* Binds words ("key=value") and the file to the keys of s->function, which is set, as are a, runner
 * and frame.  "key=" for a column: none, whatever would hold otherwise.  ERR_INPUT names the key
 * and the cure. */
bool stat_bind(struct stat *s, const struct str *word, size_t n, struct err *e) MUST_CHECK;

/* ---- for the functions: values ---- */

/* The function has such a key; asking the others for one that is not there is a bug. */
bool stat_has_key(const struct stat *s, const char *key);
bool stat_there(const struct stat *s, const char *key);
double stat_number(const struct stat *s, const char *key);
size_t stat_whole(const struct stat *s, const char *key);
struct str stat_text(const struct stat *s, const char *key);
bool stat_is(const struct stat *s, const char *key, const char *text);

/* The rows that have a value in every one of the keys asked for; keys without a value are passed
 * over (there: false). */
struct stat_series {
	const char *key; /* set by the caller: of kind STAT_VALUES or STAT_GROUPS */
	bool there;
	double *x;         /* STAT_VALUES */
	uint32_t *group;   /* STAT_GROUPS: 0..n_groups-1, in the order of their names */
	struct str *name;  /* of the groups */
	size_t n_groups;
};
/* ERR_INPUT: lists of different lengths, a list that holds no number, a key that has no value but
 * is required, no row left. */
bool stat_rows(struct stat *s, struct stat_series *series, size_t n, size_t *ret_rows,
	       struct err *e) MUST_CHECK;
/* One series, by itself. */
bool stat_list(struct stat *s, const char *key, double **ret_x, size_t *ret_n,
	       struct err *e) MUST_CHECK;

/* The name of the column that a key took its values from; the key's where it was a list. */
struct str stat_column_name(const struct stat *s, const char *key);

/* A table, row after row; rows of a file with a missing cell are left out. */
struct stat_matrix {
	size_t n_rows, n_columns;
	double *cell;         /* [row * n_columns + column] */
	struct str *column;   /* their names in the file; "1", "2" of a list */
};
bool stat_matrix(struct stat *s, const char *key, struct stat_matrix *out,
		 struct err *e) MUST_CHECK;
/* The same column after column: [column * n_rows + row]. */
double *stat_columns(struct arena *a, const struct stat_matrix *m);
/* A table of counts: as stat_matrix(), square when asked for (of a file, the last n columns where
 * it has n rows); ERR_INPUT: a cell below 0, no square. */
bool stat_counts(struct stat *s, const char *key, bool square, struct stat_matrix *out,
		 struct err *e) MUST_CHECK;

/* ---- for the functions: results ---- */

void stat_put(struct stat *s, const char *quantity, double value);
/* The quantity's name by a format of printf. */
void stat_put_as(struct stat *s, double value, const char *format, ...) PRINTF_LIKE(3, 4);
void stat_put_undefined(struct stat *s, const char *quantity);
/* Always false: there is no result for such values (they do not vary, there are too few). */
bool stat_no_result(const struct stat *s, struct err *e);

/* ---- the functions, by the file they stand in ---- */

/* stat_describe.c */
bool stat_run_moments(struct stat *s, struct err *e);
bool stat_run_sum(struct stat *s, struct err *e);
bool stat_run_quantile(struct stat *s, struct err *e);
bool stat_run_median_interval(struct stat *s, struct err *e);
bool stat_run_rank(struct stat *s, struct err *e);
/* stat_interval.c */
bool stat_run_proportion(struct stat *s, struct err *e);
bool stat_run_wilson_population(struct stat *s, struct err *e);
bool stat_run_proportion_population(struct stat *s, struct err *e);
bool stat_run_shares(struct stat *s, struct err *e);
/* stat_compare.c */
bool stat_run_mcnemar(struct stat *s, struct err *e);
bool stat_run_sign(struct stat *s, struct err *e);
bool stat_run_wilcoxon(struct stat *s, struct err *e);
bool stat_run_flips(struct stat *s, struct err *e);
bool stat_run_homogeneity(struct stat *s, struct err *e);
bool stat_run_kappa(struct stat *s, struct err *e);
/* stat_associate.c */
bool stat_run_correlation(struct stat *s, struct err *e);
bool stat_run_correlation_matrix(struct stat *s, struct err *e);
bool stat_run_adjust(struct stat *s, struct err *e);
bool stat_run_kruskal(struct stat *s, struct err *e);
bool stat_run_mann_whitney(struct stat *s, struct err *e);
bool stat_run_contingency(struct stat *s, struct err *e);
bool stat_run_polychoric(struct stat *s, struct err *e);
bool stat_run_binormal(struct stat *s, struct err *e);
bool stat_run_anova(struct stat *s, struct err *e);
bool stat_run_regression(struct stat *s, struct err *e);
/* stat_survey.c */
bool stat_run_kish(struct stat *s, struct err *e);
bool stat_run_weighted(struct stat *s, struct err *e);
bool stat_run_survey(struct stat *s, struct err *e);
bool stat_run_survey_quantile(struct stat *s, struct err *e);
bool stat_run_growth(struct stat *s, struct err *e);
bool stat_run_mean_of_ratios(struct stat *s, struct err *e);
bool stat_run_paired_change(struct stat *s, struct err *e);
bool stat_run_raking(struct stat *s, struct err *e);
/* stat_sample.c */
bool stat_run_bootstrap(struct stat *s, struct err *e);
bool stat_run_bootstrap_exact(struct stat *s, struct err *e);
bool stat_run_bootstrap_groups(struct stat *s, struct err *e);
bool stat_run_concentration(struct stat *s, struct err *e);
bool stat_run_location(struct stat *s, struct err *e);
bool stat_run_alpha(struct stat *s, struct err *e);
bool stat_run_trend(struct stat *s, struct err *e);
bool stat_run_friedman(struct stat *s, struct err *e);
/* stat_composite.c */
bool stat_run_shape(struct stat *s, struct err *e);
bool stat_run_treat(struct stat *s, struct err *e);
bool stat_run_distance(struct stat *s, struct err *e);
bool stat_run_denominate(struct stat *s, struct err *e);
bool stat_run_impute(struct stat *s, struct err *e);
bool stat_run_scale(struct stat *s, struct err *e);
bool stat_run_mean(struct stat *s, struct err *e);
bool stat_run_effective_weights(struct stat *s, struct err *e);
bool stat_run_aggregate(struct stat *s, struct err *e);
bool stat_run_screen(struct stat *s, struct err *e);
bool stat_run_outrank(struct stat *s, struct err *e);
/* stat_chance.c */
bool stat_run_philox(struct stat *s, struct err *e);
bool stat_run_random(struct stat *s, struct err *e);
bool stat_run_sobol(struct stat *s, struct err *e);
bool stat_run_ishigami(struct stat *s, struct err *e);
bool stat_run_distribution(struct stat *s, struct err *e);
bool stat_run_binomial(struct stat *s, struct err *e);
bool stat_run_check_digit(struct stat *s, struct err *e);

#endif
