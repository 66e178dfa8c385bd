-- A copy of the database holds no NIR: the vault, its index and the sealed files are emptied.
DELETE FROM passport_nir;
DELETE FROM passport_nir_seal;
UPDATE res_partner
   SET nir_state = 'missing', nir_state_date = NULL
 WHERE nir_state = 'provided';
UPDATE event_registration SET passport_state = 'blocked' WHERE passport_state = 'ready';
-- Nor does it answer for attendees: their links, which its own secret would sign alike, open nothing.
UPDATE passport_form_link SET revoked_on = now() AT TIME ZONE 'UTC' WHERE revoked_on IS NULL;
DELETE FROM passport_form_request;
