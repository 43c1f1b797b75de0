"""`./dev bench [search | pages | world | town] …`: what must be fast, beside the alternatives; at first the search."""

import sys

from benchmarks import pages, search, town, world

DEEDS = {"search": search.main, "pages": pages.main, "world": world.main, "town": town.main}

if __name__ == "__main__":
    named = len(sys.argv) > 1 and sys.argv[1] in DEEDS
    DEEDS[sys.argv.pop(1) if named else "search"]()
