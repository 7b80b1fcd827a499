/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs of a round under way (questionnaires, evidence, review, calendar, letters, companies,
 * personal data), with every one of their calls of the database failing in turn. */
#include "store/fault_fixture.h"

#include "store/calendar.h"
#include "store/company.h"
#include "store/evidence.h"
#include "store/outbox.h"
#include "store/personal_request.h"
#include "store/review.h"

static const struct questionnaire_key of_cluster = { .round = { "2022", sizeof("2022") - 1 },
						     .form = FORM_CLUSTER,
						     .cluster = { "C001", sizeof("C001") - 1 } };
static const struct questionnaire_key of_company = { .round = { "2022", sizeof("2022") - 1 },
						     .form = FORM_COMPANY,
						     .cluster = { "C001", sizeof("C001") - 1 },
						     .company = { "E0000", sizeof("E0000") - 1 } };
static const char later[] = "2022-07-02T15:04:05Z", never[] = "2099-01-01T00:00:00Z";

/* ---- questionnaires ---- */

static bool put_register(struct fixture *x, struct err *e)
{
	(void)e;
	fixture_register(x);
	return true;
}

static bool open_questionnaire(struct fixture *x, struct err *e)
{
	return store_open_questionnaire(x->s, &of_cluster, e);
}

static bool change(struct fixture *x, const struct questionnaire_key *k, const char *question,
		   const char *value, struct err *e)
{
	struct answer_change one = { .question = str_of(question), .value = str_of(value) };
	const struct questionnaire_progress progress = { .n_asked = 2, .n_answered = 1 };
	return store_add_changes(x->s, k, x->in->form[k->form], &one, 1, &progress, e);
}

static bool add_changes(struct fixture *x, struct err *e)
{
	return change(x, &of_cluster, "G01", "uno", e);
}

static bool drafted(struct fixture *x, struct err *e)
{
	return put_register(x, e) && open_questionnaire(x, e) && add_changes(x, e);
}

static bool move(struct fixture *x, unsigned from, enum questionnaire_state to, struct err *e)
{
	return store_move_questionnaire(x->s, &of_cluster, 1u << from, to, STR("Ana"),
					STR("nota"), NULL, e);
}

static bool send(struct fixture *x, struct err *e)
{
	return move(x, QUESTIONNAIRE_DRAFT, QUESTIONNAIRE_SENT, e);
}

static bool sent(struct fixture *x, struct err *e)
{
	return drafted(x, e) && send(x, e);
}

static bool give_back(struct fixture *x, struct err *e)
{
	return move(x, QUESTIONNAIRE_SENT, QUESTIONNAIRE_RETURNED, e);
}

static bool accept_it(struct fixture *x, struct err *e)
{
	return move(x, QUESTIONNAIRE_SENT, QUESTIONNAIRE_ACCEPTED, e);
}

/* ---- evidence ---- */

static bool add_evidence(struct fixture *x, struct err *e)
{
	const struct stored_evidence in = { .question = STR("G01"),
					    .name = STR("acta.pdf"),
					    .kind = STR("pdf") };
	int64_t number;
	return store_add_evidence(x->s, &of_cluster, &in, STR("%PDF-1.7 acta"), &number, e);
}

static bool with_evidence(struct fixture *x, struct err *e)
{
	return drafted(x, e) && add_evidence(x, e);
}

static bool remove_evidence(struct fixture *x, struct err *e)
{
	return store_remove_evidence(x->s, &of_cluster, 1, e);
}

/* ---- review ---- */

static bool say(struct fixture *x, struct err *e)
{
	const struct review_message m = { .question = STR("G01"),
					  .kind = REVIEW_SAY,
					  .side = REVIEW_ASKS,
					  .text = STR("¿Cuál acta?") };
	return store_add_review_message(x->s, &of_cluster, &m, e);
}

static bool draw(struct fixture *x, struct err *e)
{
	const struct str cluster[] = { STR("C001"), STR("C002") };
	return store_add_sample(x->s, STR("2022"), cluster, 2, 7, e);
}

