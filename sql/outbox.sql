-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whom to write to, in what words, and the letters that wait, went out or came back.

-- name: contact_put :one
-- Adds a contact, or takes over another name or language of one that is there.
-- columns: id
INSERT INTO contact (id, cluster, kind, lang, hash, sealed, bounced_at, created_at, created_by)
VALUES (:id, :cluster, :kind, :lang, :hash, :sealed, '', :created_at, :created_by)
ON CONFLICT (cluster, kind, hash) DO UPDATE SET lang = excluded.lang, sealed = excluded.sealed,
	bounced_at = ''
RETURNING id;

-- name: contact_get :one
-- A contact by its number.
-- columns: id cluster kind lang hash sealed bounced_at created_at created_by
SELECT id, cluster, kind, lang, hash, sealed, bounced_at, created_at, created_by
FROM contact WHERE id = :id;

-- name: contact_list :many
-- Every contact.
-- columns: id cluster kind lang hash sealed bounced_at created_at created_by
SELECT id, cluster, kind, lang, hash, sealed, bounced_at, created_at, created_by
FROM contact ORDER BY cluster, kind, id;

-- name: contact_list_of :many
-- Those of a cluster.
-- columns: id cluster kind lang hash sealed bounced_at created_at created_by
SELECT id, cluster, kind, lang, hash, sealed, bounced_at, created_at, created_by
FROM contact WHERE cluster = :cluster ORDER BY cluster, kind, id;

-- name: contact_remove :exec
-- Nobody is written to there any more.
DELETE FROM contact WHERE id = :id;

-- name: contact_bounce :many
-- The address was found dead.
-- columns: id
UPDATE contact SET bounced_at = :bounced_at WHERE hash = :hash RETURNING id;

-- name: mail_text_last :one
-- The wording that counts.
-- columns: number subject body author written_at
SELECT number, subject, body, author, written_at
FROM mail_text WHERE name = :name AND lang = :lang ORDER BY number DESC LIMIT 1;

-- name: mail_text_list :many
-- All wordings of a letter, newest first.
-- columns: number subject body author written_at
SELECT number, subject, body, author, written_at
FROM mail_text WHERE name = :name AND lang = :lang ORDER BY number DESC;

-- name: mail_text_put :exec
-- Adds a wording.
INSERT INTO mail_text (name, lang, number, subject, body, author, written_at)
VALUES (:name, :lang, :number, :subject, :body, :author, :written_at);

-- name: mail_put :many
-- Queues a letter; gives no row when one of that key is there.
-- columns: id
INSERT INTO mail (id, unique_key, round, cluster, name, lang, hash, sealed, state, attempts, code,
	next_at, queued_at, queued_by, changed_at, message_id, link)
VALUES (:id, :unique_key, :round, :cluster, :name, :lang, :hash, :sealed, 'waiting', 0, 0, :next_at,
	:queued_at, :queued_by, :queued_at, :message_id, :link)
ON CONFLICT (unique_key) DO NOTHING RETURNING id;

-- name: mail_key :many
-- Is there a letter of that key?
-- columns: id
SELECT id FROM mail WHERE unique_key = :unique_key;

-- name: mail_get :one
-- A letter.
-- columns: id unique_key round cluster name lang hash sealed state attempts code next_at queued_at queued_by changed_at message_id link
SELECT id, unique_key, round, cluster, name, lang, hash, sealed, state, attempts, code, next_at,
	queued_at, queued_by, changed_at, message_id, link
FROM mail WHERE id = :id;

-- name: mail_list :many
-- Letters of a round, newest first.
-- columns: id unique_key round cluster name lang hash sealed state attempts code next_at queued_at queued_by changed_at message_id link
SELECT id, unique_key, round, cluster, name, lang, hash, sealed, state, attempts, code, next_at,
	queued_at, queued_by, changed_at, message_id, link
FROM mail WHERE round = :round ORDER BY id DESC;

-- name: mail_list_all :many
-- Every letter, newest first.
-- columns: id unique_key round cluster name lang hash sealed state attempts code next_at queued_at queued_by changed_at message_id link
SELECT id, unique_key, round, cluster, name, lang, hash, sealed, state, attempts, code, next_at,
	queued_at, queued_by, changed_at, message_id, link
FROM mail ORDER BY id DESC;

-- name: mail_due :many
-- The letter that has waited longest and may be tried now.
-- columns: id
SELECT id FROM mail WHERE state = 'waiting' AND next_at <= :now ORDER BY next_at, id LIMIT 1;

-- name: mail_claim :many
-- Takes it, so that nobody else tries it meanwhile.
-- columns: id
UPDATE mail SET state = 'sending', attempts = attempts + 1, next_at = :until, changed_at = :now
WHERE id = :id AND state = 'waiting' RETURNING id;

-- name: mail_lapse :many
-- Who had taken these never said what came of it.
-- columns: id
UPDATE mail SET state = 'unsure', changed_at = :now
WHERE state = 'sending' AND next_at < :now RETURNING id;

-- name: mail_settle :many
-- What came of an attempt.
-- columns: id
UPDATE mail SET state = :state, code = :code, sealed = :sealed, next_at = :next_at,
	attempts = :attempts, changed_at = :now
WHERE id = :id AND state = :before RETURNING id;

-- name: mail_sent_to :many
-- The last letter that went to an address.
-- columns: id
SELECT id FROM mail WHERE hash = :hash AND state IN ('sent', 'unsure')
ORDER BY id DESC LIMIT 1;

-- name: mail_of_message :many
-- The letter of a Message-ID.
-- columns: id
SELECT id FROM mail WHERE message_id = :message_id;

-- name: mail_count :many
-- How many letters of a round are in each state.
-- columns: state n
SELECT state, count(*) AS n FROM mail WHERE round = :round GROUP BY state ORDER BY state;

-- name: mail_waiting :one
-- How many may be tried now, or were taken by a sender that died.
-- columns: n
SELECT count(*) AS n FROM mail
WHERE state IN ('waiting', 'sending') AND next_at <= :now;
