"""The changes: one small mistake each, of the kind that people make and tests must see."""

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_OPERATORS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}


class Mutant(NamedTuple):
    """One change to a module."""

    line: int
    what: str
    """The change in words, with the code that it was made to."""
    number: int
    """Which node, in the order of a walk."""
    change: str
    """Which of the changes that the node can have."""


def _changes(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            yield "comparison"
        case ast.BoolOp():
            yield "and/or"
            yield from (f"without part {n + 1}" for n in range(len(node.values)))
        case ast.UnaryOp(op=ast.Not()):
            yield "without not"
        case ast.If() | ast.IfExp():
            yield "condition turned"
        case ast.comprehension(ifs=[_, *_]):
            yield "without filter"
        case ast.BinOp(op=op) if type(op) in _OPERATORS:
            yield "operator"
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "returns None"
        case ast.Constant(value=bool()):
            yield "turned"
        case ast.Constant(value=int() | float()):
            yield "one more"
        case ast.Constant(value=str()):
            yield "other text"
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign():
            yield "left out"
        case ast.Continue():
            yield "break"


def _changed(node: ast.AST, change: str) -> ast.AST:
    match node, change:
        case ast.Compare(ops=[op]), _:
            node.ops = [_COMPARISONS[type(op)]()]
        case ast.BoolOp(), "and/or":
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.BoolOp(), _:
            del node.values[int(change.rsplit(" ", 1)[1]) - 1]
            return node.values[0] if len(node.values) == 1 else node
        case ast.UnaryOp(), _:
            return node.operand
        case ast.If() | ast.IfExp(), _:
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.comprehension(), _:
            node.ifs = []
        case ast.BinOp(op=operator), _:
            node.op = _OPERATORS[type(operator)]()
        case ast.Return(), _:
            node.value = ast.Constant(None)
        case ast.Constant(value=bool() as flag), _:
            node.value = not flag
        case ast.Constant(value=int() | float() as number), _:
            node.value = number + 1
        case ast.Constant(value=str() as text), _:
            node.value = f"{text}~"
        case ast.Continue(), _:
            return ast.Break()
        case _:
            return ast.Pass()
    return node


def _spared(tree: ast.Module) -> set[int]:
    """Nodes that no test can tell apart: docstrings, annotations, messages of assert and raise, `__all__`."""
    spared: set[int] = set()
    for node in ast.walk(tree):
        out: list[ast.AST] = []
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            out.append(node)
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            out.append(node.annotation)
        if isinstance(node, ast.FunctionDef):
            out += [*([node.returns] if node.returns else []), *node.decorator_list]
        if isinstance(node, ast.Assert):
            out.append(node)
        spared |= {id(inner) for one in out for inner in ast.walk(one)}
    return spared


class _Replacing(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self._old:
            return ast.copy_location(self._new, node)
        return self.generic_visit(node)


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module."""
    tree = ast.parse(source)
    spared = _spared(tree)
    seen: dict[str, int] = {}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in spared:
            continue
        for change in _changes(node):
            yield _mutant(node, number, change, seen)


def _mutant(node: ast.AST, number: int, change: str, seen: dict[str, int]) -> Mutant:
    line = getattr(node, "lineno", 0) or min((getattr(n, "lineno", 1) for n in ast.walk(node)), default=1)
    code = ast.unparse(node).split("\n", 1)[0]
    what = f"{change}: {code[:90]}"
    seen[what] = seen.get(what, 0) + 1
    if seen[what] > 1:
        what += f" ({seen[what]})"
    return Mutant(line, what, number, change)


def mutated(source: str, mutant: Mutant | None) -> ast.Module:
    """The module with that change; None changes nothing."""
    tree = ast.parse(source)
    if mutant is not None:
        node = next(one for n, one in enumerate(ast.walk(tree)) if n == mutant.number)
        _Replacing(node, _changed(node, mutant.change)).visit(tree)
    return ast.fix_missing_locations(tree)
