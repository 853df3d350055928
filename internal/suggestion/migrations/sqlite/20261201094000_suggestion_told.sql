-- +goose Up
CREATE TABLE suggestion_told (                                -- what the passing of time brought already, once for a date
    suggestion_id TEXT NOT NULL REFERENCES suggestion (id),
    what          TEXT NOT NULL,                              -- remind, urge, rate, soon:DEPARTMENT, late:DEPARTMENT
    day           TEXT NOT NULL,
    PRIMARY KEY (suggestion_id, what, day)
);
CREATE INDEX suggestion_task_due ON suggestion_task (due, id) WHERE state IN ('sent', 'in_hand', 'return_asked', 'drafted') AND due <> '';
-- +goose Down
DROP INDEX suggestion_task_due;
DROP TABLE suggestion_told;
