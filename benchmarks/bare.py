"""The least that Flask can do: a route that answers with as many bytes as are asked for."""

from flask import Flask

app = Flask(__name__)


@app.get("/<int:size>")
def nothing(size: int) -> str:
    """Answer with `size` letters."""
    return "x" * size
