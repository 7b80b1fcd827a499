-- SPDX-License-Identifier: GPL-3.0-or-later
-- Files that show that an answer is right.  A file is kept once, by the hash of its bytes, in
-- pieces of base 64; who takes the last mention of it away takes the file away.
CREATE TABLE evidence_file (
	sha256 text NOT NULL PRIMARY KEY,
	n_bytes bigint NOT NULL,
	n_pieces bigint NOT NULL
);

CREATE TABLE evidence_piece (
	sha256 text NOT NULL REFERENCES evidence_file (sha256),
	number bigint NOT NULL,
	content text NOT NULL,
	PRIMARY KEY (sha256, number)
);

-- Which file stands beside which answer.  Rows are only added; one that was taken away stays on
-- record with who did it and when.
CREATE TABLE evidence (
	round text NOT NULL,
	form text NOT NULL,
	cluster text NOT NULL,
	company text NOT NULL,
	number bigint NOT NULL,
	question text NOT NULL,
	item bigint NOT NULL,
	name text NOT NULL,
	kind text NOT NULL,
	sha256 text NOT NULL,
	n_bytes bigint NOT NULL,
	author text NOT NULL,
	added_at text NOT NULL,
	removed_by text NOT NULL,
	removed_at text NOT NULL,
	PRIMARY KEY (round, form, cluster, company, number),
	FOREIGN KEY (round, form, cluster, company)
		REFERENCES questionnaire (round, form, cluster, company)
);

CREATE INDEX evidence_by_file ON evidence (sha256);
