"""Calls of this folder's own Odoo jobs (the demo's main job, the benchmark), in a process."""

import ast
import json
from pathlib import Path

from .console import run_logged
from .environment import Environment
from .errors import DevError


def job_file(tooling: Path, name: str) -> Path:
    """The file of a job, or of its package; it may not be written yet."""
    package = tooling / name / "__init__.py"
    return package if package.exists() else package.parent.with_suffix(".py")


def run_job(
    env: Environment, name: str, database: str, *arguments, tooling: Path | None = None
) -> str:
    """Call `run(env, *arguments)` of tooling/NAME.py in a database; what it returned.

    :param tooling: the folder that holds the job, where it is not the one beside the addon's code
    """
    tooling = tooling or env.layout.repository / "tooling"
    if not job_file(tooling, name).exists():
        raise DevError(f"tooling/{name}.py does not exist yet: there is nothing to run.")
    log = env.layout.log(name)
    result = env.layout.clone / f"{name}.result"
    passed = []
    for argument in arguments:
        is_path = isinstance(argument, Path)
        passed += ["--path", str(argument)] if is_path else ["--json", json.dumps(argument)]
    entry = tooling / "odoo_entry.py"
    where = ["--config", env.layout.config, "--database", database, "--result", result]
    result.unlink(missing_ok=True)
    run_logged(
        [env.layout.python, entry, name, *where, *passed],
        log,
        f"{name} failed.",
        env=env.variables(),
    )
    return result.read_text(encoding="utf-8")


def constant(env: Environment, name: str, variable: str, default):
    """A literal assigned at the top of a job's file, read without importing it."""
    path = job_file(env.layout.repository / "tooling", name)
    for node in ast.parse(path.read_text(encoding="utf-8")).body if path.exists() else ():
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(getattr(target, "id", None) == variable for target in targets):
            return ast.literal_eval(node.value)
    return default
