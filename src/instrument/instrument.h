/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The instrument: what is asked and what is counted.  One object, loaded from the sheets that its
 * owners edit (a folder of CSV or one workbook; formats in docs/instrument.md), with every
 * consistency check made in one pass.  Immutable once loaded; lives in the arena it was loaded
 * into.
 *
 * Pure: the caller hands in the bytes of the files. */
#ifndef SSME_INSTRUMENT_INSTRUMENT_H
#define SSME_INSTRUMENT_INSTRUMENT_H

#include "base/hash.h"
#include "base/problem.h"
#include "frame/aggregate.h"
#include "frame/expr.h"

/* ---- forms ------------------------------------------------------------------------------- */

enum question_type {
	QUESTION_TEXT,
	QUESTION_INTEGER,
	QUESTION_DECIMAL,
	QUESTION_RANGE,
	QUESTION_SELECT_ONE,
	QUESTION_SELECT_MULTIPLE,
	QUESTION_RANK,
	QUESTION_DATE,
	QUESTION_NOTE,
	QUESTION_CALCULATE,
	QUESTION_ACKNOWLEDGE,
	QUESTION_GEOPOINT,
	QUESTION_IMAGE,
	QUESTION_FILE,
	QUESTION_HIDDEN,
	QUESTION_START,
	QUESTION_END,
	QUESTION_TODAY,
};

/* A list of the choices sheet.  Extra columns serve choice_filter. */
struct choice_list {
	struct str name;
	struct dictionary options; /* names and labels in the order of the sheet */
	const struct frame *columns; /* one row an option: name and every extra column, as TEXT */
};

struct option_rows;
struct question {
	struct str name;
	enum question_type type;
	struct label label, hint;
	struct label group_label; /* of the innermost group, or empty */
	size_t group; /* index into form.group of the innermost group; NO_GROUP: in none */
	struct str appearance; /* as in the sheet */
	const struct choice_list *list; /* SELECT_ONE, SELECT_MULTIPLE, RANK */
	int repeat; /* index into form.repeat, -1: at the top */
	bool required; /* "yes" or "true()" */
	const struct expr *required_if; /* an expression in `required`, or NULL */
	/* Conditions; NULL where the cell is empty.  relevant already includes those of the groups
	 * around it (inside its repeat, if it is in one).  own_constraint is `ssme::constraint`:
	 * what other tools cannot evaluate; it and warning may read round_year (INTEGER),
	 * round_from and round_to (DATE).  choice_filter: see choice_filter_pairs().  initial is
	 * the `default`, a plain text in it being a literal of the question's type. */
	const struct expr *relevant, *constraint, *own_constraint, *calculation, *warning,
		*choice_filter, *initial;
	const struct option_rows *option_rows; /* of choice_filter_pairs() alone */
	struct label constraint_message, warning_message, required_message;
	struct str unit; /* ssme::unit */
	struct str catalogue; /* ssme::catalogue */
	unsigned rank_max; /* ssme::max, 0: none */
	bool personal; /* ssme::personal, or calculated from one that is */
	double range_start, range_end, range_step; /* QUESTION_RANGE */
	enum column_type column; /* of its column in a frame */
	uint64_t row; /* in the survey sheet, for messages */
};

struct repeat {
	struct str name;
	struct label label;
	const struct expr *relevant; /* over the parent's row, groups around it included, or NULL */
	int parent; /* always -1, the form: a repeat in a repeat is refused */
};

#define NO_GROUP SIZE_MAX
struct group {
	struct str name; /* may be what a row of the scores sheet names: "A01" */
	struct label label, hint;
	size_t parent; /* index into form.group; NO_GROUP: at the top */
	bool together; /* appearance field-list or table-list: its questions are one block */
	/* `ssme::total`: what the numbers of its questions add up to, over the answers; or NULL */
	const struct expr *total;
	uint64_t row;
};

/* A page of the form: a group at the top that is no block, with all that is in it; what stands
 * between such groups is a section without a name.  Sections cover the questions without a gap. */
#define NO_AREA SIZE_MAX
struct form_section {
	struct str name; /* of its group; or empty */
	struct label label, hint;
	size_t first, n; /* questions of the form */
	size_t area;     /* of the method, by the scores of its questions; NO_AREA: none */
};

struct form {
	struct str name; /* "cluster", "company"; "form" for a plain XLSForm */
	struct label title;
	struct str id, version;
	struct question *question; /* in the order of the sheet; notes are kept, groups are not */
	size_t n_questions;
	struct repeat *repeat;
	size_t n_repeats;
	struct group *group;
	size_t n_groups;
	struct form_section *section;
	size_t n_sections;
	struct choice_list *list;
	size_t n_lists;
	size_t *calculation_order; /* questions with a calculation, each after what it reads */
	size_t n_calculations;
};
const struct question *form_question(const struct form *f, struct str name); /* NULL: none */
/* As XLSForm calls it: "select_one". */
const char *question_type_name(enum question_type t);
/* Index of the section that a question of the form stands in. */
size_t form_section_at(const struct form *f, const struct question *q);
const struct group *form_group(const struct form *f, struct str name); /* NULL: none */

