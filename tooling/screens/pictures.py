"""Small pictures: few colours, so that a clone stays light."""

import io
from pathlib import Path

from PIL import Image

COLOURS = 256


def small(png: bytes) -> bytes:
    """The same picture with as many colours as a screen of plain surfaces needs."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def keep(png: bytes, path: Path) -> int:
    """Write it small; how many bytes it has."""
    content = small(png)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)
