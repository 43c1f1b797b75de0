"""A believable little world for an empty database, made only through verbs; its texts are data files beside it."""

from marketplace.demo.loader import is_empty, load
from marketplace.demo.office import SECRET
from marketplace.demo.sign_ins import SignIn, number_of_moderator, sign_ins

__all__ = ["SECRET", "SignIn", "is_empty", "load", "number_of_moderator", "sign_ins"]
