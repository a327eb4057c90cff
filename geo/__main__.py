"""The command line: ``python -m geo build | ingest | extract | geocode | export``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import BorderwatchError, InvalidQuery, InvalidRecord

if TYPE_CHECKING:
    from geo.extract import Understanding
    from geo.store import Store

STORE = Path(__file__).resolve().parent.parent / "data" / "store"
# filters of which an event must have one of several values, or none of those after --not-
LISTS = ("kind", "status", "country", "precision", "source", "actor", "dataset", "equipment", "place")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 2 with one line on stderr that says what is wrong."""
    options = _parser().parse_args(argv)
    try:
        return options.run(options)
    except BorderwatchError as error:
        print(f"borderwatch: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geo", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="compile the gazetteer; does nothing when it is current")
    build.add_argument("--derive", action="store_true", help="derive borders and base map anew from their sources")
    build.set_defaults(run=_build)
    ingest = commands.add_parser("ingest", help="read reports into the store")
    _add_reading(ingest)
    _add_store(ingest)
    ingest.set_defaults(run=_ingest)
    extract = commands.add_parser(
        "extract", help="write what is understood of reports as JSON; the store is not touched"
    )
    _add_reading(extract)
    extract.add_argument("--json", type=Path, required=True, metavar="OUTDIR", help="folder for <stem>.json")
    extract.set_defaults(run=_extract)
    geocode = commands.add_parser("geocode", help="find one place by name, with the candidates and the reason")
    geocode.add_argument("name")
    geocode.add_argument("--country", metavar="TJ", help="ISO 3166-1 alpha-2 code the place must lie in")
    geocode.add_argument("--near", metavar="LAT,LON", help="prefer the candidate near this point")
    geocode.add_argument("--json", action="store_true", help="print JSON instead of a table")
    geocode.set_defaults(run=_geocode)
    export = commands.add_parser("export", help="write the events of a query to a file, with its receipt")
    export.add_argument("output", nargs="?", type=Path, metavar="OUT", help="the file; -o FILE does the same")
    export.add_argument("--format", help="geojson (default), geojsonseq, geoparquet, gpkg, csv, kml or xlsx")
    _add_query(export)
    _add_store(export)
    export.set_defaults(run=_export)
    importer = commands.add_parser("import", help="read a file of events (ACLED, UCDP, GDELT, GeoJSON, any table)")
    _add_import(importer)
    _add_store(importer)
    importer.set_defaults(run=_import)
    load = commands.add_parser("load", help="fill a PostgreSQL database (PostGIS) with all events, for a team's server")
    load.add_argument("url", metavar="URL", help="postgresql://user@host/database; the password in PGPASSWORD")
    _add_store(load)
    load.set_defaults(run=_load)
    evaluate = commands.add_parser("evaluate", help="score the reading against gold answers or a geoparsing corpus")
    evaluate.add_argument("path", type=Path, metavar="FOLDER|CORPUS", help="NN.md with NN.json, or LGL-like XML")
    evaluate.add_argument("--verbose", action="store_true", help="print what went wrong, per document")
    evaluate.set_defaults(run=_evaluate)
    return parser


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a .md or .txt report, or a folder of them")
    parser.add_argument("--published", type=_day, metavar="DATE", help="day of publication, where the file is silent")
    parser.add_argument("--source-name")
    parser.add_argument("--source-url")


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--store", type=Path, default=STORE, help="project folder (default: data/store)")


def _add_query(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="start", metavar="DATE")
    parser.add_argument("--to", dest="end", metavar="DATE")
    for name in LISTS:
        parser.add_argument(f"--{name}", action="append", default=[], metavar=name.upper())
        parser.add_argument(f"--not-{name}", action="append", default=[], metavar=name.upper())
    parser.add_argument("--text")
    parser.add_argument("--bbox", metavar="W,S,E,N")
    parser.add_argument("--area", metavar="LON,LAT;...", help="only inside an area of three corners or more")
    parser.add_argument("--border", metavar="AF-TJ")
    parser.add_argument("--within-km", metavar="KM")
    parser.add_argument(
        "--border-from-km", metavar="KM", help="only along the border from here on, from its western end"
    )
    parser.add_argument("--border-to-km", metavar="KM", help="only along the border up to here")
    parser.add_argument("--no-possible", action="store_true", help="leave out events that only may match")
    parser.add_argument("--background", action="store_true", help="include background events")
    parser.add_argument("-o", "--output", dest="option_output", type=Path, metavar="FILE")


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV, TSV, Excel or GeoJSON, also zipped or gzipped")
    parser.add_argument("--format", default="auto", help="auto, acled, ucdp, gdelt, geojson or table (default: auto)")
    parser.add_argument("--dataset", metavar="NAME", help="name to import under (default: the format's or the file's)")
    parser.add_argument(
        "--mapping", type=_mapping, metavar="JSON", help='which column is what: \'{"start": "Date", "lat": "Y"}\''
    )
    parser.add_argument("--replace", action="store_true", help="drop what earlier imports brought into the dataset")
    parser.add_argument("--no-borders", action="store_true", help="leave the border columns empty, which is faster")
    parser.add_argument("--preview", action="store_true", help="show the mapping and 20 rows; nothing is stored")


