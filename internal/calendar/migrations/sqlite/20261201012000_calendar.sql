-- +goose Up
-- What was imported about single days. A day that is said anew supersedes what was said before; nothing is overwritten.
CREATE TABLE calendar_day (
    id          TEXT PRIMARY KEY,
    day         TEXT NOT NULL,
    working     INTEGER NOT NULL,
    name        TEXT NOT NULL DEFAULT '',
    recorded    BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    superseded  BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX calendar_day_of ON calendar_day (day) WHERE superseded = 0;
CREATE TABLE calendar_version (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);
INSERT INTO calendar_version (one, version) VALUES (1, 1);
-- +goose Down
DROP TABLE calendar_version;
DROP TABLE calendar_day;
