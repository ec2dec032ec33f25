-- A term that was paid ahead is rated anew with its policy: how is kept beside the
-- working of the policy's own premium. Empty where there is no such term.

-- +goose Up

ALTER TABLE price_working ADD COLUMN ahead TEXT NOT NULL DEFAULT '';
