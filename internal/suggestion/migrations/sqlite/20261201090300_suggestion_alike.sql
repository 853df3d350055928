-- +goose Up
CREATE TABLE suggestion_alike_sim_new (rid INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE suggestion_alike_sim_seg (id INTEGER PRIMARY KEY, level INTEGER NOT NULL, docs INTEGER NOT NULL, lo INTEGER NOT NULL, hi INTEGER NOT NULL, head BLOB NOT NULL);
CREATE TABLE suggestion_alike_sim_blk (seg INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (seg, n));
CREATE TABLE suggestion_alike_sim_gone (rid INTEGER PRIMARY KEY, upto INTEGER NOT NULL);
INSERT INTO suggestion_alike_sim_seg (id, level, docs, lo, hi, head) VALUES (0, -2, 0, 0, 0, '');
-- +goose Down
DROP TABLE suggestion_alike_sim_gone;
DROP TABLE suggestion_alike_sim_blk;
DROP TABLE suggestion_alike_sim_seg;
DROP TABLE suggestion_alike_sim_new;
