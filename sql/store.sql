-- SPDX-License-Identifier: GPL-3.0-or-later
-- The store itself: migrations, settings, numbers.

-- name: migration_last :one
-- Number of the last migration applied.
-- columns: number
SELECT coalesce(max(number), 0) AS number FROM migration;

-- name: migration_put :exec
-- Remembers that a migration was applied.
INSERT INTO migration (number, name) VALUES (:number, :name);

-- name: setting_get :one
-- A fact about the store.
-- columns: value
SELECT value FROM setting WHERE name = :name;

-- name: setting_put :exec
-- Sets a fact about the store.
INSERT INTO setting (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: number_next :one
-- The next number of a kind of thing.
-- columns: value
INSERT INTO counter (name, value) VALUES (:name, 1)
ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value;
