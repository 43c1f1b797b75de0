"""Room for everything: boxes that are to stand near their places, and none over another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blueprints.circles.shapes import Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EDGE = 18
"""What stays free around everything."""
_ROUNDS = 60
_STEP = 16.0
"""How finely free places are looked for, nearby and then everywhere."""
_NEARBY, _EVERYWHERE = 160.0, float("inf")


@dataclass
class Box:
    """What takes room: half its width and height, and where its middle is to be."""

    half_width: float
    half_height: float
    middle: Point


def apart(boxes: Sequence[Box], width: int, height: int) -> bool:
    """Move boxes until none lies over another, the first one staying where it is; tell whether there was room."""
    import numpy as np

    half = np.array([(box.half_width, box.half_height) for box in boxes]).T
    middle = np.array([box.middle for box in boxes]).T
    # Boxes in one place would have no direction to part in.
    middle[:, 1:] += np.linspace(-0.5, 0.5, len(boxes) - 1)
    reach = half[:, :, None] + half[:, None, :]
    least, most = half + _EDGE, np.array([[width], [height]]) - half - _EDGE
    _push(middle, reach, least, most)
    grid = np.stack(np.meshgrid(np.arange(0, width, _STEP), np.arange(0, height, _STEP))).reshape(2, -1)
    for place in range(1, len(boxes)):
        near = reach[:, place, :place, None]
        others = middle[:, :place, None]
        if _is_free(middle[:, place : place + 1], others, near)[0]:
            continue
        inside = grid[:, ((grid >= least[:, place, None]) & (grid <= most[:, place, None])).all(axis=0)]
        for within in (_NEARBY, _EVERYWHERE):
            candidates = inside[:, (np.abs(inside - middle[:, place, None]) < within).all(axis=0)]
            candidates = candidates[:, _is_free(candidates, others, near)]
            if candidates.size:
                break
        else:
            return False
        middle[:, place] = candidates[:, np.square(candidates - middle[:, place, None]).sum(axis=0).argmin()]
    for box, (x, y) in zip(boxes, middle.T, strict=True):
        box.middle = (float(x), float(y))
    return True


def _push(
    middle: "NDArray[np.float64]",
    reach: "NDArray[np.float64]",
    least: "NDArray[np.float64]",
    most: "NDArray[np.float64]",
) -> None:
    """Let boxes that lie over each other push each other away, all at once, along the shorter way."""
    import numpy as np

    for _round in range(_ROUNDS):
        away = middle[:, :, None] - middle[:, None, :]
        over = reach - np.abs(away)
        touching: NDArray[np.bool_] = np.asarray((over > 0).all(axis=0))
        np.fill_diagonal(touching, False)
        if not touching.any():
            break
        aside = over[0] < over[1]
        steps = np.copysign(over, away) * (touching * np.stack((aside, ~aside)))
        middle[:, 1:] += steps.sum(axis=2)[:, 1:] * 0.5
        middle[:, 1:] = np.clip(middle, least, most)[:, 1:]


def _is_free(
    candidates: "NDArray[np.float64]", others: "NDArray[np.float64]", near: "NDArray[np.float64]"
) -> "NDArray[np.bool_]":
    """Tell of each candidate whether it is far enough from all the others, in one direction at least."""
    import numpy as np

    return np.asarray((np.abs(others - candidates[:, None, :]) >= near).any(axis=0).all(axis=0))
