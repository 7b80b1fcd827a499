-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions, API tokens, and what was tried in vain.

-- name: session_put :exec
-- Begins a session.
INSERT INTO session (id, account, link, hash, half, created_at, seen_at, expires_at, origin, agent,
	company)
VALUES (:id, :account, :link, :hash, :half, :created_at, :seen_at, :expires_at, :origin, :agent,
	:company);

-- name: session_find :one
-- A session by its token.
-- columns: id account link hash half created_at seen_at expires_at origin agent company
SELECT id, account, link, hash, half, created_at, seen_at, expires_at, origin, agent, company
FROM session WHERE hash = :hash AND expires_at > :now;

-- name: session_list :many
-- Sessions of an account, newest first.
-- columns: id account link hash half created_at seen_at expires_at origin agent company
SELECT id, account, link, hash, half, created_at, seen_at, expires_at, origin, agent, company
FROM session WHERE account = :account AND expires_at > :now ORDER BY id DESC;

-- name: session_complete :one
-- The second factor was given.
-- columns: account
UPDATE session SET half = 0, hash = :hash, expires_at = :expires_at
WHERE id = :id AND half = 1 RETURNING account;

-- name: session_touch :exec
-- Somebody came with it.
UPDATE session SET seen_at = :seen_at, expires_at = :expires_at WHERE id = :id;

-- name: session_end :one
-- Ends one session of an account; 0 is whoever came by a link.
-- columns: link
DELETE FROM session WHERE id = :id AND coalesce(account, 0) = :account RETURNING link;

-- name: session_end_account :many
-- Ends the sessions of an account but one.
-- columns: id
DELETE FROM session WHERE account = :account AND id <> :keep RETURNING id;

-- name: session_end_link :many
-- Ends the sessions of a link.
-- columns: id
DELETE FROM session WHERE link = :link RETURNING id;

-- name: session_tidy :many
-- Ends what expired.
-- columns: id
DELETE FROM session WHERE expires_at <= :now RETURNING id;

-- name: token_put :exec
-- Makes a token.
INSERT INTO api_token (id, account, hash, name, scope, created_at, expires_at, seen_at)
VALUES (:id, :account, :hash, :name, :scope, :created_at, :expires_at, '');

-- name: token_find :one
-- A token by its hash.
-- columns: id account hash name scope created_at expires_at seen_at
SELECT id, account, hash, name, scope, created_at, expires_at, seen_at
FROM api_token WHERE hash = :hash AND expires_at > :now;

-- name: token_get :one
-- A token by its number.
-- columns: id account hash name scope created_at expires_at seen_at
SELECT id, account, hash, name, scope, created_at, expires_at, seen_at
FROM api_token WHERE id = :id;

-- name: token_list :many
-- Tokens of an account.
-- columns: id account hash name scope created_at expires_at seen_at
SELECT id, account, hash, name, scope, created_at, expires_at, seen_at
FROM api_token WHERE account = :account ORDER BY id;

-- name: token_list_all :many
-- Every token.
-- columns: id account hash name scope created_at expires_at seen_at
SELECT id, account, hash, name, scope, created_at, expires_at, seen_at
FROM api_token ORDER BY id;

-- name: token_touch :exec
-- A program came with it.
UPDATE api_token SET seen_at = :seen_at WHERE id = :id;

-- name: token_end :exec
-- Takes a token.
DELETE FROM api_token WHERE id = :id;

-- name: token_end_account :many
-- Takes the tokens of an account.
-- columns: id
DELETE FROM api_token WHERE account = :account RETURNING id;

-- name: token_tidy :many
-- Takes what expired long ago.
-- columns: id
DELETE FROM api_token WHERE expires_at < :before RETURNING id;

-- name: failure_put :exec
-- Something was tried in vain.
INSERT INTO failed_attempt (subject, at, times) VALUES (:subject, :at, 1)
ON CONFLICT (subject, at) DO UPDATE SET times = failed_attempt.times + 1;

-- name: failure_count :one
-- How often, between two times.
-- columns: n
SELECT CAST(coalesce(sum(times), 0) AS bigint) AS n
FROM failed_attempt WHERE subject = :subject AND at >= :since AND at <= :until;

-- name: failure_forget :exec
-- It succeeded.
DELETE FROM failed_attempt WHERE subject = :subject;

-- name: failure_tidy :many
-- Forgets what is long ago.
-- columns: subject
DELETE FROM failed_attempt WHERE at < :before RETURNING subject;
