"""What all controllers stand on: routes that answer the methods they name."""

from . import routes
