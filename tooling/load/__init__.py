"""Many people at once, on a server with several workers, one of which is killed: does anything break?"""

USERS = 8
PASSWORD = "charge-et-decharge"
