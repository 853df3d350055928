-- +goose Up
CREATE TABLE notice (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject    TEXT NOT NULL,
    occasion   TEXT NOT NULL,
    text       TEXT NOT NULL,
    args       TEXT NOT NULL DEFAULT '{}',
    created    BIGINT NOT NULL,
    inside     INTEGER NOT NULL,
    unread     INTEGER NOT NULL,
    read_at    BIGINT NOT NULL DEFAULT 0,
    mail       TEXT NOT NULL DEFAULT '',
    mail_id    TEXT NOT NULL DEFAULT '',
    UNIQUE (account_id, kind, subject_id, occasion)
);
CREATE INDEX notice_list ON notice (account_id, inside, unread, created, id);
CREATE INDEX notice_daily ON notice (mail, account_id);
CREATE INDEX notice_mail_of ON notice (mail_id);
CREATE INDEX notice_created ON notice (created);
CREATE TABLE notice_mail (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    day        TEXT,
    state      TEXT NOT NULL,
    claimed    BIGINT NOT NULL DEFAULT 0,
    created    BIGINT NOT NULL,
    ended      BIGINT NOT NULL DEFAULT 0,
    error      TEXT NOT NULL DEFAULT '',
    UNIQUE (account_id, day)
);
CREATE INDEX notice_mail_state ON notice_mail (state, created);
CREATE TABLE notice_choice (
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    inside     INTEGER NOT NULL,
    mail       TEXT NOT NULL,
    PRIMARY KEY (account_id, kind)
);
CREATE TABLE notice_reader (
    account_id TEXT PRIMARY KEY,
    lang       TEXT NOT NULL
);
-- +goose Down
DROP TABLE notice_reader;
DROP TABLE notice_choice;
DROP TABLE notice_mail;
DROP TABLE notice;
