"""The rules of the house: which room may use which, and how often a room opens a model.

Read from the code as text, without Odoo: the folders `models/`, `wizards/`, `controllers/` and
`report/` of the addon, each file belonging to the room that its folder names. On its own,
`python3 tooling/house.py` prints what breaks a rule.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# A room, and those it uses directly; it may use theirs too. From the ground up.
ROOMS: dict[str, tuple[str, ...]] = {
    "ground": (),
    "vault": ("ground",),
    "training": ("ground",),
    "session": ("vault", "training"),
    "readiness": ("session",),
    "declaration": ("readiness",),
    "request": ("readiness",),
    "document": ("request",),
    "renewal": ("declaration",),
}
FOLDERS = ("models", "wizards", "controllers")
# Printed documents have no rooms of their own.
ROOM_OF_FOLDER = {"report": "document"}
MAX_FILE_LINES = 400
MAX_METHOD_LINES = 50
# Names that only this addon gives; a lower room that reads one of an upper room depends on it.
OWN_NAME = re.compile(r"^_?(?:action_)?(?:passport|nir|jdr|renewal)_\w+$")
PATH = re.compile(r"^[a-z_]\w*(?:\.[a-z_]\w*)*$")
RELATIONAL = {"Many2one", "One2many", "Many2many"}


@dataclass(frozen=True)
class Place:
    """Where something stands."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass
class Model:
    """One class of a model: the model it defines or opens, its methods and fields."""

    name: str
    room: str
    place: Place
    defines: bool
    parents: tuple[str, ...] = ()
    methods: dict[str, int] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    abstract: bool = False


@dataclass
class Module:
    """One file of a room."""

    file: str
    room: str
    tree: ast.Module
    lines: int
    models: list[Model] = field(default_factory=list)


def closure(room: str) -> set[str]:
    """All rooms that `room` may use, itself included."""
    found = {room}
    for below in ROOMS[room]:
        found |= closure(below)
    return found


def room_of(relative: Path) -> str | None:
    """The room of a file, by its folders; None where it has none (the package files on top)."""
    folder = relative.parts[0]
    if folder in ROOM_OF_FOLDER:
        return ROOM_OF_FOLDER[folder]
    if folder in FOLDERS and len(relative.parts) > 2:
        return relative.parts[1]
    return None


def _constant(node: ast.AST) -> object:
    """The value of a literal, None if it is none."""
    try:
        return ast.literal_eval(node)  # type: ignore[arg-type]
    except (ValueError, TypeError, SyntaxError):
        return None


def _is_field(node: ast.AST) -> bool:
    """Whether an assigned value is a field of Odoo."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "fields"
    )


def _read_class(node: ast.ClassDef, file: str, room: str) -> Model | None:
    """What a class says as a model; None for a class that is none."""
    given: dict[str, object] = {}
    fields: set[str] = set()
    for statement in node.body:
        if not isinstance(statement, ast.Assign):
            continue
        for target in statement.targets:
            if isinstance(target, ast.Name):
                if target.id in ("_name", "_inherit"):
                    given[target.id] = _constant(statement.value)
                if _is_field(statement.value):
                    fields.add(target.id)
    inherit = given.get("_inherit") or ()
    parents = (inherit,) if isinstance(inherit, str) else tuple(inherit)  # type: ignore[arg-type]
    name = given.get("_name") or (parents[0] if parents else None)
    if not isinstance(name, str):
        return None
    methods = {
        child.name: child.lineno for child in node.body if isinstance(child, ast.FunctionDef)
    }
    return Model(
        name=name,
        room=room,
        place=Place(file, node.lineno),
        defines="_name" in given and name not in parents,
        parents=tuple(parent for parent in parents if parent != name),
        methods=methods,
        fields=fields,
        abstract=any(getattr(base, "attr", "") == "AbstractModel" for base in node.bases),
    )


def read(repository: Path) -> list[Module]:
    """All files of the rooms, parsed.

    :raises SyntaxError: a file is no Python
    """
    modules = []
    for folder in (*FOLDERS, *ROOM_OF_FOLDER):
        for path in sorted((repository / folder).rglob("*.py")):
            relative = path.relative_to(repository)
            room = room_of(relative)
            if room is None:
                continue
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text, str(relative))
            module = Module(str(relative), room, tree, text.count("\n"))
            for node in tree.body:
                if isinstance(node, ast.ClassDef):
                    model = _read_class(node, module.file, room)
                    if model:
                        module.models.append(model)
            modules.append(module)
    return modules


def _models(modules: list[Module]) -> list[Model]:
    return [model for module in modules for model in module.models]


def unknown_rooms(modules: list[Module]) -> Iterator[str]:
    """Folders that are no room."""
    for module in modules:
        if module.room not in ROOMS:
            yield f"{module.file}:1: “{module.room}” is no room of the house"


def _target(module: Module, node: ast.ImportFrom) -> tuple[str, ...]:
    """The path, from the addon's root, of what a relative import names."""
    package = Path(module.file).parts[:-1]
    base = package[: len(package) - (node.level - 1)]
    return (*base, *(node.module.split(".") if node.module else ()))


