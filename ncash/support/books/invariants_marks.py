"""What must hold for each mark and each marked position: I1, I4, I5, I6."""

from collections.abc import Iterator
from typing import Any, Final

from ncash.language import phrase
from ncash.model.mark import cis as cis_of
from ncash.model.owned import bare
from ncash.store.kegs import SOLD
from ncash.store.outbox.outbox import KEPT
from ncash.support.books.evidence import Evidence, SoldPosition, Violation

_TWICE: Final = (
    "SELECT cis, uuid, docnum, cashcode, posnum, opcode, checks, earlier, earliernum FROM ("
    "SELECT g.cis AS cis, d.uuid AS uuid, d.docnum AS docnum, d.cashcode AS cashcode, g.posnum AS posnum, "
    "g.opcode AS opcode, g.checks AS checks, LAG(g.opcode) OVER mark AS before, LAG(d.uuid) OVER mark AS earlier, "
    "LAG(d.docnum) OVER mark AS earliernum FROM Goodsitem g JOIN document d ON d.documentid = g.documentid "
    "WHERE g.cis IS NOT NULL AND d.doctype IN (1, 2, 25) "
    "AND NOT (g.frunit IN (40, 41, 42) AND g.cis IN (SELECT cis FROM keg)) "
    "WINDOW mark AS (PARTITION BY g.cis ORDER BY g.goodsitemid)) "
    "WHERE before = opcode"
)
_OVERDRAWN: Final = (
    "SELECT k.cis, k.uuid, k.content, k.gone, k.source, " + SOLD + " AS poured FROM keg k "
    "JOIN Goodsitem g ON g.cis = k.cis JOIN document d ON d.documentid = g.documentid "
    "WHERE d.doctype IN (1, 2, 25) GROUP BY k.cis HAVING poured + k.gone > k.content"
)
_UNOPENED: Final = (
    "SELECT g.cis, d.uuid, d.docnum, d.cashcode, g.posnum FROM Goodsitem g JOIN document d "
    "ON d.documentid = g.documentid WHERE d.doctype = 1 AND g.frunit IN (40, 41, 42) AND g.cis IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM keg k WHERE k.cis = g.cis) AND json_extract(g.extra, '$.keg.content') IS NOT NULL"
)
_WORDS: Final = {50: "sold", 58: "returned"}
_HELD_FOR_NOBODY: Final = (
    "SELECT 'mark', m.cis, m.uuid FROM openmark m WHERE NOT EXISTS (SELECT 1 FROM openreceipt r WHERE r.uuid = m.uuid) "
    "UNION ALL SELECT 'portion of a keg', k.cis, k.uuid FROM kegportion k "
    "WHERE NOT EXISTS (SELECT 1 FROM openreceipt r WHERE r.uuid = k.uuid) "
    "UNION ALL SELECT 'position of a sale', r.saledocumentid || '/' || r.saleposition, r.uuid FROM returnedposition r "
    "WHERE NOT EXISTS (SELECT 1 FROM openreceipt o WHERE o.uuid = r.uuid) "
    "AND NOT EXISTS (SELECT 1 FROM document d WHERE d.uuid = r.uuid AND d.doctype = 25) "
    "UNION ALL SELECT 'order', d.uuid, d.held FROM deferredreceipt d WHERE d.held IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM openreceipt o WHERE o.uuid = d.held) "
    "AND NOT EXISTS (SELECT 1 FROM deferredreceipt a WHERE a.uuid = d.held) "
    "UNION ALL SELECT 'position', p.posnum, p.uuid FROM openposition p "
    "WHERE NOT EXISTS (SELECT 1 FROM openreceipt o WHERE o.uuid = p.uuid)"
)
_RESERVED: Final = (
    "SELECT d.uuid, d.docnum, d.cashcode, g.posnum, g.cis, d.doctype FROM document d "
    "JOIN Goodsitem g ON g.documentid = d.documentid, json_each(g.checks) c "
    "WHERE g.marked = 1 AND g.cis IS NOT NULL AND g.refused IS NULL AND json_extract(c.value, '$.check') = 'reserve' "
    "AND json_extract(c.value, '$.verdict') = 'allow' AND json_extract(c.value, '$.skipped') IS NULL "
    "AND json_extract(g.extra, '$.reserved') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.key = g.cis "
    "AND json_extract(o.body, '$.documentid') = d.uuid "
    "AND o.op IN ('sold', 'returned', 'unreserve')) "
    "AND julianday(d.timeend) >= (SELECT MAX(julianday(timeend)) FROM document) - ?"
)
"""An older message may have been let go."""


def single_sale(seen: Evidence) -> Iterator[Violation]:
    """I1. A duplicate of which the trail says that uniqueness was not asked for is a violation like any other."""
    for cis, uuid, docnum, cashcode, posnum, opcode, _, earlier, earliernum in seen.rows(_TWICE):
        word = _WORDS.get(opcode, str(opcode))
        yield Violation(
            "I1",
            phrase(
                "the mark {cis} was {word} twice, before in document {earliernum} ({earlier})",
                cis=cis,
                word=word,
                earliernum=earliernum,
                earlier=earlier,
            ),
            uuid,
            phrase(
                "Documents, document {docnum} of till {cashcode}, position {posnum}",
                docnum=docnum,
                cashcode=cashcode,
                posnum=posnum,
            ),
            next="one of the two units carries another unit's mark: take it back with a return, and look at "
            "checkLocalUniqueness and enableMarkVerify",
        )


