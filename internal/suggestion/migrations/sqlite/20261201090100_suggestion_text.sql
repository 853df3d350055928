-- +goose Up
CREATE VIRTUAL TABLE suggestion_all_fts USING fts5(title, body, content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE suggestion_public_text_fts USING fts5(title, body, content='', contentless_delete=1, tokenize='ascii');
-- +goose Down
DROP TABLE suggestion_public_text_fts;
DROP TABLE suggestion_all_fts;
