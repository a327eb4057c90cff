// The symbols of the kinds: one shape each, drawn in a 24 × 24 box. Colours and labels come from /api/style.

const SHAPES = {
  triangle: "M12 3 21.5 20H2.5Z",
  diamond: "M12 2 22 12 12 22 2 12Z",
  bar: "M2.5 8H21.5V16H2.5Z",
  chevron: "M12 3 21 12V21L12 13 3 21V12Z",
  star: "M12 1.8 14.9 8.6 22.2 9.3 16.7 14.1 18.4 21.3 12 17.5 5.6 21.3 7.3 14.1 1.8 9.3 9.1 8.6Z",
  plus: "M8.5 3H15.5V8.5H21V15.5H15.5V21H8.5V15.5H3V8.5H8.5Z",
  hexagon: "M7 3.5H17L22 12 17 20.5H7L2 12Z",
  square: "M4 4H20V20H4Z",
  ring: "M12 3A9 9 0 1 1 12 21 9 9 0 1 1 12 3ZM12 8.6A3.4 3.4 0 1 0 12 15.4 3.4 3.4 0 1 0 12 8.6Z",
  drop: "M12 22C7.5 16.5 4.8 13 4.8 9.4A7.2 7.2 0 0 1 19.2 9.4C19.2 13 16.5 16.5 12 22Z",
  circle: "M12 4A8 8 0 1 1 12 20 8 8 0 1 1 12 4Z",
};

// Planned: hollow. Denied: struck through. Possible: pale (by the caller's class).
function symbol(kind, { size = 22, status = "reported", halo = "#fff" } = {}) {
  const hollow = status === "planned";
  const path = svg("path", {
    d: SHAPES[kind.shape] || SHAPES.circle,
    fill: hollow ? halo : kind.colour,
    stroke: hollow ? kind.colour : halo,
    "stroke-width": hollow ? 2.6 : 1.6,
    "stroke-linejoin": "round",
    "fill-rule": "evenodd",
  });
  const strike = status === "denied" && [
    svg("path", { d: "M2 22 22 2", stroke: halo, "stroke-width": 5, "stroke-linecap": "round" }),
    svg("path", { d: "M2 22 22 2", stroke: "#1b2430", "stroke-width": 2.2, "stroke-linecap": "round", class: "strike" }),
  ];
  return svg("svg", { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true", class: "symbol" },
    path, ...(strike || []));
}