def imports_upwards(modules: list[Module]) -> Iterator[str]:
    """Imports from a room above or beside."""
    for module in modules:
        allowed = closure(module.room)
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ImportFrom) or not node.level:
                continue
            target = _target(module, node)
            names = [alias.name for alias in node.names]
            rooms = {target[1]} if len(target) > 1 else set(names)
            if target and target[0] in FOLDERS and not module.file.endswith("__init__.py"):
                for room in sorted(rooms & set(ROOMS) - allowed):
                    yield f"{module.file}:{node.lineno}: “{module.room}” imports from “{room}”"


def opened_twice(modules: list[Module]) -> Iterator[str]:
    """Models for which a room has more than one class."""
    by_room = defaultdict(list)
    for model in _models(modules):
        by_room[model.room, model.name].append(model)
    for (room, name), found in sorted(by_room.items()):
        for again in found[1:]:
            yield f"{again.place}: “{room}” opens {name} again (first in {found[0].place})"


def defined_twice(modules: list[Module]) -> Iterator[str]:
    """Names that two classes give to a model of their own: the later one would hide the other."""
    first: dict[str, Model] = {}
    for model in _models(modules):
        if not model.defines:
            continue
        known = first.setdefault(model.name, model)
        if known is not model:
            yield f"{model.place}: {model.name} is the name of another model ({known.place})"


def _lineage(name: str, parents: dict[str, set[str]]) -> set[str]:
    """The models of the addon whose methods `name` has, itself included."""
    found, todo = set(), [name]
    while todo:
        current = todo.pop()
        if current not in found:
            found.add(current)
            todo += parents.get(current, ())
    return found


def self_overrides(modules: list[Module]) -> Iterator[str]:
    """Methods of the addon that override a method of the addon."""
    models = _models(modules)
    own = {model.name for model in models if model.defines}
    parents: dict[str, set[str]] = defaultdict(set)
    by_name = defaultdict(list)
    for model in models:
        parents[model.name] |= set(model.parents) & own
        by_name[model.name].append(model)
    for model in models:
        others = [
            other
            for name in _lineage(model.name, parents)
            for other in by_name[name]
            if other is not model
        ]
        for method, line in model.methods.items():
            for other in others:
                comes_after = other.name != model.name or other.place.file < model.place.file
                if method in other.methods and comes_after:
                    yield (
                        f"{model.place.file}:{line}: {model.name}.{method} overrides the addon's own "
                        f"({other.place.file}:{other.methods[method]})"
                    )


def _owners(modules: list[Module]) -> dict[str, str]:
    """The room of each model that the addon defines."""
    return {model.name: model.room for model in _models(modules) if model.defines}


