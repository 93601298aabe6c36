"""Findings as SARIF 2.1.0, the form that editors and code hosts read."""

from typing import Any

from ncash import __version__
from ncash.settings.problems import RULES
from ncash.support.check.check import Findings

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Findings) -> dict[str, Any]:
    """One run with every rule and every problem."""
    every = {**RULES, **{problem.code: problem.ruled_by for problem in findings.problems}}
    rules = [
        {"id": rule.code, "shortDescription": {"text": rule.title}, "defaultConfiguration": {"level": rule.level}}
        for rule in every.values()
    ]
    order = {code: index for index, code in enumerate(every)}
    results = [
        {
            "ruleId": problem.code,
            "ruleIndex": order[problem.code],
            "level": problem.level,
            "message": {"text": str(problem).split(": ", 1)[-1]},
            "locations": [_place(problem.file, problem.line)],
            **({"relatedLocations": [_place(problem.file, line) for line, _ in problem.also]} if problem.also else {}),
        }
        for problem in findings.problems
    ]
    driver = {"name": "ncash check", "version": __version__, "rules": rules}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _place(file: str, line: int) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": max(line, 1)}}}
