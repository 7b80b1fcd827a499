/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/outbox.h"

#include "store/contact_fixture.h"

static void at(struct fixture *x, const char *moment)
{
	store_actor(x->s, STR("ana@example.co"), str_of(moment));
}

static const char morning[] = "2022-07-01T13:00:00Z", noon[] = "2022-07-01T17:00:00Z",
		  evening[] = "2022-07-01T23:00:00Z";

static int64_t queue(struct fixture *x, const char *key)
{
	const struct stored_mail in = { .key = str_of(key),
					.round = STR("2022"),
					.cluster = STR("C001"),
					.name = STR("invitation"),
					.lang = STR("es"),
					.person = STR("Ana"),
					.email = STR("ana@example.co"),
					.subject = STR("Invitación"),
					.body = STR("Abra https://x/enlace/secreto-1"),
					.message_id = str_fmt(&x->a, "%s@x", key) };
	int64_t id = -1;
	GOOD(store_queue_mail(x->s, &in, &id, e));
	return id;
}

static struct stored_mail letter(struct fixture *x, int64_t id)
{
	struct stored_mail m;
	GOOD(store_get_mail(x->s, &x->a, id, &m, e));
	return m;
}

static int64_t claim(struct fixture *x, const char *until)
{
	struct stored_mail m = { .id = 0 };
	bool found;
	GOOD(store_claim_mail(x->s, &x->a, str_of(until), &found, &m, e));
	return found ? m.id : 0;
}

static void a_letter_of_one_key_is_queued_once(void **state)
{
	struct fixture *x = *state;
	assert_true(queue(x, "k1") > 0);
	assert_int_equal(queue(x, "k1"), 0);
	assert_true(queue(x, "k2") > 0);
}

static void a_letter_is_claimed_by_one_and_its_text_wiped_when_it_is_out(void **state)
{
	struct fixture *x = *state;
	const int64_t id = queue(x, "k1");
	assert_int_equal(claim(x, noon), id);
	assert_int_equal(claim(x, noon), 0);
	GOOD(store_settle_mail(x->s, id, MAIL_SENT, 250, STR("250 ok"), STR(""), e));
	const struct stored_mail m = letter(x, id);
	assert_int_equal(m.state, MAIL_SENT);
	assert_int_equal(m.body.n, 0);
	assert_true(str_is(m.words, "250 ok"));
	BAD(store_settle_mail(x->s, id, MAIL_SENT, 250, STR(""), STR(""), e), ERR_CONFLICT,
	    "enviado");
	BAD(store_retry_mail(x->s, id, e), ERR_CONFLICT, "enviado");
}

static void a_letter_put_off_is_not_due_before_its_time(void **state)
{
	struct fixture *x = *state;
	const int64_t id = queue(x, "k1");
	assert_int_equal(claim(x, noon), id);
	GOOD(store_settle_mail(x->s, id, MAIL_WAITING, 451, STR("451 later"), str_of(noon), e));
	assert_int_equal(claim(x, noon), 0);
	at(x, noon);
	assert_int_equal(claim(x, evening), id);
	assert_int_equal(letter(x, id).attempts, 2);
}

static void an_attempt_at_a_shut_server_is_none_of_the_letters(void **state)
{
	struct fixture *x = *state;
	const int64_t id = queue(x, "k1");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(claim(x, noon), id);
		GOOD(store_put_back_mail(x->s, id, 0, STR("no line"), str_of(morning), e));
	}
	const struct stored_mail m = letter(x, id);
	assert_int_equal(m.attempts, 0);
	assert_true(m.state == MAIL_WAITING && str_is(m.words, "no line") && m.body.n);
	BAD(store_put_back_mail(x->s, id, 0, STR(""), STR(""), e), ERR_CONFLICT, "espera");
}

static void one_whose_sender_died_is_unsure_and_sent_again_by_hand_alone(void **state)
{
	struct fixture *x = *state;
	const int64_t id = queue(x, "k1");
	assert_int_equal(claim(x, noon), id);
	at(x, evening);
	assert_int_equal(claim(x, evening), 0);
	assert_int_equal(letter(x, id).state, MAIL_UNSURE);
	GOOD(store_retry_mail(x->s, id, e));
	assert_int_equal(claim(x, "2022-07-02T00:00:00Z"), id);
	assert_true(letter(x, id).body.n > 0);
}

