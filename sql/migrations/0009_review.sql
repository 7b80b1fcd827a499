-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is said of single answers while they are reviewed; rows are only added.  The last row about a
-- question and item tells whether its thread is open.  The body is sealed, for it may quote an answer.
CREATE TABLE review_message (
	round text NOT NULL,
	form text NOT NULL,
	cluster text NOT NULL,
	company text NOT NULL,
	number bigint NOT NULL,
	question text NOT NULL,
	item bigint NOT NULL,
	kind text NOT NULL CHECK (kind IN ('say', 'resolve')),
	side text NOT NULL CHECK (side IN ('asks', 'answers')),
	author text NOT NULL,
	said_at text NOT NULL,
	body text NOT NULL,
	PRIMARY KEY (round, form, cluster, company, number),
	FOREIGN KEY (round, form, cluster, company)
		REFERENCES questionnaire (round, form, cluster, company)
);

-- Clusters whose items are scored a second time, to see how far two people agree.
CREATE TABLE scoring_sample (
	round text NOT NULL REFERENCES round (id),
	cluster text NOT NULL,
	seed bigint NOT NULL,
	drawn_at text NOT NULL,
	drawn_by text NOT NULL,
	PRIMARY KEY (round, cluster)
);

-- Points that a person gave, in quarters of the item's most; -1: it could not be judged.  Rows are only
-- added, and the last one counts.
CREATE TABLE scoring (
	round text NOT NULL,
	cluster text NOT NULL,
	question text NOT NULL,
	scorer text NOT NULL,
	number bigint NOT NULL,
	quarters bigint NOT NULL CHECK (quarters BETWEEN -1 AND 4),
	scored_at text NOT NULL,
	PRIMARY KEY (round, cluster, question, scorer, number),
	FOREIGN KEY (round, cluster) REFERENCES scoring_sample (round, cluster)
);

-- Corrections of a round after its freeze; rows are only added.
CREATE TABLE erratum (
	round text NOT NULL REFERENCES round (id),
	number bigint NOT NULL,
	form text NOT NULL CHECK (form IN ('cluster', 'company')),
	cluster text NOT NULL,
	company text NOT NULL,
	question text NOT NULL,
	item bigint NOT NULL,
	reason text NOT NULL,
	author text NOT NULL,
	made_at text NOT NULL,
	revision bigint NOT NULL,
	data_before text NOT NULL,
	data_after text NOT NULL,
	value_before text NOT NULL,
	value_after text NOT NULL,
	PRIMARY KEY (round, number)
);
