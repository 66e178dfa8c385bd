-- A copy of the database holds no NIR: the vault and its index are emptied.
DELETE FROM passport_nir;
UPDATE res_partner
   SET nir_state = 'missing', nir_state_date = NULL
 WHERE nir_state = 'provided';
UPDATE event_registration SET passport_state = 'blocked' WHERE passport_state = 'ready';
-- Nor does it answer for attendees: their links, which its own secret would sign alike, open nothing.
UPDATE passport_form_link SET revoked_on = now() AT TIME ZONE 'UTC' WHERE revoked_on IS NULL;
DELETE FROM passport_form_request;
