// The fills of layer kinds and of classes, drawn on a canvas. Their pitch is fixed in screen pixels: MapLibre
// stretches a pattern between whole zooms, so the canvas is made smaller by as much.

const PITCH = { lines: [8, 7], dots: [9, 9], slant: [8, 8], vees: [16, 12], crosses: [18, 18], flat: [4, 4], ticks: [4, 4], back: [8, 8], bars: [7, 8], waves: [12, 7], rings: [11, 11], plus: [12, 12], discs: [10, 10], dashes: [12, 8] };
const THICK = new Set(["vees", "crosses"]);

function strokes(pen, name, w, h) {
  pen.beginPath();
  if (name === "lines") {
    pen.moveTo(0, h / 2);
    pen.lineTo(w, h / 2);
  } else if (name === "slant") {
    for (const shift of [-w, 0, w]) {
      pen.moveTo(shift, h);
      pen.lineTo(shift + w, 0);
    }
  } else if (name === "vees") {
    pen.moveTo(w / 2 - 2.5, h / 2 - 3);
    pen.lineTo(w / 2, h / 2 + 2);
    pen.lineTo(w / 2 + 2.5, h / 2 - 3);
  } else if (name === "crosses") {
    pen.moveTo(w / 2 - 3, h / 2 - 3);
    pen.lineTo(w / 2 + 3, h / 2 + 3);
    pen.moveTo(w / 2 + 3, h / 2 - 3);
    pen.lineTo(w / 2 - 3, h / 2 + 3);
  } else if (name === "back") {
    for (const shift of [-w, 0, w]) {
      pen.moveTo(shift, 0);
      pen.lineTo(shift + w, h);
    }
  } else if (name === "bars") {
    pen.moveTo(w / 2, 0);
    pen.lineTo(w / 2, h);
  } else if (name === "waves") {
    pen.moveTo(0, h / 2);
    pen.bezierCurveTo(w / 3, h / 2 - 4, (2 * w) / 3, h / 2 + 4, w, h / 2);
  } else if (name === "rings") {
    pen.arc(w / 2, h / 2, 2.4, 0, 7);
  } else if (name === "plus") {
    pen.moveTo(w / 2 - 2.5, h / 2);
    pen.lineTo(w / 2 + 2.5, h / 2);
    pen.moveTo(w / 2, h / 2 - 2.5);
    pen.lineTo(w / 2, h / 2 + 2.5);
  } else if (name === "dashes") {
    pen.moveTo(2, h / 2);
    pen.lineTo(w - 4, h / 2);
  }
  pen.stroke();
}

// The pattern alone in one cell of its pitch.
function marks(pen, name, w, h) {
  pen.lineWidth = THICK.has(name) ? 1.4 : 1;
  if (name === "flat" || name === "slant") {
    pen.globalAlpha = name === "flat" ? 0.22 : 0.16;
    pen.fillRect(0, 0, w, h);
    pen.globalAlpha = 1;
  }
  if (name === "dots" || name === "discs") {
    pen.beginPath();
    pen.arc(w / 2, h / 2, name === "dots" ? 1.2 : 2.2, 0, 7);
    pen.fill();
  } else if (name !== "flat" && name !== "ticks") {
    strokes(pen, name, w, h);
  }
}

// The image of a fill in `colour` on `tint`, or null where there is none. `grain` is canvas pixels a screen pixel.
export function pattern(name, colour, grain, tint = "") {
  if (!PITCH[name]) return null;
  const [w, h] = PITCH[name];
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(w * grain);
  canvas.height = Math.round(h * grain);
  const pen = canvas.getContext("2d");
  pen.scale(canvas.width / w, canvas.height / h);
  ground(pen, tint, w, h);
  pen.strokeStyle = pen.fillStyle = colour;
  marks(pen, name, w, h);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function ground(pen, tint, w, h) {
  if (!tint) return;
  pen.fillStyle = tint;
  pen.fillRect(0, 0, w, h);
}

// The same fill on a canvas of a legend, inside an outline as the map's, at the screen's own grain.
export function swatch(canvas, { fill, ink, tint, dash = [] }) {
  const [w, h] = [canvas.width, canvas.height];
  const grain = Math.max(window.devicePixelRatio, 3); // paper is finer than the screen
  canvas.width = w * grain;
  canvas.height = h * grain;
  const pen = canvas.getContext("2d");
  pen.scale(grain, grain);
  ground(pen, tint, w, h);
  const [dx, dy] = PITCH[fill] ?? [0, 0];
  pen.strokeStyle = pen.fillStyle = ink;
  for (let x = 0; dx && x < w; x += dx) {
    for (let y = 0; y < h; y += dy) {
      pen.save();
      pen.beginPath();
      pen.rect(x, y, dx, dy);
      pen.clip();
      pen.translate(x, y);
      marks(pen, fill, dx, dy);
      pen.restore();
    }
  }
  pen.lineWidth = 2;
  pen.setLineDash(dash);
  pen.strokeRect(1, 1, w - 2, h - 2);
}

// The mark of a patch that is too small to see: a magenta square on a white casing.
export function patchMark(grain) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(22 * grain);
  const pen = canvas.getContext("2d");
  pen.scale(canvas.width / 22, canvas.width / 22);
  for (const [width, colour] of [[6, "#fff"], [2.8, "#c4127e"]]) {
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.strokeRect(5, 5, 12, 12);
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
