"""The addresses of what is kept, printed and cited: the snapshot, the picture and the report page."""

from dashboard import report_page, snapshot
from dashboard.answers import Answer

ANSWERS: dict[str, Answer] = {
    "/api/snapshot.html": snapshot.snapshot,
    "/api/picture.html": snapshot.picture,
    "/api/report": report_page.answer,
}
