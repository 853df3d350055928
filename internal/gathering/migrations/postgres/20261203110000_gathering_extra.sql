-- +goose Up
-- What the kind of a gathering asks for besides time and place, as JSON: name of the field to its text.
ALTER TABLE gathering ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';
-- +goose Down
ALTER TABLE gathering DROP COLUMN extra;
