/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom to write to. */
#include "store/contact.h"

#include <assert.h>

#include "store/access.h"
#include "store/sealed.h"

bool email_plausible(struct str email)
{
	size_t n_at = 0, at = 0, n_dots = 0;
	for (size_t i = 0; i < email.n; i++) {
		const unsigned char ch = (unsigned char)email.p[i];
		if (ch <= ' ' || ch >= 0x7f || ch == '<' || ch == '>' || ch == ',' || ch == ';' ||
		    ch == '"' || ch == '(' || ch == ')' || ch == '\\')
			return false;
		if (ch == '@') {
			n_at++;
			at = i;
		}
		n_dots += n_at && ch == '.';
	}
	return n_at == 1 && at && n_dots && email.n <= EMAIL_BYTES_MAX &&
	       email.p[email.n - 1] != '.' && email.p[at + 1] != '.';
}

static struct place place_of_contact(struct str cluster, struct str hash)
{
	return (struct place){ STR(""), STR("contact"), cluster, hash };
}

struct contacts {
	const struct store *s;
	struct arena *a;
	struct stored_contact *item;
	size_t n, cap;
};

static_assert((int)C_contact_get_created_by == (int)C_contact_list_created_by &&
		      (int)C_contact_get_created_by == (int)C_contact_list_of_created_by,
	      "one contact and a list have the same columns");

static bool take_contact(void *user, const struct db_value *column, struct err *e)
{
	struct contacts *l = user;
	struct sealed_texts in;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	struct stored_contact *k = &l->item[l->n];
	*k = (struct stored_contact){
		.id = column[C_contact_get_id].integer,
		.cluster = str_dup(l->a, column[C_contact_get_cluster].text),
		.kind = str_dup(l->a, column[C_contact_get_kind].text),
		.lang = str_dup(l->a, column[C_contact_get_lang].text),
		.hash = str_dup(l->a, column[C_contact_get_hash].text),
		.bounced_at = str_dup(l->a, column[C_contact_get_bounced_at].text),
		.created_at = str_dup(l->a, column[C_contact_get_created_at].text),
		.created_by = str_dup(l->a, column[C_contact_get_created_by].text),
	};
	const struct place at = place_of_contact(k->cluster, k->hash);
	/* what is opened may be a slice of what the row lent */
	if (!sealed_open(l->s, l->a, &at, str_dup(l->a, column[C_contact_get_sealed].text), &in, e))
		return false;
	k->name = in.text[SEALED_NAME];
	k->email = in.text[SEALED_EMAIL];
	l->n++;
	return true;
}

bool store_list_contacts(struct store *s, struct arena *a, struct str cluster,
			 struct stored_contact **ret_list, size_t *ret_n, struct err *e)
{
	struct contacts l = { .s = s, .a = a };
	struct db_value key[P_contact_list_of_N] = { db_text(cluster) };
	if (!db_run(s->db, cluster.n ? STMT_contact_list_of : STMT_contact_list,
		    cluster.n ? key : NULL, take_contact, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

bool store_get_contact(struct store *s, struct arena *a, int64_t id, struct stored_contact *out,
		       struct err *e)
{
	struct contacts l = { .s = s, .a = a };
	struct db_value key[P_contact_get_N] = { db_integer(id) };
	if (!db_run(s->db, STMT_contact_get, key, take_contact, &l, e))
		return false;
	if (!l.n)
		return err_say(e, ERR_ABSENT, "no hay ningún contacto %lld; vea: ssme contact list",
			       "there is no contact %lld; see: ssme contact list", (long long)id);
	*out = l.item[0];
	return true;
}

static bool kind_known(struct str kind, struct err *e)
{
	return str_is(kind, "manager") || str_is(kind, "chamber") || str_is(kind, "contributor") ||
	       err_say(e, ERR_INPUT, "clase de contacto desconocida: %.*s; manager, chamber o "
				     "contributor",
		       "unknown kind of contact: %.*s; manager, chamber or contributor",
		       STR_ARG(str_sub(kind, 0, 40)));
}

/* What the audit tells of a contact: not who it is. */
static struct str describe(struct arena *a, const struct stored_contact *k)
{
	struct note n;
	note_start(&n, a);
	json_member_string(&n.json, "kind", k->kind);
	json_member_string(&n.json, "lang", k->lang);
	return note_end(&n);
}

static bool cluster_there(struct store *s, struct arena *a, struct str id, struct err *e)
{
	struct cluster_entry entry;
	bool found;
	if (!store_find_cluster(s, a, id, &found, &entry, e))
		return false;
	return found || err_say(e, ERR_ABSENT, "el clúster %.*s no está en el registro",
				"cluster %.*s is not in the register",
				STR_ARG(str_sub(id, 0, 64)));
}

static bool put_contact(struct store *s, const struct stored_contact *in, int64_t *ret_id,
			struct err *e)
{
	ARENA_SCOPE(a, 4 << 20);
	const struct sealed_texts texts = { { [SEALED_NAME] = in->name,
					      [SEALED_EMAIL] = in->email } };
	struct str hash, sealed;
	int64_t id;
	if (!address_check(in->email, e) || !kind_known(in->kind, e) ||
	    !access_short(in->name, PERSON_BYTES_MAX, "nombre", "name", e) ||
	    !text_one_line(in->name, "el nombre", "the name", e) ||
	    !cluster_there(s, &a, in->cluster, e) || !address_hash(s, &a, in->email, &hash, e) ||
	    !access_number(s, "contact", &id, e))
		return false;
	if (id > CONTACTS_MAX * 100)
		return err_say(e, ERR_LIMIT, "demasiados contactos", "too many contacts");
	const struct place at = place_of_contact(in->cluster, hash);
	if (!sealed_shut(s, &a, &at, &texts, &sealed, e))
		return false;
	struct db_value arg[P_contact_put_N] = {
		[P_contact_put_id] = db_integer(id),
		[P_contact_put_cluster] = db_text(in->cluster),
		[P_contact_put_kind] = db_text(in->kind),
		[P_contact_put_lang] = db_text(in->lang.n ? in->lang : STR("es")),
		[P_contact_put_hash] = db_text(hash),
		[P_contact_put_sealed] = db_text(sealed),
		[P_contact_put_created_at] = db_text(store_now(s)),
		[P_contact_put_created_by] = db_text(str_of(s->actor)),
	};
	return access_integer(s, STMT_contact_put, arg, ret_id, e) &&
	       store_audit(s, "contact put", in->cluster, STR(""), describe(&a, in), e);
}

bool store_put_contact(struct store *s, const struct stored_contact *in, int64_t *ret_id,
		       struct err *e)
{
	return store_begun(s, e) && store_done(s, put_contact(s, in, ret_id, e), e);
}

static bool remove_contact(struct store *s, int64_t id, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct stored_contact k;
	struct db_value key[P_contact_remove_N] = { db_integer(id) };
	return store_get_contact(s, &a, id, &k, e) &&
	       db_run(s->db, STMT_contact_remove, key, NULL, NULL, e) &&
	       store_audit(s, "contact remove", k.cluster, describe(&a, &k), STR(""), e);
}

bool store_remove_contact(struct store *s, int64_t id, struct err *e)
{
	return store_begun(s, e) && store_done(s, remove_contact(s, id, e), e);
}
