-- +goose Up
-- Who joined, as a keyed hash that is the same in every matter, so that people who joined two matters are counted once when these are merged.
ALTER TABLE suggestion_author ADD COLUMN supporter TEXT NOT NULL DEFAULT '';
-- Whoever began in a matter reads it also after their thread went on in another.
CREATE INDEX suggestion_author_began ON suggestion_author (raised_in, joined_at);
-- Opinions between departments that are to be reminded of.
CREATE INDEX suggestion_task_opinion ON suggestion_task (due) WHERE part IN ('joint', 'assisting') AND state IN ('sent', 'in_hand');
-- +goose Down
DROP INDEX suggestion_task_opinion;
DROP INDEX suggestion_author_began;
ALTER TABLE suggestion_author DROP COLUMN supporter;