def _mapping(text: str) -> dict[str, str]:
    try:
        mapping = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no JSON ({error})") from error
    if not isinstance(mapping, dict) or not all(isinstance(v, str | None) for v in mapping.values()):
        raise argparse.ArgumentTypeError(f'{text!r} is no mapping; expected \'{{"start": "Date", ...}}\'')
    return mapping


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; expected YYYY-MM-DD") from error


def _build(options: argparse.Namespace) -> int:
    from geo.build import build_gazetteer, is_current  # noqa: PLC0415  # each command imports what it needs

    if options.derive:
        from geo.derive import derive_all  # noqa: PLC0415

        derive_all()
    if is_current():
        print("gazetteer is current")
        return 0
    path = build_gazetteer()
    print(f"gazetteer compiled: {path} ({path.stat().st_size / 1e6:.0f} MB)")
    return 0


def _given(options: argparse.Namespace) -> dict:
    return {
        "published": options.published,
        "source_name": options.source_name,
        "source_url": options.source_url,
    }


def _read_all(options: argparse.Namespace):  # noqa: ANN202
    """Yield (path, Understanding) for every report that can be read; say on stderr why the others were skipped."""
    from geo.extract import load_atlas, understand  # noqa: PLC0415
    from geo.reports import find_reports, read_report  # noqa: PLC0415

    atlas = load_atlas()
    for path in find_reports(options.paths):
        try:
            yield path, understand(read_report(path, **_given(options)), atlas)
        except BorderwatchError as error:
            _tell_skipped(path, error)
            yield path, None


def _tell_skipped(path: Path, error: BorderwatchError) -> None:
    """Say why a file was skipped; its name may hold codes that a terminal would obey."""
    name = path.name if path.name.isprintable() else repr(path.name)
    print(f"skipped {name}: {error}", file=sys.stderr)


def _add(store: Store, path: Path, understanding: Understanding) -> str | None:
    """Store one report; None when the store refuses it, which is told and stops no other."""
    try:
        return store.add(understanding.report, understanding.events, now=datetime.now(UTC))
    except InvalidRecord as error:
        _tell_skipped(path, error)
        return None


def _ingest(options: argparse.Namespace) -> int:
    from geo.store import Store  # noqa: PLC0415

    read, skipped, events, changes = 0, 0, 0, {"added": 0, "updated": 0, "unchanged": 0}
    with Store(options.store) as store:
        for path, understanding in _read_all(options):
            change = _add(store, path, understanding) if understanding else None
            if change is None:
                skipped += 1
                continue
            read += 1
            changes[change] += 1
            events += len(understanding.events)
    told = ", ".join(f"{count} {word}" for word, count in changes.items())
    print(f"{read} reports read ({told}), {events} events, {skipped} skipped")
    return 0 if read or not skipped else 2


def _extract(options: argparse.Namespace) -> int:
    from geo.extract import to_json  # noqa: PLC0415

    options.json.mkdir(parents=True, exist_ok=True)
    read, skipped = 0, 0
    for path, understanding in _read_all(options):
        if understanding is None:
            skipped += 1
            continue
        read += 1
        text = json.dumps(to_json(understanding), ensure_ascii=False, indent=1)
        (options.json / f"{path.stem}.json").write_text(text + "\n", encoding="utf-8")
    print(f"{read} reports written to {options.json}, {skipped} skipped")
    return 0 if read or not skipped else 2


def _geocode(options: argparse.Namespace) -> int:
    from geo.extract import load_atlas  # noqa: PLC0415
    from geo.geocode import locate, place_to_json  # noqa: PLC0415
    from geo.online import switched_on  # noqa: PLC0415

    near = _point(options.near) if options.near else None
    country = options.country.upper() if options.country else None
    atlas = load_atlas()
    geocoders = [atlas.gazetteer, *switched_on()]
    decision = locate(options.name, geocoders, borders=atlas.borders, country=country, near=near)
    if options.json:
        answer = {
            "choice": decision.choice and place_to_json(decision.choice),
            "reason": decision.reason,
            "candidates": [place_to_json(place) for place in decision.candidates],
        }
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        return 0
    print(f"{'':2}{'name':32}{'in':4}{'lat':>10}{'lon':>11}{'± km':>7}  precision   source")
    for place in decision.candidates:
        mark = "→ " if place == decision.choice else "  "
        point = f"{place.lat:10.4f}{place.lon:11.4f}" if place.lat is not None else f"{'–':>10}{'–':>11}"
        radius = f"{place.radius_km:7.0f}" if place.radius_km is not None else f"{'–':>7}"
        head = f"{mark}{place.name[:31]:32}{place.country or '–':4}"
        print(f"{head}{point}{radius}  {place.precision:11} {place.source[:60]}")
    print(decision.reason)
    return 0


