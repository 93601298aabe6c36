"""The files of deploy/: their commands are those of the command line, what they name is there."""

import configparser
import re
import shlex
from pathlib import Path
from typing import Final

import pytest
import yaml

from ncash.cli.parsers import parser_of
from tests.installed import FILES, SOURCES

ROOT: Final = Path(__file__).resolve().parents[3]
DEPLOY: Final = ROOT / "deploy"
UNITS: Final = sorted(DEPLOY.glob("*.service"))


def unit(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.read(path, encoding="utf-8")
    return parser


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_the_server_watches_it_and_gives_it_nothing_else(path: Path) -> None:
    service = unit(path)["Service"]
    program, command, *words = shlex.split(service["ExecStart"].replace("%i", "8081"))
    assert (Path(program).name, command) == ("ncash", "server")
    assert parser_of("server").parse_args(words).action == "run"
    assert (service["Type"], int(service["WatchdogSec"]) > 10) == ("notify", True)
    for word in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "DynamicUser", "MemoryDenyWriteExecute"):
        assert service[word] == "yes"
    assert (service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("strict", "")


def test_the_image_copies_what_there_is_and_starts_the_server() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for name in line.split()}
    assert all((ROOT / name).exists() for name in copied)
    assert {*SOURCES, *FILES} <= copied
    command = re.search(r"^CMD \[(.+)\]$", text, re.MULTILINE)
    assert command
    words = [word.strip(' "') for word in command[1].split(",")]
    assert parser_of("server").parse_args(words).action == "run"


def test_the_example_of_a_chain_has_two_servers_behind_the_proxy() -> None:
    chain = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    proxy = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    behind = set(re.findall(r"server (server-\d+):8080", proxy))
    assert behind == {name for name in chain["services"] if name.startswith("server-")}
    assert len(behind) == 2
    for service in chain["services"].values():
        named = {one if isinstance(one, str) else one["source"] for one in service.get("secrets", ())}
        assert named <= chain["secrets"].keys()
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    folders = dict(word.split("=") for line in re.findall(r"^ENV (.+)$", image, re.MULTILINE) for word in line.split())
    conf = {str(Path(one["target"]).parent) for one in chain["services"]["server-1"]["configs"]}
    assert (conf, "VOLUME " + folders["NCASH_DATA"] in image) == ({folders["NCASH_CONF"]}, True)
    assert "[Server]" in chain["configs"]["ncash"]["content"]
