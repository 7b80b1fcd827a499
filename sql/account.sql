-- SPDX-License-Identifier: GPL-3.0-or-later
-- Accounts, their second factor and their roles.

-- name: account_put :exec
-- Makes an account.
INSERT INTO account (id, email, name, lang, active, password, totp_seed, totp_on, totp_last_step,
	created_at, password_at, seen_at)
VALUES (:id, :email, :name, :lang, :active, :password, '', 0, 0, :created_at, :password_at, '');

-- name: account_get :one
-- An account by its number.
-- columns: id email name lang active password totp_seed totp_on totp_last_step created_at password_at seen_at
SELECT id, email, name, lang, active, password, totp_seed, totp_on, totp_last_step,
	created_at, password_at, seen_at
FROM account WHERE id = :id;

-- name: account_find :one
-- An account by its address.
-- columns: id email name lang active password totp_seed totp_on totp_last_step created_at password_at seen_at
SELECT id, email, name, lang, active, password, totp_seed, totp_on, totp_last_step,
	created_at, password_at, seen_at
FROM account WHERE email = :email;

-- name: account_list :many
-- Every account, without its secrets.
-- columns: id email name lang active password totp_seed totp_on totp_last_step created_at password_at seen_at
SELECT id, email, name, lang, active, '' AS password, '' AS totp_seed, totp_on, totp_last_step,
	created_at, password_at, seen_at
FROM account ORDER BY email;

-- name: account_email :one
-- The address of an account.
-- columns: email
SELECT email FROM account WHERE id = :id;

-- name: account_change :exec
-- What can be changed by hand.
UPDATE account SET name = :name, lang = :lang, active = :active WHERE id = :id;

-- name: account_password :exec
-- A new password.
UPDATE account SET password = :password, password_at = :password_at WHERE id = :id;

-- name: account_seen :exec
-- Somebody signed in.
UPDATE account SET seen_at = :seen_at WHERE id = :id;

-- name: account_totp :exec
-- Another seed of one-time codes, not shown to work yet; or none.
UPDATE account SET totp_seed = :totp_seed, totp_on = 0, totp_last_step = 0 WHERE id = :id;

-- name: account_totp_confirm :one
-- The seed was shown to work.
-- columns: id
UPDATE account SET totp_on = 1, totp_last_step = :step
WHERE id = :id AND totp_seed <> '' RETURNING id;

-- name: account_totp_take :one
-- Takes a step once.
-- columns: id
UPDATE account SET totp_last_step = :step
WHERE id = :id AND totp_on = 1 AND totp_last_step < :step RETURNING id;

-- name: recovery_put :exec
-- Adds a recovery code.
INSERT INTO recovery_code (account, hash) VALUES (:account, :hash);

-- name: recovery_take :one
-- Takes a recovery code once.
-- columns: hash
DELETE FROM recovery_code WHERE account = :account AND hash = :hash RETURNING hash;

-- name: recovery_clear :exec
-- Takes all recovery codes of an account.
DELETE FROM recovery_code WHERE account = :account;

-- name: recovery_count :one
-- How many recovery codes are left.
-- columns: n
SELECT count(*) AS n FROM recovery_code WHERE account = :account;

-- name: role_put :one
-- Grants a role; no row when it was granted already.
-- columns: account
INSERT INTO account_role (account, role, object, granted_at, granted_by)
VALUES (:account, :role, :object, :granted_at, :granted_by)
ON CONFLICT (account, role, object) DO NOTHING RETURNING account;

-- name: role_count :one
-- How many roles an account has.
-- columns: n
SELECT count(*) AS n FROM account_role WHERE account = :account;

-- name: role_take :one
-- Takes a role back.
-- columns: account
DELETE FROM account_role WHERE account = :account AND role = :role AND object = :object
RETURNING account;

-- name: role_list :many
-- Roles of one account.
-- columns: account role object granted_at granted_by
SELECT account, role, object, granted_at, granted_by
FROM account_role WHERE account = :account ORDER BY account, role, object;

-- name: role_list_all :many
-- Roles of every account.
-- columns: account role object granted_at granted_by
SELECT account, role, object, granted_at, granted_by
FROM account_role ORDER BY account, role, object;

-- name: cluster_of_chamber :many
-- The clusters of a chamber.
-- columns: id
SELECT id FROM cluster WHERE chamber = :chamber ORDER BY id;
