-- A copy of the database holds no NIR: the vault, its index and the sealed files are emptied.
DELETE FROM passport_nir;
DELETE FROM passport_nir_seal;
-- Nor what was uploaded and waits, sealed, to be imported.
UPDATE base_import_import SET sealed_file = NULL;
DELETE FROM passport_portal_upload;
DELETE FROM passport_enrol_list;
UPDATE res_partner
   SET nir_state = 'missing', nir_state_date = NULL
 WHERE nir_state = 'provided';
UPDATE event_registration SET passport_state = 'blocked' WHERE passport_state = 'ready';
-- Nor does it answer for attendees: their links, which its own secret would sign alike, open nothing.
UPDATE passport_form_link SET revoked_on = now() AT TIME ZONE 'UTC' WHERE revoked_on IS NULL;
DELETE FROM passport_form_request;
