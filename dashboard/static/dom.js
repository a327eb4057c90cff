// What map, timeline and panel share. Text always goes in as text: nothing here reads markup.

const SVG = "http://www.w3.org/2000/svg";

function set(node, props) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else if (name === "style") for (const [key, v] of Object.entries(value)) node.style.setProperty(key, v);
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

// el("p", {class: "note"}, "text", anotherNode): strings become text nodes.
function el(tag, props, ...children) {
  const node = set(document.createElement(tag), props);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Replace what a node holds, leaving out what is absent.
function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
}

function svg(tag, props, ...children) {
  const node = set(document.createElementNS(SVG, tag), props);
  node.append(...children.filter(Boolean));
  return node;
}

// Text from reports keeps its own direction and cannot turn its neighbours around.
function foreign(text, tag = "bdi", props) {
  return el(tag, { dir: "auto", ...props }, String(text ?? ""));
}

// What all our scripts on a page know of the reader's language. English is in the scripts themselves.
const speech = (globalThis.borderwatchSpeech ||= { language: "en", words: {}, plurals: [], months: {}, ready: null });

// Fetch the words of a language, once a page; what draws words waits for it. Without them everything is English.
function learn(language, root = serverRoot()) {
  speech.ready ||= !language || language === "en" ? Promise.resolve()
    : fetch(`${root}api/words?lang=${encodeURIComponent(language)}`).then((answer) => answer.json())
      .then(speak)
      .catch(() => null)
      .then(() => { document.documentElement.lang = speech.language; });
  return speech.ready;
}

function speak(told) {
  Object.assign(speech, told, { rule: new Intl.PluralRules(told.language) });
}

// A sentence in the reader's language; its English is the key. `{names}` are filled in.
function t(text, values = {}) {
  return fillIn(speech.words[text] || text, values);
}

// The form of a sentence that goes with a number, which it may name `{n}`.
function tn(n, one, many, values = {}) {
  return chooseForm(n, one, many, values);
}

function chooseForm(n, one, many, values) {
  const told = speech.words[one]?.[Math.max(0, speech.plurals.indexOf(speech.rule.select(n)))] || (n === 1 ? one : many);
  return fillIn(told, { n: number(n), ...values });
}

// A sentence that is translated where it is shown, by `t`.
function later(text) {
  return text;
}

function fillIn(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function number(n, options) {
  return n.toLocaleString(speech.language, options);
}

// The name of a month (0 to 11) as it stands after a day, or alone; "Jan" of either.
function monthName(index, { alone = false, short = false } = {}) {
  const key = `${speech.language} ${alone}`;
  const format = new Intl.DateTimeFormat(speech.language === "en" ? "en-GB" : speech.language, { month: "long", day: alone ? undefined : "numeric", timeZone: "UTC" });
  speech.months[key] ||= Array.from({ length: 12 }, (_, i) => format.formatToParts(Date.UTC(2024, i, 1)).find((part) => part.type === "month").value);
  return short ? speech.months[key][index].slice(0, 3) : speech.months[key][index];
}

function parseDay(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return Date.UTC(year, month - 1, day);
}

function isoDay(time) {
  return new Date(time).toISOString().slice(0, 10);
}

function writeDay(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return t("{day} {month} {year}", { day, month: monthName(month - 1), year });
}

// Month and year once where both days share them: "15–18 April 2024".
function writeDays(from, to) {
  if (from === to) return writeDay(from);
  const [a, b] = [from.split("-").map(Number), to.split("-").map(Number)];
  if (a[0] === b[0] && a[1] === b[1]) return `${a[2]}–${writeDay(to)}`;
  if (a[0] === b[0]) return `${a[2]} ${monthName(a[1] - 1)} – ${writeDay(to)}`;
  return `${writeDay(from)} – ${writeDay(to)}`;
}

// "1 event", "12 events": `{n} event` and `{n} events` in the catalogue.
function count(n, one, many) {
  return chooseForm(n, `{n} ${one}`, `{n} ${many}`, {});
}

// The address of our own server's root, wherever a proxy puts it: Streamlit's scripts lie in <root>/static/js/.
function serverRoot(doc = document) {
  const script = doc.querySelector('script[src*="static/js/"], link[href*="static/js/"]');
  const address = script ? script.src || script.href : doc.baseURI;
  return script ? address.split("static/js/")[0] : new URL("/", address).href;
}

async function getJson(address, signal) {
  const told = speech.language === "en" ? address : `${address}${address.includes("?") ? "&" : "?"}lang=${speech.language}`;
  const answer = await fetch(told, { signal, headers: { Accept: "application/json" } });
  const value = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error((value && value.error) || t("The server answered {status}.", { status: answer.status }));
  return value;
}
