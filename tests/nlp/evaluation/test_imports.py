"""What may import training and evaluation."""

import ast
from pathlib import Path

import nlp

NLP = Path(nlp.__file__).parent


def test_run_time_code_imports_neither_training_nor_evaluation_nor_scikit_learn():
    for path in NLP.rglob("*.py"):
        if path.relative_to(NLP).parts[0] in ("training", "evaluation"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += (
                [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not [n for n in names if n.startswith(("nlp.training", "nlp.evaluation", "sklearn", "scipy"))], path
