-- +goose Up
CREATE TABLE upload (
    id        TEXT PRIMARY KEY,
    owner     TEXT NOT NULL,
    slot      INTEGER,                    -- 0 to the most that one owner may have; NULL once it does not count any more
    name      TEXT NOT NULL,
    type      TEXT NOT NULL,
    size      BIGINT NOT NULL CHECK (size > 0),
    received  BIGINT NOT NULL DEFAULT 0,
    created   BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    finished  BIGINT,
    CHECK (received >= 0 AND received <= size)
);
CREATE UNIQUE INDEX upload_slot ON upload (owner, slot);
CREATE INDEX upload_expires ON upload (expires, id);
CREATE TABLE upload_piece (
    upload  TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    start   BIGINT NOT NULL,
    size    BIGINT NOT NULL CHECK (size > 0),
    blob    TEXT NOT NULL,
    PRIMARY KEY (upload, start)
);
-- +goose Down
DROP TABLE upload_piece;
DROP TABLE upload;
