"""Answers in the vendor's shape: https://www.twilio.com/docs/usage/twilios-response."""

from aiohttp import web


class RefusalError(Exception):
    """The request cannot be served.

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

    def response(self) -> web.Response:
        """Return the answer that says so."""
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return web.json_response(body, status=self.status)


def not_authenticated() -> RefusalError:
    """Return the refusal of missing or wrong credentials."""
    return RefusalError(401, 20003, "Authentication Error - invalid username")


def not_found(path: str) -> RefusalError:
    """Return the refusal of a path behind which the account has nothing."""
    return RefusalError(404, 20404, f"The requested resource {path} was not found")


def invalid(parameter: str) -> RefusalError:
    """Return the refusal of a parameter's value."""
    return RefusalError(400, 20001, f"Invalid {parameter} parameter")
