"""`./dev bench`: what must be fast, beside the alternatives. Options are those of `benchmarks.search`."""

from benchmarks.search import main

if __name__ == "__main__":
    main()
