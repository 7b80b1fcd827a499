/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures: the instrument's indicators computed over the tables of a round, overall or in the cells
 * of a breakdown, each with its n, missing, fraction, interval, status and printed text. */
#ifndef SSME_INDICATOR_INDICATOR_H
#define SSME_INDICATOR_INDICATOR_H

#include "base/runner.h"
#include "fact/fact.h"

/* SDMX observation status as far as it is used here. */
enum status {
	STATUS_NORMAL = 'A',
	STATUS_LOW_RELIABILITY = 'U', /* fewer than 20 rows used */
	STATUS_NOT_COLLECTED = 'L',   /* eligible rows, none answered */
	STATUS_CANNOT_EXIST = 'M',    /* no eligible row */
	STATUS_SUPPRESSED = 'Q',
};

/* SDMX confidentiality status of a figure, by disclosure control (disclosure.h). */
enum confidentiality {
	CONF_FREE = 'F',
	CONF_COUNT = 'A',      /* primary: too few contributors */
	CONF_DOMINANCE = 'O',  /* primary: p % or dominance */
	CONF_SECONDARY = 'D',  /* others could be worked out of it */
};

enum interval_kind { INTERVAL_NONE, INTERVAL_WILSON, INTERVAL_WILSON_FPC };

struct figure {
	const struct indicator *indicator;
	struct result result;
	enum status status;
	enum interval_kind interval;
	double low, high;        /* percent, 95 % */
	int64_t population;      /* N of the interval, 0: none */
	/* Bounds for non-response of a share: what it would be if all who did not answer (NR, ND)
	 * lacked the property, and if all had it; percent. */
	bool has_bounds;
	double lower, upper;
	/* Largest-remainder adjustment of a composition: decimals to print instead of the rounded
	 * value, in units of the last decimal. */
	bool adjusted;
	int64_t adjusted_units;
	/* implausible by the method's own rule: indicator->caution_text goes with it */
	bool caution;
	size_t n_imputed; /* rows of its universe with an imputed value among what it reads */
	/* Why it is suppressed (status Q); 0 where it is not, or not by disclosure control. */
	enum confidentiality conf;
};

/* One value of a dimension in a cell. */
struct cell_key {
	enum missing missing;    /* MISSING_NO: code and label stand */
	struct str code;
	struct label label;
};

struct figures {
	size_t n_dimensions;
	struct str *dimension;      /* names as asked */
	size_t n_cells;
	struct cell_key *key;       /* n_cells * n_dimensions */
	size_t n_figures;
	struct figure *figure;      /* figure[i * n_cells + cell] */
};

struct figure_request {
	const struct str *dimension;   /* --by */
	size_t n_dimensions;
	struct str where;              /* --where, empty: none */
	const struct str *id;          /* figures asked for; n_ids 0: all */
	size_t n_ids;
};

/* ERR_INPUT: unknown figure, dimension or name in where, with a suggestion.  With a breakdown or a
 * condition, indicators whose table lacks the names are left out, or refused when asked for by id.
 */
bool figures_compute(struct arena *a, const struct instrument *in, const struct fact_tables *tables,
		     const struct figure_request *request, enum lang lang,
		     const struct runner *runner, struct figures *out, struct err *e) MUST_CHECK;

/* Sets status and, for a share, the bounds for non-response from the result and, when
 * with_interval, the interval at 95 %: with population (0: not known) when it is at least the
 * denominator. */
void figure_judge(struct figure *f, bool with_interval, int64_t population);

/* The figure as printed: "72 %", "476.504", "96,1 %"; lists joined by commas; "sin dato" when
 * missing. */
struct str figure_text(struct arena *a, const struct figure *f, enum lang lang);
/* The figure of that id in the first cell, or NULL. */
const struct figure *figures_find(const struct figures *fs, struct str id);
/* Whether a condition over figures (figure('F16') > 50) holds in the first cell; missing does not.
 */
bool figures_hold(struct arena *a, const struct figures *fs, const struct expr *condition);
/* Adjusts the printed parts of a composition (percent figures that add up to 100) by largest
 * remainder, in each cell. */
void figures_close_compositions(const struct instrument *in, struct figures *fs);

#endif
