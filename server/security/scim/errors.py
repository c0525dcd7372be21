"""Errors in SCIM's format (RFC 7644, section 3.12)."""

from __future__ import annotations

from pydantic import ValidationError
from scim2_models import Error, SCIMException

from server.core.problems import Problem

#: Codes of problems for which SCIM has a keyword.
SCIM_TYPES = {"taken": "uniqueness", "malformed": "invalidSyntax"}


def error_of_problem(problem: Problem) -> Error:
    """A wrong field is 400 in SCIM."""
    status = 400 if problem.status == 422 else problem.status
    scim_type = SCIM_TYPES.get(problem.code) or ("invalidValue" if problem.status == 422 else None)
    return Error(status=status, scim_type=scim_type, detail=". ".join(filter(None, (problem.title, problem.detail))))


def problem_of_validation(error: ValidationError) -> ScimProblem:
    return ScimProblem(Error.from_validation_errors(error.errors(include_url=False, include_input=False))[0])


def problem_of_exception(error: SCIMException) -> ScimProblem:
    return ScimProblem(error.to_error())


class ScimProblem(Problem):
    """A problem that has SCIM's words already."""

    def __init__(self, error: Error) -> None:
        # A message about several values spans lines and names types of the library.
        detail = (error.detail or "").split("\n")
        text = detail[0] if len(detail) == 1 else ": ".join(line.strip() for line in detail[1:3]).split(" [type=")[0]
        super().__init__(error.status or 400, error.scim_type or "scim", text)
        self.error = Error(status=error.status or 400, scim_type=error.scim_type, detail=text)
