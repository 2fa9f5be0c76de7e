"""What a caller may do where, as rules: protocol section 21, and sections 11.2, 11.8 and 16."""

import pytest
from kintoun_server.domain.access import Access, Entry, checked, expanded, kinds_among, lineage, standing
from kintoun_server.domain.filters import Filter, Operator
from kintoun_server.domain.kinds import BUCKET, COLLECTION, GROUP, KINDS, RECORD, ROOT, Kind
from kintoun_server.domain.listing import Selection
from kintoun_server.domain.order import SortKey
from kintoun_server.domain.permissions import Rules
from kintoun_server.domain.refusals import Invalid

RECORD_URI = "/buckets/b/collections/c/records/r"
BUCKET_WRITE = {"write", "read", "read:attributes", "collection:create", "group:create"}
COLLECTION_WRITE = {"write", "read", "read:attributes", "record:create"}


@pytest.mark.parametrize(
    ("kind", "held", "implied"),
    [
        (BUCKET, {"write"}, BUCKET_WRITE),
        (BUCKET, {"read"}, {"read", "read:attributes"}),
        (BUCKET, {"collection:create"}, {"collection:create", "read:attributes"}),
        (BUCKET, {"group:create"}, {"group:create", "read:attributes"}),
        (BUCKET, {"group:create", "read"}, {"group:create", "read", "read:attributes"}),
        (COLLECTION, {"write"}, COLLECTION_WRITE),
        (COLLECTION, {"read"}, {"read", "read:attributes"}),
        (COLLECTION, {"record:create"}, {"record:create", "read:attributes"}),
        (GROUP, {"write"}, {"write", "read"}),
        (GROUP, {"read"}, {"read"}),
        (RECORD, {"write"}, {"write", "read"}),
        (RECORD, {"read"}, {"read"}),
        (RECORD, set[str](), set[str]()),
    ],
)
def test_what_a_permission_implies(kind: Kind, held: set[str], implied: set[str]) -> None:
    """Each permission brings those that it implies on the same object, and none on what is below."""
    found = expanded(kind, held)
    assert set(found) == implied
    assert len(found) == len(implied)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind is not ROOT], ids=lambda kind: kind.name)
def test_every_permission_shows(kind: Kind) -> None:
    """Each permission that an object can carry is listed itself, so that no right is hidden."""
    for name in kind.permissions:
        assert name in expanded(kind, {name})


@pytest.mark.parametrize(
    ("entry", "ids"),
    [
        (Entry("/", ROOT, ("bucket:create",)), {}),
        (Entry("/buckets/b", BUCKET, ("read",)), {"id": "b", "bucket_id": "b"}),
        (Entry("/buckets/b/groups/g", GROUP, ()), {"id": "g", "bucket_id": "b", "group_id": "g"}),
        (Entry("/buckets/b/collections/c", COLLECTION, ()), {"id": "c", "bucket_id": "b", "collection_id": "c"}),
        (Entry(RECORD_URI, RECORD, ()), {"id": "r", "bucket_id": "b", "collection_id": "c", "record_id": "r"}),
    ],
)
def test_an_entry_names_what_is_around_the_object(entry: Entry, ids: dict[str, str]) -> None:
    """An entry has the URI, the kind, the permissions, and the ids on the way to the object; the root has none."""
    own = {"uri": entry.uri, "resource_name": entry.kind.name, "permissions": list(entry.permissions)}
    assert entry.body() == {**own, **ids}


def test_lineages() -> None:
    """Each kind has its containers before it; the root is before all and not told."""
    assert lineage(ROOT) == ()
    assert lineage(BUCKET) == (BUCKET,)
    assert lineage(RECORD) == (BUCKET, COLLECTION, RECORD)


def access(*principals: str, **site: str) -> Access:
    """Someone, where settings give these rights to these principals."""
    return Access(frozenset(principals), Rules({name: frozenset({principal}) for name, principal in site.items()}))


def test_only_ones_own_rights_count() -> None:
    """The permissions are those that name one of the caller's principals."""
    lists = {"read": ("bob", "me"), "write": ("bob",), "record:create": ("group",)}
    found = access("me", "group").entry("/buckets/b/collections/c", COLLECTION, lists)
    assert set(found.permissions) == {"read", "read:attributes", "record:create"}


def test_what_settings_add() -> None:
    """A setting for a kind adds to each of its objects, one for creating to their containers; not to records."""
    mine = access("me", collection_write="me", collection_create="me", record_create="me", record_read="me")
    assert mine.by_site(BUCKET) == ("collection:create",)
    assert mine.by_site(COLLECTION) == ("write", "record:create")
    assert mine.by_site(GROUP) == ()
    assert mine.entry("/buckets/b", BUCKET, {}).permissions == ("read:attributes", "collection:create")
    assert mine.entry(RECORD_URI, RECORD, {"write": ("bob",)}).permissions == ()
    assert access("bob", collection_write="me").by_site(COLLECTION) == ()


