"""What has been taken of budgets, in Valkey: looked at and put in by one script, for an account and its ring together.

For each of the two there is a hash with a field for each limit (`used at capacity`), and a sorted set of leases: calls
that are under way, by when they count as over.
"""

from collections.abc import Sequence
from typing import Any, Final

from config.lib.valkey import Script, Valkey, packed
from tiers.buckets import ROUNDING, Left, Limits, Order, Spent, Unit

NAMESPACE = "gatehouse:budget:"

# KEYS: buckets and leases of each who pays. ARGV: whether to put in what does not fit too, the lease or '', how long it
# holds (ms), how many leases there may be (-1: any number), then for each limit its name, capacity, period (ms),
# amount, and whether it needs room though nothing is asked for.
# Gives back whether it is granted, the longest wait (ms; -1: it never fits), how many more leases there may be, and
# then for each limit, of the payer that has less, whether it fits, what is left, and in how long (ms) it is empty.
_SPEND: Final = Script.of(f"""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local force, lease, hold, most = ARGV[1] == '1', ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local n = (#ARGV - 4) / 5
local names, cap, period, amount, spare, speed = {{}}, {{}}, {{}}, {{}}, {{}}, {{}}
for i = 1, n do
    local from = 4 + (i - 1) * 5
    names[i], cap[i], period[i] = ARGV[from + 1], tonumber(ARGV[from + 2]), tonumber(ARGV[from + 3])
    amount[i], spare[i] = tonumber(ARGV[from + 4]), ARGV[from + 5] == '1'
end
local granted, wait, slots, told, puts = true, 0, most, {{}}, {{}}
local function refuse(longer)
    granted = false
    if longer == -1 or wait == -1 then wait = -1 else wait = math.max(wait, longer) end
end
for s = 1, #KEYS, 2 do
    local held = n > 0 and redis.call('HMGET', KEYS[s], unpack(names)) or {{}}
    puts[s] = {{}}
    for i = 1, n do
        local used, at, capacity = string.match(held[i] or '0 0 0', '^(%S+) (%S+) (%S+)$')
        local drain = math.max(cap[i], tonumber(capacity)) / period[i]
        used = math.max(0, tonumber(used) - math.max(0, now - tonumber(at)) * drain)
        local room = cap[i] - used
        local fits = amount[i] <= room + {ROUNDING}
        if amount[i] == 0 then fits = not spare[i] or room > {ROUNDING} end
        if not fits then
            local never = amount[i] > cap[i] or cap[i] <= 0
            refuse(never and -1 or (used + amount[i] - cap[i]) / drain + 1)
        end
        if not told[i] or room < told[i][2] then told[i] = {{fits and 1 or 0, room, drain, used}} end
        puts[s][i] = used + amount[i]
    end
    if most >= 0 then
        redis.call('ZREMRANGEBYSCORE', KEYS[s + 1], '-inf', now)
        slots = math.min(slots, most - redis.call('ZCARD', KEYS[s + 1]))
    end
end
if lease ~= '' and most >= 0 and slots < 1 then refuse(most > 0 and 1000 or -1) end
local put = granted or force
if put then
    for s = 1, #KEYS, 2 do
        local fields, keep = {{}}, 1000
        for i = 1, n do
            keep = math.max(keep, cap[i] > 0 and puts[s][i] * period[i] / cap[i] or period[i])
            if amount[i] > 0 then
                fields[#fields + 1] = names[i]
                fields[#fields + 1] = string.format('%.4f %.0f %.0f', puts[s][i], now, cap[i])
            end
        end
        if #fields > 0 then
            redis.call('HSET', KEYS[s], unpack(fields))
            redis.call('PEXPIRE', KEYS[s], string.format('%.0f', keep))
        end
        if lease ~= '' and most >= 0 then
            redis.call('ZADD', KEYS[s + 1], string.format('%.0f', now + hold), lease)
            redis.call('PEXPIREAT', KEYS[s + 1], string.format('%.0f', now + hold + 1000), 'GT')
            redis.call('PEXPIREAT', KEYS[s + 1], string.format('%.0f', now + hold + 1000), 'NX')
        end
    end
    if lease ~= '' then slots = slots - 1 end
end
local answer = {{granted and 1 or 0, math.ceil(wait), slots}}
for i = 1, n do
    local taken = put and amount[i] or 0
    answer[#answer + 1] = told[i][1]
    answer[#answer + 1] = math.floor(math.max(0, told[i][2] - taken) + {ROUNDING})
    answer[#answer + 1] = told[i][3] > 0 and math.ceil((told[i][4] + taken) / told[i][3]) or 0
end
return answer
""")


_FREE: Final = Script.of("""
local ended = {}
for s = 2, #KEYS, 2 do ended[#ended + 1] = redis.call('ZREM', KEYS[s], ARGV[1]) end
return ended
""")


def spend(payers: Sequence[str], limits: Limits, order: Order) -> Spent:
    """Take an order from every payer, or from none.

    Raises:
        ValkeyAway: Valkey is.

    """
    most = -1 if limits.concurrency is None else limits.concurrency
    arguments: list[Any] = [int(order.force), order.lease, order.hold_ms, most]
    for limit in limits.rates:
        amount = order.amount(limit.unit)
        arguments += (limit.name, limit.capacity, limit.period_ms, amount, int(limit.unit is Unit.TOKENS))
    granted, wait, slots, *told = valkey.run(_SPEND, _keys(payers), *arguments)
    left = tuple(Left(bool(told[at]), told[at + 1], told[at + 2]) for at in range(0, len(told), 3))
    return Spent(bool(granted), wait, None if most < 0 else max(0, slots), left)


def free(payers: Sequence[str], lease: str) -> bool:
    """End a lease with every payer; False where it had ended. Raises ValkeyAway."""
    return any(valkey.run(_FREE, _keys(payers), lease))


def forget(payer: str) -> None:
    """Drop what was taken of a budget whose account is erased. Raises ValkeyAway."""
    valkey.ask(packed(("DEL", *_keys([payer]))))


def _keys(payers: Sequence[str]) -> list[bytes]:
    """Nothing of a payer's name can be taken for the end of it."""
    names = [f"{NAMESPACE}{payer}".encode("utf-8", "surrogatepass") for payer in payers]
    return [key for name in names for key in (b"b:" + name, b"l:" + name)]


valkey = Valkey("each process gives out a part of each budget")
