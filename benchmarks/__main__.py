"""`./dev bench [search | pages | circle | world | town] …`: what must be fast, beside others; at first the search."""

import sys

from benchmarks import circle, pages, search, town, world

DEEDS = {"search": search.main, "pages": pages.main, "world": world.main, "town": town.main, "circle": circle.main}

if __name__ == "__main__":
    named = len(sys.argv) > 1 and sys.argv[1] in DEEDS
    DEEDS[sys.argv.pop(1) if named else "search"]()
