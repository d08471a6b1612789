"""The four scripts: each is one step for Redis, and nothing can come between.

Two keys belong together: the value (KEYS[1]) and the lease or cooldown (KEYS[2]). A lease is its
holder's token; a cooldown is ``!`` and a reason. Both end by themselves. Redis 6 and Valkey 7.2
know all commands.
"""

from hashlib import sha1
from typing import Final

from attrs import frozen


@frozen
class Script:
    """A script and the name by which Redis remembers it.

    Attributes:
        text: The script.
        sha: Its SHA-1, as ``EVALSHA`` wants it.
    """

    text: str
    sha: str


def _script(text: str) -> Script:
    return Script(text, sha1(text.encode(), usedforsecurity=False).hexdigest())


# A key of another type, or without an end, is nobody's work of ours: it is overwritten, or it would
# be in the way for ever.
ACQUIRE: Final = _script("""
local value = redis.pcall('GET', KEYS[1])
if type(value) ~= 'string' then value = false end
local left = value and redis.call('PTTL', KEYS[1]) or -2
if value then
  local stale = tonumber(string.match(value, '^(%d+)|'))
  if stale and left > math.max(stale, tonumber(ARGV[3])) then
    return {'fresh', 1, value, left, 0, ''}
  end
end
local has = value and 1 or 0
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return {'won', has, value or '', left, 0, ''}
end
local lease = redis.pcall('GET', KEYS[2])
local lasts = redis.call('PTTL', KEYS[2])
if type(lease) ~= 'string' or lasts < 0 then
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
  return {'won', has, value or '', left, 0, ''}
end
if string.sub(lease, 1, 1) == '!' then
  return {'cooldown', has, value or '', left, lasts, string.sub(lease, 2)}
end
return {'busy', has, value or '', left, lasts, ''}
""")

# Whoever waits is told even if nothing was kept: the lease is over, and the next one may have it.
STORE: Final = _script("""
if redis.pcall('GET', KEYS[2]) ~= ARGV[1] then return 0 end
local age = ARGV[3] - redis.call('PTTL', KEYS[2])
local left = ARGV[4] - age
redis.call('DEL', KEYS[2])
if left > 0 then redis.call('SET', KEYS[1], ARGV[2], 'PX', left) end
redis.call('PUBLISH', ARGV[5], (left > 0 and 'put ' or 'fail ') .. ARGV[6])
return left > 0 and 1 or 0
""")

FAIL: Final = _script("""
if redis.pcall('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if tonumber(ARGV[2]) > 0 then
  redis.call('SET', KEYS[2], '!' .. ARGV[3], 'PX', ARGV[2])
else
  redis.call('DEL', KEYS[2])
end
if ARGV[4] == '1' then redis.call('DEL', KEYS[1]) end
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1
""")

INVALIDATE: Final = _script("""
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1
""")
