"""Which modules a module needs."""

from kintoun_todo.modules import reachable


def test_modules_are_found_through_all_forms_of_import() -> None:
    """Static, minified, bare, re-exported and dynamic imports count; each module comes once, also in a circle."""
    sources = {
        "app/main.js": 'import { a } from "./a.js";\nimport "./b.js";\nconst c = await import("./deep/c.js");',
        "app/a.js": 'import{html as t}from"../vendor/lit.js";export * from "./main.js";',
        "app/b.js": "import {\n  one,\n} from './a.js';",
        "app/deep/c.js": 'import x from "node:fs"; import y from "../missing.js";',
        "vendor/lit.js": "export const html = 1;",
        "app/unused.js": "",
    }
    found = reachable("app/main.js", sources.get)
    assert found == ["app/main.js", "app/a.js", "app/b.js", "app/deep/c.js", "vendor/lit.js"]
