-- +goose Up
-- Everything that figures over everybody read, in the order in which they read it (sweep.go).
CREATE INDEX membership_sweep ON membership (organisation_id, post, sector, person_id, valid_from, valid_to) WHERE superseded = 0;
CREATE INDEX affiliation_sweep ON affiliation (party, person_id, valid_from, valid_to) WHERE superseded = 0;
-- +goose Down
DROP INDEX affiliation_sweep;
DROP INDEX membership_sweep;
