"""The parts of the page that imports data: upload, preview with its mapping, progress, summary, and the datasets."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import bridge, importing, reading, words
from dashboard.i18n import later, number, tr, trn
from dashboard.importing import Upload, counted
from dashboard.project import open_project
from geo.errors import BorderwatchError
from geo.importing import Preview, Summary

NOT_THERE = later("Not in the file")
STEPS = {
    "reading": later("Reading …"),
    "writing": later("Writing …"),
    "summing up by month": later("Summing up by month …"),
    "done": later("Done"),
}
NUMBERS = (
    ("read", later("Read")),
    ("imported", later("Imported")),
    ("updated", later("of them updated")),
    ("merged", later("Merged")),
    ("rejected", later("Rejected")),
)


def draw_upload() -> None:
    """Draw the field for the file, and how to read it."""
    state = st.session_state
    turn = state.setdefault("import_turn", 0)
    st.file_uploader(
        tr("File (CSV, TSV, Excel, GeoJSON; also zipped)"),
        type=importing.TYPES,
        key=f"import_file_{turn}",
        max_upload_size=importing.UPLOAD_MB,
        on_change=_take,
        args=(f"import_file_{turn}",),
        help=tr("Larger files: python -m geo import FILE"),
    )


def _take(key: str) -> None:
    state = st.session_state
    file = state.get(key)
    for name in ("import_upload", "import_fault", "import_summary"):
        state.pop(name, None)
    if file is not None:
        state["import_upload"] = importing.keep_upload(file, file.name)


def draw_preview(upload: Upload) -> None:
    """Draw what the file is taken for, its mapping to correct, its first rows as events, and the button."""
    labels = importing.FORMAT_LABEL
    left, right = st.columns(2)
    format_ = left.selectbox(
        tr("Format"), list(labels), format_func=lambda name: tr(labels[name]), key=f"format_{upload.token}"
    )
    look = importing.look_at(upload, format_, None)
    mapping = None
    if look.preview is None or look.preview.mapping is not None:
        mapping = _draw_mapping(upload, look.columns, (look.preview.mapping if look.preview else None) or {}, format_)
        if mapping is not None:
            format_ = look.preview.format if look.preview else "table"
            look = importing.look_at(upload, format_, mapping)
    if look.preview is None:
        bridge.draw_notice(tr("This cannot be imported as it is."), look.fault or "", tone="error")
        return
    _draw_found(upload, look.preview)
    key = f"dataset_{upload.token}_{look.preview.dataset}"
    name = right.text_input(tr("Dataset"), value=look.preview.dataset, key=key, max_chars=64)
    replace = st.checkbox(
        tr("Drop rows of an earlier import that this file does not have"), key=f"replace_{upload.token}"
    )
    chosen = name.strip() if name.strip() != look.preview.dataset else None
    if st.button(tr("Import"), type="primary", key="import_run", width=160):
        _run(upload, dataset=chosen or None, format=format_, mapping=mapping, replace=replace)
    if fault := st.session_state.get("import_fault"):
        bridge.draw_notice(tr("Nothing was imported."), fault, tone="error")


def _draw_mapping(
    upload: Upload, columns: tuple[str, ...], guess: dict[str, str], format_: str
) -> dict[str, str] | None:
    """Draw a choice of column per field; None while it is as guessed."""
    if not columns:
        return None
    options = ["", *columns]
    chosen = {}
    with st.expander(
        tr("Columns: {n} of {all} fields found", n=len(guess), all=len(importing.FIELD_LABEL)), expanded=not guess
    ):
        for row in range(0, len(importing.FIELD_LABEL), 3):
            for cell, (name, label) in zip(
                st.columns(3), list(importing.FIELD_LABEL.items())[row : row + 3], strict=False
            ):
                chosen[name] = cell.selectbox(
                    tr(label),
                    options,
                    index=options.index(guess[name]) if guess.get(name) in columns else 0,
                    format_func=lambda column: words.plain(column, limit=60) if column else tr(NOT_THERE),
                    key=f"map_{upload.token}_{format_}_{name}",
                )
    given = {name: column for name, column in chosen.items() if column}
    return given if given != guess else None


def _draw_found(upload: Upload, found: Preview) -> None:
    """Say what the file is, and show its first rows as they would be stored."""
    what = tr(importing.FOUND_LABEL.get(found.format, found.format))
    told = trn("Below is its first row as an event.", "Below are its first {n} rows as events.", len(found.rows))
    known = "" if found.mapping is not None else " " + tr("Its columns are known.")
    bridge.draw_notice(f"{upload.name}: {what}.", told + known)
    st.dataframe(
        importing.to_rows(found.rows), hide_index=True, key=f"rows_{upload.token}_{len(upload.looks)}", placeholder=""
    )
    if found.rejected:
        st.text(tr("Of the rows looked at, these cannot be used:"))
        line, why = tr("Line"), tr("Why")
        faults = {line: [r.line for r in found.rejected], why: [words.plain(r.reason) for r in found.rejected]}
        narrow = {line: st.column_config.Column(width=70)}
        st.dataframe(faults, hide_index=True, key=f"bad_{upload.token}", column_config=narrow)
    for note in found.notes:
        bridge.draw_notice(tr("Note"), note)


def _step(what: str) -> str:
    """Return what the import is doing in words; `what` is as `geo.importing` tells it."""
    return tr(STEPS[what]) if what in STEPS else f"{what.capitalize()} …"


def _run(upload: Upload, **given: Any) -> None:  # noqa: ANN401 - as `importing.run` takes them
    state, bar = st.session_state, st.progress(0.0, tr("Reading …"))
    state.pop("import_fault", None)
    try:
        state["import_summary"] = importing.run(
            upload, **given, progress=lambda share, what: bar.progress(min(1.0, share), _step(what))
        )
    except BorderwatchError as error:
        state["import_fault"] = str(error)
        return
    state["import_upload"] = None
    state["import_turn"] += 1
    st.rerun()


def draw_summary() -> None:
    """Draw what the last import did: every row of the file is in one of its numbers."""
    done: Summary | None = st.session_state.get("import_summary")
    if done is None:
        return
    bridge.draw_notice(
        tr("Imported into {dataset}.", dataset=done.dataset),
        tr("It now has {rows}; this took {seconds} s.", rows=counted(done.total), seconds=number(done.seconds, 1)),
        tone="good",
    )
    with st.container(key="importnumbers", horizontal=True):
        for name, label in NUMBERS:
            st.metric(tr(label), number(getattr(done, name)), width="content")
    if done.rejected:
        st.dataframe(importing.to_reasons(done.reasons), hide_index=True, key="import_reasons")
        if done.reject_file is not None and done.reject_file.exists():
            st.download_button(
                tr("Download the rejected rows"),
                done.reject_file.read_bytes,
                f"{done.dataset}-rejected.csv",
                "text/csv",
                key="import_rejected",
                on_click="ignore",
            )
    for title, lines in ((tr("Warnings"), done.warnings), (tr("Notes"), done.notes)):
        if lines:
            bridge.draw_notice(title, "\n".join(lines))
    if done.attribution:
        bridge.draw_notice(tr("Attribution"), done.attribution)


def draw_datasets() -> None:
    """Draw the datasets that are there, each with a way to remove it."""
    datasets = open_project().engine.datasets
    try:
        there = datasets.list()
    except BorderwatchError as error:
        bridge.draw_notice(tr("The datasets cannot be listed."), str(error), tone="error")
        return
    for dataset in there:
        info = dataset.info
        with st.container(key=f"dataset-{dataset.name}", horizontal=True, vertical_alignment="center", border=True):
            day, name = str(info.get("imported", ""))[:10], info.get("format", "")
            text = tr("{format}, {rows}, imported {day}", format=name, rows=counted(dataset.rows), day=day)
            with st.container(gap=None):
                st.text(dataset.name)
                st.text(words.plain(text))
            if reading.may_edit():
                with st.popover(tr("Remove")):
                    st.text(tr("Its events leave the map. The file that you imported stays as it is."))
                    st.button(
                        tr("Remove for good"), key=f"remove-{dataset.name}", on_click=_remove, args=(dataset.name,)
                    )


def _remove(name: str) -> None:
    st.session_state.pop("import_summary", None)
    try:
        open_project().engine.datasets.remove(name)
    except (BorderwatchError, OSError) as error:
        st.session_state["import_fault"] = str(error)
