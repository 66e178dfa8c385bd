"""Parts of the ./dev command. Nothing here is imported by the addon."""
