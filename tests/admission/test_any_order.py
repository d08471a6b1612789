"""Whatever happens at the desks, and in whatever order, no permit is lost and none invented."""

import asyncio
from collections import Counter

from attrs import define, field
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from virtual_loop import VirtualLoop

from taskrouter_async._admission import Admission, Desk
from taskrouter_async.errors import AccountOverloadedError, ClosedError

MAX_WAITING = 6
ACCOUNTS = st.integers(0, 2)


@define(eq=False)
class Account:
    """An account as seen from outside: who came, who is in, who waits.

    Attributes:
        desk: Its desk.
        share: How many of its requests the pool lets in among others.
        inside: How many are in and know it.
        waiting: Who came and has not heard since, in the order of their coming.
        seen: How many permits were out when we last looked.
        ready_since: How many had been admitted in all when it began to wait for room only.
    """

    desk: Desk
    share: int
    inside: int = 0
    waiting: dict[asyncio.Task[None], int] = field(factory=dict)
    seen: int = 0
    ready_since: int | None = None

    @property
    def may_have_more(self) -> bool:
        """Whether its own limit and its share leave room."""
        return self.desk.in_flight < min(self.share, self.desk.limits().concurrency_limit)


class AnyOrder(RuleBasedStateMachine):
    """Accounts share a pool; time passes only where a rule says so."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.now = 0.0
        self.came = 0
        self.closed = False
        self.log: list[tuple[int, int]] = []

    @initialize(room=st.integers(1, 14))
    def open(self, room: int) -> None:
        """Make the pool."""
        self.room = room
        self.admission = Admission(room, max_waiting=MAX_WAITING)
        share = max(1, room - max(1, room // 10))  # the rest is for the others
        desks = [self.admission.desk(f"AC{number}") for number in range(3)]
        self.accounts = [Account(desk, share) for desk in desks]

    @rule(number=ACCOUNTS, count=st.integers(1, 5))
    def come(self, number: int, count: int) -> None:
        """Some want to enter, and begin to when the loop runs."""
        account = self.accounts[number]
        for _ in range(count):
            self.came += 1
            account.waiting[self.loop.create_task(self._enter(number, self.came))] = self.came

    async def _enter(self, number: int, name: int) -> None:
        await self.accounts[number].desk.enter()
        self.log.append((number, name))

    @rule(number=ACCOUNTS)
    def try_to_come(self, number: int) -> None:
        """One takes a permit if there is room for it, and only then."""
        account = self.accounts[number]
        has_room = account.may_have_more and self.admission.in_flight < self.room
        expected = has_room and not self.closed and not account.desk.limits().waiting

        assert account.desk.try_enter() is expected
        account.inside += expected

    @precondition(lambda self: any(account.inside for account in self.accounts))
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        """One gives its permit back."""
        account = data.draw(st.sampled_from([each for each in self.accounts if each.inside]))
        account.desk.leave()
        account.inside -= 1

    @precondition(lambda self: any(account.inside for account in self.accounts))
    @rule(data=st.data(), times=st.integers(1, 5))
    def be_answered(self, data: st.DataObject, times: int) -> None:
        """The limit grows, perhaps enough for somebody who waits."""
        account = data.draw(st.sampled_from([each for each in self.accounts if each.inside]))
        for _ in range(times):
            account.desk.accepted()

    @rule(number=ACCOUNTS, times=st.integers(1, 15))
    def be_refused(self, number: int, times: int) -> None:
        """The limit comes down, perhaps below what is in the air."""
        account = self.accounts[number]
        account.ready_since = None
        for _ in range(times):
            self.now += 1.0
            account.desk.rejected(self.now, self.now)

    @precondition(lambda self: any(account.waiting for account in self.accounts))
    @rule(data=st.data(), count=st.integers(1, 4))
    def give_up(self, data: st.DataObject, count: int) -> None:
        """Some are cancelled, some of them perhaps in the moment in which they were admitted."""
        account = data.draw(st.sampled_from([each for each in self.accounts if each.waiting]))
        account.ready_since = None
        tasks = list(account.waiting)
        for task in data.draw(st.lists(st.sampled_from(tasks), min_size=1, max_size=count)):
            task.cancel()

    @rule()
    def let_one_turn_pass(self) -> None:
        """Whoever is ready runs once."""
        self.loop.call_soon(self.loop.stop)
        self.loop.run_forever()
        for account in self.accounts:
            for task in [task for task in account.waiting if task.done()]:
                del account.waiting[task]
                account.inside += not task.cancelled() and self._got_in(task)

    def _got_in(self, task: "asyncio.Task[None]") -> bool:
        error = task.exception()
        assert error is None or isinstance(error, AccountOverloadedError | ClosedError)
        assert not isinstance(error, ClosedError) or self.closed
        return error is None

    @rule()
    def let_everybody_run(self) -> None:
        """Everybody has heard what there is to hear; then all can be counted."""
        for _ in range(4):
            self.let_one_turn_pass()
        for number, account in enumerate(self.accounts):
            assert account.desk.in_flight == account.inside
            assert account.desk.limits().waiting == len(account.waiting) <= MAX_WAITING
            self._check_order(number, account)
            self._check_turns(number, account)

    def _check_order(self, number: int, account: Account) -> None:
        # Not the log's order: who finds room may run before those who were granted theirs.
        admitted = [name for which, name in self.log if which == number]
        assert not account.waiting or min(account.waiting.values()) > max(admitted, default=0)

    def _check_turns(self, number: int, account: Account) -> None:
        """Who waits for room only sees no other account go twice."""
        turns = Counter(which for which, _ in self.log[account.ready_since :])
        if number in turns:
            account.ready_since = None
        assert account.ready_since is None or max(turns.values(), default=0) <= 1
        is_ready = account.waiting and account.may_have_more
        if not is_ready:
            account.ready_since = None
        elif account.ready_since is None:
            account.ready_since = len(self.log)

    @precondition(lambda self: self.came > 30)
    @rule()
    def close(self) -> None:
        """Nobody is admitted any more."""
        self.closed = True
        self.admission.close()

    @invariant()
    def every_permit_is_counted_once(self) -> None:
        """Over all accounts there are as many as the pool says, and never more than it has room."""
        assert sum(each.desk.in_flight for each in self.accounts) == self.admission.in_flight
        assert 0 <= self.admission.in_flight <= self.room
        assert all(each.desk.in_flight >= each.inside for each in self.accounts)

    @invariant()
    def no_permit_exceeds_the_limit(self) -> None:
        """What is out above a limit that came down was out before, and becomes only less."""
        for account in self.accounts:
            out = account.desk.in_flight
            assert out <= account.seen or out <= account.desk.limits().concurrency_limit
            account.seen = out

    @invariant()
    def nobody_waits_where_there_is_room(self) -> None:
        """No wake-up is lost, not even for a moment."""
        for account in self.accounts:
            has_room = account.may_have_more and self.admission.in_flight < self.room
            assert not (account.desk.limits().waiting and has_room)

    def teardown(self) -> None:
        """In the end everybody gives up or leaves, and nothing is left."""
        if hasattr(self, "accounts"):
            self._clear_the_hall()
        assert not self.loop.complaints
        self.loop.close()

    def _clear_the_hall(self) -> None:
        self.let_everybody_run()
        idler = self.loop.create_task(self.admission.idle())
        for account in self.accounts:
            for task in account.waiting:
                task.cancel()
        self.let_everybody_run()
        for account in self.accounts:
            for _ in range(account.inside):
                account.desk.leave()
            account.inside = 0
        self.let_everybody_run()
        assert self.admission.in_flight == 0
        assert idler.done()


TestAnyOrder = AnyOrder.TestCase
