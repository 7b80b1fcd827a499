/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors: what went wrong, where in the program, and one sentence for a person.
 *
 * A fallible function returns bool and takes `struct err *e` last.  False means e
 * is set and no output was written.  The first cause wins: err_set() on an error
 * that is already set does nothing; callers add their place with err_in().
 * Broken invariants are assert()s, and running out of memory aborts. */
#ifndef SSME_BASE_ERR_H
#define SSME_BASE_ERR_H

#include <stdbool.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

enum err_code {
	ERR_NONE,
	ERR_INPUT,    /* the caller's data or words are wrong; exit 2 */
	ERR_DENIED,   /* not allowed; exit 2 */
	ERR_ABSENT,   /* the thing named does not exist; exit 2 */
	ERR_CONFLICT, /* it exists already, or its state forbids this; exit 2 */
	ERR_LIMIT,    /* over a named limit; exit 2 */
	ERR_BUSY,     /* somebody else holds it; exit 3 */
	ERR_IO,       /* the system failed: disk, database, library; exit 3 */
	ERR_FULL,     /* no room on the disk, and nothing was changed; exit 3 */
	ERR_CODES
};

struct err {
	enum err_code code;
	const char *file; /* source file and line that first failed */
	int line;
	char msg[496]; /* UTF-8, no final newline, cut at the end if longer: Spanish, or where en is
			  empty both languages, "español (English)" */
	char en[496];      /* the same in English, or empty */
};

/* Always false, so that a failing function ends in `return err_set(e, ...)`. */
#define err_set(e, code, ...) err_set_at((e), (code), __FILE__, __LINE__, __VA_ARGS__)
bool err_set_at(struct err *e, enum err_code code, const char *file, int line, const char *fmt,
		...) PRINTF_LIKE(5, 6);

/* The same with one message for each language, of the same arguments. */
#define err_say(e, code, ...) err_say_at((e), (code), __FILE__, __LINE__, __VA_ARGS__)
bool err_say_at(struct err *e, enum err_code code, const char *file, int line, const char *es,
		const char *en, ...) PRINTF_LIKE(5, 7) PRINTF_LIKE(6, 7);
/* The message for a reader of English or of Spanish. */
const char *err_text(const struct err *e, bool english);

/* Puts "PLACE: " before the message, on the way up.  Always false. */
bool err_in(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Nobody's words or data are to blame: what holds, fails or fills the machine may end. */
static inline bool err_of_system(const struct err *e)
{
	return e->code == ERR_BUSY || e->code == ERR_IO || e->code == ERR_FULL;
}

/* Process exit status that the code stands for: 0, 2 or 3. */
int err_exit_status(enum err_code code);

#endif
