-- +goose Up
CREATE TABLE suggestion_alike_sim_new (rid bigint PRIMARY KEY, data bytea NOT NULL);
CREATE TABLE suggestion_alike_sim_seg (id bigint PRIMARY KEY, level bigint NOT NULL, docs bigint NOT NULL, lo bigint NOT NULL, hi bigint NOT NULL, head bytea NOT NULL);
CREATE TABLE suggestion_alike_sim_blk (seg bigint NOT NULL, n bigint NOT NULL, data bytea NOT NULL, PRIMARY KEY (seg, n));
CREATE TABLE suggestion_alike_sim_gone (rid bigint PRIMARY KEY, upto bigint NOT NULL);
INSERT INTO suggestion_alike_sim_seg (id, level, docs, lo, hi, head) VALUES (0, -2, 0, 0, 0, '');
-- +goose Down
DROP TABLE suggestion_alike_sim_gone;
DROP TABLE suggestion_alike_sim_blk;
DROP TABLE suggestion_alike_sim_seg;
DROP TABLE suggestion_alike_sim_new;
