"""Secrets are given by reference and read only from where nobody else can read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import SecretError
from config.secrets import Reference, Source, read_reference, resolve


def test_a_reference_to_the_environment_resolves_to_the_variable(tmp_path: Path) -> None:
    reference = read_reference("env:TOKEN", tmp_path)
    assert reference == Reference(Source.ENVIRONMENT, "TOKEN")
    assert resolve(reference, {"TOKEN": "s3cret"}) == "s3cret"


@pytest.mark.parametrize(
    "content,secret",
    [("s3cret\n", "s3cret"), ("s3cret", "s3cret"), ("a\r\n", "a"), (" a \n\n", " a \n"), ("密\n", "密")],
)
def test_one_trailing_newline_of_a_file_is_not_part_of_the_secret(content: str, secret: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(content, newline="")
    (tmp_path / "key").chmod(0o600)
    assert resolve(read_reference("file:key", tmp_path), {}) == secret


def test_a_relative_file_lies_beside_its_configuration_and_an_absolute_one_where_it_says(tmp_path: Path) -> None:
    assert read_reference("file:keys/a", tmp_path).name == str(tmp_path / "keys/a")
    assert read_reference("file:/run/secrets/a", tmp_path).name == "/run/secrets/a"


def test_a_reference_reads_as_it_was_written(tmp_path: Path) -> None:
    assert str(read_reference("env:TOKEN", tmp_path)) == "env:TOKEN"


@pytest.mark.parametrize("literal", ["sk_live_4711", "hunter2:hunter3", "", "ENV:TOKEN", "http://x"])
def test_a_secret_written_out_is_refused_and_not_repeated(literal: str, tmp_path: Path) -> None:
    with pytest.raises(SecretError) as refused:
        read_reference(literal, tmp_path)
    assert "env:NAME or file:PATH" in str(refused.value)
    for part in literal.split(":"):
        assert not part or part not in refused.value.en.replace("env:NAME", "")


@pytest.mark.parametrize("nothing", ["env:", "file:", "env:  "])
def test_a_reference_must_name_something(nothing: str, tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="names nothing"):
        read_reference(nothing, tmp_path)


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o666])
def test_a_file_that_everybody_can_read_is_refused_with_the_cure(mode: int, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("s3cret")
    file.chmod(mode)
    with pytest.raises(SecretError) as refused:
        resolve(read_reference("file:key", tmp_path), {})
    assert f"chmod 600 {file}" in refused.value.en
    assert f"chmod 600 {file}" in refused.value.zh
    assert "s3cret" not in refused.value.en


def test_a_file_of_the_group_is_accepted(tmp_path: Path) -> None:
    """Containers and systemd hand secrets over so."""
    (tmp_path / "key").write_text("s3cret")
    (tmp_path / "key").chmod(0o640)
    assert resolve(read_reference("file:key", tmp_path), {}) == "s3cret"


def test_what_is_missing_empty_or_unreadable_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").touch(mode=0o600)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "binary").chmod(0o600)
    cases = {
        "env:TOKEN": "the environment has no TOKEN",
        "env:EMPTY": "is empty",
        "file:absent": "there is no such file",
        "file:empty": "is empty",
        "file:binary": "not UTF-8",
        "file:.": "cannot be read",
    }
    for text, reason in cases.items():
        with pytest.raises(SecretError, match=reason):
            resolve(read_reference(text, tmp_path), {"EMPTY": ""})
