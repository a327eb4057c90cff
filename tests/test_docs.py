"""What the README promises exists: its commands, files and Python."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from geo.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = ("build", "ingest", "extract", "geocode", "import", "export", "load", "evaluate")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The README names each command of the line, and each answers --help."""
    assert f"python -m geo {command}" in README
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "usage" in capsys.readouterr().out


def test_the_readme_names_no_command_that_is_missing() -> None:
    """Nothing is promised that is not there."""
    assert set(re.findall(r"python -m geo (\w+)", README)) <= set(COMMANDS)


def test_every_link_and_picture_of_the_readme_exists() -> None:
    """Relative targets are files of the repository."""
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if not target.startswith("http")]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_make_target_of_the_readme_exists() -> None:
    """``make run`` and ``make test`` are targets."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(
        re.search(rf"^{name}:", makefile, re.MULTILINE) for name in re.findall(r"^make (\w+)", README, re.MULTILINE)
    )


def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    """The ten lines give the same result as the dashboard's export, in a store of their own."""
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    code = code.replace("data/store", (tmp_path / "store").as_posix()).replace(
        "april.geojson", (tmp_path / "april.geojson").as_posix()
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    assert "Kharb-Maidon" in (tmp_path / "april.geojson").read_text(encoding="utf-8")


def test_the_changelog_names_the_version() -> None:
    """The version of the package has its section."""
    from geo import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_data_sources_name_every_shipped_file() -> None:
    """Each data file has its source and licence in data/SOURCES.md."""
    sources = (ROOT / "data" / "SOURCES.md").read_text(encoding="utf-8")
    listed = subprocess.run(["git", "ls-files", "data"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    names = [Path(line).name for line in listed.split() if not line.endswith("SOURCES.md")]
    assert [name for name in names if name not in sources] == []
