-- +goose Up
-- Answers to operations that made something, by the key that the caller gave, so that a repeat makes nothing twice.
CREATE TABLE api_once (
    account   TEXT NOT NULL,
    operation TEXT NOT NULL,
    once      TEXT NOT NULL,
    begun     BIGINT NOT NULL,
    done      BIGINT NOT NULL DEFAULT 0,
    body      TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account, operation, once)
);
CREATE INDEX api_once_begun ON api_once (begun);
-- +goose Down
DROP TABLE api_once;
