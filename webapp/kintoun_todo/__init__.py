"""The web app of Kintoun: TodoMVC in the browser, offline first, with pages that work without JavaScript too."""

from .api import Answer, Api
from .rules import make_rules

__all__ = ["Answer", "Api", "make_rules"]
__version__ = "0.1.0"