def _model_names(module: Module) -> Iterator[tuple[int, str]]:
    """Models that a file names in `env[…]` and as the other side of a relation."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            value = node.value
            name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
            if name == "env" and isinstance(node.slice.value, str):
                yield node.lineno, node.slice.value
        elif _is_field(node) and node.func.attr in RELATIONAL and node.args:  # type: ignore
            other = _constant(node.args[0])  # type: ignore[attr-defined]
            if isinstance(other, str):
                yield node.lineno, other


def uses_models_above(modules: list[Module]) -> Iterator[str]:
    """Models of a room above or beside that a file names."""
    owners = _owners(modules)
    for module in modules:
        allowed = closure(module.room)
        for line, name in _model_names(module):
            if owners.get(name, module.room) not in allowed:
                yield f"{module.file}:{line}: “{module.room}” uses {name} of “{owners[name]}”"


def _definitions(modules: list[Module]) -> dict[str, set[str]]:
    """The rooms that define each field or method with a name of the addon's own."""
    found: dict[str, set[str]] = defaultdict(set)
    for model in _models(modules):
        for name in (*model.methods, *model.fields):
            if OWN_NAME.match(name):
                found[name].add(model.room)
    return found


def _names_read(module: Module) -> Iterator[tuple[int, str]]:
    """Fields and methods that a file reads, in code and in paths of domains and dependencies."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if PATH.match(node.value):
                for name in node.value.split("."):
                    yield node.lineno, name


def uses_names_above(modules: list[Module]) -> Iterator[str]:
    """Fields and methods of a room above or beside that a file reads."""
    defined = _definitions(modules)
    for module in modules:
        allowed = closure(module.room)
        told = set()
        for line, name in _names_read(module):
            rooms = defined.get(name)
            if rooms and not rooms & allowed and (line, name) not in told:
                told.add((line, name))
                where = ", ".join(sorted(rooms))
                yield f"{module.file}:{line}: “{module.room}” uses {name} of “{where}”"


def hidden_order(modules: list[Module]) -> Iterator[str]:
    """Files that need another file of their room loaded first without importing it."""
    homes = {model.name: model.place.file for model in _models(modules) if model.defines}
    for module in modules:
        imported = {
            (*_target(module, node), alias.name)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom) and node.level
            for alias in node.names
        }
        imported |= {target[:-1] for target in imported}
        for model in module.models:
            for parent in (*model.parents, *(() if model.defines else (model.name,))):
                home = homes.get(parent)
                if not home or home == module.file or Path(home).parent != Path(module.file).parent:
                    continue
                if Path(home).with_suffix("").parts not in imported:
                    yield f"{model.place}: {model.name} needs {home}: import it"


def too_long(modules: list[Module]) -> Iterator[str]:
    """Files and methods that nobody reads at one go."""
    for module in modules:
        if module.lines > MAX_FILE_LINES:
            yield f"{module.file}:1: {module.lines} lines, {MAX_FILE_LINES} at most"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MAX_METHOD_LINES:
                    yield (
                        f"{module.file}:{node.lineno}: {node.name} has {length} lines, "
                        f"{MAX_METHOD_LINES} at most"
                    )


def silent_rooms(modules: list[Module]) -> Iterator[str]:
    """Rooms whose package does not say what question it answers."""
    for module in modules:
        path = Path(module.file)
        if path.parts[0] == "models" and path.name == "__init__.py":
            if not (ast.get_docstring(module.tree) or "").strip():
                yield f"{module.file}:1: say what question this room answers"


CHECKS = (
    unknown_rooms,
    imports_upwards,
    opened_twice,
    defined_twice,
    self_overrides,
    uses_models_above,
    uses_names_above,
    hidden_order,
    too_long,
    silent_rooms,
)


def check(repository: Path) -> list[str]:
    """Every breach of the rules, one line each: file, line, what is wrong."""
    modules = read(repository)
    broken = list(unknown_rooms(modules))
    if broken:
        return broken
    return [fault for rule in CHECKS for fault in rule(modules)]


def main() -> int:
    """Print the breaches in this repository; 1 if there are any."""
    found = check(Path(__file__).resolve().parent.parent)
    print("\n".join(found) or "The house is in order.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
