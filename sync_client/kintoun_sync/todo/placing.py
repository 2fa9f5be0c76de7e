"""Where a task stands among others: numbers between which there is always room, as far as floating point goes."""

from collections.abc import Sequence

from .task import Task

_STEP = 1.0


def at_the_end(tasks: Sequence[Task]) -> float:
    """Answer an order behind all."""
    return _whole(max(_orders(tasks), default=0.0) + _STEP)


def at_the_beginning(tasks: Sequence[Task]) -> float:
    """Answer an order before all."""
    return _whole(min(_orders(tasks), default=2.0) - _STEP)


def beside(tasks: Sequence[Task], neighbour: Task, *, after: bool) -> float:
    """Answer an order next to a task of a list that is in order."""
    if neighbour.order is None:
        return at_the_end(tasks)
    others = sorted(_orders(tasks))
    if after:
        following = [order for order in others if order > neighbour.order]
        return _between(neighbour.order, following[0]) if following else at_the_end(tasks)
    before = [order for order in others if order < neighbour.order]
    return _between(before[-1], neighbour.order) if before else at_the_beginning(tasks)


def _orders(tasks: Sequence[Task]) -> list[float]:
    return [task.order for task in tasks if task.order is not None]


def _between(low: float, high: float) -> float:
    return _whole((low + high) / 2)


def _whole(order: float) -> float:
    """Write a whole number as one: 3 instead of 3.0."""
    return int(order) if order == int(order) else order
