// Time on the timeline: days, weeks, months and years of the calendar in UTC, their edges, steps, ticks and words.

const DAY = 86400000;
const UNITS = ["day", "week", "month", "year"];
const UNIT_DAYS = { day: 1, week: 7, month: 30.44, year: 365.25 };
const LEAPS = { day: 7, week: 4, month: 12, year: 10 }; // units that Shift and an arrow key move by
const FINEST = [["day", 3.2], ["week", 4], ["month", 1.5]]; // the least pixels a bar of each unit may be wide

// Units are numbered, so that they can be counted: weeks begin on Monday, and 1 January 1970 was a Thursday.
function unitIndex(time, unit) {
  const day = Math.floor(time / DAY);
  if (unit === "day") return day;
  if (unit === "week") return Math.floor((day + 3) / 7);
  const at = new Date(time);
  return unit === "year" ? at.getUTCFullYear() : at.getUTCFullYear() * 12 + at.getUTCMonth();
}

function unitStart(index, unit) {
  if (unit === "day") return index * DAY;
  if (unit === "week") return (index * 7 - 3) * DAY;
  return unit === "year" ? Date.UTC(index, 0, 1) : Date.UTC(Math.floor(index / 12), ((index % 12) + 12) % 12, 1);
}

function firstOf(time, unit) {
  return isoDay(unitStart(unitIndex(time, unit), unit));
}

function lastOf(time, unit) {
  return isoDay(unitStart(unitIndex(time, unit) + 1, unit) - DAY);
}

// The same day so many units later; the 31st becomes the last day of a shorter month.
function shiftTime(time, unit, n) {
  if (unit === "day" || unit === "week") return time + n * UNIT_DAYS[unit] * DAY;
  const at = new Date(time);
  const month = at.getUTCFullYear() * 12 + at.getUTCMonth() + n * (unit === "year" ? 12 : 1);
  const start = unitStart(month, "month");
  const length = (unitStart(month + 1, "month") - start) / DAY;
  return start + (Math.min(at.getUTCDate(), length) - 1) * DAY;
}

// Both ends moved alike: whole months stay whole months, however long they are.
function shiftRange({ from, to }, unit, n) {
  return { from: isoDay(shiftTime(parseDay(from), unit, n)), to: isoDay(shiftTime(parseDay(to) + DAY, unit, n) - DAY) };
}

// The finest unit whose bars are wide enough to be seen.
function unitFor(span, width) {
  const found = FINEST.find(([unit, least]) => (width * UNIT_DAYS[unit] * DAY) / span >= least);
  return found ? found[0] : "year";
}

function writeUnit(start, unit) {
  const at = new Date(start);
  if (unit === "year") return String(at.getUTCFullYear());
  if (unit === "month") return t("{month} {year}", { month: monthName(at.getUTCMonth(), { alone: true }), year: at.getUTCFullYear() });
  return unit === "week" ? writeDays(isoDay(start), isoDay(start + 6 * DAY)) : writeDay(isoDay(start));
}

function writeRange(from, to) {
  if (!from && !to) return t("All dates");
  if (!from) return t("Until {day}", { day: writeDay(to) });
  return to ? writeDays(from, to) : t("From {day}", { day: writeDay(from) });
}

// What a slider says of itself, in words.
function sayEnd(end, day) {
  if (!day) return end === "from" ? t("from the beginning, no first day set") : t("to the end, no last day set");
  return end === "from" ? t("from {day}", { day: writeDay(day) }) : t("to {day}", { day: writeDay(day) });
}

const TICKS = [["day", 1], ["week", 1], ["week", 2], ...[1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200].map((n) => ["month", n])];
const TICK_PX = 62; // room for "12 Mar" and air

function timeTicks(start, end, width) {
  const fits = ([unit, n]) => (width * UNIT_DAYS[unit] * n * DAY) / (end - start) >= TICK_PX;
  const [unit, step] = TICKS.find(fits) || TICKS.at(-1);
  const ticks = [];
  for (let index = Math.ceil(unitIndex(start, unit) / step) * step; ; index += step) {
    const time = unitStart(index, unit);
    if (time > end) break;
    if (time < start) continue;
    const at = new Date(time);
    const opens = unit === "month" ? index % 12 === 0 : at.getUTCMonth() === 0 && at.getUTCDate() <= (unit === "week" ? 7 * step : 1);
    const month = monthName(at.getUTCMonth(), { alone: unit === "month", short: true });
    const year = at.getUTCFullYear();
    const text = unit === "month" ? (opens ? String(year) : month) : `${at.getUTCDate()} ${month}`;
    ticks.push({ time, opens, text, year });
  }
  // Some label must say the year.
  if (ticks.length && !ticks.some((tick) => unit === "month" && tick.opens)) ticks[0].text += ` ${ticks[0].year}`;
  return ticks;
}

// Heights for a count: the same three scales for bars and grid lines.
const SCALES = {
  linear: { label: t("Linear scale"), of: (n) => n },
  root: { label: t("Square-root scale"), of: Math.sqrt },
  log: { label: t("Logarithmic scale"), of: Math.log1p },
};

// Up to three round counts to draw lines at.
function gridCounts(most, scale) {
  if (scale !== "linear") return [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].filter((n) => n <= most && n >= most / 2000);
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most / 2)));
  const step = Math.max(1, [5, 2, 1].map((n) => n * power).find((n) => n <= most / 2) || power);
  return [step, step * 2].filter((n) => n <= most);
}

function roughly(n) {
  return n >= 1e6 ? t("{n} M", { n: number(n / 1e6) }) : number(n);
}
