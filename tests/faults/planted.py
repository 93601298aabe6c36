"""Bugs that somebody could write on a tired evening: the change to the source, and the tests that must go red."""

from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
Change = tuple[str, str]
"""A piece of source that stands once in its module, and what is planted in its place."""


class Planted(NamedTuple):
    """One bug."""

    what: str
    module: str
    """Path of the source below the project."""
    changes: tuple[Change, ...]
    proof: tuple[str, ...]
    """Arguments of pytest; or `faults` and arguments of the campaign."""
    slow: bool = False

    def source(self) -> str:
        """The module with the bug in it. Raises ValueError when the place of the bug is not there any more."""
        text = (ROOT / self.module).read_text(encoding="utf-8")
        for before, after in self.changes:
            if text.count(before) != 1:
                raise ValueError(f"{self.module} holds {before!r} {text.count(before)} times; plant the bug anew")
            text = text.replace(before, after)
        return text


_DOCUMENTS: Final = "tests/contract/store/test_documents.py::"
_SHARED: Final = "tests/contract/store/test_shared_books.py::"
_ANSWER: Final = "tests/unit/bundled/facts/test_crpt_answer.py::"
_NET: Final = "tests/contract/crpt/test_net.py::"
_TRUST: Final = "tests/unit/hosting/containment/test_trust.py::"
_RAISING: Final = "tests/unit/hosting/containment/test_raising.py::"

