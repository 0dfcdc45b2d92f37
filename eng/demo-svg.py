#!/usr/bin/env python3
"""Records the demo's live view in a real terminal and draws it as an animated SVG.

Usage: eng/demo-svg.py [docs/demo.svg]

Needs tmux, python3 and a built app (dotnet build src/AfkGitHubApp). Takes as long as the demo, under a minute.
"""
import html
import re
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, ROWS = 142, 27
CELL, LINE, MARGIN = 7.2, 16.5, 14
EVERY = 1.0        # seconds between two looks at the terminal
PLAY = 0.8         # seconds each picture is shown
LAST = 8.0         # seconds the last one stays
SOCKET = "afk-demo-svg"
COLOURS = {30: "#484f58", 31: "#ff7b72", 32: "#56d364", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#76e3ea", 37: "#c9d1d9", 90: "#8b949e"}
# The sixteen colours under their numbers in the 256-colour form.
PALETTE = {0: 30, 1: 31, 2: 32, 3: 33, 4: 34, 5: 35, 6: 36, 7: 37, 8: 90, 9: 31, 10: 32, 11: 33, 12: 34, 13: 35, 14: 36, 15: 37}
PLAIN = "#c9d1d9"


def tmux(*arguments, check=True):
    return subprocess.run(["tmux", "-L", SOCKET, *arguments], check=check, capture_output=True, text=True).stdout


def record():
    """The distinct pictures of the terminal, in order; the last one is the demo's end."""
    command = "dotnet run --no-build --project src/AfkGitHubApp -- demo; echo exit=$?; exec sleep 30"
    tmux("-f", "/dev/null", "new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), "-c", str(ROOT), "-e", "TERM=xterm-256color", command)
    pictures = []
    try:
        until = time.monotonic() + 240
        while time.monotonic() < until:
            time.sleep(EVERY)
            picture = tmux("capture-pane", "-e", "-p").rstrip("\n").split("\n")
            plain = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in picture]
            done = next((line for line in plain if line.startswith("exit=")), None)
            if done not in (None, "exit=0"):
                raise SystemExit(f"The demo failed: {done}")
            if done:
                picture = picture[: plain.index(done)]
            # A picture caught between two draws lacks the table's lower edge.
            whole = any(line.startswith("╰") for line in plain)
            if whole and (not pictures or picture != pictures[-1]):
                pictures.append(picture)
            if done:
                return pictures
        raise SystemExit("The demo did not end.")
    finally:
        tmux("kill-server", check=False)


def width(character):
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def spans(line):
    """(column, cells, text, colour, bold) for each run of one style."""
    colour, bold, column = PLAIN, False, 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            codes = [int(code or 0) for code in part[2:-1].split(";")]
            while codes:
                code = codes.pop(0)
                if code == 0:
                    colour, bold = PLAIN, False
                elif code == 1:
                    bold = True
                elif code == 22:
                    bold = False
                elif code == 39:
                    colour = PLAIN
                elif code == 38 and codes[:1] == [5]:
                    colour = COLOURS.get(PALETTE.get(codes[1]), PLAIN)
                    codes = codes[2:]
                elif 90 < code < 98:
                    colour = COLOURS[code - 60]
                elif code in COLOURS:
                    colour = COLOURS[code]
            continue
        # Blanks are left out, so that each piece stands at its own column whatever the font.
        for piece in re.finditer(r"\S+(?: \S+)*", part):
            start = column + sum(map(width, part[: piece.start()]))
            yield start, sum(map(width, piece.group())), piece.group(), colour, bold
        column += sum(map(width, part))


def draw(line, row):
    y = MARGIN + 26 + row * LINE
    for column, cells, text, colour, bold in spans(line):
        weight = ' font-weight="bold"' if bold else ""
        yield (f'<text x="{MARGIN + column * CELL:.1f}" y="{y:.1f}" textLength="{cells * CELL:.1f}" lengthAdjust="spacingAndGlyphs" '
               f'fill="{colour}"{weight}>{html.escape(text)}</text>')


def svg(pictures):
    # A line that stays the same over several pictures is drawn once and shown for all of them.
    total = PLAY * (len(pictures) - 1) + LAST
    shown = {}
    for at, picture in enumerate(pictures):
        for row, line in enumerate(picture):
            if line.strip():
                shown.setdefault((row, line), []).append(at)
    styles, groups = [], []
    kinds = {}
    for (row, line), at in shown.items():
        kinds.setdefault(tuple(at), []).extend(draw(line, row))
    for number, (at, texts) in enumerate(kinds.items()):
        last = len(pictures) - 1
        # Without animation the last picture stands still.
        rest = "" if last in at else ' opacity="0"'
        if len(at) < len(pictures):
            stops = []
            for picture in range(len(pictures)):
                visible = int(picture in at)
                if picture == 0 or visible != int(picture - 1 in at):
                    stops.append(f"{picture * PLAY / total * 100:.2f}%{{opacity:{visible}}}")
            styles.append(f"@keyframes k{number}{{{''.join(stops)}100%{{opacity:{int(last in at)}}}}}.k{number}{{animation:k{number} {total:.1f}s step-end infinite}}")
        groups.append(f'<g class="k{number}"{rest}>{"".join(texts)}</g>')
    across = 2 * MARGIN + COLUMNS * CELL
    down = 2 * MARGIN + 22 + max(len(picture) for picture in pictures) * LINE
    dots = "".join(f'<circle cx="{MARGIN + 6 + 18 * i}" cy="14" r="5.5" fill="{fill}"/>' for i, fill in enumerate(("#ff7b72", "#e3b341", "#56d364")))
    newline = "\n"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} {down:.0f}" width="{across:.0f}" height="{down:.0f}" role="img">
<title>The demo: six issues in two simulated repositories, from label to terminal state</title>
<style>text{{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12px;white-space:pre}}@media (prefers-reduced-motion:reduce){{g{{animation:none!important}}}}
{newline.join(styles)}</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
{dots}
{newline.join(groups)}
</svg>
"""


def main():
    target = ROOT / (sys.argv[1] if len(sys.argv) > 1 else "docs/demo.svg")
    pictures = record()
    target.write_text(svg(pictures), encoding="utf-8")
    print(f"{target.relative_to(ROOT)}: {len(pictures)} pictures, {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