static bool drawn(struct fixture *x, struct err *e)
{
	return put_register(x, e) && draw(x, e);
}

static bool score_again(struct fixture *x, struct err *e)
{
	const struct scoring in = { .cluster = STR("C001"), .question = STR("A01"), .quarters = 3 };
	return store_add_scorings(x->s, STR("2022"), &in, 1, e);
}

static bool frozen(struct fixture *x, struct err *e)
{
	return put_register(x, e) && fixture_put(x, "2022", 3, "a.csv", e) &&
		store_freeze_round(x->s, STR("2022"), fixture_hash(x, "2022"), e);
}

static bool correct(struct fixture *x, struct err *e)
{
	const struct stored_erratum in = { .cluster = STR("C001"),
					   .company = STR("E0000"),
					   .form = FORM_COMPANY,
					   .question = STR("B01"),
					   .before = STR("0"),
					   .after = STR("9"),
					   .reason = STR("error de digitación") };
	const struct stored_answer answer = { .cluster = in.cluster,
					      .company = in.company,
					      .document = STR("{\"nombre\":\"Ana\",\"B01\":9}") };
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	int64_t number;
	return store_put_erratum(x->s, STR("2022"), form, &in, &answer, &number, e);
}

static bool answered(struct fixture *x, struct err *e)
{
	return put_register(x, e) && fixture_put(x, "2022", 3, "a.csv", e);
}

static bool withdraw(struct fixture *x, struct err *e)
{
	return store_withdraw_answer(x->s, STR("2022"), FORM_COMPANY, STR("C001"), STR("E0000"),
				     e);
}

/* ---- calendar and register ---- */

static bool draft(struct fixture *x, struct err *e)
{
	struct stored_round r = fixture_round("2024", 2024);
	return store_draft_round(x->s, &r, e);
}

static bool start(struct fixture *x, struct err *e)
{
	return store_start_round(x->s, STR("2024"), e);
}

static bool plan(struct fixture *x, struct err *e)
{
	return store_plan_round(x->s, STR("2024"), STR("2024-05-01"), STR("2024-06-01"), e);
}

static bool to_review(struct fixture *x, struct err *e)
{
	return store_review_round(x->s, STR("2022"), e);
}

static bool extend(struct fixture *x, struct err *e)
{
	return store_extend_round(x->s, STR("2022"), STR("2022-12-01"), STR("lluvias"), e);
}

static bool change_cluster(struct fixture *x, struct err *e)
{
	const struct cluster_entry c = { .id = STR("C001"), .name = STR("Cafés"), .active = true };
	return store_change_cluster(x->s, &c, STR("otro nombre"), e);
}

static bool add_cluster(struct fixture *x, struct err *e)
{
	const struct cluster_entry c = { .id = STR("C009"), .name = STR("Cacao"), .active = true };
	return store_add_cluster(x->s, &c, STR("nuevo"), e);
}

static bool add_lineage(struct fixture *x, struct err *e)
{
	const struct lineage_entry l = { STR("2021-01-01"), STR("merge"), STR("C002"), STR("C001"),
					 18628 };
	return store_add_lineage(x->s, &l, STR("se unen"), e);
}

/* ---- letters ---- */

static bool put_contact(struct fixture *x, struct err *e)
{
	const struct stored_contact in = { .cluster = STR("C001"),
					   .kind = STR("manager"),
					   .lang = STR("es"),
					   .name = STR("Ana"),
					   .email = STR("ana@cafe.co") };
	int64_t id;
	return store_put_contact(x->s, &in, &id, e);
}

static bool with_contact(struct fixture *x, struct err *e)
{
	return put_register(x, e) && put_contact(x, e);
}

static bool remove_contact(struct fixture *x, struct err *e)
{
	return store_remove_contact(x->s, 1, e);
}

static bool put_mail_text(struct fixture *x, struct err *e)
{
	const struct stored_mail_text in = { .subject = STR("Invitación"), .body = STR("Abra") };
	return store_put_mail_text(x->s, STR("invitation"), STR("es"), &in, e);
}

