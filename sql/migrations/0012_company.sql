-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who came by a link for any company is a company of its own; empty: the link or account says it.
ALTER TABLE session ADD COLUMN company text NOT NULL DEFAULT '';

-- Texts of the authorisation of Ley 1581 as they were shown; they stay when the program has newer ones.
CREATE TABLE consent_text (
	version text NOT NULL,
	lang text NOT NULL CHECK (lang IN ('es', 'en')),
	sha256 text NOT NULL,
	words text NOT NULL,
	PRIMARY KEY (version, lang, sha256)
);

-- What a company decided on; rows are only added, and the last one counts.
CREATE TABLE consent (
	round text NOT NULL REFERENCES round (id),
	cluster text NOT NULL,
	company text NOT NULL,
	number bigint NOT NULL,
	deed text NOT NULL CHECK (deed IN ('given', 'refused', 'withdrawn')),
	version text NOT NULL,
	lang text NOT NULL,
	sha256 text NOT NULL,
	channel text NOT NULL,
	actor text NOT NULL,
	decided_at text NOT NULL,
	PRIMARY KEY (round, cluster, company, number)
);

-- The keyed hash of a company's tax number: it finds the same company in a round and in others, and does
-- not give the number away.
CREATE TABLE company_key (
	round text NOT NULL REFERENCES round (id),
	cluster text NOT NULL,
	company text NOT NULL,
	hash text NOT NULL,
	PRIMARY KEY (round, cluster, company),
	UNIQUE (round, cluster, hash)
);

-- What people ask about their data, with the term that the law gives.  sealed: name, address, words and
-- answer; contact_hash finds what else the same address asked.
CREATE TABLE personal_request (
	id bigint NOT NULL PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN ('see', 'correct', 'remove', 'withdraw')),
	state text NOT NULL CHECK (state IN ('unconfirmed', 'open', 'answered')),
	account bigint NOT NULL,
	link bigint NOT NULL,
	round text NOT NULL,
	cluster text NOT NULL,
	company text NOT NULL,
	sealed text NOT NULL,
	contact_hash text NOT NULL,
	received_at text NOT NULL,
	due_on text NOT NULL,
	extended_on text NOT NULL,
	answered_at text NOT NULL,
	answered_by text NOT NULL,
	outcome text NOT NULL,
	confirm_hash text NOT NULL
);