static void a_letter_that_came_back_marks_its_address(void **state)
{
	struct fixture *x = *state;
	struct stored_contact *list;
	size_t n;
	int64_t found;
	(void)fixture_contact(x, "ana@example.co", "Ana");
	const int64_t id = queue(x, "k1");
	assert_int_equal(claim(x, noon), id);
	GOOD(store_settle_mail(x->s, id, MAIL_SENT, 250, STR(""), STR(""), e));
	GOOD(store_bounce_mail(x->s, STR("other@x"), STR(""), STR("550"), &found, e));
	assert_int_equal(found, 0);
	GOOD(store_bounce_mail(x->s, STR("k1@x"), STR(""), STR("550 no such user"), &found, e));
	assert_int_equal(found, id);
	assert_int_equal(letter(x, id).state, MAIL_BOUNCED);
	GOOD(store_list_contacts(x->s, &x->a, STR("C001"), &list, &n, e));
	assert_int_equal(list[0].bounced_at.n, sizeof(morning) - 1);
}

static void a_report_about_who_it_was_handed_on_to_marks_whom_we_wrote_to(void **state)
{
	struct fixture *x = *state;
	struct stored_contact *list;
	size_t n;
	int64_t found;
	(void)fixture_contact(x, "ana@example.co", "Ana");
	const int64_t id = queue(x, "k1");
	BAD(store_bounce_letter(x->s, id, STR("?"), e), ERR_CONFLICT, "espera");
	assert_int_equal(claim(x, noon), id);
	GOOD(store_settle_mail(x->s, id, MAIL_SENT, 250, STR(""), STR(""), e));
	GOOD(store_bounce_mail(x->s, STR("k1@x"), STR("office@other.co"), STR("550"), &found, e));
	assert_int_equal(found, id);
	GOOD(store_list_contacts(x->s, &x->a, STR("C001"), &list, &n, e));
	assert_true(list[0].bounced_at.n > 0);
}

static void a_letter_is_marked_as_come_back_by_hand(void **state)
{
	struct fixture *x = *state;
	const int64_t id = queue(x, "k1");
	assert_int_equal(claim(x, noon), id);
	GOOD(store_settle_mail(x->s, id, MAIL_SENT, 250, STR(""), STR(""), e));
	GOOD(store_bounce_letter(x->s, id, STR("by hand"), e));
	GOOD(store_bounce_letter(x->s, id, STR("again"), e));
	const struct stored_mail m = letter(x, id);
	assert_true(m.state == MAIL_BOUNCED && str_is(m.words, "by hand"));
	BAD(store_bounce_letter(x->s, 99, STR(""), e), ERR_ABSENT, "99");
}

static void a_subject_is_one_line(void **state)
{
	struct fixture *x = *state;
	const struct stored_mail in = { .key = STR("k"),
					.round = STR("2022"),
					.email = STR("ana@example.co"),
					.subject = STR("a\r\nBcc: b@c.co") };
	int64_t id;
	BAD(store_queue_mail(x->s, &in, &id, e), ERR_INPUT, "salto");
}

int main(void)
{
#define ON_A_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_registered, fixture_end)
	const struct CMUnitTest tests[] = {
		ON_A_STORE(a_letter_of_one_key_is_queued_once),
		ON_A_STORE(a_letter_is_claimed_by_one_and_its_text_wiped_when_it_is_out),
		ON_A_STORE(a_letter_put_off_is_not_due_before_its_time),
		ON_A_STORE(an_attempt_at_a_shut_server_is_none_of_the_letters),
		ON_A_STORE(one_whose_sender_died_is_unsure_and_sent_again_by_hand_alone),
		ON_A_STORE(a_letter_that_came_back_marks_its_address),
		ON_A_STORE(a_report_about_who_it_was_handed_on_to_marks_whom_we_wrote_to),
		ON_A_STORE(a_letter_is_marked_as_come_back_by_hand),
		ON_A_STORE(a_subject_is_one_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
