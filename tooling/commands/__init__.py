"""One module per group of ./dev sub-commands: each gives `register(subparsers)`."""