static bool queue(struct fixture *x, struct err *e)
{
	const struct stored_mail in = { .key = STR("invitation C001"),
					.round = STR("2022"),
					.cluster = STR("C001"),
					.name = STR("invitation"),
					.lang = STR("es"),
					.person = STR("Ana"),
					.email = STR("ana@cafe.co"),
					.subject = STR("Invitación"),
					.body = STR("Abra"),
					.message_id = STR("1@ssme") };
	int64_t id;
	return store_queue_mail(x->s, &in, &id, e);
}

static bool queued(struct fixture *x, struct err *e)
{
	return with_contact(x, e) && queue(x, e);
}

static bool claim(struct fixture *x, struct err *e)
{
	struct stored_mail out;
	bool found;
	return store_claim_mail(x->s, &x->a, str_of(later), &found, &out, e);
}

static bool claimed(struct fixture *x, struct err *e)
{
	return queued(x, e) && claim(x, e);
}

/* Its sender has died: the next who looks for letters finds it unsure. */
static bool lapsed(struct fixture *x, struct err *e)
{
	if (!claimed(x, e))
		return false;
	store_actor(x->s, STR("cli"), str_of(never));
	return true;
}

static bool settle(struct fixture *x, enum mail_state to, struct err *e)
{
	return store_settle_mail(x->s, 1, to, 250, STR("ok"), STR(""), e);
}

static bool settle_sent(struct fixture *x, struct err *e)
{
	return settle(x, MAIL_SENT, e);
}

static bool refused(struct fixture *x, struct err *e)
{
	return claimed(x, e) && settle(x, MAIL_REFUSED, e);
}

static bool out(struct fixture *x, struct err *e)
{
	return claimed(x, e) && settle_sent(x, e);
}

static bool retry(struct fixture *x, struct err *e)
{
	return store_retry_mail(x->s, 1, e);
}

static bool drop(struct fixture *x, struct err *e)
{
	return store_drop_mail(x->s, 1, e);
}

static bool bounce(struct fixture *x, struct err *e)
{
	int64_t id;
	return store_bounce_mail(x->s, STR("1@ssme"), STR("ana@cafe.co"), STR("no existe"), &id, e);
}

/* ---- companies and personal data ---- */

static bool open_company(struct fixture *x, struct err *e)
{
	return put_register(x, e) && store_open_questionnaire(x->s, &of_company, e) &&
		change(x, &of_company, "nombre", "Ana Secreta", e);
}

static bool consent(struct fixture *x, struct err *e)
{
	const struct stored_consent in = { .deed = CONSENT_GIVEN,
					   .version = STR("1"),
					   .lang = STR("es"),
					   .channel = STR("web") };
	return store_add_consent(x->s, &of_company, &in, STR("Autorizo"), e);
}

static bool consented_and_frozen(struct fixture *x, struct err *e)
{
	return open_company(x, e) && consent(x, e) && sent(x, e) && frozen(x, e);
}

static bool tidy_consents(struct fixture *x, struct err *e)
{
	int64_t n;
	return store_tidy_consents(x->s, str_of(never), &n, e);
}

static bool take_key(struct fixture *x, struct err *e)
{
	bool taken;
	return store_take_company_key(x->s, &of_company, STR("abc"), &taken, e);
}

static bool with_key(struct fixture *x, struct err *e)
{
	return open_company(x, e) && take_key(x, e);
}

static bool drop_key(struct fixture *x, struct err *e)
{
	bool taken;
	return store_take_company_key(x->s, &of_company, STR(""), &taken, e);
}

static bool erase(struct fixture *x, struct err *e)
{
	const struct erasing what = { .round = STR("2022"), .kind = FORM_COMPANY,
				      .why = "retention" };
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	int64_t n;
	return store_erase_personal(x->s, &what, form, &n, e);
}

static bool erase_signatures(struct fixture *x, struct err *e)
{
	int64_t n;
	return store_erase_signatures(x->s, STR("2022"), &n, e);
}

