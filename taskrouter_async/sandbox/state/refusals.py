"""Refusals in the vendor's codes: https://www.twilio.com/docs/api/errors."""


class RefusalError(Exception):
    """The request cannot be served; nothing was changed.

    Attributes:
        status: The HTTP status to answer with.
        code: The vendor's error code.
        message: What the body says.
    """

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def not_authenticated() -> RefusalError:
    """Return the refusal of missing or wrong credentials."""
    return RefusalError(401, 20003, "Authentication Error - invalid username")


def not_found(path: str) -> RefusalError:
    """Return the refusal of a path behind which the account has nothing."""
    return RefusalError(404, 20404, f"The requested resource {path} was not found")


def invalid(parameter: str, why: str = "") -> RefusalError:
    """Return the refusal of a parameter's value, with a reason that helps if there is one."""
    return RefusalError(400, 20001, f"Invalid {parameter} parameter{why and ': ' + why}")


def refused(message: str, code: int = 20001) -> RefusalError:
    """Return the refusal of what the rules do not allow now."""
    return RefusalError(400, code, message)


def precondition_failed() -> RefusalError:
    """Return the refusal of a change to another version than the caller has seen."""
    return RefusalError(412, 20412, "Precondition Failed: the resource has another version")
