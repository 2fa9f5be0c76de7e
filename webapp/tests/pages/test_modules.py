"""Which modules a module needs."""

from kintoun_todo.modules import reachable


def test_modules_are_found_through_all_forms_of_import() -> None:
    """Static, minified, bare and re-exported imports count, dynamic ones where asked for; each module comes once."""
    sources = {
        "app/main.js": 'import { a } from "./a.js";\nimport "./b.js";\nconst c = await import("./deep/c.js");',
        "app/a.js": 'import{html as t}from"../vendor/lit.js";export * from "./main.js";',
        "app/b.js": "import {\n  one,\n} from './a.js';",
        "app/deep/c.js": 'import x from "node:fs"; import y from "../missing.js";',
        "vendor/lit.js": "export const html = 1;",
        "app/unused.js": "",
    }
    at_first = ["app/main.js", "app/a.js", "app/b.js", "vendor/lit.js"]
    assert reachable("app/main.js", sources.get, later=False) == at_first
    assert sorted(reachable("app/main.js", sources.get, later=True)) == sorted([*at_first, "app/deep/c.js"])