#define CONFIRM_HASH \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static bool ask(struct fixture *x, struct err *e)
{
	const struct stored_request_of_person in = { .kind = PERSONAL_SEE,
						     .person = STR("Ana"),
						     .contact = STR("ana@cafe.co"),
						     .words = STR("¿Qué tienen de mí?"),
						     .due_on = STR("2022-07-15") };
	int64_t id;
	return store_add_personal_request(x->s, &in, STR(CONFIRM_HASH), &id, e);
}

static bool confirm(struct fixture *x, struct err *e)
{
	bool found;
	return store_confirm_personal_request(x->s, STR(CONFIRM_HASH), &found, e) && found;
}

static bool asked(struct fixture *x, struct err *e)
{
	return ask(x, e) && confirm(x, e);
}

static bool take_longer(struct fixture *x, struct err *e)
{
	return store_extend_personal_request(x->s, 1, STR("2022-07-22"), STR("archivo"), e);
}

static bool answer(struct fixture *x, struct err *e)
{
	return store_answer_personal_request(x->s, 1, STR("granted"), STR("Esto"), e);
}

static bool replied(struct fixture *x, struct err *e)
{
	return asked(x, e) && answer(x, e);
}

static bool tidy_requests(struct fixture *x, struct err *e)
{
	int64_t n;
	return store_tidy_personal_requests(x->s, str_of(never), &n, e);
}

static bool with_account(struct fixture *x, struct err *e)
{
	const struct stored_account in = { .email = STR("ana@cafe.co"),
					   .name = STR("Ana"),
					   .lang = STR("es"),
					   .active = true,
					   .password = STR("$argon2id$") };
	int64_t id;
	return store_add_account(x->s, &in, &id, e);
}

static bool forget_account(struct fixture *x, struct err *e)
{
	return store_forget_account(x->s, 1, e);
}

static const struct fault_verb verbs[] = {
	{ "questionnaire", open_questionnaire, put_register },
	{ "changes", add_changes, drafted },
	{ "send", send, drafted },
	{ "return", give_back, sent },
	{ "accept", accept_it, sent },
	{ "evidence", add_evidence, drafted },
	{ "evidence away", remove_evidence, with_evidence },
	{ "review message", say, drafted },
	{ "sample", draw, put_register },
	{ "scoring", score_again, drawn },
	{ "erratum", correct, frozen },
	{ "withdraw", withdraw, answered },
	{ "draft round", draft, NULL },
	{ "start round", start, draft },
	{ "plan round", plan, draft },
	{ "review round", to_review, NULL },
	{ "extend round", extend, NULL },
	{ "change cluster", change_cluster, put_register },
	{ "add cluster", add_cluster, put_register },
	{ "lineage", add_lineage, put_register },
	{ "contact", put_contact, put_register },
	{ "contact again", put_contact, with_contact },
	{ "contact away", remove_contact, with_contact },
	{ "wording", put_mail_text, NULL },
	{ "queue letter", queue, with_contact },
	{ "claim letter", claim, queued },
	{ "letter of a dead sender", claim, lapsed },
	{ "letter sent", settle_sent, claimed },
	{ "letter again", retry, refused },
	{ "letter dropped", drop, refused },
	{ "letter back", bounce, out },
	{ "consent", consent, open_company },
	{ "consents tidied", tidy_consents, consented_and_frozen },
	{ "company key", take_key, open_company },
	{ "company key again", drop_key, with_key },
	{ "erase personal", erase, consented_and_frozen },
	{ "erase signatures", erase_signatures, sent },
	{ "request", ask, NULL },
	{ "request confirmed", confirm, ask },
	{ "request extended", take_longer, asked },
	{ "request answered", answer, asked },
	{ "requests tidied", tidy_requests, replied },
	{ "account forgotten", forget_account, with_account },
};

static void every_fault_leaves_all_as_it_was(void **state)
{
	bool met[STMT_N] = { false };
	(void)state;
	fault_each(verbs, sizeof(verbs) / sizeof(*verbs), met);
	fault_met_all(met, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_leaves_all_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
