"""Print the texts of the demonstration's attachments as PDF files: `python deploy/demo/cases/print_attachments.py`.

Each `<case>/text/<name>.txt` becomes `<case>/<name>.pdf`, byte for byte the same on every run. The Chinese letters are
not in the file: it names the standard font STSong-Light (Adobe-GB1), which readers supply.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
LINE_WIDTH = 34  # Chinese letters; a Latin one is half as wide
LINES_ON_A_PAGE = 42


def print_all(directory: Path) -> list[Path]:
    """Write the PDF of every text below this directory; which files were written."""
    written = []
    for text in sorted(directory.glob("*/text/*.txt")):
        target = text.parent.parent / f"{text.stem}.pdf"
        target.write_bytes(pdf(text.read_text(encoding="utf-8")))
        written.append(target)
    return written


def pdf(text: str) -> bytes:
    """A PDF 1.5 document (ISO 32000) of one page with this text. Raises ValueError when it does not fit the page."""
    lines = [part for line in text.splitlines() for part in _wrapped(line)]
    if len(lines) > LINES_ON_A_PAGE:
        raise ValueError(f"{len(lines)} lines do not fit one page of {LINES_ON_A_PAGE}")
    shown = "\n".join(f"<{line.encode('utf-16-be').hex().upper()}> Tj T*" for line in lines)
    stream = f"BT /F1 13 Tf 18 TL 70 780 Td\n{shown}\nET"
    return _document(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor 7 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /W [1 95 500] >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        " /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    )


def _wrapped(line: str) -> list[str]:
    """The line in parts that fit the width of the page."""
    parts, width = [""], 0.0
    for letter in line:
        width += 0.5 if letter.isascii() else 1
        if width > LINE_WIDTH:
            parts.append("")
            width = 1
        parts[-1] += letter
    return parts


def _document(*objects: str) -> bytes:
    """The objects as a file, with its table of where each begins."""
    body, starts = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, start=1):
        starts.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("ascii")
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("ascii")


if __name__ == "__main__":
    for path in print_all(HERE):
        print(path.relative_to(HERE))  # noqa: T201  # a script says what it did
