-- +goose Up
-- Whether the owner of a decision was told that its day comes ('soon') or has passed ('late').
ALTER TABLE gathering_decision ADD COLUMN reminded TEXT NOT NULL DEFAULT '';
CREATE INDEX gathering_decision_due ON gathering_decision (due) WHERE done = 0 AND dropped = 0;
-- +goose Down
DROP INDEX gathering_decision_due;
ALTER TABLE gathering_decision DROP COLUMN reminded;
