-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who did what, when, from where; rows are only added and each is bound to the one before it by its
-- hash.  Never holds an answer or a secret.
CREATE TABLE audit_entry (
	n bigint NOT NULL PRIMARY KEY,
	at text NOT NULL,
	actor text NOT NULL,
	origin text NOT NULL,
	deed text NOT NULL,
	subject text NOT NULL,
	before text NOT NULL,
	after text NOT NULL,
	outcome text NOT NULL CHECK (outcome IN ('done', 'denied', 'failed')),
	hash text NOT NULL
);

-- The deeds that stand there.
CREATE TABLE audit_deed (
	deed text NOT NULL PRIMARY KEY
);

-- The rows written until now had no hash.  The program computes it before it adds the next row, for
-- those up to this number; whatever has no hash behind it was put in by somebody else.
INSERT INTO setting (name, value)
SELECT 'audit_unchained', CAST(coalesce(max(id), 0) AS text) FROM audit;

INSERT INTO audit_entry (n, at, actor, origin, deed, subject, before, after, outcome, hash)
SELECT id, written_at, actor, '', deed, subject, '', detail, 'done', '' FROM audit;

INSERT INTO audit_deed (deed) SELECT DISTINCT deed FROM audit;

DROP TABLE audit;
