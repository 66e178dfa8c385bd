"""The pictures of the documentation, and how they are taken: a real Chromium on the demo's screens."""
