/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document tree: what a bulletin or a report says, before it is known how it will be shown.
 *
 * Made by report/, read by every writer of render/ (html, pdf, xlsx, text).  Every text is already
 * in the document's language and every number is already in its local form; writers lay out, they
 * do not compute.  Everything lives in the arena of whoever built the document. */
#ifndef SSME_REPORT_DOCUMENT_H
#define SSME_REPORT_DOCUMENT_H

#include "base/lang.h"
#include "base/text.h"

/* Tone of a mark.  Colour never speaks alone: each mark is labelled too. */
enum tone {
	TONE_LEVEL_1,  /* levels and ordered parts from light to dark: 1 the lowest */
	TONE_LEVEL_2,
	TONE_LEVEL_3,
	TONE_LEVEL_4,
	TONE_PLAIN,    /* the one hue, no order meant */
	TONE_DECLINE,
	TONE_MISSING,  /* diagonal hatch: no information, not computed */
};

/* One mark of a chart, with its row of the chart's table. */
struct mark {
	struct str label;     /* "Asamblea General" */
	struct str note;      /* second, softer line, or empty: "sesionó o existe" */
	struct str text;      /* the value as printed: "72 %", "476.504" */
	struct str detail;    /* beside it: "72 de 100 · entre 68 y 75", or empty */
	struct str figure;    /* id of its figure, or empty */
	double value;         /* what is drawn; 0..100 for shares */
	bool has_value;       /* false: nothing is drawn but the text */
	bool has_interval;
	double low, high;     /* ends of the interval, unit of value */
	enum tone tone;
	struct str code;      /* map: code of the department */
	/* CHART_POSITION, CHART_CHANGE: where it stood before, and the middle half of the peers. */
	bool has_before;
	double before;
	bool has_band;
	double band_low, band_median, band_high;
	/* CHART_LINES: not comparable with the mark before it: a gap and a mark */
	bool broken;
};

/* Marks that belong together: the parts of one bar, the bars of one chart. */
struct series {
	struct str label;     /* "¿Dónde venden?", or empty */
	struct str note;      /* at the right: "ventas de 91 clústeres", or empty */
	struct mark *mark;
	size_t n;
};

enum chart_kind {
	CHART_LEVELS, /* one dot a unit, coloured by level, with the counts beneath; one series */
	CHART_SHARES, /* a bar of 0..100 with a dot and its interval, a mark each; one series */
	CHART_BARS, /* bars from zero, largest mark = full width; one or more series */
	CHART_COMPOSITION, /* stacked bar closed to 100, a series each */
	CHART_MAP, /* marks by department code, counts on the map; one series */
	CHART_SCALE, /* 0..100 divided into levels: series 0 has a mark a level, from low to high
			with its ends in low and high; series 1 has the marks to point out, with
			intervals */
	CHART_POSITION, /* a row a mark on 0..100: dot now, hollow dot before, band of the peers;
			   text at the right, detail (the change) behind it; one series */
	CHART_CHANGE, /* a row a mark: dot before joined to dot now; one series */
	CHART_CONTRIBUTIONS, /* bars to both sides of zero, losses in TONE_DECLINE; one series */
	CHART_LINES, /* a line a series over the same few rounds (labels of its marks), 0..100 */
	CHART_MATRIX, /* a row a series, a column a mark: text on a shade by value -1..1; marks
			 without a value stay empty */
};

struct table {
	struct str *head;      /* n_columns */
	bool *is_number;       /* n_columns: right-aligned */
	struct str *cell;      /* n_rows * n_columns, row by row */
	size_t n_columns, n_rows;
};

struct chart {
	enum chart_kind kind;
	struct str title;      /* the finding, a sentence */
	struct str subtitle;   /* what, unit, who */
	struct str source;     /* "n = 100 de 120 registradas · F13–F15 · método ssme@2022.1" */
	struct str alternative; /* text alternative that says the finding and the values */
	struct series *series;
	size_t n_series;
	struct table table;    /* the same numbers as a table */
};

/* A tile: one number with what it is. */
struct tile {
	struct str text;       /* "476.504" */
	struct str label;      /* "empresas en su zona de impacto" */
	struct str detail;     /* "n = 100 · F36" */
	struct str figure;
};

enum block_kind {
	BLOCK_HEADING,   /* text; level 2 or 3 */
	BLOCK_PARAGRAPH, /* text */
	BLOCK_LEAD,      /* text: the large paragraph under a title */
	BLOCK_NOTE,      /* text: small print */
	BLOCK_TILES,     /* tile[n] */
	BLOCK_CHART,     /* chart */
	BLOCK_TABLE,     /* text is its caption; table */
	BLOCK_LIST,      /* item[n]; ordered */
	BLOCK_CARDS,     /* tile[n] as cards: label is the title, detail under it, text the gain */
};

struct block {
	enum block_kind kind;
	int level;
	struct str text;
	struct str *item;     /* BLOCK_LIST */
	bool ordered;
	struct tile *tile;
	size_t n;             /* items or tiles */
	const struct chart *chart;
	const struct table *table;
};

enum section_style {
	SECTION_PLAIN,
	SECTION_QUIET, /* on the quiet band: data quality, method */
};

/* Sections are divided by a thin line; two charts that stand side by side on a wide page are two
 * blocks of one section marked beside. */
struct section {
	struct str id;           /* ASCII, for anchors: "niveles" */
	struct str title;        /* empty: none; used for bookmarks and contents */
	enum section_style style;
	bool beside;             /* its charts may stand side by side where there is room */
	struct block *block;
	size_t n;
};

/* One figure with everything a reader may ask: a row of the workbook, an entry of the trace. */
struct figure_row {
	struct str id, label, text, unit;
	double value;
	bool has_value;
	int decimals;
	struct str list;         /* list figures: "clave (valor); ..." */
	bool has_fraction;
	double numerator, denominator;
	int64_t n, n_nr, n_nd, n_na;
	bool has_interval;
	double low, high;
	struct str status;       /* "A", "M", "L", "U", "Q" */
	struct str formula, universe, form, note;
	bool has_bounds;         /* bounds for non-response, unit of value */
	double lower, upper;
	struct str warning;      /* printed beside the figure wherever it stands, or empty */
	struct str printed;      /* what was printed then, or empty */
	struct str difference;   /* recomputed against printed, in words, or empty */
};

struct document {
	enum lang lang;
	struct str title;        /* the cover's finding */
	struct str kicker;       /* "SSME · Red Cluster Colombia" */
	struct str subtitle;     /* under the title */
	struct str round;        /* "2022" */
	struct str method;       /* "ssme@2022.1" */
	struct str method_sha256, data_sha256; /* 64 hex digits */
	struct str program;      /* "ssme 0.1.0" */
	struct str notice; /* declared on every page: synthetic data, proposed method; or empty */
	struct str date; /* ISO date that the document carries (the round's end), for metadata */
	struct section *section;
	size_t n_sections;
	struct figure_row *figure;
	size_t n_figures;
	/* What it is, for whoever reads the file back: "bulletin/es/2022", "report/es/2022/C001".
	 */
	struct str mark;
	unsigned n_refused; /* charts not drawn because their numbers contradict each other */
};

/* Stands before the mark in every file. */
#define DOCUMENT_MARK "ssme-document:"

#endif
