-- +goose Up
CREATE TABLE intake_file (
    id      TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    content TEXT NOT NULL,   -- sealed
    at      BIGINT NOT NULL
);
CREATE INDEX intake_file_at ON intake_file (at);
-- +goose Down
DROP TABLE intake_file;
