"""Three tellers wait in a circle, and the program itself draws it."""

import sys
from threading import Barrier, Lock, Thread
from time import sleep

# Held for one look at all notes: who holds what, and who waits for what.
notes = Lock()
all_hold_one = Barrier(3)


class Account:
    def __init__(self, name: str) -> None:
        self.name = name
        self.cents = 30_000
        self.lock = Lock()
        self.holder: Teller | None = None


class Teller(Thread):
    def __init__(self, name: str, source: Account, target: Account) -> None:
        super().__init__(name=name, daemon=True)
        self.source = source
        self.target = target
        self.wants: Account | None = None

    def take(self, account: Account) -> None:
        with notes:
            self.wants = account
        account.lock.acquire()
        with notes:
            self.wants, account.holder = None, self

    def give_back(self, account: Account) -> None:
        with notes:
            account.holder = None
        account.lock.release()

    def run(self) -> None:
        self.take(self.source)
        all_hold_one.wait()
        self.take(self.target)
        self.source.cents -= 100
        self.target.cents += 100
        self.give_back(self.target)
        self.give_back(self.source)


def circle_from(teller: Teller) -> list[Teller]:
    path: list[Teller] = []
    while teller not in path:
        path.append(teller)
        if teller.wants is None or teller.wants.holder is None:
            return []
        teller = teller.wants.holder
    return path[path.index(teller) :]


def draw(circle: list[Teller]) -> None:
    print("digraph waits {")
    for who in sorted(circle, key=lambda teller: teller.name):
        wants = who.wants
        assert wants and wants.holder, "it is a circle"
        print(f'    {who.name} -> {wants.holder.name} [label="{wants.name}"]')
    print("}")


def main() -> None:
    rent, savings, wages = Account("rent"), Account("savings"), Account("wages")
    tellers = [
        Teller("ann", rent, savings),
        Teller("ben", savings, wages),
        Teller("cat", wages, rent),
    ]
    for teller in tellers:
        teller.start()
    while any(teller.is_alive() for teller in tellers):
        sleep(0.01)
        with notes:
            circle = next(filter(None, map(circle_from, tellers)), [])
        if circle:
            draw(circle)
            sys.exit(1)


if __name__ == "__main__":
    main()
