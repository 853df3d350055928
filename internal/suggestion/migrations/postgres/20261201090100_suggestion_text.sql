-- +goose Up
CREATE TABLE suggestion_all_fts (rid bigint PRIMARY KEY, title tsvector NOT NULL, tsv tsvector NOT NULL);
CREATE INDEX suggestion_all_fts_tsv ON suggestion_all_fts USING gin (tsv);
CREATE TABLE suggestion_all_fts_long (rid bigint NOT NULL, part integer NOT NULL, tsv tsvector NOT NULL, PRIMARY KEY (rid, part));
CREATE INDEX suggestion_all_fts_long_tsv ON suggestion_all_fts_long USING gin (tsv);
CREATE TABLE suggestion_public_text_fts (rid bigint PRIMARY KEY, title tsvector NOT NULL, tsv tsvector NOT NULL);
CREATE INDEX suggestion_public_text_fts_tsv ON suggestion_public_text_fts USING gin (tsv);
CREATE TABLE suggestion_public_text_fts_long (rid bigint NOT NULL, part integer NOT NULL, tsv tsvector NOT NULL, PRIMARY KEY (rid, part));
CREATE INDEX suggestion_public_text_fts_long_tsv ON suggestion_public_text_fts_long USING gin (tsv);
-- +goose Down
DROP TABLE suggestion_public_text_fts_long;
DROP TABLE suggestion_public_text_fts;
DROP TABLE suggestion_all_fts_long;
DROP TABLE suggestion_all_fts;
