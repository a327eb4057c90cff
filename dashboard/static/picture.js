// A picture of the map for a paper: drawn on a canvas with title, legend, scale, counts and sources, saved as PNG.

const WIDE_PX = 1000; // the picture's own units across; it is drawn two to four times as fine
const MARGIN_PX = 24;
const MOST_NAMED = 20; // sources of one licence that are named; the snapshot and the exports name all
const SHAPES_OF = [["screen", later("As on the screen")], ["1.5", "3 : 2"], ["1.3333", "4 : 3"], ["1", later("Square")], ["1.7778", "16 : 9"]];
const FINENESS = [2, 3, 4]; // times as fine

class Picture {
  constructor(data) {
    this.data = data;
    this.base = new BasePicture(data.scene.base);
    this.events = new EventPicture(data.scene);
    this.options = { title: data.title, shape: "screen", fine: 3, theme: "light", legend: true, grid: false, counts: true };
    document.title = `${t("Picture of the map")} – Borderwatch`;
    this.canvas = el("canvas", { role: "img", "aria-label": t("Map of {n} events: {title}", { n: number(data.events.length), title: data.title }) });
    this.note = el("p", { class: "soft", role: "status" });
    document.body.append(el("main", {}, this.form(), el("div", { class: "sheet" }, this.canvas)));
    this.draw();
  }

  form() {
    const save = el("button", { type: "button", class: "save", on: { click: () => this.save() } }, t("Save picture"));
    const title = el("input", { type: "text", maxlength: 160, on: { input: (event) => this.set("title", event.target.value) } });
    title.value = this.options.title;
    return el("form", { on: { submit: (event) => event.preventDefault() } }, el("h1", {}, t("Picture of the map")),
      el("p", { class: "soft" }, t("For a paper or a slide. Titles of events are not in it; sources are.")),
      el("label", {}, t("Title"), title),
      this.choice("shape", t("Shape"), SHAPES_OF), this.choice("fine", t("Width"), FINENESS.map((fine) => [fine, t("{n} pixels", { n: number(fine * WIDE_PX) })])), this.choice("theme", t("Colours"), [["light", later("Light")], ["dark", later("Dark")]]),
      el("fieldset", {}, el("legend", {}, t("Shown beside the map")), this.check("legend", t("Legend")), this.check("counts", t("Counts")), this.check("grid", t("Grid of degrees"))),
      save, this.note);
  }

  set(name, value) {
    this.options[name] = value;
    this.draw();
  }

  choice(name, words, values) {
    const select = el("select", { on: { change: () => this.set(name, select.value) } }, values.map(([value, text]) => el("option", { value }, t(text))));
    select.value = String(this.options[name]);
    return el("label", {}, words, select);
  }

  check(name, words) {
    const box = el("input", { type: "checkbox", on: { change: () => this.set(name, box.checked) } });
    box.checked = this.options[name];
    return el("label", { class: "check" }, box, words);
  }

  draw() {
    const { at } = this.data.scene;
    const { shape } = this.options;
    const ratio = Number(this.options.fine);
    const pen = this.canvas.getContext("2d");
    pen.font = `12px ${FONT}`;
    const inner = WIDE_PX - 2 * MARGIN_PX;
    const tall = Math.round(inner / (shape === "screen" ? Math.min(2.2, Math.max(0.6, at.width / at.height)) : Number(shape)));
    const head = this.head(pen, inner);
    const [legend, foot] = [this.legend(pen, inner), this.foot(pen, inner)];
    const [top, bottom] = [MARGIN_PX + head.tall, MARGIN_PX + 8 + legend.tall + foot.tall];
    Object.assign(this.canvas, { width: WIDE_PX * ratio, height: (top + tall + bottom) * ratio });
    this.canvas.style.aspectRatio = `${WIDE_PX} / ${top + tall + bottom}`;
    this.drawMap(inner, tall, ratio).then((map) => {
      const ink = INKS[this.options.theme];
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.fillStyle = ink.sheet;
      pen.fillRect(0, 0, WIDE_PX, top + tall + bottom);
      pen.drawImage(map, MARGIN_PX, top, inner, tall);
      Object.assign(pen, { strokeStyle: ink.line, lineWidth: 1 });
      pen.strokeRect(MARGIN_PX, top, inner, tall);
      head.write(pen, MARGIN_PX, MARGIN_PX, ink);
      legend.write(pen, MARGIN_PX, top + tall + 10, ink);
      foot.write(pen, MARGIN_PX, top + tall + 10 + legend.tall, ink);
      document.documentElement.dataset.painted = `${this.canvas.width},${this.canvas.height}`;
    });
  }

  // The same surroundings as on the screen, however wide the picture is.
  async drawMap(width, height, ratio) {
    const { at, credit } = this.data.scene;
    const canvas = el("canvas", { width: width * ratio, height: height * ratio });
    const pen = canvas.getContext("2d");
    const ink = INKS[this.options.theme];
    const camera = new Camera(at, width, height);
    camera.zoom = at.zoom + Math.log2(Math.min(width / at.width, this.options.shape === "screen" ? Infinity : height / at.height));
    this.base.draw(pen, camera, ink, ratio);
    const between = (taken) => {
      if (this.options.grid) drawGrid(pen, camera, ink);
      pen.font = `10px ${FONT}`;
      const credited = [width - 14 - pen.measureText(credit).width, height - 20, width, height];
      this.base.drawNames(pen, camera, ink, [...taken, credited, scaleBox(camera, 14, height - 14)]);
    };
    this.events.draw(pen, camera, this.data.events, { ink, ratio, between });
    drawScale(pen, camera, ink, 14, height - 14);
    pen.font = `10px ${FONT}`;
    write(pen, credit, width - 8, height - 9, { colour: ink.soft, halo: ink.halo, align: "right" });
    return canvas;
  }

