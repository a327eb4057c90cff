// Room for labels: a label stands at the first corner of its point where it touches no other, or is left out.
// Boxes are [left, top, right, bottom] in the map's layer pixels, which stay while the map is dragged.

const CORNERS = ["ne", "se", "nw", "sw"];

function boxAt(at, corner, wide, high, gap) {
  const left = corner.endsWith("e") ? at.x + gap : at.x - gap - wide;
  const top = corner.startsWith("n") ? at.y - gap / 2 - high : at.y + gap / 2;
  return [left, top, left + wide, top + high];
}

function touches(a, b) {
  return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
}

// The corner that is free of `taken`, which then holds its box too; null where none is.
function freeCorner(at, wide, high, taken, gap = 6) {
  for (const corner of CORNERS) {
    const box = boxAt(at, corner, wide, high, gap);
    if (taken.some((other) => touches(box, other))) continue;
    taken.push(box);
    return corner;
  }
  return null;
}
