"""My circle as a picture, with a list beside it that says the same."""

from collections.abc import Collection

from flask import Blueprint, render_template, url_for

from blueprints.access import current_member
from blueprints.circles import bubbles, drawing, shapes
from marketplace.circles.neighbourhood import MOST_NEIGHBOURS, Neighbour
from marketplace.circles.picture import picture_of

bp = Blueprint("circles", __name__)


@bp.get("/contacts/circle")
def circle() -> str:
    """Show who is around the member, and the ties among them that the member may see."""
    picture = picture_of(current_member)
    drawn = drawing.drawn(picture)
    cords = [node.cord for node in drawn.nodes if node.cord]
    phone = bubbles.bubbles_of(picture)
    cords += [bubble.cord for bubble in phone.bubbles if bubble.cord]
    turns = sorted({cord.turns for cord in cords if cord.kind == "friend"})
    return render_template(
        "circles/circle.html",
        picture=picture,
        drawing=drawn,
        phone=phone,
        width=drawing.WIDTH,
        most=MOST_NEIGHBOURS,
        sizes=bubbles,
        tone_of=drawing.tone_of,
        shortened=drawing.shortened,
        strands=[(count, shapes.strand(count, is_mine=True), shapes.strand(count, is_mine=False)) for count in turns],
        team_link=team_link,
    )


def team_link(members: Collection[Neighbour]) -> str:
    """Return where these can be made a team with one press."""
    return url_for("teams.create", members=",".join(neighbour.member.username for neighbour in members))
