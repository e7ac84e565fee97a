#!/usr/bin/env python3
"""Draws what a terminal showed as an SVG: reads text with SGR colours from standard input, writes the picture to standard output.

    script -qec "./interlock demo --yes" /dev/null | eng/terminal-svg.py --title "interlock demo" --from "2. The review" --lines 48
"""
import argparse
import html
import re
import sys
import unicodedata

COLUMN, ROW, MARGIN, BAR = 8.4, 19, 18, 34
NORMAL = "#d6deeb"
COLOURS = {31: "#ff6b6b", 32: "#7bd88f", 33: "#ffd866", 34: "#82aaff", 35: "#c792ea", 36: "#78dce8", 90: "#8a94a6",
           91: "#ff6b6b", 92: "#7bd88f", 93: "#ffd866", 94: "#82aaff", 95: "#c792ea", 96: "#78dce8"}
SGR = re.compile(r"\x1b\[([0-9;]*)m")
OTHER = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-_])")


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def spans(line, style):
    """Splits a line into (text, style); a style is (colour, bold, dim) and lasts into the next line."""
    at, found = 0, []
    for match in SGR.finditer(line):
        if match.start() > at:
            found.append((line[at:match.start()], style))
        at = match.end()
        for code in [int(part or 0) for part in match.group(1).split(";")]:
            colour, bold, dim = style
            style = ((None, False, False) if code == 0 else (colour, True, dim) if code == 1 else (colour, bold, True) if code == 2
                     else (colour, False, False) if code == 22 else (None, bold, dim) if code == 39
                     else (COLOURS[code], bold, dim) if code in COLOURS else style)
    if at < len(line):
        found.append((line[at:], style))
    return found, style


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--title", default="terminal")
    arguments.add_argument("--from", dest="start", default="", help="the text in the first line that is drawn")
    arguments.add_argument("--lines", type=int, default=1000, help="how many lines are drawn at the most")
    given = arguments.parse_args()

    text = sys.stdin.buffer.read().decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    lines = [OTHER.sub(lambda match: match.group(0) if SGR.fullmatch(match.group(0)) else "", line) for line in text.split("\n")]
    first = next((i for i, line in enumerate(lines) if given.start in SGR.sub("", line)), None)
    if first is None:
        sys.exit(f"no line holds `{given.start}`")
    lines = lines[first:first + given.lines]
    columns = max(width(SGR.sub("", line)) for line in lines)
    across, down = columns * COLUMN + 2 * MARGIN, BAR + len(lines) * ROW + MARGIN

    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} {down:.0f}" width="{across:.0f}" height="{down:.0f}" '
          f'role="img" aria-label="{html.escape(given.title)}">')
    print(f'<rect width="100%" height="100%" rx="8" fill="#0f1720"/>')
    for i, colour in enumerate(("#ff6b6b", "#ffd866", "#7bd88f")):
        print(f'<circle cx="{MARGIN + 6 + 18 * i}" cy="17" r="5" fill="{colour}"/>')
    print(f'<text x="{across / 2:.0f}" y="21" fill="#8a94a6" font-family="sans-serif" font-size="12" text-anchor="middle">'
          f'{html.escape(given.title)}</text>')
    print('<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14" xml:space="preserve">')
    style = (None, False, False)
    for row, line in enumerate(lines):
        parts, style = spans(line, style)
        column = 0
        for part, (colour, bold, dim) in parts:
            if part.strip():
                lead = len(part) - len(part.lstrip(" "))
                body = part.strip(" ")
                extra = (' font-weight="bold"' if bold else "") + (' opacity="0.65"' if dim else "")
                print(f'<text x="{MARGIN + (column + lead) * COLUMN:.1f}" y="{BAR + row * ROW + 14}" textLength="{width(body) * COLUMN:.1f}" '
                      f'fill="{colour or NORMAL}"{extra}>{html.escape(body)}</text>')
            column += width(part)
    print("</g>\n</svg>")


main()
