"""The signature by which a receiver knows its callbacks.

https://www.twilio.com/docs/usage/security#validating-requests.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(auth_token: str, url: str, parameters: Mapping[str, str]) -> str:
    """Return the header ``X-Twilio-Signature`` of a form.

    Args:
        auth_token: The account's secret.
        url: Where the form goes, query included, as the receiver sees it.
        parameters: What the form says.
    """
    text = url + "".join(name + parameters[name] for name in sorted(parameters))
    # The protocol's choice, not ours.
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