def _point(text: str) -> tuple[float, float]:
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InvalidQuery(f"--near is {text!r}; expected LAT,LON in degrees, such as 37.5,69.4.") from error
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise InvalidQuery(f"--near is {text!r}; expected lat in [-90, 90] and lon in [-180, 180].")
    return lat, lon


def _export(options: argparse.Namespace) -> int:
    from geo.borders import load_borders  # noqa: PLC0415
    from geo.exports import choose_format, write  # noqa: PLC0415
    from geo.filters import join_values  # noqa: PLC0415
    from geo.query import Engine, Query  # noqa: PLC0415
    from geo.store import Store  # noqa: PLC0415

    output = options.option_output or options.output
    if output is None:
        raise InvalidQuery("export needs a file to write to; expected OUT, such as events.gpkg.")
    chosen = choose_format(options.format, output)
    params = {"from": options.start, "to": options.end, "text": options.text, "bbox": options.bbox}
    params |= {"area": options.area}
    params |= {"border": options.border, "within_km": options.within_km}
    params |= {"border_from_km": options.border_from_km, "border_to_km": options.border_to_km}
    params |= {name: join_values(getattr(options, name)) for word in LISTS for name in (word, f"not_{word}")}
    params |= {"possible": "0" if options.no_possible else "1", "background": "1" if options.background else "0"}
    query = Query.from_params({key: value for key, value in params.items() if value})
    with Store(options.store) as store:
        engine = Engine(store, load_borders())
        told = _tell_progress if sys.stderr.isatty() else None
        written = write(output, engine, query, format=chosen, now=datetime.now(UTC), progress=told)
    for notice in written.receipt.get("notices", ()):
        print(notice, file=sys.stderr)
    print(f"{written.events} events written to {output}")
    return 0


def _tell_progress(done: int, total: int) -> None:
    print(f"\r{done:,} of {total:,} events", end="\n" if done >= total else "", file=sys.stderr, flush=True)


def _import(options: argparse.Namespace) -> int:
    import pyarrow as pa  # noqa: PLC0415

    from geo.importing import import_file, preview  # noqa: PLC0415
    from geo.importing_words import tell_preview, tell_summary  # noqa: PLC0415

    pa.set_memory_pool(pa.system_memory_pool())  # gives memory back at once: 80 MB less at the peak, and no slower
    if options.preview:
        print(tell_preview(preview(options.file, format=options.format, mapping=options.mapping)))
        return 0
    borders = None
    if not options.no_borders:
        from geo.borders import load_borders  # noqa: PLC0415

        borders = load_borders()
    summary = import_file(
        options.file,
        folder=options.store,
        now=datetime.now(UTC),
        dataset=options.dataset,
        format=options.format,
        mapping=options.mapping,
        borders=borders,
        replace=options.replace,
        progress=_show_progress if sys.stderr.isatty() else None,
    )
    print(tell_summary(summary))
    return 0


def _show_progress(share: float, what: str) -> None:
    end = "\n" if share >= 1 else ""
    print(f"\r{share:4.0%} {what}          ", end=end, file=sys.stderr, flush=True)


def _load(options: argparse.Namespace) -> int:
    from geo.engines.load import load_database  # noqa: PLC0415
    from geo.query import Engine  # noqa: PLC0415
    from geo.store import Store  # noqa: PLC0415

    with Store(options.store) as store:
        count = load_database(Engine(store), options.url)
    print(f"{count} events loaded")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from geo.evaluate import evaluate_corpus, evaluate_reports  # noqa: PLC0415
    from geo.extract import load_atlas  # noqa: PLC0415

    atlas = load_atlas()
    if options.path.is_dir():
        scores = evaluate_reports(options.path, atlas)
        for language, score in scores.items():
            print(f"{language}: {score.counts['reports']} reports, F1 {score.f1():.3f}, ", end="")
            print(
                f"resolution {score.share('right', 'located'):.3f}, false pins {score.counts['false pins']}, ", end=""
            )
            print(", ".join(f"{key} {score.share(key, 'events'):.3f}" for key in ("date", "type", "place", "status")))
        lines = scores["all"].lines
    else:
        score = evaluate_corpus(options.path, atlas)
        print(f"{score.counts['reports']} documents, F1 {score.f1():.3f}, ", end="")
        print(f"Acc@161 {score.share('right', 'placed'):.3f}, end to end {score.share('right', 'located'):.3f}")
        lines = score.lines
    if options.verbose:
        print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
