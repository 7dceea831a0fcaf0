"""What all tests share. Databases, Valkey and their kind come from ``tests/fixtures``."""

from __future__ import annotations

from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"

pytest_plugins = [f"tests.fixtures.{file.stem}" for file in sorted(FIXTURES.glob("[a-z]*.py"))]
