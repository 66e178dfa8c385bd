from . import passport_declare
