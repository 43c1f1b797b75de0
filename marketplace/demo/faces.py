"""Which of the put-together workers show a portrait: no two the same one."""

from itertools import product

from marketplace.demo.banks import Text
from marketplace.demo.pictures import COLOURS

HAIR = {"female": ("bob", "long", "wavy", "ponytail", "bun"), "male": ("short", "parted", "tousled", "crop")}
"""The haircuts that are worn at any age."""
GREY_BEFORE, THIN_BEFORE = 1966, 1962
"""Whose hair is grey, and whose is thin as well, by the year of birth."""
EVERY = 6
"""One in so many shows a portrait; the others show the seal of their name."""


def give(workers: list[Text]) -> None:
    """Choose the pictures of `workers`."""
    left = {
        gender: sorted(product(cuts, COLOURS), key=lambda each: (len(each[0]) * 7 + ord(each[1][0]) * 5) % 23)
        for gender, cuts in HAIR.items()
    }
    for worker in workers[1::EVERY]:
        cut, colour = left[worker["gender"]].pop(0)
        words = [cut, colour]
        born = worker["birth_date"].year
        if worker["gender"] == "male" and born < THIN_BEFORE:
            words[0] = "thin"
        if born < GREY_BEFORE:
            words.append("grey")
        if (born * 7 + len(worker["headline"])) % 5 < 2:
            words.append("glasses")
        worker["picture"] = " ".join(words)