/* Whether q's choice_filter lets option[i] of its list stand in row[i] of answers: out[i] is 1 when
 * it holds for a row of the choices sheet with that name (missing does not hold).  All 1 when q has
 * no filter.  Inside the filter's expression a column X of the choices sheet is named "option.X".
 */
uint8_t *choice_filter_pairs(struct arena *a, const struct question *q, const struct frame *answers,
			     const uint32_t *row, const uint16_t *option, size_t n);

/* ---- method ------------------------------------------------------------------------------ */

struct area {
	struct str code;
	struct label label;
	struct decimal_weight {
		int64_t mantissa;
		int scale;
	} weight; /* exact, >= 0 */
};

double area_weight(const struct area *area); /* as a double */

struct score_item {
	struct str question;
	size_t area;
	int64_t max_micro; /* 10^-6 points */
	const struct expr *points; /* over the cluster's row */
	struct str source;
	uint64_t row;
};

struct step_answer {
	struct str name;  /* of a question */
	struct str value; /* as a cell of a CSV holds it: "a", "2", "voto actas" */
};

struct step {
	size_t item; /* index into score_item */
	struct str question; /* question whose answer changes */
	const struct expr *answer; /* the answer cell as a condition: G07='a' */
	struct str answer_text;
	int64_t points_micro;
	int effort; /* 1..3 */
	struct label text;
	/* What `answer` says name by name, where it is equations (=, >=, <=) and selected() joined
	 * by `and`: their values.  n_set 0: it is of another form. */
	const struct step_answer *set;
	size_t n_set;
};

struct level {
	struct str code;
	struct label label;
	int64_t cut_micro; /* 10^-6 points on 0..100 */
};

struct gate {
	size_t level; /* index into the profile's levels: needed for it and above */
	const struct expr *condition;
	struct label label;
};

struct profile { /* one classification; profile[0] is the official one */
	struct str name; /* "" when the sheet has no profile column */
	struct level *level; /* rising */
	size_t n_levels;
	struct gate *gate;
	size_t n_gates;
};

enum indicator_unit {
	UNIT_PERCENT,
	UNIT_COUNT,
	UNIT_RATIO,
	UNIT_COP,
	UNIT_POINTS,
	UNIT_YEAR,
	UNIT_TEXT, UNIT_LIST,
		      UNIT_N };
/* As in the sheet: "percent", "count", ... */
extern const char *const indicator_unit_name[UNIT_N];
enum table_kind {
	TABLE_CLUSTER,
	TABLE_COMPANY,
	TABLE_REGISTER,
	TABLE_SCORE,
	TABLE_ROUND,
	TABLE_AREA,
	TABLE_LEVEL,
	TABLE_METHOD,
	TABLE_N
};
extern const char *const table_kind_name[TABLE_N]; /* "cluster", "company", ... */
enum disclosure { DISCLOSURE_PUBLIC, DISCLOSURE_COUNT, DISCLOSURE_MONEY };

struct indicator {
	struct str id;
	struct label label;
	enum indicator_unit unit;
	int decimals;
	enum table_kind table; /* the `form` column */
	struct str formula, universe_text, breakdowns;
	struct label note;
	const struct expr *value; /* aggregate */
	const struct expr *universe; /* or NULL */
	enum disclosure disclosure;
	bool drawn_missing; /* `drawn` is "missing": a part without information, hatched */
	/* Holds when the figure is implausible: a condition over figures, or NULL.  Such a figure
	 * is shown with caution_text beside it wherever it stands. */
	const struct expr *caution;
	struct label caution_text;
	uint64_t row;
};

struct figure_line { /* a row of the figures sheet: the bulletin in order */
	struct str section, kind;
	struct label text, else_text, note;
	size_t *indicator; /* the figures it shows, indexes */
	size_t n_indicators;
	const struct expr *when; /* aggregate-level condition (figure('F16') > 50), or NULL */
	uint64_t row;
};

struct bridge {
	struct str item, round, old, relation, note;
	struct label note_label; /* the note in each language */
};

struct published { /* what was printed, never used in a computation */
	struct str round, figure, text, source, note;
	bool has_value;
	double value;
};

/* What the companies of a cluster say together beside what its manager says.  The companies that
 * answered are a part of the cluster, so their total may not pass the manager's number. */
struct rollup {
	struct str question;         /* a number of the cluster form */
	const struct expr *value;    /* aggregate over the company rows of the cluster */
	int tolerance;               /* percent by which the total may pass the number, 0..1000 */
	struct label label;          /* of what is compared: "Empleos formales" */
	uint64_t row;
};

struct dimension {
	struct str name;
	const struct expr *value; /* over the cluster's row */
};

struct setting {
	struct str key, value;
};

