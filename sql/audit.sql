-- SPDX-License-Identifier: GPL-3.0-or-later
-- The record of deeds.

-- name: audit_last :one
-- What the next row is bound to.
-- columns: n at hash
SELECT n, at, hash FROM audit_entry ORDER BY n DESC LIMIT 1;

-- name: audit_put :exec
-- Appends a row.
INSERT INTO audit_entry (n, at, actor, origin, deed, subject, before, after, outcome, hash)
VALUES (:n, :at, :actor, :origin, :deed, :subject, :before, :after, :outcome, :hash);

-- name: audit_deed_put :exec
-- Remembers that there are rows of a deed.
INSERT INTO audit_deed (deed) VALUES (:deed) ON CONFLICT (deed) DO NOTHING;

-- name: audit_deed_list :many
-- The deeds that stand in the audit.
-- columns: deed
SELECT deed FROM audit_deed ORDER BY deed;

-- name: audit_page :many
-- Rows behind one, in order.
-- columns: n at actor origin deed subject before after outcome hash
SELECT n, at, actor, origin, deed, subject, before, after, outcome, hash
FROM audit_entry WHERE n > :behind ORDER BY n LIMIT :rows;

-- name: audit_list :many
-- Rows before one that a filter lets through, newest first; an empty text lets all through.
-- columns: n at actor origin deed subject before after outcome hash
SELECT n, at, actor, origin, deed, subject, before, after, outcome, hash
FROM audit_entry
WHERE n < :before_n AND (CAST(:actor AS text) = '' OR actor = :actor)
	AND (CAST(:deed AS text) = '' OR deed = :deed)
	AND (CAST(:subject AS text) = '' OR subject = :subject)
	AND substr(at, 1, 10) >= :from_day AND substr(at, 1, 10) <= :to_day
ORDER BY n DESC LIMIT :rows;

-- name: audit_bind :exec
-- Binds a row that was written before rows had a hash.
UPDATE audit_entry SET after = :after, hash = :hash WHERE n = :n AND hash = '';
