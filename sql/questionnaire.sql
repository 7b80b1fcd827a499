-- SPDX-License-Identifier: GPL-3.0-or-later
-- Questionnaires while they are filled in, reviewed and decided on.

-- name: questionnaire_get :one
-- One questionnaire.
-- columns: round form cluster company state opened_at saved_at sent_at decided_at signed_by last_question n_changes n_events n_asked n_answered n_owed n_faults n_warnings n_unexplained
SELECT round, form, cluster, company, state, opened_at, saved_at, sent_at, decided_at, signed_by,
	last_question, n_changes, n_events, n_asked, n_answered, n_owed, n_faults, n_warnings,
	n_unexplained
FROM questionnaire
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company;

-- name: questionnaire_list :many
-- Those of a round and form.
-- columns: round form cluster company state opened_at saved_at sent_at decided_at signed_by last_question n_changes n_events n_asked n_answered n_owed n_faults n_warnings n_unexplained
SELECT round, form, cluster, company, state, opened_at, saved_at, sent_at, decided_at, signed_by,
	last_question, n_changes, n_events, n_asked, n_answered, n_owed, n_faults, n_warnings,
	n_unexplained
FROM questionnaire WHERE round = :round AND form = :form ORDER BY cluster, company;

-- name: questionnaire_list_of :many
-- Those of a cluster.
-- columns: round form cluster company state opened_at saved_at sent_at decided_at signed_by last_question n_changes n_events n_asked n_answered n_owed n_faults n_warnings n_unexplained
SELECT round, form, cluster, company, state, opened_at, saved_at, sent_at, decided_at, signed_by,
	last_question, n_changes, n_events, n_asked, n_answered, n_owed, n_faults, n_warnings,
	n_unexplained
FROM questionnaire WHERE cluster = :cluster ORDER BY round, form, company;

-- name: questionnaire_open :exec
-- Somebody opens it; whoever comes second changes nothing.
INSERT INTO questionnaire (round, form, cluster, company, state, opened_at, saved_at, sent_at,
	decided_at, signed_by, last_question, n_changes, n_events, n_asked, n_answered, n_owed, n_faults,
	n_warnings, n_unexplained)
VALUES (:round, :form, :cluster, :company, 'draft', :now, '', '', '', '', '', 0, 0, 0, 0, 0, 0, 0, 0)
ON CONFLICT (round, form, cluster, company) DO NOTHING;

-- name: questionnaire_save :exec
-- What a save leaves.
UPDATE questionnaire SET saved_at = :now, last_question = :last_question, n_changes = :n_changes
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company;

-- name: questionnaire_count :exec
-- The counts of a look.
UPDATE questionnaire SET n_asked = :n_asked, n_answered = :n_answered, n_owed = :n_owed,
	n_faults = :n_faults, n_warnings = :n_warnings, n_unexplained = :n_unexplained
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company;

-- name: questionnaire_move :exec
-- A new state.
UPDATE questionnaire SET state = :state, sent_at = :sent_at, decided_at = :decided_at,
	signed_by = :signed_by, n_events = :n_events
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company;

-- name: answer_change_put :exec
-- Adds a change.
INSERT INTO answer_change (round, form, cluster, company, number, question, item, mark, author,
	changed_at, value, reason)
VALUES (:round, :form, :cluster, :company, :number, :question, :item, :mark, :author, :now, :value,
	:reason);

-- name: answer_change_list :many
-- Every change of a questionnaire, oldest first.
-- columns: number question item mark author changed_at value reason
SELECT number, question, item, mark, author, changed_at, value, reason FROM answer_change
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company
ORDER BY number;

-- name: questionnaire_event_put :exec
-- Adds an event.
INSERT INTO questionnaire_event (round, form, cluster, company, number, state, author, happened_at, note)
VALUES (:round, :form, :cluster, :company, :number, :state, :author, :now, :note);

-- name: questionnaire_event_list :many
-- How the state of a questionnaire came to be, oldest first.
-- columns: number state author happened_at note
SELECT number, state, author, happened_at, note FROM questionnaire_event
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company
ORDER BY number;