def kegs_are_not_overdrawn(seen: Evidence) -> Iterator[Violation]:
    """I1 for units that are sold in parts: what was sold and not given back is no more than the keg held."""
    for cis, uuid, content, gone, source, poured in seen.rows(_OVERDRAWN):
        yield Violation(
            "I1",
            phrase(
                "out of the keg {cis} {poured} ml were sold here and {gone} ml elsewhere; it held "
                "{content} ml ({source})",
                cis=cis,
                poured=poured,
                gone=gone,
                content=content,
                source=source,
            ),
            uuid,
            "Documents, keg",
            next="a document that came late, or a content that was corrected, may do this; compare with Chestny Znak",
        )
    for cis, uuid, docnum, cashcode, posnum in seen.rows(_UNOPENED):
        place = phrase(
            "Documents, document {docnum} of till {cashcode}, position {posnum}",
            docnum=docnum,
            cashcode=cashcode,
            posnum=posnum,
        )
        yield Violation(
            "I1",
            phrase("the keg {cis} was sold from and never opened", cis=cis),
            uuid,
            place,
            next="ncash rebuild writes it down",
        )


def no_denied_item(seen: Evidence) -> Iterator[Violation]:
    """I4. Every marked position of a closed document was let in by a line of the journal, and says so itself."""
    for one in seen.sold():
        text = _denied(one) or _unexplained(seen, one)
        if text:
            hint = "ncash journal list --receipt ID shows the decisions about this receipt; tell the developers"
            yield Violation("I4", text, one.uuid, one.place, next=hint)


def _denied(one: SoldPosition) -> str | None:
    if one.refused is not None:
        return phrase("a position that was refused is in a closed document: {refused}", refused=one.refused)
    bad = [check["check"] for check in one.checks if check["verdict"] in ("deny", "need_scan", "ask")]
    return phrase("the check {check} did not allow the position", check=bad[0]) if bad else None


def _unexplained(seen: Evidence, one: SoldPosition) -> str | None:
    lines = [line for _, line in seen.allowed(one.uuid) if _about(line, one)]
    if not lines:
        return "no line of the journal allowed the position"
    return _unconfirmed(lines[-1])


def _about(line: dict[str, Any], one: SoldPosition) -> bool:
    """Whether a line let this position in; one without a mark of its own is known by its goods."""
    told = (line.get("mark") or line.get("sold") or {}).get("cis")
    if told is not None and one.cis is not None:
        return bool(told == one.kept)
    goods = line.get("goods") or {}
    return goods.get("code") == one.code


def _unconfirmed(line: dict[str, Any]) -> str | None:
    """A check whose setting says ask, and which found something, was confirmed by somebody."""
    for check in line["checks"]:
        asked = check["verdict"] == "allow" and check["value"] == "ask" and check["key"] is not None
        if asked and check["check"] not in map(bare, line["confirmed"]):
            return phrase(
                "the check {check} asked ({key}), and nobody confirmed it", check=check["check"], key=check["key"]
            )
    return None


def evidence_of_checks(seen: Evidence) -> Iterator[Violation]:
    """I5. Tag 1265 is the answer about this very code; without a check the reason stands there."""
    for one in seen.sold():
        if one.tag1265 is not None:
            text = _not_its_answer(seen, one)
        else:
            asked = one.check("crpt") if one.doctype == 1 else None
            text = None
            if asked is not None and asked["verdict"] == "allow" and one.unchecked is None:
                text = "the position was checked online, and has neither tag 1265 nor a reason"
        if text:
            hint = "keep the journal (ncash journal export) and tell the developers"
            yield Violation("I5", text, one.uuid, one.place, next=hint)


def _not_its_answer(seen: Evidence, one: SoldPosition) -> str | None:
    lines = [line for _, line in seen.allowed(one.uuid) if _about(line, one)]
    if not lines:
        return "tag 1265 stands there, and the journal holds no check of the position"
    for line in lines:
        if line.get("tags", {}).get("1265") == one.tag1265:
            return (
                None
                if any(_answers(check["fact"], line, one) for check in line["checks"])
                else (phrase("tag 1265 ({tag1265}) is no answer about this code", tag1265=one.tag1265))
            )
    return phrase("tag 1265 ({tag1265}) is not what the journal says", tag1265=one.tag1265)


def _answers(fact: Any, line: dict[str, Any], one: SoldPosition) -> bool:
    """Whether the answer in a fact, or in a part of it, is what the tag says and is about the code of the line."""
    if not isinstance(fact, dict):
        return False
    wanted = f"UUID={fact.get('reqId')}&Time={fact.get('reqTimestamp')}"
    if "reqId" not in fact or not (one.tag1265 or "").startswith(wanted):
        return any(_answers(part, line, one) for part in fact.values())
    about, scanned = fact.get("cis"), (line.get("mark") or {}).get("raw")
    return about is None or scanned is None or cis_of(about) == cis_of(scanned)


def reservations_end(seen: Evidence) -> Iterator[Violation]:
    """I6. Nothing is held for a receipt that is over, and the server is told of every reservation."""
    for what, which, uuid in seen.rows(_HELD_FOR_NOBODY):
        hint = "tell the developers; the goods can be sold when the database is mended"
        yield Violation(
            "I6",
            phrase("a {what} ({which}) is held for a receipt that is not open", what=what, which=which),
            uuid,
            "Documents",
            next=hint,
        )
    for uuid, docnum, cashcode, posnum, cis, _ in seen.rows(_RESERVED, (KEPT,)):
        yield Violation(
            "I6",
            phrase("the reservation of {cis} is over, and no message says so to the cash server", cis=cis),
            uuid,
            phrase(
                "Documents, document {docnum} of till {cashcode}, position {posnum}",
                docnum=docnum,
                cashcode=cashcode,
                posnum=posnum,
            ),
            next="the server lets go of it by itself when its time is over; tell the developers",
        )
