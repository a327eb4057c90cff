// Distances on the WGS 84 ellipsoid.
// T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid with application of nested equations",
// Survey Review XXIII, 176 (1975): the inverse formula, good to a millimetre, but not for points nearly opposite each
// other. There the way is cut by the plane between them, and the shortest way over a place of it is looked for.

const AXIS_KM = 6378.137; // WGS 84 (EPSG:7030)
const FLATTENING = 1 / 298.257223563;

function geodesicKm(a, b) {
  const whole = vincentyKm(a, b);
  return whole === null ? overKm(a, b) : whole;
}

// The distance, or null where the formula does not converge.
function vincentyKm(a, b) {
  const rad = Math.PI / 180;
  const f = FLATTENING;
  const polar = AXIS_KM * (1 - f);
  const across = wrapDegrees(b.lng - a.lng) * rad;
  const [u1, u2] = [a.lat, b.lat].map((lat) => Math.atan((1 - f) * Math.tan(lat * rad)));
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = across;
  for (let i = 0; i < 100; i += 1) {
    const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)];
    const sinSigma = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
    if (sinSigma === 0) return cl > 0 ? 0 : null;
    const cosSigma = s1 * s2 + c1 * c2 * cl;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (c1 * c2 * sl) / sinSigma;
    const cos2Alpha = 1 - sinAlpha ** 2;
    const middle = cos2Alpha ? cosSigma - (2 * s1 * s2) / cos2Alpha : 0; // on the equator: any
    const c = (f / 16) * cos2Alpha * (4 + f * (4 - 3 * cos2Alpha));
    const last = lambda;
    lambda = across + (1 - c) * f * sinAlpha * (sigma + c * sinSigma * (middle + c * cosSigma * (2 * middle ** 2 - 1)));
    if (Math.abs(lambda) > Math.PI) return null;
    if (Math.abs(lambda - last) > 1e-12) continue;
    const k = (cos2Alpha * (AXIS_KM ** 2 - polar ** 2)) / polar ** 2;
    const big = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
    const small = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
    const change = small * sinSigma * (middle + (small / 4) * (cosSigma * (2 * middle ** 2 - 1)
      - (small / 6) * middle * (4 * sinSigma ** 2 - 3) * (4 * middle ** 2 - 3)));
    return polar * big * (sigma - change);
  }
  return null;
}

function overKm(a, b) {
  const [p, q] = [a, b].map(toUnit);
  const towards = unit(p.map((v, i) => v - q[i]));
  const side = unit(cross(towards, Math.abs(towards[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]));
  const other = cross(towards, side);
  const way = (turn) => {
    const middle = fromUnit(side.map((v, i) => v * Math.cos(turn) + other[i] * Math.sin(turn)));
    return vincentyKm(a, middle) + vincentyKm(middle, b);
  };
  const step = Math.PI / 90;
  let best = Array.from({ length: 180 }, (_, i) => i * step).reduce((x, y) => (way(y) < way(x) ? y : x));
  for (let width = step / 2; width > 1e-7; width /= 2) best = [best - width, best, best + width].reduce((x, y) => (way(y) < way(x) ? y : x));
  return way(best);
}

// Places on the way between two, on a sphere: for drawing, where the difference is less than a pixel or two.
function greatCircle(a, b) {
  const [p, q] = [a, b].map(toUnit);
  const angle = Math.atan2(Math.hypot(...cross(p, q)), dot(p, q));
  const n = Math.max(1, Math.ceil(angle / 0.01));
  const found = [a];
  for (let i = 1; i <= n; i += 1) {
    const mixed = angle < 1e-9 ? q : p.map((v, k) => v * Math.sin(angle * (1 - i / n)) + q[k] * Math.sin((angle * i) / n));
    const place = fromUnit(unit(mixed));
    found.push(L.latLng(place.lat, found.at(-1).lng + wrapDegrees(place.lng - found.at(-1).lng))); // in one piece
  }
  return found;
}

function wrapDegrees(degrees) {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}

function toUnit({ lat, lng }) {
  const [y, x] = [(lat * Math.PI) / 180, (lng * Math.PI) / 180];
  return [Math.cos(y) * Math.cos(x), Math.cos(y) * Math.sin(x), Math.sin(y)];
}

function fromUnit([x, y, z]) {
  return { lat: (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI, lng: (Math.atan2(y, x) * 180) / Math.PI };
}

function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(v) {
  const size = Math.hypot(...v);
  return v.map((part) => part / size);
}
