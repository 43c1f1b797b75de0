"""`./dev bench [search | applicants | companies | papers | notice | queue | timeline | pages | graph | world …] …`."""

import sys

from benchmarks import applicants, circle, companies, graph, notice, pages, papers, queue, search, timeline, town, world

DEEDS = {
    "search": search.main,
    "applicants": applicants.main,
    "companies": companies.main,
    "papers": papers.main,
    "notice": notice.main,
    "queue": queue.main,
    "timeline": timeline.main,
    "pages": pages.main,
    "circle": circle.main,
    "graph": graph.main,
    "world": world.main,
    "town": town.main,
}

if __name__ == "__main__":
    named = len(sys.argv) > 1 and sys.argv[1] in DEEDS
    DEEDS[sys.argv.pop(1) if named else "search"]()
