from . import deposit, portal, portal_sheet
