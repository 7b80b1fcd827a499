-- SPDX-License-Identifier: GPL-3.0-or-later
-- What people ask about their data.

-- name: personal_request_put :exec
-- Takes a request.
INSERT INTO personal_request (id, kind, state, account, link, round, cluster, company, sealed, contact_hash,
	received_at, due_on, extended_on, answered_at, answered_by, outcome, confirm_hash)
VALUES (:id, :kind, :state, :account, :link, :round, :cluster, :company, :sealed, :contact_hash,
	:received_at, :due_on, '', '', '', '', :confirm_hash);

-- name: personal_request_get :one
-- One request.
-- columns: id kind state account link round cluster company sealed contact_hash received_at due_on extended_on answered_at answered_by outcome confirm_hash
SELECT id, kind, state, account, link, round, cluster, company, sealed, contact_hash, received_at, due_on,
	extended_on, answered_at, answered_by, outcome, confirm_hash
FROM personal_request WHERE id = :id;

-- name: personal_request_list :many
-- Every request, those that wait first, by their term.
-- columns: id kind state account link round cluster company sealed contact_hash received_at due_on extended_on answered_at answered_by outcome confirm_hash
SELECT id, kind, state, account, link, round, cluster, company, sealed, contact_hash, received_at, due_on,
	extended_on, answered_at, answered_by, outcome, confirm_hash
FROM personal_request
ORDER BY CASE WHEN state = 'answered' THEN 1 ELSE 0 END,
	CASE WHEN extended_on <> '' THEN extended_on ELSE due_on END, id;

-- name: personal_request_confirm :one
-- Who asked has shown that the address is theirs.
-- columns: id
UPDATE personal_request SET state = 'open', confirm_hash = ''
WHERE confirm_hash = :confirm_hash AND state = 'unconfirmed' RETURNING id;

-- name: personal_request_extend :one
-- More time, once.
-- columns: id
UPDATE personal_request SET extended_on = :extended_on, sealed = :sealed
WHERE id = :id AND state <> 'answered' AND extended_on = '' RETURNING id;

-- name: personal_request_answer :one
-- It is answered.
-- columns: id
UPDATE personal_request SET state = 'answered', answered_at = :answered_at, answered_by = :answered_by,
	outcome = :outcome, sealed = :sealed
WHERE id = :id AND state <> 'answered' RETURNING id;

-- name: personal_request_tidy :many
-- Takes requests that were answered long ago.
-- columns: id
DELETE FROM personal_request WHERE state = 'answered' AND answered_at < :before RETURNING id;

-- name: personal_account_forget :one
-- An account that names nobody any more.
-- columns: id
UPDATE account SET email = :email, name = :name, active = 0, password = '', totp_seed = '', totp_on = 0
WHERE id = :id RETURNING id;

-- name: personal_account_stale :many
-- Accounts that are off and were last used before a time.
-- columns: id
SELECT id FROM account WHERE active = 0 AND password <> '' AND created_at < :before
	AND (seen_at = '' OR seen_at < :before);