  // The legend flows under the map in rows, so that it hides nothing.
  legend(pen, wide) {
    if (!this.options.legend) return { tall: 0, write() {} };
    pen.font = `12px ${FONT}`;
    let [x, y] = [0, 0];
    const spots = legendOf(this.data.events, this.data.scene.style).map((line) => {
      const room = pen.measureText(line.text).width + 46;
      if (x + room - 18 > wide) [x, y] = [0, y + 21];
      x += room;
      return { line, x: x - room, y };
    });
    return {
      tall: spots.length ? y + 29 : 0,
      write: (brush, left, top, ink) => {
        for (const { line, x: dx, y: dy } of spots) {
          this.drawSample(brush, line, left + dx + 10, top + dy + 10, ink);
          brush.font = `12px ${FONT}`;
          write(brush, line.text, left + dx + 26, top + dy + 10.5, { colour: ink.ink });
        }
      },
    };
  }

  drawSample(pen, line, x, y, ink) {
    pen.globalAlpha = line.pale ? 0.5 : line.bar ? 0.6 : 1;
    if (line.kind) this.events.drawSymbol(pen, line.kind, x, y, { status: line.status, size: 17, ink });
    else {
      pen.beginPath();
      if (line.ring) pen.arc(x, y, 6.5, 0, 7); else { pen.moveTo(x - 9, y); pen.lineTo(x + 9, y); }
      Object.assign(pen, { strokeStyle: line.colour, lineWidth: line.ring ? 1.5 : 5, lineCap: "butt" });
      pen.setLineDash(line.ring ? [3, 2.5] : []);
      pen.stroke();
      pen.setLineDash([]);
    }
    pen.globalAlpha = 1;
  }

  // Title and filters, broken into lines.
  head(pen, wide) {
    const title = this.options.title.trim();
    const filters = this.data.filters.join(" · ");
    return textBlock([title && { text: title, font: `650 19px ${FONT}`, tall: 25, colour: "ink" }, filters && { text: filters, font: `12.5px ${FONT}`, tall: 18, colour: "soft" }], pen, wide, 8);
  }

  // Counts, sources, and what made it.
  foot(pen, wide) {
    const { data } = this;
    const counts = this.options.counts && data.counts.map(([, n, words]) => `${number(n)} ${words}`).join(" · ");
    const sources = sourcesOf(data.credits);
    const made = t("Made with Borderwatch {version} on {time}. A circle is the radius within which a place is known.", { version: data.version, time: data.time });
    const small = { font: `11px ${FONT}`, tall: 15, colour: "soft" };
    return textBlock([counts && { text: counts, font: `12px ${FONT}`, tall: 18, colour: "ink" }, data.left_out && { text: data.left_out, ...small },
      data.credits.length > 0 && { text: t("Sources: {list}.", { list: sources }), ...small }, { text: made, ...small }], pen, wide, 10);
  }

  save() {
    this.canvas.toBlob((blob) => {
      const link = el("a", { href: URL.createObjectURL(blob), download: `borderwatch-${this.data.day}.png` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      this.note.textContent = t("Saved: {width} × {height} pixels, {size} kB.", { width: this.canvas.width, height: this.canvas.height, size: Math.round(blob.size / 1024) });
    }, "image/png");
  }
}

// Whom the picture rests on, together by licence: "TASS, 24.kg (CC BY 4.0); GeoNames (places of reports; CC BY 4.0)".
function sourcesOf(credits) {
  const groups = new Map();
  for (const { text, note } of credits) groups.set(note, (groups.get(note) || new Set()).add(text));
  return [...groups].map(([note, texts]) => {
    const named = [...texts].slice(0, MOST_NAMED).join(", ");
    const more = texts.size > MOST_NAMED ? t(" and {n} more", { n: texts.size - MOST_NAMED }) : "";
    return `${named}${more}${note ? ` (${note})` : ""}`;
  }).slice(0, MOST_NAMED).join("; ");
}

// Paragraphs that fit a width: how tall they are together, and what writes them.
function textBlock(paragraphs, pen, wide, after) {
  const lines = paragraphs.filter(Boolean).flatMap((part) => breakLines(pen, part, wide).map((text) => ({ ...part, text })));
  const tall = lines.reduce((sum, line) => sum + line.tall, 0);
  return {
    tall: tall + (tall ? after : 0),
    write(brush, x, y, ink) {
      for (const line of lines) {
        brush.font = line.font;
        write(brush, line.text, x, y + line.tall / 2, { colour: ink[line.colour] });
        y += line.tall;
      }
    },
  };
}

function breakLines(pen, { text, font }, wide) {
  pen.font = font;
  const lines = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => one.match(/.{1,60}/gu) || [])) {
    const longer = line ? `${line} ${word}` : word;
    if (line && pen.measureText(longer).width > wide) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return (line ? [...lines, line] : lines).slice(0, 8);
}

window.picture = new Picture(JSON.parse(document.getElementById("data").textContent)); // for tests and the console
