-- A copy of the database holds no NIR: the vault and its index are emptied.
DELETE FROM passport_nir;
UPDATE res_partner
   SET nir_state = 'missing', nir_state_date = NULL
 WHERE nir_state = 'provided';
UPDATE event_registration SET passport_state = 'blocked' WHERE passport_state = 'ready';
