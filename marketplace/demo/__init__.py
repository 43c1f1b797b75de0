"""A believable little world for an empty database, made only through verbs; its texts are data files beside it."""

from marketplace.demo.loader import is_empty, load
from marketplace.demo.sign_ins import SignIn, sign_ins

__all__ = ["SignIn", "is_empty", "load", "sign_ins"]
