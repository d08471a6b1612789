"""Requests wait here, before the connections: accounts by turns, and none more than it may."""

from taskrouter_async._admission.admission import Admission
from taskrouter_async._admission.desk import Desk

__all__ = ["Admission", "Desk"]
