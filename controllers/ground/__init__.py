"""What all controllers stand on: routes that answer the methods they name, files to save."""

from . import downloads, routes
