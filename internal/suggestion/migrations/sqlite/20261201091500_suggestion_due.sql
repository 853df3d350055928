-- +goose Up
ALTER TABLE suggestion ADD COLUMN due_from TEXT NOT NULL DEFAULT '';      -- the day from which due_rule counts
ALTER TABLE suggestion ADD COLUMN due_rule TEXT NOT NULL DEFAULT '';      -- the term the date was computed from, '' when it is a part's or set by hand
ALTER TABLE suggestion_task ADD COLUMN return_rule TEXT NOT NULL DEFAULT '';
ALTER TABLE suggestion_task ADD COLUMN return_provisional INTEGER NOT NULL DEFAULT 0;
CREATE INDEX suggestion_provisional ON suggestion (rid) WHERE due_provisional = 1;
CREATE INDEX suggestion_task_return_provisional ON suggestion_task (suggestion_id) WHERE return_provisional = 1;
-- +goose Down
DROP INDEX suggestion_task_return_provisional;
DROP INDEX suggestion_provisional;
ALTER TABLE suggestion_task DROP COLUMN return_provisional;
ALTER TABLE suggestion_task DROP COLUMN return_rule;
ALTER TABLE suggestion DROP COLUMN due_rule;
ALTER TABLE suggestion DROP COLUMN due_from;
