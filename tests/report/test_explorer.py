"""The explorer's data: what the page unpacks is what the files hold."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nodal.files.snp import write_snp
from nodal.report import explorer as module
from nodal.report.explorer import explorer, inlined
from nodal.snp.clusters import above, clusters, statistics
from nodal.snp.matrix import Snp
from nodal.snp.rotations import rotations
from nodal.snp.signal_to_noise import signal_to_noise, summarise

NODES, LABELS = 6, 5
RUNS = {
    "mine": {
        "probes": {
            "blocks": {
                "taps": ["first", "second"],
                "pooling": "mean",
                "rule": "first_fit",
                "thresholds": [0.3],
            }
        }
    }
}


@pytest.fixture(params=[(NODES, LABELS), (NODES, 4, LABELS)], ids=["pooled", "positions apart"])
def written(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, Snp]:
    snp = Snp(*np.random.default_rng(3).standard_normal((2, *request.param)).astype(np.float32))
    place = {"set": "blocks", "tap": "second", "kind": "block", "block": 2, "heads": 1}
    (tmp_path / "blocks").mkdir()
    path = tmp_path / "blocks" / "second.parquet"
    write_snp(path, snp, {**place, "seed": 7, "labels": [*"abcd", "</script>"]}, 0)
    return path, snp


def unpacked(texts: dict[str, str]) -> tuple[dict[str, Any], np.ndarray]:
    index, content = (gzip.decompress(base64.b64decode(texts[name])) for name in ("index", "content"))
    return json.loads(index), np.frombuffer(content, np.int8)


def test_the_page_gets_what_the_files_hold(written: tuple[Path, Snp]) -> None:
    path, snp = written
    runs, content = unpacked(explorer({"mine": [path]}, RUNS))
    assert (runs["mine"]["labels"][-1], runs["mine"]["seed"]) == ("</script>", 7)
    [tap] = runs["mine"]["taps"]
    turned = next(rotations(snp, 1, 7, 1))  # the second tap of its set
    for name, basis in (("nodes", snp), ("directions", turned)):
        found = tap["bases"][name]
        shape = (NODES, tap["positions"], LABELS)
        mean, weight = (
            content[found[key] : found[key] + snp.weight.size].reshape(shape).astype(float)
            for key in ("pooled_mean", "weight")
        )
        numbers = content[found["numbers"] :][: NODES * LABELS].reshape(NODES, LABELS)
        fields = np.einsum("kpi,kpj->kij", mean, weight)
        matrices = fields / np.abs(fields).max((1, 2), keepdims=True)
        literal = basis.fields() / np.abs(basis.fields()).max((1, 2), keepdims=True)
        np.testing.assert_allclose(matrices, literal, atol=0.02)
        expected = clusters(basis, [0.3])
        np.testing.assert_array_equal(numbers, expected[0])
        noise = statistics(expected, above(basis, [0.3])).noise[0]
        assert found["noise"] == noise.tolist()
        assert found["snr"] == pytest.approx(signal_to_noise(summarise(expected[0], noise)).snr, rel=1e-3)


def test_what_is_too_large_is_named(written: tuple[Path, Snp], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROOM", 6 * NODES * LABELS - 1)
    runs, content = unpacked(explorer({"mine": [written[0]]}, RUNS))
    assert runs["mine"]["left_out"] == ["blocks/second"]
    assert not runs["mine"]["taps"]
    assert not len(content)


def test_no_script_ends_its_element(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("'</SCRIPT>'")
    with pytest.raises(ValueError, match="would end it"):
        inlined([tmp_path / "a.js"])


def test_the_smallest_taps_are_packed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = []
    for tap, nodes in (("first", 4), ("second", 2)):
        snp = Snp(*np.random.default_rng(nodes).standard_normal((2, nodes, LABELS)).astype(np.float32))
        about = {"set": "blocks", "tap": tap, "kind": "block", "block": 1, "heads": 1}
        paths.append(tmp_path / f"{tap}.parquet")
        write_snp(paths[-1], snp, {**about, "seed": 7, "labels": [*"abcde"]}, 0)
    monkeypatch.setattr(module, "ROOM", 6 * 4 * LABELS)
    runs, _ = unpacked(explorer({"mine": paths}, RUNS))
    assert [tap["tap"] for tap in runs["mine"]["taps"]] == ["second"]
    assert runs["mine"]["left_out"] == ["blocks/first"]