def test_the_root_is_there_for_who_may_create() -> None:
    """The root has an entry for those whom a setting lets create buckets, and for no others."""
    assert access("me", bucket_create="me").root() == Entry("/", ROOT, ("bucket:create",))
    assert access("me", bucket_create="bob").root() is None


@pytest.mark.parametrize(
    ("selection", "name", "message"),
    [
        (Selection(filters=(Filter(Operator.EQ, ("foo",), 1),)), "foo", "Unknown filter field 'foo'"),
        (
            Selection(filters=(Filter(Operator.NOT, ("foo", "uri"), 1),)),
            "not_foo.uri",
            "Unknown filter field 'not_foo.uri'",
        ),
        (Selection(order=(SortKey(("foo",)),)), None, "Unknown sort field 'foo'"),
        (Selection(order=(SortKey(("uri",)), SortKey(("root_id",)))), None, None),
        (Selection(order=(SortKey(("root_id",)),)), None, "Unknown sort field 'root_id'"),
        (Selection(fields=(("uri",), ("foo",), ("bar", "x"))), "_fields", "Fields foo,bar do not exist"),
        (Selection(filters=(Filter(Operator.EQ, ("permissions",), "x"),)), "permissions", "filter field 'permissions'"),
        (
            Selection(filters=(Filter(Operator.HAS, ("permissions", "0"), value=True),)),
            "has_permissions.0",
            "filter field",
        ),
        (Selection(order=(SortKey(("permissions",)),)), None, "Unknown sort field 'permissions'"),
        (Selection(fields=(("permissions",),)), None, None),
    ],
)
def test_names_are_strict(selection: Selection, name: str | None, message: str | None) -> None:
    """What no entry has can be neither filtered, nor sorted by, nor asked for; and permissions cannot be filtered."""
    if message is None:
        checked(selection)
        return
    with pytest.raises(Invalid, match=message) as refused:
        checked(selection)
    (detail,) = refused.value.details
    assert (detail.location, detail.name) == ("querystring", name)


def test_timestamps_mean_nothing() -> None:
    """What asks for a timestamp asks for nothing here, as entries have none."""
    stamps = Filter(Operator.GT, ("last_modified",), 5)
    kept = Filter(Operator.EQ, ("id",), "x")
    found = checked(Selection(since=1, before=2, filters=(stamps, kept), order=(SortKey(("last_modified",)),)))
    assert (found.since, found.before, found.filters) == (None, None, (kept,))
    assert found.order == (SortKey(("uri",), descending=True),)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((), (SortKey(("uri",), descending=True),)),
        ((SortKey(("id",)),), (SortKey(("id",)), SortKey(("uri",), descending=True))),
        ((SortKey(("uri",)), SortKey(("id",))), (SortKey(("uri",)),)),
        ((SortKey(("deleted",)), SortKey(("uri", "x"))), (SortKey(("uri",), descending=True),)),
    ],
)
def test_every_order_ends_with_the_uri(order: tuple[SortKey, ...], expected: tuple[SortKey, ...]) -> None:
    """The URI, which is unique, decides where other keys are equal; what all entries have alike is no key."""
    assert checked(Selection(order=order)).order == expected


def test_an_entry_stands_by_its_whole_uri() -> None:
    """However long the URI, two entries never stand at the same place."""
    long = [Entry(f"/buckets/{'b' * 2000}{number}", BUCKET, ()) for number in range(2)]
    order = checked(Selection(order=(SortKey(("bucket_id",)),))).order
    assert standing(long[0], order) != standing(long[1], order)


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ([], {"bucket", "group", "collection", "record"}),
        ([Filter(Operator.EXCLUDE, ("resource_name",), ("record", "group"))], {"bucket", "collection"}),
        ([Filter(Operator.IN, ("resource_name",), ("bucket", "x", 5))], {"bucket"}),
        ([Filter(Operator.LIKE, ("resource_name",), "c*")], {"bucket", "collection", "record"}),
        (
            [Filter(Operator.EQ, ("resource_name",), "record"), Filter(Operator.NOT, ("resource_name",), "record")],
            set(),
        ),
        ([Filter(Operator.EQ, ("id",), "record")], {"bucket", "group", "collection", "record"}),
    ],
)
def test_kinds_that_filters_leave(filters: list[Filter], left: set[str]) -> None:
    """Filters on the kind are decided beforehand, whatever their operator."""
    found = {kind.name for kind in kinds_among(filters)}
    assert found & {"bucket", "group", "collection", "record"} == left
