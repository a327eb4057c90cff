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

// The words of the interface in the reader's language; the English sentence is their key. `{names}` are filled in.
function t(text, values = {}) {
  const told = (globalThis.borderwatchWords || {})[text] || text;
  return told.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"];

function parseDay(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return Date.UTC(year, month - 1, day);
}

function isoDay(time) {
  return new Date(time).toISOString().slice(0, 10);
}

function writeDay(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

// Month and year once where both days share them: "15–18 April 2024".
function writeDays(from, to) {
  if (from === to) return writeDay(from);
  const [a, b] = [from.split("-").map(Number), to.split("-").map(Number)];
  if (a[0] === b[0] && a[1] === b[1]) return `${a[2]}–${writeDay(to)}`;
  if (a[0] === b[0]) return `${a[2]} ${MONTHS[a[1] - 1]} – ${writeDay(to)}`;
  return `${writeDay(from)} – ${writeDay(to)}`;
}

function count(n, one, many) {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

// The address of our own server's root, wherever a proxy puts it: Streamlit's scripts lie in <root>/static/js/.
function serverRoot(doc = document) {
  const script = doc.querySelector('script[src*="static/js/"], link[href*="static/js/"]');
  const address = script ? script.src || script.href : doc.baseURI;
  return script ? address.split("static/js/")[0] : new URL("/", address).href;
}

async function getJson(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  const value = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error((value && value.error) || `The server answered ${answer.status}.`);
  return value;
}
