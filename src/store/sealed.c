/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sealed.h"

#include <assert.h>

#include "store/access.h"

static const struct str sealed_names[] = {
	[SEALED_NAME] = STR("name"),	   [SEALED_EMAIL] = STR("email"),
	[SEALED_SUBJECT] = STR("subject"), [SEALED_BODY] = STR("body"),
	[SEALED_WORDS] = STR("words"),
};
static_assert(sizeof(sealed_names) / sizeof(*sealed_names) == SEALED_N, "a name each");

static bool has_secret(const struct store *s, struct err *e)
{
	return s->has_secret ||
	       err_say(e, ERR_ABSENT,
		       "%s/%s: falta el secreto con que se guardan nombres y correos; recupere una "
		       "copia con: ssme restore ARCHIVO --force",
		       "%s/%s: the secret that names and addresses are kept with is missing; bring "
		       "back a backup with: ssme restore FILE --force",
		       s->folder, SECRET_FILE);
}

bool sealed_shut(const struct store *s, struct arena *a, const struct place *at,
		 const struct sealed_texts *in, struct str *out, struct err *e)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 1 << 20);
	json_out(&o, &b);
	json_put_object(&o);
	for (size_t i = 0; i < SEALED_N; i++) {
		if (in->text[i].n) {
			json_put_key(&o, sealed_names[i]);
			json_put_string(&o, in->text[i]);
		}
	}
	json_end_object(&o);
	return has_secret(s, e) &&
	       personal_seal(a, &s->secret, at, sealed_names, SEALED_N, buf_str(&b), out, e);
}

bool sealed_open(const struct store *s, struct arena *a, const struct place *at, struct str sealed,
		 struct sealed_texts *out, struct err *e)
{
	struct str plain, key;
	struct json_in j;
	*out = (struct sealed_texts){ 0 };
	if (!has_secret(s, e) ||
	    !personal_open(a, &s->secret, at, sealed_names, SEALED_N, sealed, &plain, e))
		return false;
	json_in_start(&j, a, plain);
	if (json_in_object(&j)) {
		while (json_in_key(&j, &key)) {
			const struct str value = json_in_string(&j);
			for (size_t i = 0; i < SEALED_N; i++) {
				if (str_eq(key, sealed_names[i]))
					out->text[i] = value;
			}
		}
	}
	return json_in_end(&j, e);
}

bool address_check(struct str email, struct err *e)
{
	return email_plausible(email) ||
	       err_say(e, ERR_INPUT, "«%.*s» no es un correo; escriba uno como ana@ejemplo.co",
		       "\"%.*s\" is no e-mail address; write one like ana@example.co",
		       STR_ARG(str_sub(email, 0, 100)));
}

bool address_hash(struct store *s, struct arena *a, struct str email, struct str *out,
		  struct err *e)
{
	char *lower = NEW(a, email.n + 1, char);
	for (size_t i = 0; i < email.n; i++) {
		const char ch = email.p[i];
		lower[i] = ch >= 'A' && ch <= 'Z' ? (char)(ch - 'A' + 'a') : ch;
	}
	return store_token_hash(s, a, "address", (struct str){ lower, email.n }, out, e);
}

bool text_one_line(struct str text, const char *es, const char *en, struct err *e)
{
	for (size_t i = 0; i < text.n; i++) {
		if ((unsigned char)text.p[i] < ' ')
			return err_say(e, ERR_INPUT, "%s%.0s tiene un salto de línea; quítelo",
				       "%.0s%s has a line end; take it out", es, en);
	}
	return true;
}
