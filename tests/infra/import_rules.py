"""Two kinds of import rule that import-linter lacks: what a package may import at all, and who may import a package.

Named in pyproject.toml, [tool.importlinter]; both look at direct imports.
"""

import sys
from collections.abc import Iterable
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules
from importlinter.domain.imports import ModuleExpression


def _within(graph: ImportGraph, expressions: Iterable[ModuleExpression]) -> set[str]:
    """The modules that these expressions name, and everything below them."""
    named = {module.name for module in module_expressions_to_modules(graph, expressions)}
    return named.union(*(graph.find_descendants(name) for name in named))


def _report(check: ContractCheck) -> None:
    for importer, imported in check.metadata["faults"]:
        output.print_error(f"- {importer} imports {imported}", bold=False)


class AllowedContract(Contract):
    """`modules` (packages, with all below them) import nothing but themselves, the standard library and `allowed`.

    Tests below them import what they like.
    """

    type_name = "allowed"

    modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Broken by each import of something else."""
        checked = _within(graph, cast(Iterable[ModuleExpression], self.modules))
        free = sys.stdlib_module_names | set(cast(Iterable[str], self.allowed))
        faults = sorted(
            (module, imported)
            for module in checked
            if ".tests." not in module
            for imported in graph.find_modules_directly_imported_by(module)
            if imported not in checked and not _stands_in(imported, free)
        )
        return ContractCheck(kept=not faults, metadata={"faults": faults})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line a fault."""
        _report(check)


class ConfinedContract(Contract):
    """`packages` are imported by `importers` (packages, with all below them) and by nobody else."""

    type_name = "confined"

    packages = fields.SetField(subfield=fields.StringField())
    importers = fields.SetField(subfield=fields.ModuleExpressionField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Broken by each import from elsewhere."""
        allowed = _within(graph, cast(Iterable[ModuleExpression], self.importers))
        faults = sorted(
            (importer, package)
            for package in cast(Iterable[str], self.packages)
            if package in graph.modules
            for importer in graph.find_modules_that_directly_import(package)
            if importer not in allowed
        )
        return ContractCheck(kept=not faults, metadata={"faults": faults})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line a fault."""
        _report(check)


def _stands_in(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)
