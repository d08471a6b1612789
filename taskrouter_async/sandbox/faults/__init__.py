"""Faults on order: what a service, or what lies before it, does wrong as a test wants it.

A fault says which requests, how often, and what happens to them. Where several match a request, all
delays and races happen, and the first that decides on the answer does so; the others are kept for
later. Delays are real seconds; what is left to chance comes from the sandbox's seed.
"""

from taskrouter_async.sandbox.faults.delays import Exponential, Latency, Lognormal, Uniform
from taskrouter_async.sandbox.faults.orders import FaultOrder, Faults
from taskrouter_async.sandbox.faults.values import Body, Drop, Fault, Race, Status

__all__ = [
    "Body",
    "Drop",
    "Exponential",
    "Fault",
    "FaultOrder",
    "Faults",
    "Latency",
    "Lognormal",
    "Race",
    "Status",
    "Uniform",
]
