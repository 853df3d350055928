-- +goose Up
-- The public lists walk an index that has their order and also the state, so that a list and its total narrowed to one state, and everything that leaves out what was
-- merged, is decided in the index and never by looking at rows.
DROP INDEX suggestion_public;
DROP INDEX suggestion_public_committee;
DROP INDEX suggestion_public_field;
DROP INDEX suggestion_public_city;
DROP INDEX suggestion_public_division;
DROP INDEX suggestion_public_lead;
CREATE INDEX suggestion_public ON suggestion (raised_at, rid, state) WHERE public = 1;
CREATE INDEX suggestion_public_committee ON suggestion (committee_id, raised_at, rid, state) WHERE public = 1;
CREATE INDEX suggestion_public_field ON suggestion (top_field_id, raised_at, rid, state, field_id) WHERE public = 1;
CREATE INDEX suggestion_public_city ON suggestion (city_id, raised_at, rid, state) WHERE public = 1;
CREATE INDEX suggestion_public_division ON suggestion (division_id, raised_at, rid, state) WHERE public = 1;
CREATE INDEX suggestion_public_lead ON suggestion (lead_id, raised_at, rid, state) WHERE public = 1;
-- +goose Down
DROP INDEX suggestion_public;
DROP INDEX suggestion_public_committee;
DROP INDEX suggestion_public_field;
DROP INDEX suggestion_public_city;
DROP INDEX suggestion_public_division;
DROP INDEX suggestion_public_lead;
CREATE INDEX suggestion_public ON suggestion (raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_committee ON suggestion (committee_id, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_field ON suggestion (top_field_id, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_city ON suggestion (city_id, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_division ON suggestion (division_id, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_lead ON suggestion (lead_id, raised_at, rid) WHERE public = 1;