PLANTED: Final = (
    Planted(
        "a mark goes to whoever writes last",
        "ncash/store/open_receipts.py",
        ((
            '"ON CONFLICT (cis) DO UPDATE SET cashcode = excluded.cashcode WHERE openmark.uuid = excluded.uuid"',
            '"ON CONFLICT (cis) DO UPDATE SET cashcode = excluded.cashcode, uuid = excluded.uuid"',
        ),),
        (_SHARED + "test_a_mark_in_an_open_receipt_is_not_to_be_had_on_another_till",),
    ),
    Planted(
        "naive check-then-insert: the check is made before the transaction",
        "ncash/store/open_receipts.py",
        (("cis = ?1), -1) <> ?4 ", "cis = ?1), -1) <> ?4 + 1 "),),
        (_DOCUMENTS + "test_a_refused_take_writes_nothing",),
    ),
    Planted(
        "acknowledged although nothing was committed",
        "ncash/store/sqlite/connection.py",
        ((
            "            except sqlite3.Error as error:\n                self._roll_back()\n"
            "                raise self.explained(error) from error\n",
            "            except sqlite3.Error:\n                self._roll_back()\n",
        ),),
        ("faults", "errors=60", "--scenario=sale"),
    ),
    Planted(
        "a sale position is given back twice",
        "ncash/store/open_receipts.py",
        (('    "WHERE returnedposition.uuid = excluded.uuid"\n', '    ""\n'),),
        (_SHARED + "test_a_position_is_given_back_once_whatever_the_till",),
    ),
    Planted(
        "two programs write one receipt",
        "ncash/store/open_receipts.py",
        (("receipt = ?, revision = revision + 1 WHERE cashcode = ? AND uuid = ? AND revision = ?",
          "receipt = ?, revision = revision + 1 WHERE cashcode = ? AND uuid = ? AND revision >= 0 * ?"),
         ("openreceipt SET revision = revision + 1 WHERE cashcode = ? AND uuid = ? AND revision = ?",
          "openreceipt SET revision = revision + 1 WHERE cashcode = ? AND uuid = ? AND revision >= 0 * ?")),
        (_DOCUMENTS + "test_two_programs_of_one_cash_number_cannot_mix_a_receipt",),
    ),
    Planted(
        "the journal's hash is not chained",
        "ncash/store/journal/hash_chain.py",
        (("    hashed = _sha256()(before)\n", "    hashed = _sha256()(b\"\")\n"),),
        ("tests/contract/store/test_journal.py::"
         "test_a_line_rewritten_with_its_own_hash_is_found_at_the_link_after_it",),
    ),
    Planted(
        "a redirect is followed with the token",
        "ncash/network/http.py",
        (("    if 300 <= status < 400:\n", "    if status < 0:\n"),),
        (_NET + "test_a_redirect_is_an_error_and_the_token_stays_here",),
    ),
    Planted(
        "certificates are not looked at",
        "ncash/network/connections.py",
        (("    return context\n", "    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE\n"
                                  "    return context\n"),),
        (_NET + "test_a_server_that_cannot_be_trusted_never_sees_the_token",),
    ),
    Planted(
        "silence of every plugin sells marked goods",
        "ncash/till/deciding.py",
        (("            return fold([decision, _deny(MARK_DATA_MISSING)])\n", "            return _HOST_ALLOWS\n"),),
        ("tests/spec/test_spec.py", "-k", "switched and off and marked and goods"),
    ),
    Planted(
        "an exception in a plugin sells marked goods",
        "ncash/till/deciding.py",
        ((
            "    if marked:\n        return _deny(PLUGIN_BROKEN",
            "    if not marked:\n        return _deny(PLUGIN_BROKEN",
        ),),
        (_RAISING + "test_marked_goods_are_refused_and_ordinary_goods_sell",),
    ),
    Planted(
        "a refusal is folded below a permission",
        "ncash/model/decision.py",
        (("strongest = max(given, key=lambda a: a.verdict)", "strongest = min(given, key=lambda a: a.verdict)"),),
        ("tests/unit/model/test_fold.py::test_the_strongest_answer_holds_and_silence_is_none",),
    ),
    Planted(
        "the allow of a plugin that reads no marks sells marked goods",
        "ncash/hosting/ownership.py",
        (("    if verdict is _ALLOW and not reads and hook in _RULED:\n", "    if False:\n"),),
        (_TRUST + "test_marked_goods_are_allowed_by_readers_of_marks_only",),
    ),
    Planted(
        "the fields of a mark are anybody's",
        "ncash/hosting/ownership.py",
        (("        if wrong is not None:\n", "        if wrong is False:\n"),),
        (_TRUST + "test_a_field_of_a_mark_is_said_by_its_reader_alone",),
    ),
    Planted(
        "whoever answers one question answers that of another plugin",
        "ncash/model/owned.py",
        (("    return SIGN not in name or name.startswith(owner + SIGN)\n", "    return True\n"),),
        (_TRUST + "test_a_question_belongs_to_its_plugin",),
    ),
    Planted(
        "what one plugin fetched is a fact of another",
        "ncash/model/owned.py",
        (("if name.startswith(owner + SIGN)}", "if SIGN in name}"),),
        (_TRUST + "test_what_a_stranger_fetched_is_no_fact_of_another",),
    ),
    Planted(
        "a mark is judged by readers who did not read it",
        "ncash/hosting/ownership.py",
        (('mark.reader not in ("", one.name)', "False"),),
        (_TRUST + "test_a_mark_is_judged_by_its_readers_plugin_only",),
    ),
    Planted(
        "the first of two readers of a scan is believed",
        "ncash/hosting/loader.py",
        (("        if len(heard) > 1:\n            error", "        if len(heard) > 9:\n            error"),),
        (_TRUST + "test_two_readers_of_one_scan_are_named_and_nothing_is_sold",),
    ),
    Planted(
        "of a key that stands twice the last value counts",
        "plugins/markedgoods/facts/strict_json.py",
        (("    if len(found) != len(pairs):\n", "    if len(found) > len(pairs):\n"),),
        (_ANSWER + "test_an_answer_that_is_not_exactly_right_is_no_check",),
    ),
    Planted(
        "an absent `verified` counts as true",
        "plugins/markedgoods/facts/online.py",
        (("for name in ALWAYS if element.get(name) is None]",
          'for name in ALWAYS if name != "verified" and element.get(name) is None]'),
         ("    told, unread = fields.optional(element)\n",
          '    told, unread = fields.optional({**element, "verified": True})\n    told["verified"] = True\n')),
        (_ANSWER + "test_an_element_without_one_of_its_five_flags_proves_nothing",),
    ),
    Planted(
        "an expiry date that cannot be read counts as absent",
        "plugins/markedgoods/facts/fields.py",
        (('JUDGED: Final = ("expireDate", ', "JUDGED: Final = ("),),
        (_ANSWER + "test_an_expiry_date_that_is_none_is_told_and_spoils_nothing_else",),
    ),
    Planted(
        "a silent party is waited for at every question",
        "ncash/network/silence.py",
        (("            if self._quiet is None or (", "            if self._quiet is not None or ("),),
        ("tests/unit/network/test_party.py",),
    ),
    Planted(
        "plain http goes anywhere",
        "ncash/network/http.py",
        (("and not request.plain and not loopback(host)", "and request.plain is None"),),
        ("tests/unit/settings/test_kinds.py::test_plain_http_to_another_machine_is_refused_by_check_and_till",),
    ),
    Planted(
        "an answer about another code is accepted",
        "plugins/markedgoods/facts/online.py",
        (('        raise ValueError("no element about the code that was asked for")\n',
          "        fitting = elements[:1]\n"),),
        (_ANSWER + "test_an_answer_about_another_code_proves_nothing",),
    ),
    Planted(
        "a reservation counts after its lease",
        "ncash/server/marks.py",
        (("self.state in states.LAPSED and self.until <= now", "self.state in states.LAPSED and self.until < 0"),),
        ("tests/contract/server/test_calls.py::test_a_reservation_ends_with_its_lease",),
        slow=True,
    ),
    Planted(
        "files are written in place",
        "ncash/system/files.py",
        (("too large to be held in one piece.\"\"\"\n    fresh = _fresh(path)\n",
          "too large to be held in one piece.\"\"\"\n    fresh = path\n"),),
        ("tests/faults/test_files.py",),
    ),
    Planted(
        "a storno that was refused lets go of the mark",
        "ncash/till/receipts/storno.py",
        (("    if decision.verdict is not Verdict.ALLOW:\n", "    if decision.verdict is Verdict.ABSTAIN:\n"),),
        ("tests/spec/test_spec.py", "-k", "storno"),
    ),
    Planted(
        "a wait that was cut sells what the plugin allowed",
        "ncash/till/session.py",
        ((
            "            outcome = cut_short(self.room, self.view, outcome)\n",
            "            outcome = outcome._replace()\n",
        ),),
        ("tests/unit/hosting/containment/test_cut.py", "-k", "listen"),
    ),
    Planted(
        "the order is given again when the register is silent",
        "ncash/till/fiscal/closing.py",
        ((
            "        answer = ask_register(room, intent)\n",
            "        answer = RegisterAnswer(Settlement.SEND_AGAIN)\n",
        ),),
        ("faults", "kills=200", "--scenario=sale"),
    ),
    Planted(
        "the intent is not written before the order",
        "ncash/till/fiscal/closing.py",
        (("        documents.begin_close(open_receipt(view), intent if late",
          "        _ = (open_receipt(view), intent if late"),),
        ("tests/journeys/close/test_kills.py",),
    ),
    Planted(
        "a document is adopted whatever it says",
        "ncash/till/fiscal/verdict_on_intent.py",
        ((" and last is not None and fits(intent, last):", " and last is not None:"),),
        ("tests/faults/test_settlement.py",),
    ),
    Planted(
        "a closed receipt leaves its intent behind",
        "ncash/store/documents.py",
        (("            self._end_intent(receipt.id)\n        self._free()\n        return closed\n",
          "        self._free()\n        return closed\n"),),
        ("faults", "kills=10", "--scenario=sale"),
    ),
    Planted(
        "what is owed is written after the transaction",
        "ncash/store/documents.py",
        (("            self.outgoing.owe(messages, time, closed.docnum)\n", ""),
         ("        self._free()\n        return closed\n",
          "        self._free()\n        with self.connection.write():\n"
          "            self.outgoing.owe(messages, time, closed.docnum)\n        return closed\n")),
        ("tests/faults/test_owed.py",),
    ),
    Planted(
        "books are changed by a newer ncash without a copy of before",
        "ncash/store/sqlite/migrations.py",
        (("            if 0 < version < schema.version:\n", "            if version < 0:\n"),),
        ("faults", "kills=1", "--scenario=upgrade"),
    ),
    Planted(
        "half of an upgrade is kept",
        "ncash/store/sqlite/migrations.py",
        (("    with connection.write():\n        database = Database(connection.raw)\n"
          "        with database.atomic():\n",
          "    if True:\n        database = Database(connection.raw)\n        if True:\n"),
         ("                step.run(database)\n                database.execute(step.stamp)\n"
          "                failpoint(_STEPPED)\n",
          "                database.execute(step.stamp)\n                failpoint(_STEPPED)\n"
          "                step.run(database)\n")),
        ("faults", "kills=400", "--scenario=upgrade"),
        slow=True,
    ),
    Planted(
        "a restore that was killed is not taken to its end",
        "ncash/shop/shop.py",
        (("                finish(documents)\n", "                documents.exists()\n"),),
        ("faults", "kills=200", "--scenario=copies"),
        slow=True,
    ),
    Planted(
        "a switched setting leaves its file before it comes back",
        "ncash/hosting/toggles.py",
        (("            files.replace(path, content)\n",
          "            files.remove(path)\n            files.replace(path, content)\n"),),
        ("faults", "kills=400", "--scenario=support"),
        slow=True,
    ),
    Planted(
        "a message counts as taken before it is sent",
        "ncash/queue/sender.py",
        (("        failpoint(_TAKEN)\n",
          "        with self._connection.write():\n"
          "            outbox.settle(self._connection, [SendResult(row.id, 'applied', '') for row in rows], '')\n"
          "        failpoint(_TAKEN)\n"),),
        ("faults", "kills=120", "--scenario=sale"),
        slow=True,
    ),
    Planted(
        "two programs run one till",
        "ncash/system/locks.py",
        (("            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
          "            fcntl.flock(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)\n"),),
        ("faults", "pauses=6", "--scenario=sale"),
    ),
    Planted(
        "a writer beside the till is not waited for",
        "ncash/store/sqlite/connection.py",
        (("WAIT: Final = 5.0\n", "WAIT: Final = 0.0\n"),),
        ("faults", "pauses=120", "--scenario=sale"),
        slow=True,
    ),
)  # fmt: skip
BY_NAME: Final = {bug.what: bug for bug in PLANTED}
