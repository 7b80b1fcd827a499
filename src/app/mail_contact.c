/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom to write to, as commands and as a file. */
#include "app/desk_run.h"
#include "app/input.h"
#include "app/print.h"

static const char *const head[] = { "id", "cluster", "kind", "name", "email", "lang",
				    "bounced_at" };
static const char *const head_es[] = { "contacto", "clúster", "clase",	  "nombre",
				       "correo",   "idioma",  "devuelto_en" };
static const bool is_number[] = { true, false, false, false, false, false, false };
enum { COLUMNS = sizeof(is_number) / sizeof(*is_number) };

static void fill_contacts(struct call *c, struct print_table *t,
			  const struct stored_contact *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct str text[COLUMNS] = { print_int(c->a, list[i].id), list[i].cluster,
						   list[i].kind, list[i].name, list[i].email,
						   list[i].lang, list[i].bounced_at };
		struct str *cell = print_table_row(t);
		for (size_t k = 0; k < COLUMNS; k++)
			cell[k] = text[k];
	}
}

void contacts_print(struct call *c, const struct stored_contact *list, size_t n)
{
	struct print_table t;
	print_table_init(&t, c->a, print_head(c, head, head_es), is_number, COLUMNS);
	fill_contacts(c, &t, list, n);
	print_table(c, &t);
}

void contacts_csv(struct call *c, const struct stored_contact *list, size_t n)
{
	struct print_table t;
	print_table_init(&t, c->a, head, is_number, COLUMNS);
	fill_contacts(c, &t, list, n);
	print_table_csv(&c->out, &t);
}

bool run_contact_list(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_contact *list;
	size_t n;
	if (!call_store(c, &s, e) ||
	    !store_list_contacts(s, c->a, call_text(c, "--cluster"), &list, &n, e))
		return false;
	contacts_print(c, list, n);
	return true;
}

bool run_contact_put(struct call *c, struct err *e)
{
	struct store *s = NULL;
	const struct stored_contact in = {
		.cluster = call_text(c, "--cluster"),
		.kind = call_given(c, "--kind") ? call_text(c, "--kind") : STR("manager"),
		.lang = call_given(c, "--language") ? call_text(c, "--language") : STR("es"),
		.name = str_trim(call_text(c, "--name")),
		.email = str_trim(call_text(c, "--email")),
	};
	int64_t id;
	return call_store(c, &s, e) && store_put_contact(s, &in, &id, e);
}

bool run_contact_remove(struct call *c, struct err *e)
{
	struct store *s = NULL;
	return call_store(c, &s, e) && store_remove_contact(s, call_integer(c, "CONTACT", 0), e);
}

/* ---- a file of them ---- */

enum { CLUSTER, NAME, EMAIL, KIND, LANGUAGE, FIELDS };
static const char *const field[FIELDS] = { "cluster", "name", "email", "kind", "lang" };

static bool find_columns(const char *file, const struct response_rows *rows,
			 size_t column[FIELDS], struct err *e)
{
	for (size_t i = 0; i < FIELDS; i++)
		column[i] = SIZE_MAX;
	for (size_t k = 0; k < rows->n_columns; k++) {
		size_t at = FIELDS;
		for (size_t i = 0; i < FIELDS; i++)
			at = str_is(str_trim(rows->head[k]), field[i]) ? i : at;
		if (at == FIELDS)
			return err_say(e, ERR_INPUT,
				       "%s: columna desconocida «%.*s»; van cluster, name, email "
				       "y, si se quiere, kind y lang",
				       "%s: unknown column \"%.*s\"; there are cluster, name, "
				       "email and, if wished, kind and lang",
				       file, STR_ARG(str_sub(rows->head[k], 0, 60)));
		column[at] = k;
	}
	for (size_t i = 0; i <= EMAIL; i++) {
		if (column[i] == SIZE_MAX)
			return err_say(e, ERR_INPUT, "%s: falta la columna %s",
				       "%s: the column %s is missing", file, field[i]);
	}
	return true;
}

static struct str cell_of(const struct response_rows *rows, size_t row, size_t column,
			  const char *otherwise)
{
	const struct str text = column == SIZE_MAX
					? (struct str){ 0 }
					: str_trim(rows->cell[row * rows->n_columns + column]);
	return text.n ? text : str_of(otherwise);
}

bool contacts_read(struct call *c, const char *param, struct stored_contact **ret_list,
		   size_t *ret_n, struct err *e)
{
	struct response_rows rows;
	struct str bytes;
	const char *file;
	size_t column[FIELDS];
	if (!call_file(c, param, &file, &bytes, e) || !input_rows_of(c, file, bytes, &rows, e) ||
	    !find_columns(file, &rows, column, e))
		return false;
	if (rows.n_rows > CONTACTS_MAX)
		return err_say(e, ERR_LIMIT, "%s: más de %d contactos", "%s: over %d contacts",
			       file, CONTACTS_MAX);
	struct stored_contact *list = NEW(c->a, rows.n_rows + 1, struct stored_contact);
	for (size_t i = 0; i < rows.n_rows; i++) {
		list[i] = (struct stored_contact){
			.cluster = cell_of(&rows, i, column[CLUSTER], ""),
			.name = cell_of(&rows, i, column[NAME], ""),
			.email = cell_of(&rows, i, column[EMAIL], ""),
			.kind = cell_of(&rows, i, column[KIND], "manager"),
			.lang = cell_of(&rows, i, column[LANGUAGE], "es"),
		};
		const bool lang = str_is(list[i].lang, "es") || str_is(list[i].lang, "en");
		if (!email_plausible(list[i].email) || !lang)
			return err_say(e, ERR_INPUT,
				       "%s: fila %llu: «%.*s» no es %s%.0s",
				       "%s: row %llu: \"%.*s\" is %.0s%s", file,
				       (unsigned long long)rows.number[i],
				       STR_ARG(str_sub(lang ? list[i].email : list[i].lang, 0, 80)),
				       lang ? "un correo" : "un idioma: es o en",
				       lang ? "no e-mail address" : "no language: es or en");
	}
	*ret_list = list;
	*ret_n = rows.n_rows;
	return true;
}

bool contacts_keep(struct store *s, const struct stored_contact *list, size_t n, struct err *e)
{
	int64_t id;
	if (!store_begin(s, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!store_put_contact(s, &list[i], &id, e)) {
			struct err ignored = { 0 };
			(void)!store_end(s, false, &ignored);
			return err_in(e, "%zu", i + 2);
		}
	}
	return store_end(s, true, e);
}

bool run_contact_import(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct stored_contact *list;
	size_t n;
	if (!call_store(c, &s, e) || !contacts_read(c, "FILE", &list, &n, e))
		return false;
	if (!call_given(c, "--dry-run") && !contacts_keep(s, list, n, e))
		return false;
	buf_fmt(&c->said, c->said_lang == LANG_ES ? "%zu contactos.\n" : "%zu contacts.\n", n);
	return true;
}
