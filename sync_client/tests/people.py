"""Alice, Bob and Mary, and a list of Alice's."""

from dataclasses import dataclass

from kintoun_sync import Collection, Shared, Store


@dataclass
class People:
    """Three people with accounts, and a bucket of Alice with a list of three tasks."""

    alice: Store
    bob: Store
    mary: Store
    names: dict[str, str]
    bucket: str

    @property
    def tasks(self) -> Collection:
        """Alice's list."""
        return self.alice.collection("tasks", bucket=self.bucket)

    def with_me(self, store: Store) -> list[Shared]:
        """What Alice shares with somebody, without what other tests share with everyone."""
        buckets = (self.bucket, self.alice.own_bucket)
        return [one for one in store.sharing.with_me() if one.bucket in buckets]

    def list_of(self, store: Store) -> Collection:
        """The same list on somebody's device."""
        return store.collection("tasks", bucket=self.bucket)
