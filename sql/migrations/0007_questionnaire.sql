-- SPDX-License-Identifier: GPL-3.0-or-later
-- One form of one unit in one round, from its first look to its acceptance; company is empty in a
-- cluster form.  n_changes is the number of the last change.  Who looks over a round reads the
-- counts as they were at the last save, and where that was, without weighing any answer.
CREATE TABLE questionnaire (
	round text NOT NULL REFERENCES round (id),
	form text NOT NULL CHECK (form IN ('cluster', 'company')),
	cluster text NOT NULL,
	company text NOT NULL,
	state text NOT NULL CHECK (state IN ('draft', 'sent', 'returned', 'accepted', 'annulled')),
	opened_at text NOT NULL,
	saved_at text NOT NULL,
	sent_at text NOT NULL,
	decided_at text NOT NULL,
	signed_by text NOT NULL,
	last_question text NOT NULL,
	n_changes bigint NOT NULL,
	n_events bigint NOT NULL,
	n_asked bigint NOT NULL,
	n_answered bigint NOT NULL,
	n_owed bigint NOT NULL,
	n_faults bigint NOT NULL,
	n_warnings bigint NOT NULL,
	n_unexplained bigint NOT NULL,
	PRIMARY KEY (round, form, cluster, company)
);

-- What was typed, a row a change; rows are only added, and the last one of a question counts.  item
-- is 0, or the number of an item of a repeat, which is not given twice.  Values and reasons of
-- personal questions are sealed.
CREATE TABLE answer_change (
	round text NOT NULL,
	form text NOT NULL,
	cluster text NOT NULL,
	company text NOT NULL,
	number bigint NOT NULL,
	question text NOT NULL,
	item bigint NOT NULL,
	mark text NOT NULL CHECK (mark IN ('typed', 'confirmed', 'removed')),
	author text NOT NULL,
	changed_at text NOT NULL,
	value text NOT NULL,
	reason text NOT NULL,
	PRIMARY KEY (round, form, cluster, company, number),
	FOREIGN KEY (round, form, cluster, company)
		REFERENCES questionnaire (round, form, cluster, company)
);

-- How its state came to be; rows are only added.
CREATE TABLE questionnaire_event (
	round text NOT NULL,
	form text NOT NULL,
	cluster text NOT NULL,
	company text NOT NULL,
	number bigint NOT NULL,
	state text NOT NULL,
	author text NOT NULL,
	happened_at text NOT NULL,
	note text NOT NULL,
	PRIMARY KEY (round, form, cluster, company, number),
	FOREIGN KEY (round, form, cluster, company)
		REFERENCES questionnaire (round, form, cluster, company)
);
