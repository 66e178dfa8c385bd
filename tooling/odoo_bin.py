"""Odoo's command line as a file: its event process starts itself again by the name of the file."""

import sys

if __name__ == "__main__":
    # The folder of this file is none where Odoo's modules should look for theirs.
    sys.path.pop(0)
    import odoo.cli

    odoo.cli.main()
