-- +goose Up
CREATE VIRTUAL TABLE suggestion_all_fts USING fts5(title, body, content='', contentless_delete=1, tokenize='ascii');
INSERT INTO suggestion_all_fts (suggestion_all_fts, rank) VALUES ('automerge', 16);
INSERT INTO suggestion_all_fts (suggestion_all_fts, rank) VALUES ('crisismerge', 64);
CREATE VIRTUAL TABLE suggestion_public_text_fts USING fts5(title, body, content='', contentless_delete=1, tokenize='ascii');
INSERT INTO suggestion_public_text_fts (suggestion_public_text_fts, rank) VALUES ('automerge', 16);
INSERT INTO suggestion_public_text_fts (suggestion_public_text_fts, rank) VALUES ('crisismerge', 64);
-- +goose Down
DROP TABLE suggestion_public_text_fts;
DROP TABLE suggestion_all_fts;
