/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of all that is kept, and what is wrong with it. */
#include "app/print.h"
#include "app/run.h"
#include "store/audit.h"

/* In the audit the name of the file, not the folders above it. */
static struct str last_part(const char *path)
{
	const char *name = path;
	for (const char *p = path; *p; p++)
		name = *p == '/' && p[1] ? p + 1 : name;
	return str_of(name);
}

/* The copy is there and verified, so a record that cannot be written (a full disk) does not make it
 * a failure; it is said, since the status page then knows nothing of the copy. */
static void note_backup(struct call *c, struct store *s, const char *file)
{
	struct err why = { 0 };
	if (store_note(s, "backup", last_part(file), STR(""), STR(""), "done", &why))
		return;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES ? "La copia está hecha, pero no quedó en la auditoría: %s\n"
					: "The copy is made, but the audit does not say so: %s\n",
		err_text(&why, c->said_lang == LANG_EN));
}

/* Kept elsewhere, on paper say, it pins the record of deeds as the backup has it. */
static void tell_last_hash(struct call *c, struct store *s)
{
	const struct audit_filter last = { .limit = 1 };
	struct audit_entry *row;
	struct err ignored = { 0 };
	size_t n;
	if (!store_list_audit(s, c->a, &last, &row, &n, &ignored) || !n || !row[0].hash.n)
		return;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES
			? "La auditoría termina en la fila %lld, huella %.*s\n"
			: "The audit ends at row %lld, hash %.*s\n",
		(long long)row[0].n, STR_ARG(row[0].hash));
}

bool run_backup(struct call *c, struct err *e)
{
	struct store *s = NULL;
	const char *file = call_path(c, "FILE");
	if (!call_store(c, &s, e) || !store_backup(s, file, e))
		return false;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES ? "Copia comprobada en %s. Contiene la clave de los datos "
					  "personales: guárdela como tal.\n"
					: "Verified backup in %s. It holds the key of the personal "
					  "data: keep it as such.\n",
		file);
	tell_last_hash(c, s);
	note_backup(c, s, file);
	return true;
}

bool run_restore(struct call *c, struct err *e)
{
	const char *file = call_path(c, "FILE");
	if (!store_restore_at(c->folder, c->database, file, call_given(c, "--force"), e))
		return false;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES ? "%s restaurado en %s.\n" : "%s restored into %s.\n", file,
		c->folder);
	return true;
}

static const char *const doctor_head[] = { "fault", "finding", "mend" };
static const char *const doctor_head_es[] = { "estado", "hallazgo", "remedio" };
static const bool doctor_number[] = { false, false, false };

bool run_doctor(struct call *c, struct err *e)
{
	struct store_finding *found;
	size_t n;
	if (!store_examine_at(c->a, c->folder, c->database, c->lang, &found, &n, e))
		return false;
	struct print_table t;
	print_table_init(&t, c->a, print_head(c, doctor_head, doctor_head_es), doctor_number, 3);
	for (size_t i = 0; i < n; i++) {
		struct str *cell = print_table_row(&t);
		cell[0] = found[i].fault ? call_say(c, "FALLA", "FAULT")
					 : call_say(c, "bien", "fine");
		cell[1] = found[i].what;
		cell[2] = found[i].mend;
		c->status |= found[i].fault;
	}
	print_table(c, &t);
	return true;
}