struct instrument {
	struct str id, version, status, valid_from, replaces, reason, family;
	struct label title;
	struct setting *setting;
	size_t n_settings;
	struct form *form[2]; /* FORM_CLUSTER, FORM_COMPANY; NULL where there is none */
	bool has_method; /* false: a plain XLSForm, form[0] only */
	struct area *area;
	size_t n_areas;
	struct score_item *item;
	size_t n_items;
	struct step *step;
	size_t n_steps;
	struct profile *profile;
	size_t n_profiles;
	struct indicator *indicator;
	size_t n_indicators;
	struct figure_line *line;
	size_t n_lines;
	struct bridge *bridge;
	size_t n_bridges;
	struct published *published;
	size_t n_published;
	struct rollup *rollup;
	size_t n_rollups;
	struct dimension *dimension;
	size_t n_dimensions;
	int area_missing_max; /* percent, -1: no limit */
	int areas_missing_max; /* -1: no limit */
	int disclosure_minimum; /* -1: no rule */
	struct sha256 sha256; /* of the canonical form */
};
enum { FORM_CLUSTER, FORM_COMPANY };

struct str instrument_setting(const struct instrument *in, const char *key); /* empty: not set */
const struct indicator *instrument_indicator(const struct instrument *in, struct str id);
/* Index of an indicator, area, ...; -1: none. */
int64_t instrument_indicator_index(const struct instrument *in, struct str id);

/* Columns every register row has, also seen by cluster and company formulas where the form has no
 * question of that name: cluster name department sector manager_kind chamber since until active.
 * Types: since and until DATE, the others TEXT (active: 'yes' or 'no'). */
extern const char *const register_columns[];
extern const size_t n_register_columns;

/* Names, types and units of the columns of a table that formulas run over; frames must have them.
 *   cluster   questions of the cluster form (of its repeats too), register columns, score REAL,
 *             level CHOICE (codes of profile[0] in rising order), area_CODE REAL
 *   company   questions of the company form, register columns, company TEXT
 *   register  register columns, answered TEXT ('yes' or 'no')
 *   score     as cluster
 *   round     round TEXT, year INTEGER, ordinal INTEGER, from DATE, to DATE, current TEXT
 *   area      code TEXT, weight REAL
 *   level     code TEXT, cut REAL, profile TEXT
 *   method    id, version, family, replaces TEXT, valid_from DATE
 * and in every table round_year INTEGER, round_from DATE, round_to DATE.  The scope knows every
 * figure; aggregates are allowed or not as asked. */
struct expr_scope instrument_scope(struct arena *a, const struct instrument *in,
				   enum table_kind table, bool allow_aggregates);

/* ---- loading ----------------------------------------------------------------------------- */

/* A file of an instrument: path relative to its folder with forward slashes
 * ("cluster/survey.csv", "method/areas.csv"), or a workbook's own name. */
struct instrument_file {
	struct str path;
	struct str bytes;
};

/* Reads a folder's files (n of them), one workbook (n == 1, .xlsx) or one canonical form (n == 1,
 * as instrument_canonical() writes it).  Also a plain XLSForm: a workbook with a sheet `survey`, or
 * a folder with survey.csv.  Every problem goes into ps; *out is written when this call added no
 * error to ps, else it is NULL.  False with e set only when nothing can be read at all (ERR_INPUT:
 * no sheet of an instrument among the files, or a damaged workbook).  The bytes of the files must
 * outlive the instrument. */
bool instrument_load(struct arena *a, const struct instrument_file *file, size_t n,
		     struct problems *ps, const struct instrument **out, struct err *e) MUST_CHECK;

/* The canonical form: every sheet as CSV with its known columns under one name and in one order,
 * empty rows and unknown columns left out.  The same for a folder and a workbook, for any order of
 * columns, delimiter, line ends and BOM.  The SHA-256 is taken of it; loading it gives the same
 * instrument. */
void instrument_canonical(struct buf *b, const struct instrument_file *file, size_t n);

/* A sheet to be written as CSV or XLSX: row 0 is the header. */
struct instrument_sheet {
	struct str name; /* "survey"; "cluster.survey", "method.areas" */
	size_t n_rows, n_columns;
	const struct str *cell; /* n_rows * n_columns */
};
/* The form `which` (FORM_CLUSTER or FORM_COMPANY) as a plain XLSForm: survey, choices, settings.
 * Columns keep their order; own columns (ssme::...) stay, other tools pass over them.  ERR_ABSENT:
 * there is no such form. */
bool instrument_export_form(struct arena *a, const struct instrument_file *file, size_t n,
			    int which, struct instrument_sheet **ret_sheets, size_t *ret_n,
			    struct err *e) MUST_CHECK;
/* Every sheet of the instrument, named as in a workbook.  The path of its CSV in a folder is the
 * name with the first dot as a slash and ".csv" behind it. */
bool instrument_export_all(struct arena *a, const struct instrument_file *file, size_t n,
			   struct instrument_sheet **ret_sheets, size_t *ret_n,
			   struct err *e) MUST_CHECK;

#endif
